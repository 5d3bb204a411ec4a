-- Who can sign in leaves `person`, which is also about those who sign in elsewhere.
-- SQLite drops no column that is unique: the table is made anew. The old one goes last, after all
-- that refers to the new one is there.
ALTER TABLE person RENAME TO person_before;
CREATE TABLE person (
  sub TEXT PRIMARY KEY,
  bio TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL
);
INSERT INTO person (sub, bio, created_at) SELECT sub, bio, created_at FROM person_before;

CREATE TABLE credential (
  sub TEXT PRIMARY KEY REFERENCES person (sub) ON DELETE CASCADE,
  name TEXT NOT NULL,                  -- As its owner spells it.
  name_key TEXT NOT NULL UNIQUE,       -- Equal for names that differ by case alone.
  name_skeleton TEXT NOT NULL UNIQUE,  -- Equal for names that look alike.
  password_hash TEXT NOT NULL,
  changed_at BIGINT NOT NULL           -- When the password was set.
);
-- Names were ASCII until now; the program gives each its own skeleton when it is next saved.
INSERT INTO credential (sub, name, name_key, name_skeleton, password_hash, changed_at)
  SELECT sub, name, LOWER(name), LOWER(name), password_hash, created_at FROM person_before;
DROP TABLE person_before;

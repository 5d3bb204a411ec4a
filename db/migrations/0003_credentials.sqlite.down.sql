-- A person without a name and password would not fit the table of before; those go.
ALTER TABLE person RENAME TO person_after;
CREATE TABLE person (
  sub TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  bio TEXT NOT NULL DEFAULT ''
);
INSERT INTO person (sub, name, password_hash, created_at, bio)
  SELECT p.sub, c.name, c.password_hash, p.created_at, p.bio
  FROM person_after p JOIN credential c ON c.sub = p.sub;
DROP TABLE credential;
DROP TABLE person_after;

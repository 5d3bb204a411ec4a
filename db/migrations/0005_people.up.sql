-- The profile of a person, and what they tell. A person without a handle has not asked for their
-- profile yet.
ALTER TABLE person ADD COLUMN handle TEXT COLLATE "binary";
ALTER TABLE person ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

-- Who has the right to a handle: its person, or for a while who had it.
CREATE TABLE handle (
  handle TEXT COLLATE "binary" PRIMARY KEY,
  sub TEXT NOT NULL,                   -- Empty: of somebody who was deleted.
  kept_until BIGINT                    -- NULL: it is in use.
);
CREATE INDEX handle_by_person ON handle (sub);

CREATE TABLE activity (
  id TEXT COLLATE "binary" PRIMARY KEY,
  sub TEXT NOT NULL,
  text TEXT NOT NULL,
  reply_to TEXT COLLATE "binary",
  created_at BIGINT NOT NULL
);
CREATE INDEX activity_by_person ON activity (sub, id);

-- Who was deleted, until no token of theirs is valid any more.
CREATE TABLE deletion (
  sub TEXT PRIMARY KEY,
  ordered_at BIGINT NOT NULL,
  ended_at BIGINT                      -- NULL: something may be left.
);

-- What belongs to somebody who leaves is found by their sub alone.
CREATE INDEX slot_by_person ON slot (owner);
CREATE INDEX manifest_by_person ON manifest (owner);

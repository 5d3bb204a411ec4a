-- The parts that an object came in: docs/formats/database.md, object_part.
CREATE TABLE object_part (
  content_id TEXT NOT NULL,            -- Of a row of object or object_version.
  number BIGINT NOT NULL,              -- From 1 on without gaps, whatever the upload's numbers were.
  size BIGINT NOT NULL,
  checksum TEXT,                       -- As a part's.
  PRIMARY KEY (content_id, number)
);

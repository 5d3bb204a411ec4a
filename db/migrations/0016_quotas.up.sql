-- How much a bucket may hold: docs/formats/database.md, bucket_quota.
CREATE TABLE bucket_quota (
  bucket TEXT COLLATE "binary" PRIMARY KEY REFERENCES bucket (name) ON DELETE CASCADE,
  bytes_max BIGINT,                    -- NULL: as much as there is room for.
  objects_max BIGINT,
  bytes BIGINT NOT NULL,               -- What it holds.
  objects BIGINT NOT NULL
);

-- Versions of objects: docs/formats/database.md, object_version.
ALTER TABLE bucket ADD COLUMN versioning TEXT NOT NULL DEFAULT 'off';    -- 'off', 'enabled', 'suspended'.
ALTER TABLE object ADD COLUMN version_id TEXT COLLATE "binary" NOT NULL DEFAULT 'null';

CREATE TABLE object_version (
  bucket TEXT COLLATE "binary" NOT NULL REFERENCES bucket (name),
  key TEXT COLLATE "binary" NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  cache_control TEXT NOT NULL,
  metadata TEXT NOT NULL,              -- A JSON object.
  content_id TEXT UNIQUE,              -- NULL: a delete marker, which has no content.
  sequencer TEXT COLLATE "binary" NOT NULL,
  modified_at BIGINT NOT NULL,
  headers TEXT NOT NULL,               -- A JSON object.
  tags TEXT NOT NULL,                  -- A JSON object.
  checksum TEXT,
  version_id TEXT COLLATE "binary" NOT NULL,
  PRIMARY KEY (bucket, key, sequencer)
);
CREATE UNIQUE INDEX object_version_by_id ON object_version (bucket, key, version_id);

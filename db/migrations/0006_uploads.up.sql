-- Uploads in parts, the ways of a slot, idempotency keys: docs/formats/database.md.

CREATE TABLE multipart (
  id TEXT PRIMARY KEY,
  bucket TEXT COLLATE "binary" NOT NULL REFERENCES bucket (name),
  key TEXT COLLATE "binary" NOT NULL,
  content_type TEXT NOT NULL,
  cache_control TEXT NOT NULL,
  metadata TEXT NOT NULL,              -- A JSON object.
  created_at BIGINT NOT NULL
);
CREATE INDEX multipart_by_key ON multipart (bucket, key, id);
CREATE INDEX multipart_by_age ON multipart (created_at);

CREATE TABLE part (
  multipart_id TEXT NOT NULL REFERENCES multipart (id),
  number BIGINT NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  content_id TEXT NOT NULL UNIQUE,     -- The name of the content file.
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (multipart_id, number)
);

ALTER TABLE slot ADD COLUMN method TEXT NOT NULL DEFAULT 'put';
ALTER TABLE slot ADD COLUMN multipart_id TEXT;  -- Of a slot that is filled in parts, until they are gone.
ALTER TABLE slot ADD COLUMN part_size BIGINT;
CREATE INDEX slot_by_multipart ON slot (multipart_id) WHERE multipart_id IS NOT NULL;

CREATE TABLE idempotency (
  collection TEXT NOT NULL,
  owner TEXT NOT NULL,
  key TEXT NOT NULL,                   -- As the client sent it.
  fingerprint TEXT NOT NULL,           -- SHA-256 of the body that came with it, hexadecimal.
  answer TEXT NOT NULL,                -- What was answered: a JSON array.
  created_at BIGINT NOT NULL,
  PRIMARY KEY (collection, owner, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

ALTER TABLE slot RENAME TO slot_after;
CREATE TABLE slot (
  id TEXT PRIMARY KEY,
  collection TEXT NOT NULL,
  owner TEXT NOT NULL,
  bucket TEXT COLLATE "binary" NOT NULL,
  key TEXT COLLATE "binary" NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT,
  size_max BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  assets TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  method TEXT NOT NULL DEFAULT 'put',
  multipart_id TEXT,
  part_size BIGINT,
  UNIQUE (bucket, key)
);
INSERT INTO slot (id, collection, owner, bucket, key, content_type, size, size_max, state, reason,
    assets, created_at, expires_at, updated_at, method, multipart_id, part_size)
  SELECT id, collection, owner, bucket, key, content_type, size, size_max, state, reason,
    assets, created_at, expires_at, updated_at, method, multipart_id, part_size FROM slot_after;
DROP TABLE slot_after;
CREATE INDEX slot_by_owner ON slot (collection, owner, created_at);
CREATE INDEX slot_by_person ON slot (owner);
CREATE INDEX slot_by_expiry ON slot (state, expires_at);
CREATE INDEX slot_by_multipart ON slot (multipart_id) WHERE multipart_id IS NOT NULL;

-- Fewer indexes on slots. A slot's key holds its id, by which it is found; and one index serves all
-- that asks for an owner's slots. With size_max in it, the usual count reads no row.
-- SQLite drops no constraint: the table is made anew.
ALTER TABLE slot RENAME TO slot_before;
CREATE TABLE slot (
  id TEXT PRIMARY KEY,
  collection TEXT NOT NULL,
  owner TEXT NOT NULL,
  bucket TEXT COLLATE "binary" NOT NULL,
  key TEXT COLLATE "binary" NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT,                         -- NULL: only size_max binds.
  size_max BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  assets TEXT,                         -- JSON.
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  method TEXT NOT NULL DEFAULT 'put',
  multipart_id TEXT,                   -- Of a slot that is filled in parts, until they are gone.
  part_size BIGINT
);
INSERT INTO slot (id, collection, owner, bucket, key, content_type, size, size_max, state, reason,
    assets, created_at, expires_at, updated_at, method, multipart_id, part_size)
  SELECT id, collection, owner, bucket, key, content_type, size, size_max, state, reason,
    assets, created_at, expires_at, updated_at, method, multipart_id, part_size FROM slot_before;
DROP TABLE slot_before;
CREATE INDEX slot_by_owner ON slot (owner, collection, created_at, size_max);
CREATE INDEX slot_by_expiry ON slot (state, expires_at);
CREATE INDEX slot_by_multipart ON slot (multipart_id) WHERE multipart_id IS NOT NULL;

-- The tables of docs/formats/database.md. Instants are milliseconds since 1970-01-01 UTC.
-- COLLATE "binary" sorts by bytes on both engines (lib/sql/migrations.h); names, keys and
-- sequencers are compared so.

CREATE TABLE bucket (
  name TEXT COLLATE "binary" PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE object (
  bucket TEXT COLLATE "binary" NOT NULL REFERENCES bucket (name),
  key TEXT COLLATE "binary" NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  cache_control TEXT NOT NULL,
  metadata TEXT NOT NULL,              -- A JSON object.
  content_id TEXT NOT NULL UNIQUE,     -- The name of the content file.
  sequencer TEXT COLLATE "binary" NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (bucket, key)
);

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
  UNIQUE (bucket, key)
);
CREATE INDEX slot_by_owner ON slot (collection, owner, created_at);
CREATE INDEX slot_by_expiry ON slot (state, expires_at);

CREATE TABLE event (
  id TEXT PRIMARY KEY,
  bucket TEXT COLLATE "binary" NOT NULL,
  key TEXT COLLATE "binary" NOT NULL,
  sequencer TEXT COLLATE "binary" NOT NULL,
  name TEXT NOT NULL,
  record TEXT NOT NULL,                -- The S3 event record, JSON.
  created_at BIGINT NOT NULL
);

CREATE TABLE invocation (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL REFERENCES event (id),
  function TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  lease_id TEXT,
  lease_until BIGINT,
  reason TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX invocation_by_due ON invocation (state, due_at);
CREATE INDEX invocation_by_end ON invocation (state, updated_at);
CREATE INDEX invocation_by_event ON invocation (event_id);

CREATE TABLE manifest (
  collection TEXT NOT NULL,
  owner TEXT NOT NULL,
  sequencer TEXT COLLATE "binary" NOT NULL,
  upload_id TEXT NOT NULL,
  body TEXT NOT NULL,                  -- JSON.
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (collection, owner)
);

CREATE TABLE person (
  sub TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Who may use the S3 endpoint: docs/formats/database.md, bucket_owner, bucket_right, access_key.
CREATE TABLE bucket_owner (
  id TEXT COLLATE "binary" PRIMARY KEY,
  display_name TEXT NOT NULL,
  may_create BIGINT NOT NULL,          -- 1: buckets of its own; else 0.
  created_at BIGINT NOT NULL
);
INSERT INTO bucket_owner (id, display_name, may_create, created_at) VALUES ('tintype', 'tintype', 1, 0);

CREATE TABLE bucket_right (
  owner TEXT COLLATE "binary" NOT NULL REFERENCES bucket_owner (id) ON DELETE CASCADE,
  bucket TEXT COLLATE "binary" NOT NULL,  -- A name, there or not; '*': every bucket.
  rights TEXT NOT NULL,                -- 'list,read'.
  PRIMARY KEY (owner, bucket)
);

CREATE TABLE access_key (
  id TEXT COLLATE "binary" PRIMARY KEY,
  owner TEXT COLLATE "binary" NOT NULL REFERENCES bucket_owner (id) ON DELETE CASCADE,
  sealed_secret TEXT NOT NULL,         -- Base64; opens with the data directory's seal-key.
  created_at BIGINT NOT NULL,
  expires_at BIGINT                    -- NULL: never.
);
CREATE INDEX access_key_by_owner ON access_key (owner);

-- An owner's id. Buckets that were there before are the node's own.
ALTER TABLE bucket ADD COLUMN owner TEXT COLLATE "binary" NOT NULL DEFAULT 'tintype';

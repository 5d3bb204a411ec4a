-- What a bucket is told by its owner: docs/formats/database.md, bucket_setting.
CREATE TABLE bucket_setting (
  bucket TEXT COLLATE "binary" NOT NULL REFERENCES bucket (name) ON DELETE CASCADE,
  setting TEXT NOT NULL,               -- 'cors', 'policy', ...
  document TEXT NOT NULL,              -- As the client sent it: XML, or JSON of a policy.
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (bucket, setting)
);

DROP INDEX slot_by_owner;
CREATE INDEX slot_by_owner ON slot (collection, owner, created_at);
CREATE INDEX slot_by_person ON slot (owner);
ALTER TABLE slot ADD CONSTRAINT slot_bucket_key_key UNIQUE (bucket, key);

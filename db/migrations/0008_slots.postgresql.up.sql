-- Fewer indexes on slots. A slot's key holds its id, by which it is found; and one index serves all
-- that asks for an owner's slots. With size_max in it, the usual count reads no row.
ALTER TABLE slot DROP CONSTRAINT slot_bucket_key_key;
DROP INDEX slot_by_person;
DROP INDEX slot_by_owner;
CREATE INDEX slot_by_owner ON slot (owner, collection, created_at, size_max);

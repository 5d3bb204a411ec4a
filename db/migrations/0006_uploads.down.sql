DROP TABLE idempotency;
DROP INDEX slot_by_multipart;
ALTER TABLE slot DROP COLUMN part_size;
ALTER TABLE slot DROP COLUMN multipart_id;
ALTER TABLE slot DROP COLUMN method;
DROP TABLE part;
DROP TABLE multipart;

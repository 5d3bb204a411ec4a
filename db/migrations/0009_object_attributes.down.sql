ALTER TABLE part DROP COLUMN checksum;
ALTER TABLE multipart DROP COLUMN checksum;
ALTER TABLE multipart DROP COLUMN tags;
ALTER TABLE multipart DROP COLUMN headers;
ALTER TABLE object DROP COLUMN checksum;
ALTER TABLE object DROP COLUMN tags;
ALTER TABLE object DROP COLUMN headers;

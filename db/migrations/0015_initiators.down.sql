ALTER TABLE multipart DROP COLUMN initiator;

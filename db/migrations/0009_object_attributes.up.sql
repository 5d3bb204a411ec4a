-- What objects carry besides their content: docs/formats/database.md, object, multipart and part.
ALTER TABLE object ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';     -- A JSON object.
ALTER TABLE object ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';        -- A JSON object.
ALTER TABLE object ADD COLUMN checksum TEXT;                          -- "CRC32:base64".
ALTER TABLE multipart ADD COLUMN headers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE multipart ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
ALTER TABLE multipart ADD COLUMN checksum TEXT;                       -- "CRC32:COMPOSITE".
ALTER TABLE part ADD COLUMN checksum TEXT;

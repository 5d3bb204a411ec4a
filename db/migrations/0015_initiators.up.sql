-- Who began an upload in parts: docs/formats/database.md, multipart.
ALTER TABLE multipart ADD COLUMN initiator TEXT COLLATE "binary" NOT NULL DEFAULT 'tintype';

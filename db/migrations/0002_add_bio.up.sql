-- What a person says of themselves. Empty: nothing yet.
ALTER TABLE person ADD COLUMN bio TEXT NOT NULL DEFAULT '';

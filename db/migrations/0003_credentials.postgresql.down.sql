-- A person without a name and password would not fit the table of before; those go.
DELETE FROM person WHERE sub NOT IN (SELECT sub FROM credential);
ALTER TABLE person ADD COLUMN name TEXT;
ALTER TABLE person ADD COLUMN password_hash TEXT;
UPDATE person SET name = credential.name, password_hash = credential.password_hash
  FROM credential WHERE credential.sub = person.sub;
ALTER TABLE person ALTER COLUMN name SET NOT NULL;
ALTER TABLE person ALTER COLUMN password_hash SET NOT NULL;
ALTER TABLE person ADD CONSTRAINT person_name_key UNIQUE (name);
DROP TABLE credential;

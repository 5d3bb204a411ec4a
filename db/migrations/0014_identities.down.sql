ALTER TABLE bucket DROP COLUMN owner;
DROP TABLE access_key;
DROP TABLE bucket_right;
DROP TABLE bucket_owner;

-- Older versions and delete markers are forgotten; what is latest stays.
DROP TABLE object_version;
ALTER TABLE object DROP COLUMN version_id;
ALTER TABLE bucket DROP COLUMN versioning;

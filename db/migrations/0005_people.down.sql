DROP INDEX manifest_by_person;
DROP INDEX slot_by_person;
DROP TABLE deletion;
DROP TABLE activity;
DROP TABLE handle;
ALTER TABLE person DROP COLUMN updated_at;
ALTER TABLE person DROP COLUMN revision;
ALTER TABLE person DROP COLUMN display_name;
ALTER TABLE person DROP COLUMN handle;

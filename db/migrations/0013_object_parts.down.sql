DROP TABLE object_part;

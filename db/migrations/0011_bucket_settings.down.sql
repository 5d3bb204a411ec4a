DROP TABLE bucket_setting;

DROP TABLE bucket_quota;

"""Tags of buckets, ACLs, and what nobody configured."""

import pytest
from support.s3_requests import refused, signed_request


@pytest.fixture
def bucket(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"hello")
    return bucket


def test_tags_of_a_bucket(s3, bucket):
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    tags = [{"Key": f"key {i}", "Value": "wért"} for i in range(50)]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert sorted(s3.get_bucket_tagging(Bucket=bucket)["TagSet"], key=str) == sorted(tags, key=str)
    more = [*tags, {"Key": "one more", "Value": ""}]
    assert refused(s3.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": more})[0] == "InvalidTag"
    assert len(s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == 50
    s3.delete_bucket_tagging(Bucket=bucket)
    assert refused(s3.get_bucket_tagging, Bucket=bucket)[0] == "NoSuchTagSet"


def test_everything_is_the_owners(s3, bucket):
    for acl in (s3.get_bucket_acl(Bucket=bucket), s3.get_object_acl(Bucket=bucket, Key="a")):
        (grant,) = acl["Grants"]
        assert grant["Permission"] == "FULL_CONTROL" and grant["Grantee"]["ID"] == acl["Owner"]["ID"]
        assert grant["Grantee"]["Type"] == "CanonicalUser"
        same = {"Owner": acl["Owner"], "Grants": acl["Grants"]}
        s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=same)
        s3.put_object_acl(Bucket=bucket, Key="a", AccessControlPolicy=same)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.put_object_acl(Bucket=bucket, Key="a", ACL="bucket-owner-full-control")
    s3.put_object(Bucket=bucket, Key="b", Body=b"", ACL="private")
    assert refused(s3.get_object_acl, Bucket=bucket, Key="missing") == ("NoSuchKey", 404)
    assert refused(s3.get_bucket_acl, Bucket="s-missing") == ("NoSuchBucket", 404)


@pytest.mark.parametrize("acl", ["public-read", "public-read-write", "authenticated-read", "nonsense"])
def test_acls_that_open_something(node, s3, bucket, acl):
    headers = {"x-amz-acl": acl}
    for method, path, query in (("PUT", f"/{bucket}", "acl="), ("PUT", f"/{bucket}/a", "acl="), ("PUT", f"/{bucket}/b", ""),
                                ("PUT", f"/{bucket}-new", ""), ("POST", f"/{bucket}/b", "uploads=")):
        answer = signed_request(node, method, path, query, headers=headers)
        assert (answer.status_code, "AccessControlListNotSupported" in answer.text) == (400, True), (method, path, query)
    assert refused(s3.head_object, Bucket=bucket, Key="b")[1] == 404


@pytest.mark.parametrize("headers, body, code", [
    ({}, b"", "MissingSecurityHeader"),
    ({"x-amz-grant-read": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}, b"", "AccessControlListNotSupported"),
    ({}, b"<AccessControlPolicy/>", "MalformedACLError"),
    ({}, b"no xml", "MalformedACLError"),
    ({}, b"<AccessControlPolicy><AccessControlList><Grant><Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>"
         b"</Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>",
     "AccessControlListNotSupported"),
])
def test_acls_that_are_refused(node, bucket, headers, body, code):
    for path in (f"/{bucket}", f"/{bucket}/a"):
        assert f"<Code>{code}</Code>" in signed_request(node, "PUT", path, "acl=", body, headers).text


def test_objects_are_the_buckets_owners(s3, bucket):
    rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert rules["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    other = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    assert refused(s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=other)[0] == "NotImplemented"


def test_what_nobody_configured(s3, bucket):
    assert refused(s3.get_bucket_website, Bucket=bucket) == ("NoSuchWebsiteConfiguration", 404)
    assert refused(s3.get_bucket_replication, Bucket=bucket) == ("ReplicationConfigurationNotFoundError", 404)
    assert refused(s3.get_bucket_encryption, Bucket=bucket) == ("ServerSideEncryptionConfigurationNotFoundError", 404)
    assert refused(s3.get_object_lock_configuration, Bucket=bucket) == ("ObjectLockConfigurationNotFoundError", 404)
    assert refused(s3.get_object_retention, Bucket=bucket, Key="a") == ("NoSuchObjectLockConfiguration", 404)
    assert refused(s3.get_object_legal_hold, Bucket=bucket, Key="a") == ("NoSuchObjectLockConfiguration", 404)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    assert refused(s3.get_bucket_website, Bucket="s-missing") == ("NoSuchBucket", 404)
    assert refused(s3.get_object_retention, Bucket=bucket, Key="missing") == ("NoSuchKey", 404)


def test_what_nobody_can_configure(s3, bucket):
    website = {"IndexDocument": {"Suffix": "index.html"}}
    assert refused(s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration=website) == ("NotImplemented", 501)
    assert refused(s3.put_object_retention, Bucket=bucket, Key="a", Retention={}) == ("NotImplemented", 501)


def test_storage_classes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="b", Body=b"", StorageClass="STANDARD")
    assert refused(s3.put_object, Bucket=bucket, Key="b", Body=b"", StorageClass="COLD") == ("InvalidStorageClass", 400)
    assert refused(s3.put_object, Bucket=bucket, Key="b", Body=b"", StorageClass="GLACIER") == ("NotImplemented", 501)


def test_settings_outlive_a_bucket_in_nothing(s3, bucket):
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchBucket", 404)
    s3.create_bucket(Bucket=bucket)
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)

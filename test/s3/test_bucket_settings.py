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


ALL_USERS = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


@pytest.mark.parametrize("header, value", [
    ("x-amz-acl", "public-read"), ("x-amz-acl", "public-read-write"), ("x-amz-acl", "authenticated-read"),
    ("x-amz-acl", "bucket-owner-read"), ("x-amz-grant-read", ALL_USERS), ("x-amz-grant-full-control", "id=tintype"),
    ("x-amz-acl", "nonsense"),
])
def test_acls_that_open_something(node, s3, bucket, header, value):
    code = "InvalidArgument" if value == "nonsense" else "AccessControlListNotSupported"
    code_of_bucket = code if value == "nonsense" else "InvalidBucketAclWithObjectOwnership"
    for method, path, query, code in (("PUT", f"/{bucket}", "acl=", code), ("PUT", f"/{bucket}/a", "acl=", code),
                                      ("PUT", f"/{bucket}/b", "", code), ("PUT", f"/{bucket}-new", "", code_of_bucket),
                                      ("POST", f"/{bucket}/b", "uploads=", code)):
        answer = signed_request(node, method, path, query, headers={header: value})
        assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (400, True), (method, path, answer.text)
    assert refused(s3.head_object, Bucket=bucket, Key="b")[1] == 404
    assert refused(s3.head_bucket, Bucket=f"{bucket}-new")[1] == 404


@pytest.mark.parametrize("headers, body, code", [
    ({"x-amz-object-ownership": "ObjectWriter"}, b"", "NotImplemented"),
    ({"x-amz-object-ownership": "BucketOwnerPreferred"}, b"", "NotImplemented"),
    ({"x-amz-object-ownership": "Nobody"}, b"", "InvalidArgument"),
    ({"x-amz-bucket-object-lock-enabled": "true"}, b"", "NotImplemented"),
    ({}, b"<CreateBucketConfiguration><Bucket><Type>Directory</Type></Bucket></CreateBucketConfiguration>", "NotImplemented"),
])
def test_buckets_of_another_kind(node, s3, bucket, headers, body, code):
    answer = signed_request(node, "PUT", f"/{bucket}-other", "", body, headers)
    assert f"<Code>{code}</Code>" in answer.text
    assert refused(s3.head_bucket, Bucket=f"{bucket}-other")[1] == 404
    plain = {"x-amz-object-ownership": "BucketOwnerEnforced", "x-amz-acl": "private", "x-amz-bucket-object-lock-enabled": "false"}
    assert signed_request(node, "PUT", f"/{bucket}-plain", "", b"", plain).status_code == 200


@pytest.mark.parametrize("headers, body, code", [
    ({}, b"", "MissingSecurityHeader"),
    ({"x-amz-grant-read": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}, b"", "AccessControlListNotSupported"),
    ({}, b"<AccessControlPolicy/>", "MalformedACLError"),
    ({}, b"<AccessControlPolicy><AccessControlList/></AccessControlPolicy>", "AccessControlListNotSupported"),
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

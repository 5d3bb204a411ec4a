"""The operations that exist so far, with boto3 as the judge of what S3 is."""

import hashlib
import io
import time
import urllib.parse

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

UGLY_KEYS = [
    "plain.txt", "a b+c.txt", "ü/ö/€.txt", "..", "../x", "a//b", "/lead", "trail/", "%2F", "a%20b",
    "~tilde'()*!", "x" * 1024, "?query=1&b", "#hash", "emoji-\U0001f600", "=", "\x01control",
]


def code(raised) -> str:
    return raised.value.response["Error"]["Code"]


def status(raised) -> int:
    return raised.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_buckets(s3, node):
    s3.create_bucket(Bucket="first-bucket")
    s3.head_bucket(Bucket="first-bucket")
    assert "first-bucket" in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket="first-bucket")["LocationConstraint"] is None
    with pytest.raises(ClientError) as raised:
        s3.head_bucket(Bucket="no-such-bucket")
    assert status(raised) == 404
    with pytest.raises(ClientError) as raised:
        s3.list_objects_v2(Bucket="no-such-bucket")
    assert code(raised) == "NoSuchBucket"
    for wrong in ("ab", "UPPER", "a..b", "1.2.3.4", "x" * 64):
        answer = requests.put(
            presigned(node, "create_bucket", Bucket="placeholder").replace("placeholder", wrong), timeout=30
        )
        assert answer.status_code in (400, 403), wrong


def presigned(node, operation: str, expires: int = 300, **parameters) -> str:
    return node.boto3().generate_presigned_url(operation, Params=parameters, ExpiresIn=expires)


def test_an_object_comes_back_as_it_went(s3, bucket):
    body = b"\x00\x01\x02" * 100_000
    put = s3.put_object(
        Bucket=bucket, Key="k", Body=body, ContentType="image/x-test", CacheControl="no-cache",
        Metadata={"colour": "red", "spaced": "a b"},
    )
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == body
    assert got["ContentType"] == "image/x-test" and got["CacheControl"] == "no-cache"
    assert got["Metadata"] == {"colour": "red", "spaced": "a b"}
    assert got["ETag"] == put["ETag"] and got["ContentLength"] == len(body)
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ContentLength"] == len(body) and head["LastModified"]


def test_an_empty_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key="empty")["Body"].read() == b""


def test_a_large_object(s3, bucket):
    body = bytes(range(256)) * 4096 * 40
    s3.put_object(Bucket=bucket, Key="large", Body=io.BytesIO(body))
    got = s3.get_object(Bucket=bucket, Key="large")["Body"].read()
    assert hashlib.sha256(got).digest() == hashlib.sha256(body).digest()


def test_overwriting_replaces_all_of_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"long long body", Metadata={"old": "1"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"new")
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"new" and got["Metadata"] == {}


@pytest.mark.parametrize("key", UGLY_KEYS)
def test_ugly_keys(s3, bucket, key):
    body = key.encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key=key)
    assert code(raised) == "NoSuchKey"


def test_a_key_that_is_too_long(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="x" * 1025, Body=b"")
    assert code(raised) == "KeyTooLongError"


def test_deleting_what_is_not_there(s3, bucket):
    answer = s3.delete_object(Bucket=bucket, Key="nothing")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


@pytest.mark.parametrize(
    "header, expected, content_range",
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"), ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"), ("bytes=8-100", b"89", "bytes 8-9/10"),
        ("bytes=-100", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_ranges(s3, bucket, header, expected, content_range):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range=header)
    assert got["Body"].read() == expected and got["ContentRange"] == content_range
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_beyond_the_end(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-")
    assert code(raised) == "InvalidRange" and status(raised) == 416


def test_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)["ETag"] == etag
    for wrong, expected in (
        ({"IfMatch": '"0"'}, 412), ({"IfNoneMatch": etag}, 304), ({"IfModifiedSince": modified}, 304),
        ({"IfUnmodifiedSince": "Mon, 01 Jan 2001 00:00:00 GMT"}, 412),
    ):
        with pytest.raises(ClientError) as raised:
            s3.get_object(Bucket=bucket, Key="k", **wrong)
        assert status(raised) == expected, wrong


def list_all(s3, bucket, **query):
    keys, prefixes, pages = [], [], 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **query):
        keys += [o["Key"] for o in page.get("Contents", [])]
        prefixes += [p["Prefix"] for p in page.get("CommonPrefixes", [])]
        pages += 1
    return keys, prefixes, pages


def test_listing(s3, bucket):
    keys = sorted(
        ["a", "a/1", "a/2", "a/b/1", "a-b", "b", "c/", "c/x", "z/ü", "z/\U0001f600"], key=lambda k: k.encode()
    )
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert list_all(s3, bucket)[0] == keys, "in byte order"
    assert list_all(s3, bucket, Delimiter="/")[:2] == (["a", "a-b", "b"], ["a/", "c/", "z/"])
    assert list_all(s3, bucket, Prefix="a/", Delimiter="/")[:2] == (["a/1", "a/2"], ["a/b/"])
    assert list_all(s3, bucket, Prefix="a/b")[0] == ["a/b/1"]
    assert list_all(s3, bucket, StartAfter="b")[0] == [k for k in keys if k.encode() > b"b"]
    assert list_all(s3, bucket, Prefix="none")[:2] == ([], [])
    for size in (1, 2, 3, 100):
        found, prefixes, _ = list_all(s3, bucket, Delimiter="/", PaginationConfig={"PageSize": size})
        assert (found, prefixes) == (["a", "a-b", "b"], ["a/", "c/", "z/"]), size
        assert list_all(s3, bucket, PaginationConfig={"PageSize": size})[0] == keys


def test_presigned_urls(node, s3, bucket):
    body = b"from a browser"
    url = presigned(node, "put_object", Bucket=bucket, Key="p q", ContentType="text/plain")
    assert requests.put(url, data=body, headers={"Content-Type": "text/plain"}, timeout=30).status_code == 200
    url = presigned(node, "get_object", Bucket=bucket, Key="p q")
    assert requests.get(url, timeout=30).content == body
    for changed in (url.replace("p%20q", "other"), url + "0", url.replace("X-Amz-Expires=300", "X-Amz-Expires=9999")):
        answer = requests.get(changed, timeout=30)
        assert answer.status_code == 403
        assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    assert requests.delete(url, timeout=30).status_code == 403


def test_an_expired_url(node, bucket):
    """Signed an hour ago, for a minute."""
    url = presigned(node, "get_object", Bucket=bucket, Key="k")
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    class AnHourAgo(S3SigV4QueryAuth):
        def add_auth(self, request):
            import botocore.auth as auth

            real = auth.datetime.datetime

            class Earlier(real):
                @classmethod
                def utcnow(cls):
                    return real.fromtimestamp(time.time() - 3600, auth.datetime.timezone.utc).replace(tzinfo=None)

            auth.datetime.datetime, before = Earlier, auth.datetime.datetime
            try:
                super().add_auth(request)
            finally:
                auth.datetime.datetime = before

    keys = node.credentials["s3"]
    request = AWSRequest("GET", url.split("?")[0])
    AnHourAgo(
        Credentials(keys["access_key_id"], keys["secret_access_key"]), "s3", keys["region"], expires=60
    ).add_auth(request)
    answer = requests.get(request.url, timeout=30)
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text and "expired" in answer.text


def test_who_may_not(node, bucket):
    assert requests.get(f"{node.s3}/{bucket}/k", timeout=30).status_code == 403
    with pytest.raises(ClientError) as raised:
        node.boto3(secret="x" * 40).list_objects_v2(Bucket=bucket)
    assert code(raised) == "SignatureDoesNotMatch"
    with pytest.raises(ClientError) as raised:
        node.boto3(access_key_id="NOBODY00000000000000").list_objects_v2(Bucket=bucket)
    assert code(raised) == "InvalidAccessKeyId"


def test_a_body_that_is_not_what_was_signed(node, bucket):
    """The hash in x-amz-content-sha256 is of other bytes of the same length."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    keys = node.credentials["s3"]
    request = AWSRequest(
        "PUT", f"{node.s3}/{bucket}/k", data=b"signed",
        headers={"x-amz-content-sha256": hashlib.sha256(b"signed").hexdigest()},
    )
    S3SigV4Auth(Credentials(keys["access_key_id"], keys["secret_access_key"]), "s3", keys["region"]).add_auth(request)
    answer = requests.put(request.url, data=b"forged", headers=dict(request.headers), timeout=30)
    assert answer.status_code == 400
    assert "<Code>XAmzContentSHA256Mismatch</Code>" in answer.text
    with pytest.raises(ClientError) as raised:
        node.boto3().head_object(Bucket=bucket, Key="k")
    assert status(raised) == 404


def test_a_wrong_content_md5(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert code(raised) == "BadDigest"
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="nonsense")
    assert code(raised) == "InvalidDigest"


def test_what_is_not_there_says_so(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for call in (
        lambda: s3.put_object_retention(Bucket=bucket, Key="k", Retention={}),
        lambda: s3.restore_object(Bucket=bucket, Key="k"),
        lambda: s3.get_bucket_inventory_configuration(Bucket=bucket, Id="a"),
        lambda: s3.get_bucket_analytics_configuration(Bucket=bucket, Id="a"),
    ):
        with pytest.raises(ClientError) as raised:
            call()
        assert code(raised) == "NotImplemented" and status(raised) == 501


def test_errors_are_xml_with_a_request_id(node, bucket):
    answer = requests.get(presigned(node, "get_object", Bucket=bucket, Key="none"), timeout=30)
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["x-amz-request-id"]
    assert f"<RequestId>{answer.headers['x-amz-request-id']}</RequestId>" in answer.text
    assert answer.text.startswith("<?xml")


def test_copies_and_tags(s3, bucket):
    s3.put_object(Bucket=bucket, Key="ä b", Body=b"hello", ContentType="image/png", Metadata={"by": "ada"}, Tagging="a=1")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "ä b"})
    copy = s3.get_object(Bucket=bucket, Key="copy")
    assert copy["Body"].read() == b"hello"
    assert copy["ContentType"] == "image/png" and copy["Metadata"] == {"by": "ada"} and copy["TagCount"] == 1
    s3.put_object_tagging(Bucket=bucket, Key="copy", Tagging={"TagSet": [{"Key": "b", "Value": "2"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"] == [{"Key": "b", "Value": "2"}]
    assert s3.get_object_tagging(Bucket=bucket, Key="ä b")["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3.delete_object_tagging(Bucket=bucket, Key="copy")
    assert "TagCount" not in s3.head_object(Bucket=bucket, Key="copy")


def test_many_are_deleted_and_the_bucket_after_them(s3, bucket):
    keys = [f"k/{i:04}" for i in range(1100)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = list(s3.get_paginator("list_objects").paginate(Bucket=bucket))  # Version 1.
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    for some in (keys[:1000], keys[1000:]):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some]})
        assert len(answer["Deleted"]) == len(some)
    s3.delete_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=bucket)


def test_a_range_of_an_object_becomes_a_part(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789" * 600_000)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="whole", ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, bounds in enumerate(("0-5242879", "5242880-5999999"), 1):
        copied = s3.upload_part_copy(
            Bucket=bucket, Key="whole", UploadId=upload, PartNumber=number, CopySource=f"{bucket}/source",
            CopySourceRange=f"bytes={bounds}",
        )["CopyPartResult"]
        parts.append({"PartNumber": number, "ETag": copied["ETag"], "ChecksumSHA256": copied["ChecksumSHA256"]})
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="whole", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    assert done["ChecksumSHA256"].endswith("-2")
    assert s3.get_object(Bucket=bucket, Key="whole")["Body"].read() == b"0123456789" * 600_000

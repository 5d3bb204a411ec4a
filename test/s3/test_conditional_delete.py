"""Removals that only count for what the client knows of."""

import pytest
from support.s3_requests import signed_request


def remove(node, bucket, condition, key="a", query=""):
    return signed_request(node, "DELETE", f"/{bucket}/{key}", query, headers={"If-Match": condition})


def test_of_an_etag(node, s3, bucket):
    old = s3.put_object(Bucket=bucket, Key="a", Body=b"old")["ETag"]
    new = s3.put_object(Bucket=bucket, Key="a", Body=b"new")["ETag"]
    refused = remove(node, bucket, old)
    assert (refused.status_code, "PreconditionFailed" in refused.text) == (412, True)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"new"
    assert remove(node, bucket, new).status_code == 204
    missing = remove(node, bucket, new)
    assert (missing.status_code, "NoSuchKey" in missing.text) == (404, True)


def test_of_anything(node, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert remove(node, bucket, "*").status_code == 204
    assert remove(node, bucket, "*").status_code == 404


def test_with_versions(node, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="a", Body=b"old")
    assert remove(node, bucket, '"0"').status_code == 412
    assert remove(node, bucket, old["ETag"], query="versionId=" + old["VersionId"]).status_code == 501
    marked = remove(node, bucket, old["ETag"])
    assert marked.headers["x-amz-delete-marker"] == "true"
    assert remove(node, bucket, old["ETag"]).status_code == 404, "a marker is no object"


def test_of_many(node, s3, bucket):
    etags = {key: s3.put_object(Bucket=bucket, Key=key, Body=key.encode())["ETag"] for key in ("a", "b", "c")}
    body = "".join(f"<Object><Key>{key}</Key><ETag>{etag}</ETag></Object>"
                   for key, etag in (("a", etags["a"]), ("b", etags["a"]), ("c", "*")))
    answer = signed_request(node, "POST", "/" + bucket, "delete=", f"<Delete>{body}</Delete>".encode())
    assert answer.status_code == 200 and answer.text.count("PreconditionFailed") == 1
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b"]


@pytest.mark.parametrize("header", ["x-amz-if-match-size", "x-amz-if-match-last-modified-time"])
def test_what_is_not_there(node, s3, bucket, header):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert signed_request(node, "DELETE", f"/{bucket}/a", headers={header: "1"}).status_code == 501
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"

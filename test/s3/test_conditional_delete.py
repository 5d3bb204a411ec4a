"""Removals that only count for what the client knows of. What is not there is gone already: a success."""

import pytest

from support.s3_requests import refused, signed_request

LONG_AGO = "Thu, 01 Jan 2015 00:00:00 GMT"
HEADERS = {"ETag": "If-Match", "Size": "x-amz-if-match-size", "LastModifiedTime": "x-amz-if-match-last-modified-time"}


class Bucket:
    """Removals with a condition, which older clients cannot write."""

    def __init__(self, node, name):
        self.node, self.name = node, name

    def remove(self, condition, value, key="a", query=""):
        return signed_request(self.node, "DELETE", f"/{self.name}/{key}", query, headers={HEADERS[condition]: value})

    def refuses(self, *arguments, **more):
        answer = self.remove(*arguments, **more)
        return answer.status_code == 412 and "<Code>PreconditionFailed</Code>" in answer.text

    def removes(self, *arguments, **more):
        return self.remove(*arguments, **more).status_code == 204


@pytest.fixture
def conditional(node, bucket):
    return Bucket(node, bucket)


def wrong_and_right(s3, bucket, condition, key="a"):
    """The condition as it does not hold of the object, and as it does."""
    headers = s3.head_object(Bucket=bucket, Key=key)["ResponseMetadata"]["HTTPHeaders"]
    return {
        "ETag": ("another", headers["etag"]),
        "Size": ("9999", headers["content-length"]),
        "LastModifiedTime": (LONG_AGO, headers["last-modified"]),
    }[condition]


@pytest.mark.parametrize("condition", HEADERS)
def test_of_an_object(conditional, s3, bucket, condition):
    s3.put_object(Bucket=bucket, Key="a", Body=b"body")
    wrong, right = wrong_and_right(s3, bucket, condition)
    assert conditional.refuses(condition, wrong)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"
    assert conditional.removes(condition, right)
    assert refused(s3.get_object, Bucket=bucket, Key="a") == ("NoSuchKey", 404)
    assert conditional.removes(condition, wrong)


@pytest.mark.parametrize("condition", HEADERS)
def test_of_versions(conditional, s3, bucket, condition):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"body")["VersionId"]
    wrong, right = wrong_and_right(s3, bucket, condition)
    assert conditional.removes(condition, wrong, key="none")
    assert conditional.refuses(condition, wrong)
    assert conditional.remove(condition, right).headers["x-amz-delete-marker"] == "true"
    # The marker is the latest now, and is another thing.
    assert conditional.refuses(condition, wrong)
    assert conditional.refuses(condition, wrong, query=f"versionId={version}")
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=version)["Body"].read() == b"body"
    assert conditional.removes(condition, right, query=f"versionId={version}")
    assert refused(s3.get_object, Bucket=bucket, Key="a", VersionId=version) == ("NoSuchVersion", 404)
    assert conditional.removes(condition, wrong, query=f"versionId={version}")
    listed = s3.list_object_versions(Bucket=bucket)
    assert ([one["Key"] for one in listed["DeleteMarkers"]], "Versions" in listed) == (["a"], False)


def test_of_anything(conditional, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert conditional.removes("ETag", "*")
    assert refused(s3.get_object, Bucket=bucket, Key="a") == ("NoSuchKey", 404)
    assert conditional.removes("ETag", "*")


@pytest.mark.parametrize("condition", HEADERS)
def test_of_many(node, s3, bucket, condition):
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    wrong, right = wrong_and_right(s3, bucket, condition)
    objects = "".join(f"<Object><Key>{key}</Key><{condition}>{value}</{condition}></Object>"
                      for key, value in (("a", right), ("b", wrong), ("none", wrong)))
    answer = signed_request(node, "POST", "/" + bucket, "delete=", f"<Delete>{objects}</Delete>".encode()).text
    assert answer.count("<Deleted>") == 2
    assert "<Error><Key>b</Key><Code>PreconditionFailed</Code>" in answer
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b"]


@pytest.mark.parametrize("header, value, status", [
    ("x-amz-if-match-size", "x", 400),
    ("x-amz-if-match-last-modified-time", "yesterday", 400),
    ("If-None-Match", "*", 501),
])
def test_what_cannot_be_read_removes_nothing(node, s3, bucket, header, value, status):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert signed_request(node, "DELETE", f"/{bucket}/a", headers={header: value}).status_code == status
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"


def test_nothing_is_marked_where_nothing_is(conditional, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert conditional.removes("ETag", "*")
    assert "DeleteMarkers" not in s3.list_object_versions(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a", Body=b"body")
    assert conditional.removes("ETag", "*")
    assert len(s3.list_object_versions(Bucket=bucket)["DeleteMarkers"]) == 1

"""How long a bucket keeps things: what boto3 says of it, and what the node then does."""

import datetime
import re
import time

import pytest

from support.s3_requests import refused

DEADLINE_S = 30
YESTERDAY = datetime.datetime.now(datetime.timezone.utc).replace(
    hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=1)


def rule(name, *, status="Enabled", **parts):
    return {"ID": name, "Status": status, "Filter": {"Prefix": ""}} | parts


def put(s3, bucket, *rules):
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)})


def test_rules_are_kept_as_they_were_put(s3, bucket):
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == ("NoSuchLifecycleConfiguration", 404)
    rules = [
        rule("days", Filter={"Prefix": "tmp/"}, Expiration={"Days": 3}),
        rule("tagged", Filter={"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}}, Expiration={"Days": 9}),
        rule("old", status="Disabled", NoncurrentVersionExpiration={"NoncurrentDays": 2, "NewerNoncurrentVersions": 5},
             AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
    ]
    put(s3, bucket, *rules)
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=bucket)
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == ("NoSuchLifecycleConfiguration", 404)


def test_an_object_says_when_it_ends(s3, bucket):
    put(s3, bucket, rule("a rule", Filter={"Prefix": "tmp/"}, Expiration={"Days": 3}))

    def expiration(answer):
        return answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-expiration")

    told = expiration(s3.put_object(Bucket=bucket, Key="tmp/a", Body=b"x"))
    assert re.fullmatch(r'expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="a%20rule"', told)
    assert expiration(s3.head_object(Bucket=bucket, Key="tmp/a")) == told
    assert expiration(s3.get_object(Bucket=bucket, Key="tmp/a")) == told
    assert expiration(s3.put_object(Bucket=bucket, Key="other", Body=b"x")) is None


@pytest.mark.parametrize("change, code", [
    ({"Expiration": {"Days": 0}}, "InvalidArgument"),
    ({"Expiration": {"Date": datetime.datetime(2027, 1, 1, 12)}}, "InvalidArgument"),
    ({"Status": "enabled"}, "MalformedXML"),
    ({"ID": "i" * 256}, "InvalidArgument"),
    ({"Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}, "NotImplemented"),
])
def test_rules_that_are_refused(s3, bucket, change, code):
    configuration = {"Rules": [rule("a", Expiration={"Days": 1}) | change]}
    assert refused(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=configuration)[0] == code
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket=bucket)[0] == "NoSuchLifecycleConfiguration"


def test_a_node_removes_what_is_over(fresh_node):
    node = fresh_node
    s3 = node.boto3()
    for bucket in ("plain", "versioned"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for bucket in ("plain", "versioned"):
        for key in ("tmp/a", "tmp/b", "kept"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"x")
        put(s3, bucket, rule("over", Filter={"Prefix": "tmp/"}, Expiration={"Date": YESTERDAY}))
    node.stop()
    node.start()  # It looks at once, and then every hour.
    s3 = node.boto3()

    def keys(bucket):
        return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]

    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and (keys("plain"), keys("versioned")) != (["kept"], ["kept"]):
        pass
    assert (keys("plain"), keys("versioned")) == (["kept"], ["kept"])
    assert refused(s3.get_object, Bucket="plain", Key="tmp/a") == ("NoSuchKey", 404)
    versions = s3.list_object_versions(Bucket="versioned")
    assert [one["Key"] for one in versions["DeleteMarkers"]] == ["tmp/a", "tmp/b"]
    assert len(versions["Versions"]) == 3
    assert "lifecycle obeyed" in node.logged("lifecycle obeyed", "bucket=versioned", "objects=2")

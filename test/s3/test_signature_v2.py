"""The signature before version 4, as clients still make it where nobody tells them better."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse

import boto3
import pytest
import requests
from botocore.client import Config
from support.node import ONE_COLLECTION, Node

BUCKET = "signed-of-old"


def client(node, version: str, **options):
    keys = node.credentials["s3"]
    return boto3.client(
        "s3", endpoint_url=node.s3, region_name="us-east-1", aws_access_key_id=keys["access_key_id"],
        aws_secret_access_key=keys["secret_access_key"],
        config=Config(signature_version=version, s3={"addressing_style": "path"}, **options),
    )


@pytest.fixture(scope="module")
def s3(node):
    old = client(node, "s3")
    old.create_bucket(Bucket=BUCKET)
    return old


def code(answer: requests.Response) -> str:
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_the_header_form(s3):
    """What boto3 can still sign so; s3cmd does its whole round (test_command_line_clients.py)."""
    s3.put_object(Bucket=BUCKET, Key="ü b+c", Body=b"one", Metadata={"a": "b"}, ContentType="image/png")
    got = s3.get_object(Bucket=BUCKET, Key="ü b+c", ResponseContentType="text/plain", Range="bytes=1-")
    assert got["Body"].read() == b"ne" and got["ContentType"] == "text/plain" and got["Metadata"] == {"a": "b"}
    assert [entry["Key"] for entry in s3.list_objects(Bucket=BUCKET, Prefix="ü")["Contents"]] == ["ü b+c"]
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "ü b+c"})
    s3.delete_object(Bucket=BUCKET, Key="copy")


def presign(s3, operation, **parameters) -> str:
    url = s3.generate_presigned_url(operation, Params={"Bucket": BUCKET} | parameters, ExpiresIn=300)
    assert "AWSAccessKeyId=" in url
    return url


def test_presigned_urls(s3):
    assert requests.put(presign(s3, "put_object", Key="p"), data=b"body", timeout=30).status_code == 200
    url = presign(s3, "get_object", Key="p")
    assert requests.get(url, timeout=30).content == b"body"

    other_key = requests.get(url.replace("/p?", "/q?"), timeout=30)
    assert (other_key.status_code, code(other_key)) == (403, "SignatureDoesNotMatch")
    other_method = requests.put(url, data=b"x", timeout=30)
    assert (other_method.status_code, code(other_method)) == (403, "SignatureDoesNotMatch")
    # What would turn an upload into a copy is signed.
    copy = requests.put(presign(s3, "put_object", Key="p"), headers={"x-amz-copy-source": f"/{BUCKET}/p"}, timeout=30)
    assert (copy.status_code, code(copy)) == (403, "SignatureDoesNotMatch")
    parts = urllib.parse.urlsplit(url)
    query = urllib.parse.parse_qs(parts.query)
    query["Expires"] = [str(int(time.time()) - 1)]
    late = requests.get(parts._replace(query=urllib.parse.urlencode(query, doseq=True)).geturl(), timeout=30)
    assert (late.status_code, code(late)) == (403, "AccessDenied") and "expired" in late.text
    query["AWSAccessKeyId"] = ["NOBODY"]
    nobody = requests.get(parts._replace(query=urllib.parse.urlencode(query, doseq=True)).geturl(), timeout=30)
    assert (nobody.status_code, code(nobody)) == (403, "InvalidAccessKeyId")


def form_of(node, conditions, **fields) -> dict:
    """A browser's form of those days."""
    keys = node.credentials["s3"]
    policy = base64.b64encode(json.dumps(
        {"expiration": "2100-01-01T00:00:00Z", "conditions": [{"bucket": BUCKET}, *conditions]}).encode()).decode()
    signature = base64.b64encode(
        hmac.new(keys["secret_access_key"].encode(), policy.encode(), hashlib.sha1).digest()).decode()
    return {"AWSAccessKeyId": keys["access_key_id"], "policy": policy, "signature": signature} | fields


def post(node, form, data=b"bar"):
    return requests.post(f"{node.s3}/{BUCKET}", data=form, files={"file": ("x.txt", data)}, timeout=30)


def test_forms(node, s3):
    conditions = [["starts-with", "$key", "foo"], {"acl": "private"}, ["starts-with", "$Content-Type", "text/"],
                  ["content-length-range", 0, 1024]]
    fields = {"key": "foo.txt", "acl": "private", "Content-Type": "text/plain"}
    assert post(node, form_of(node, conditions, **fields)).status_code == 204
    assert s3.get_object(Bucket=BUCKET, Key="foo.txt")["Body"].read() == b"bar"

    cases = [
        ({"signature": "A" * 27 + "="}, 403, "SignatureDoesNotMatch"),
        ({"AWSAccessKeyId": "foo"}, 403, "InvalidAccessKeyId"),
        ({"signature": ""}, 400, "InvalidArgument"),
        ({"key": "bar.txt"}, 403, "AccessDenied"),
    ]
    for changed, status, expected in cases:
        answer = post(node, form_of(node, conditions, **fields) | changed)
        assert (answer.status_code, code(answer)) == (status, expected), changed


def test_it_can_be_turned_off(tmp_path):
    config = '[buckets]\nsignature_v2 = false\n' + ONE_COLLECTION
    with Node(tmp_path, config=config) as strict:
        url = client(strict, "s3").generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "p"})
        answer = requests.get(url, timeout=30)
        assert (answer.status_code, code(answer)) == (400, "InvalidRequest") and "AWS4-HMAC-SHA256" in answer.text
        answer = post(strict, form_of(strict, [], key="a"))
        assert (answer.status_code, code(answer)) == (400, "InvalidRequest")

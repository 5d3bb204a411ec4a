"""How much a bucket may hold, and a disk that is full."""

import json

import requests
from support.node import Node
from support.s3_requests import refused

FULL = """
[buckets]
disk_free_min = "500000GiB"
[[collection.avatars.variant]]
name = "48"
width = 48
height = 48
"""


def quota(node, *arguments) -> list[dict]:
    output = node.run("bucket", "quota", "--data", str(node.data), *arguments).stdout
    return [json.loads(line) for line in output.splitlines()]


def test_a_quota_is_obeyed_at_once(node, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 600)
    told = {"bucket": bucket, "bytes": 600, "bytes_max": 1024, "objects": 1, "objects_max": 2}
    assert quota(node, bucket, "--bytes", "1KiB", "--objects", "2") == [told]
    assert refused(s3.put_object, Bucket=bucket, Key="b", Body=b"x" * 425) == ("QuotaExceeded", 403)
    assert refused(s3.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/a") == ("QuotaExceeded", 403)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="b")["UploadId"]
    part = {"Bucket": bucket, "Key": "b", "UploadId": upload, "PartNumber": 1}
    assert refused(s3.upload_part, **part, Body=b"x" * 425) == ("QuotaExceeded", 403)
    etag = s3.upload_part(**part, Body=b"x" * 424)["ETag"]
    assert refused(s3.put_object, Bucket=bucket, Key="c", Body=b"x") == ("QuotaExceeded", 403)
    s3.complete_multipart_upload(
        Bucket=bucket, Key="b", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
    )
    assert quota(node) == [told | {"bytes": 1024, "objects": 2}]
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 500)
    assert refused(s3.put_object, Bucket=bucket, Key="c", Body=b"") == ("QuotaExceeded", 403)
    s3.delete_object(Bucket=bucket, Key="b")
    s3.put_object(Bucket=bucket, Key="c", Body=b"x" * 524)
    # How long a form's file is, only its end tells.
    form = s3.generate_presigned_post(bucket, "c")
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"y" * 525}, timeout=30)
    assert (answer.status_code, "<Code>QuotaExceeded</Code>" in answer.text) == (403, True)
    assert s3.get_object(Bucket=bucket, Key="c")["Body"].read() == b"x" * 524
    quota(node, bucket, "--remove")
    s3.put_object(Bucket=bucket, Key="d", Body=b"x" * 5000)
    assert quota(node) == []


def test_quotas_that_are_none(node, bucket):
    for arguments, why in (
        (("nobodys-bucket",), "none such"), ((bucket, "--bytes", "much"), "not a size"),
        ((bucket, "--objects", "-1"), "not a count"), ((bucket, "--remove"), "it has none"), (("A B",), "bucket name"),
    ):
        failed = node.run("bucket", "quota", "--data", str(node.data), *arguments, check=False)
        assert failed.returncode != 0 and why in failed.stderr, failed


def test_a_full_disk_can_be_read_and_emptied(tmp_path):
    with Node(tmp_path) as node:
        s3 = node.boto3()
        s3.create_bucket(Bucket="photos")
        for key in "ab":
            s3.put_object(Bucket="photos", Key=key, Body=key.encode())
        node.stop()
        full = Node(tmp_path, FULL)
        with full:
            s3 = full.boto3()
            assert refused(s3.put_object, Bucket="photos", Key="c", Body=b"c") == ("SlowDown", 503)
            assert "are kept" in full.logged("s3 request failed")
            assert s3.get_object(Bucket="photos", Key="a")["Body"].read() == b"a"
            s3.delete_object(Bucket="photos", Key="b")
            assert full.objects("photos") == ["a"]
            upload = s3.create_multipart_upload(Bucket="photos", Key="d")["UploadId"]
            part = {"Bucket": "photos", "Key": "d", "UploadId": upload, "PartNumber": 1}
            assert refused(s3.upload_part, **part, Body=b"d") == ("SlowDown", 503)

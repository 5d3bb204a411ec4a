"""What an operator does for the day on which a disk breaks: backups of a running node, and looking at every byte."""

import json
import os
import shutil
import threading

import pytest

from support.node import Node

PHOTO = b"a photograph " * 1000


def bucket_command(node, action, *arguments, check=True):
    return node.run("bucket", action, "--data", str(node.data), *arguments, check=check)


def contents_of(node):
    return sorted((node.data / "objects/content").glob("*/*"))


def test_a_backup_of_a_busy_node_is_a_data_directory(fresh_node, tmp_path):
    node = fresh_node
    s3 = node.boto3()
    s3.create_bucket(Bucket="photos")
    for i in range(20):
        s3.put_object(Bucket="photos", Key=f"kept/{i}", Body=PHOTO + str(i).encode(), Metadata={"n": str(i)})
    key = json.loads(node.run("keys", "add", "--data", str(node.data), "--owner", "ada", "--allow", "photos=read").stdout)
    upload = s3.create_multipart_upload(Bucket="photos", Key="parts")["UploadId"]
    etag = s3.upload_part(Bucket="photos", Key="parts", UploadId=upload, PartNumber=1, Body=PHOTO)["ETag"]

    stop = threading.Event()

    def churn(name):
        mine = node.boto3()
        n = 0
        while not stop.is_set():
            mine.put_object(Bucket="photos", Key=f"churn/{name}/{n % 5}", Body=PHOTO)
            mine.delete_object(Bucket="photos", Key=f"churn/{name}/{(n + 2) % 5}")
            n += 1

    threads = [threading.Thread(target=churn, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    copies = [tmp_path / f"copy{i}" for i in range(3)]
    try:
        for copy in copies:
            told = json.loads(bucket_command(node, "backup", "--to", str(copy)).stdout)
            assert told["contents"] >= 21 and told["to"] == str(copy)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("copy")) == ["copy0", "copy1", "copy2"]
    assert not (node.data / "objects/backup").exists()
    node.kill()  # The machine is gone.
    shutil.rmtree(node.data)

    folder = tmp_path / "restored"
    folder.mkdir()
    copies[-1].rename(folder / "data")
    with Node(folder) as restored:
        assert restored.credentials == node.credentials
        s3 = restored.boto3()
        for i in range(20):
            got = s3.get_object(Bucket="photos", Key=f"kept/{i}")
            assert got["Body"].read() == PHOTO + str(i).encode() and got["Metadata"] == {"n": str(i)}
        for one in s3.list_objects_v2(Bucket="photos", Prefix="churn/").get("Contents", []):
            assert s3.get_object(Bucket="photos", Key=one["Key"])["Body"].read() == PHOTO
        reader = restored.boto3(access_key_id=key["access_key_id"], secret=key["secret_access_key"])
        assert reader.get_object(Bucket="photos", Key="kept/0")["ContentLength"] == len(PHOTO) + 1
        s3.complete_multipart_upload(Bucket="photos", Key="parts", UploadId=upload,
                                     MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert s3.get_object(Bucket="photos", Key="parts")["Body"].read() == PHOTO
        summary = json.loads(bucket_command(restored, "scrub").stdout.splitlines()[-1])
        assert (summary["damaged"], summary["strays"]) == (0, 0)


def test_a_backup_goes_nowhere_else(fresh_node, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    answer = bucket_command(fresh_node, "backup", "--to", str(there), check=False)
    assert answer.returncode == 78 and "exists" in answer.stderr
    assert list(there.iterdir()) == []


def damage(path, how):
    if how == "digest":
        with path.open("r+b") as file:
            file.seek(100)
            file.write(b"X")
    elif how == "size":
        os.truncate(path, 10)
    else:
        path.unlink()


@pytest.mark.parametrize("how", ["digest", "size", "missing"])
def test_a_scrub_finds_what_a_disk_lost(fresh_node, how):
    node = fresh_node
    s3 = node.boto3()
    s3.create_bucket(Bucket="photos")
    before = set(contents_of(node))
    s3.put_object(Bucket="photos", Key="a", Body=PHOTO)
    (path,) = set(contents_of(node)) - before
    whole = json.loads(bucket_command(node, "scrub").stdout)
    assert whole["damaged"] == 0 and whole["bytes"] >= len(PHOTO)

    damage(path, how)
    answer = bucket_command(node, "scrub", check=False)
    assert answer.returncode == 65
    found, summary = map(json.loads, answer.stdout.splitlines())
    assert found == {"damaged": "object", "bucket": "photos", "key": "a", "id": "null", "content": path.name,
                     "reason": how}
    assert summary["damaged"] == 1
    s3.put_object(Bucket="photos", Key="a", Body=PHOTO)
    assert bucket_command(node, "scrub").returncode == 0

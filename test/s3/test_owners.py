"""Several owners: `tintype keys` makes, changes and ends them while the node runs."""

import json
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.s3_requests import refused

DEADLINE_S = 30


class Keys:
    """`tintype keys`, and clients with what it printed."""

    def __init__(self, node):
        self.node = node

    def run(self, action, *arguments, **options):
        return self.node.run("keys", action, "--data", str(self.node.data), *arguments, **options)

    def add(self, owner, *arguments, **options):
        return json.loads(self.run("add", "--owner", owner, *arguments, **options).stdout)

    def list(self):
        return {line["access_key_id"]: line for line in map(json.loads, self.run("list").stdout.splitlines())}

    def client(self, key):
        return boto3.client(
            "s3", endpoint_url=self.node.s3, region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
            aws_access_key_id=key["access_key_id"], aws_secret_access_key=key["secret_access_key"],
        )


@pytest.fixture
def keys(node):
    return Keys(node)


def comes_true(condition):
    """What another process changed is obeyed within a second."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if condition():
            return True
    return False


def test_a_new_owner_has_buckets_of_its_own(keys, s3, bucket):
    ada = keys.add("ada", "--name", "Ada L.")
    hers = keys.client(ada)
    hers.create_bucket(Bucket="ada-photos")
    hers.put_object(Bucket="ada-photos", Key="a", Body=b"Ada's")
    listed = hers.list_buckets()
    assert [one["Name"] for one in listed["Buckets"]] == ["ada-photos"]
    assert listed["Owner"] == {"ID": "ada", "DisplayName": "Ada L."}
    assert hers.list_objects(Bucket="ada-photos")["Contents"][0]["Owner"] == listed["Owner"]
    assert hers.get_bucket_acl(Bucket="ada-photos")["Owner"] == listed["Owner"]
    assert refused(hers.list_objects_v2, Bucket=bucket) == ("AccessDenied", 403)
    assert refused(hers.create_bucket, Bucket=bucket) == ("BucketAlreadyExists", 409)
    grace = keys.client(keys.add("grace"))
    assert refused(grace.get_object, Bucket="ada-photos", Key="a") == ("AccessDenied", 403)
    assert s3.get_object(Bucket="ada-photos", Key="a")["Body"].read() == b"Ada's"


def test_an_upload_says_who_began_it(keys, s3, bucket):
    writer = keys.client(keys.add("writer", "--name", "A Writer", "--no-create", "--allow", f"{bucket}=write,list"))
    upload = writer.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    (listed,) = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    parts = s3.list_parts(Bucket=bucket, Key="parts", UploadId=upload)
    for told in (listed, parts):
        assert told["Initiator"] == {"ID": "writer", "DisplayName": "A Writer"}
        assert told["Owner"]["ID"] == "tintype"
    s3.abort_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload)


def test_rights_by_bucket(keys, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    reader = keys.client(keys.add("reader", "--no-create", "--allow", f"{bucket}=read,list"))
    assert reader.get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"
    assert reader.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    assert refused(reader.put_object, Bucket=bucket, Key="b", Body=b"b") == ("AccessDenied", 403)
    assert refused(reader.create_bucket, Bucket="a-reader-s") == ("AccessDenied", 403)

    assert refused(reader.create_multipart_upload, Bucket=bucket, Key="parts") == ("AccessDenied", 403)

    # The next key of the same owner may change what all of its keys may do.
    keys.add("reader", "--allow", f"{bucket}=write")

    def has_changed():
        try:
            reader.put_object(Bucket=bucket, Key="b", Body=b"b")
            return True
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            return False

    assert comes_true(has_changed)
    assert refused(reader.get_object, Bucket=bucket, Key="a") == ("AccessDenied", 403)


def test_presigned_urls_and_uploads_in_parts_of_an_owner(keys, bucket):
    writer = keys.client(keys.add("writer", "--allow", f"{bucket}=read,write"))
    upload = writer.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = writer.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"part")
    writer.complete_multipart_upload(
        Bucket=bucket, Key="parts", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert writer.get_object(Bucket=bucket, Key="parts")["Body"].read() == b"part"


def test_keys_that_clients_have_already(keys, node):
    given = keys.add("mover", "--access-key", "AKIAIOSFODNN7EXAMPLE", "--secret-key", "-",
                     input="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
    assert given == {"access_key_id": "AKIAIOSFODNN7EXAMPLE",
                     "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "owner": "mover"}
    keys.client(given).create_bucket(Bucket="movers")
    again = keys.run("add", "--owner", "other", "--access-key", "AKIAIOSFODNN7EXAMPLE",
                     "--secret-key", "another-secret", check=False)
    assert (again.returncode, again.stdout) == (75, "")
    assert "somebody has it" in again.stderr
    for path in node.data.glob("tintype.db*"):
        assert b"wJalrXUtnFEMI" not in path.read_bytes()
    assert (node.data / "seal-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("arguments, told", [
    (["--owner", "a b"], "owner 'a b'"),
    (["--owner", "x", "--allow", "photos"], "BUCKET=RIGHTS"),
    (["--owner", "x", "--allow", "photos=own"], "'own' is no right"),
    (["--owner", "x", "--allow", "No_Bucket=read"], "No_Bucket"),
    (["--owner", "x", "--access-key", "abc"], "--secret-key"),
    (["--owner", "x", "--access-key", "abc", "--secret-key", "short"], "8 to 128"),
])
def test_mistakes_are_told(keys, arguments, told):
    answer = keys.run("add", *arguments, check=False)
    assert answer.returncode == 78
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not any(line["owner"] == "x" for line in keys.list().values())


def test_rotation_with_overlap_and_removal(keys):
    old = keys.add("rotor", "--name", "Rotor")
    new = json.loads(keys.run("rotate", old["access_key_id"], "--overlap", "1h").stdout)
    assert new["owner"] == "rotor"
    for key in (old, new):
        keys.client(key).list_buckets()
    listed = keys.list()
    assert "expires_at" in listed[old["access_key_id"]]
    assert "expires_at" not in listed[new["access_key_id"]]
    assert all("secret" not in name for line in listed.values() for name in line)

    def ended(key):
        def is_over():
            try:
                keys.client(key).list_buckets()
                return False
            except ClientError as error:
                assert error.response["Error"]["Code"] == "InvalidAccessKeyId"
                return True
        return is_over

    keys.run("rotate", new["access_key_id"], "--overlap", "0s")
    assert comes_true(ended(new))
    assert keys.list()[new["access_key_id"]]["state"] == "expired"
    keys.run("remove", old["access_key_id"])
    assert comes_true(ended(old))
    assert keys.run("remove", old["access_key_id"], check=False).returncode == 66


def test_the_node_s_own_key(fresh_node):
    node = fresh_node
    keys = Keys(node)
    own = node.credentials["s3"]
    assert keys.list()[own["access_key_id"]]["kept_in"] == "credentials.json"
    refused_removal = keys.run("remove", own["access_key_id"], check=False)
    assert refused_removal.returncode == 75
    assert "rotate" in refused_removal.stderr

    new = json.loads(keys.run("rotate", own["access_key_id"]).stdout)
    assert new["owner"] == "tintype"
    keys.client(new).list_objects_v2(Bucket=node.uploads)  # At once, and so does the old one.
    keys.client(own).list_objects_v2(Bucket=node.uploads)
    node.stop()
    node.start()
    assert node.credentials["s3"]["access_key_id"] == new["access_key_id"]
    keys.client(new).list_objects_v2(Bucket=node.uploads)
    keys.client(own).list_objects_v2(Bucket=node.uploads)
    keys.run("rotate", new["access_key_id"])
    assert len(keys.list()) == 3

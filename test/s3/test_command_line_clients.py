"""aws-cli, rclone, s3cmd and curl do their round unmodified."""

import os

import boto3
import botocore.config
import pytest
import requests
from support.clients import aws_environment, run_client


@pytest.fixture(scope="module")
def environment(node, tmp_path_factory):
    keys = node.credentials["s3"]
    return {
        **aws_environment(node, tmp_path_factory.mktemp("home")),
        "RCLONE_CONFIG_T_TYPE": "s3", "RCLONE_CONFIG_T_PROVIDER": "Other",
        "RCLONE_CONFIG_T_ENDPOINT": node.s3, "RCLONE_CONFIG_T_ACCESS_KEY_ID": keys["access_key_id"],
        "RCLONE_CONFIG_T_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "RCLONE_CONFIG_T_REGION": keys["region"],
    }


def test_aws_cli(node, environment, tmp_path):
    aws = ["/usr/bin/aws", "--endpoint-url", node.s3]
    source = tmp_path / "a b.bin"
    source.write_bytes(os.urandom(300_000))
    run_client(environment, *aws, "s3", "mb", "s3://cli-bucket")
    assert "cli-bucket" in run_client(environment, *aws, "s3", "ls")
    run_client(environment, *aws, "s3", "cp", source, "s3://cli-bucket/in/a b.bin")
    assert "PRE in/" in run_client(environment, *aws, "s3", "ls", "s3://cli-bucket/")
    assert "300000 in/a b.bin" in run_client(environment, *aws, "s3", "ls", "--recursive", "s3://cli-bucket/")
    run_client(environment, *aws, "s3", "cp", "s3://cli-bucket/in/a b.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == source.read_bytes()
    run_client(environment, *aws, "s3", "rm", "s3://cli-bucket/in/a b.bin")
    listed = run_client(environment, *aws, "s3api", "list-objects-v2", "--bucket", "cli-bucket")
    assert "a b.bin" not in listed


def test_rclone(environment, tmp_path):
    source = tmp_path / "folder"
    (source / "deep").mkdir(parents=True)
    (source / "one.bin").write_bytes(os.urandom(10_000))
    (source / "deep/ü two.bin").write_bytes(os.urandom(200_000))
    rclone = ["/usr/bin/rclone", "--retries", "1", "--low-level-retries", "1"]
    run_client(environment, *rclone, "mkdir", "T:clone-bucket")
    run_client(environment, *rclone, "copy", source, "T:clone-bucket/x")
    run_client(environment, *rclone, "check", source, "T:clone-bucket/x")
    listed = run_client(environment, *rclone, "lsf", "-R", "T:clone-bucket")
    assert "x/deep/ü two.bin" in listed
    run_client(environment, *rclone, "delete", "T:clone-bucket/x/one.bin")
    assert "one.bin" not in run_client(environment, *rclone, "lsf", "-R", "T:clone-bucket")


@pytest.mark.parametrize("signature", [["--signature-v2"], []], ids=["version 2", "version 4"])
def test_s3cmd(node, environment, tmp_path, signature):
    """Asks for ?location first, lists as version 1 does, copies and presigns."""
    host = node.s3.removeprefix("http://")
    s3cmd = [
        "/usr/bin/s3cmd", "--config", "/dev/null", "--no-ssl", f"--host={host}", f"--host-bucket={host}",
        f"--access_key={environment['AWS_ACCESS_KEY_ID']}", f"--secret_key={environment['AWS_SECRET_ACCESS_KEY']}",
        "--no-progress", *signature,
    ]
    small = tmp_path / "ü small.bin"
    small.write_bytes(os.urandom(50_000))
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(16_000_000))
    run_client(environment, *s3cmd, "mb", "s3://cmd-bucket")
    run_client(environment, *s3cmd, "put", "--add-header=x-amz-meta-by:ada", small, "s3://cmd-bucket/in/ü small.bin")
    run_client(environment, *s3cmd, "--multipart-chunk-size-mb=5", "put", large, "s3://cmd-bucket/large.bin")
    assert "s3://cmd-bucket/in/" in run_client(environment, *s3cmd, "ls", "s3://cmd-bucket")
    run_client(environment, *s3cmd, "cp", "s3://cmd-bucket/large.bin", "s3://cmd-bucket/copy.bin")
    for key, source in (("in/ü small.bin", small), ("large.bin", large), ("copy.bin", large)):
        back = tmp_path / "back"
        run_client(environment, *s3cmd, "--force", "get", f"s3://cmd-bucket/{key}", back)
        assert back.read_bytes() == source.read_bytes(), key
    url = run_client(environment, *s3cmd, "signurl", "s3://cmd-bucket/in/ü small.bin", "+60").strip()
    assert requests.get(url, timeout=30).content == small.read_bytes()
    run_client(environment, *s3cmd, "del", "--recursive", "--force", "s3://cmd-bucket")
    assert run_client(environment, *s3cmd, "ls", "--recursive", "s3://cmd-bucket") == ""
    run_client(environment, *s3cmd, "rb", "s3://cmd-bucket")


def test_virtual_host(node, environment, tmp_path):
    """The bucket in the host name, as clients do it unless told otherwise."""
    port = node.s3.rsplit(":", 1)[1]
    keys = node.credentials["s3"]
    client = boto3.client(
        "s3", endpoint_url=f"http://localhost:{port}", region_name=keys["region"],
        aws_access_key_id=keys["access_key_id"], aws_secret_access_key=keys["secret_access_key"],
        config=botocore.config.Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket="virtual-bucket")
    url = boto3.client(
        "s3", endpoint_url=f"http://localhost:{port}", region_name=keys["region"],
        aws_access_key_id=keys["access_key_id"], aws_secret_access_key=keys["secret_access_key"],
        config=botocore.config.Config(s3={"addressing_style": "virtual"}, signature_version="s3v4"),
    ).generate_presigned_url("put_object", Params={"Bucket": "virtual-bucket", "Key": "a b"})
    assert url.startswith(f"http://virtual-bucket.localhost:{port}/a%20b?")
    resolve = f"virtual-bucket.localhost:{port}:127.0.0.1"
    run_client(environment, "curl", "-sS", "--fail", "--resolve", resolve, "-X", "PUT", "-d", "hello", "-H",
               "Content-Type:", url)
    assert client.get_object(Bucket="virtual-bucket", Key="a b")["Body"].read() == b"hello"

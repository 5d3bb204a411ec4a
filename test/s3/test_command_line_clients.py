"""aws-cli and rclone do their round unmodified."""

import os

import pytest
from support.clients import aws_environment, run_client


@pytest.fixture(scope="module")
def environment(node, tmp_path_factory):
    keys = node.credentials["s3"]
    return {
        **aws_environment(node, tmp_path_factory.mktemp("home")),
        "RCLONE_CONFIG_T_TYPE": "s3", "RCLONE_CONFIG_T_PROVIDER": "Other",
        "RCLONE_CONFIG_T_ENDPOINT": node.s3, "RCLONE_CONFIG_T_ACCESS_KEY_ID": keys["access_key_id"],
        "RCLONE_CONFIG_T_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "RCLONE_CONFIG_T_REGION": keys["region"], "RCLONE_CONFIG_T_LIST_VERSION": "2",
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

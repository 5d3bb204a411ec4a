"""Other people's command-line clients, pointed at a node."""

import os
import pathlib
import subprocess


def aws_environment(node, home: pathlib.Path) -> dict:
    """What aws-cli reads, and nothing of whoever runs the tests."""
    keys = node.credentials["s3"]
    return {
        "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": keys["access_key_id"], "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_DEFAULT_REGION": keys["region"], "AWS_EC2_METADATA_DISABLED": "true",
    }


def run_client(environment: dict, *command) -> str:
    done = subprocess.run(
        list(map(str, command)), env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

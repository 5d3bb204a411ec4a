"""The AWS SDK for JavaScript and MinIO's client do their round unmodified; it is in clients/."""

import pytest
from support.clients import aws_environment, run_client
from support.node import ROOT
from support.npm import install

FOLDER = ROOT / "test/s3/clients"


@pytest.mark.parametrize("client", ["aws_sdk", "minio"])
def test_a_whole_round(node, tmp_path, client):
    install(FOLDER)
    said = run_client(
        aws_environment(node, tmp_path), "node", FOLDER / f"{client}.mjs", node.s3, f"js-{client.replace('_', '-')}"
    )
    assert said.splitlines()[-1] == "done"

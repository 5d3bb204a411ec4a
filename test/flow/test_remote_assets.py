"""Assets in somebody else's S3: a Ceph, and another node."""

import threading

import boto3
import pytest
import requests
from botocore.config import Config
from support import ceph, pictures
from support.node import Node, ONE_COLLECTION
from support.person import Person

BUCKET = "photos-assets"


def client(url: str, access_key: str, secret_key: str):
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
        region_name="us-east-1", config=Config(s3={"addressing_style": "path"}),
    )


def account_at(peer: Node) -> tuple[str, str, str]:
    keys = peer.credentials["s3"]
    return peer.s3, keys["access_key_id"], keys["secret_access_key"]


@pytest.fixture(scope="module")
def ceph_account():
    with ceph.Ceph() as running:
        yield running.url, ceph.ACCESS_KEY, ceph.SECRET_KEY


@pytest.fixture(scope="module")
def node_account(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("peer")) as peer:
        yield account_at(peer)


@pytest.fixture(params=["ceph", "node"])
def account(request):
    return request.getfixturevalue(f"{request.param}_account")


def configuration(url: str, access_key: str, secret_key: str) -> str:
    return f"""
[remote.peer]
endpoint = "{url}"
access_key = "{access_key}"
secret_key = "{secret_key}"
timeout = "5s"

[buckets]
assets = "{BUCKET}"
assets_at = "peer"
{ONE_COLLECTION}"""


def keys_in(s3) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_pictures_lie_there_under_their_own_keys_and_the_edge_serves_them(account, tmp_path):
    s3 = client(*account)
    with Node(tmp_path, configuration(*account)) as node:
        person = Person(node, "somebody")
        status = person.upload(pictures.jpeg(1600, 1200))
        assert status["state"] == "ready", status
        for asset in status["assets"]:
            served = requests.get(asset["url"], timeout=30)
            assert served.status_code == 200
            key = asset["url"].removeprefix(node.edge + "/")
            there = s3.get_object(Bucket=BUCKET, Key=key)
            assert there["Body"].read() == served.content
            assert there["ContentType"] == asset["type"]
            assert there["CacheControl"] == "public, max-age=31536000, immutable"
        assert pictures.is_upright(person.alias("48.jpg").content)
        first = set(keys_in(s3))

        assert person.upload(pictures.jpeg(900, 700))["state"] == "ready"
        assert set(keys_in(s3)) > first
        assert not list((node.data / "spool").iterdir()), "what is on its way has no name"
    # Nothing of it is in memory alone.
    with Node(tmp_path, configuration(*account)) as node:
        assert pictures.is_upright(Person(node, "somebody").alias("48.jpg").content)


def test_whoever_is_deleted_leaves_nothing_there(account, tmp_path):
    s3 = client(*account)
    with Node(tmp_path, configuration(*account)) as node:
        gone, stays = Person(node, "gone"), Person(node, "stays")
        for person in (gone, stays):
            assert person.upload(pictures.jpeg())["state"] == "ready"
        assert [key for key in keys_in(s3) if "/gone/" in key]
        assert gone.call("DELETE", node.gateway + "/api/profile").status_code == 204
        never = threading.Event()
        for _ in range(600):  # Until the function that does it has run.
            if not [key for key in keys_in(s3) if "/gone/" in key]:
                break
            never.wait(0.1)
        left = keys_in(s3)
        assert not [key for key in left if "/gone/" in key]
        assert [key for key in left if "/stays/" in key]


def test_a_peer_that_is_away_delays_pictures_and_loses_none(tmp_path):
    for name in ("peer", "node"):
        (tmp_path / name).mkdir()
    with Node(tmp_path / "peer") as peer:
        account = account_at(peer)
        with Node(tmp_path / "node", configuration(*account)) as node:
            person = Person(node, "somebody")
            peer.kill()
            slot = person.slot(data := pictures.jpeg(800, 600))
            assert person.put(slot, data).status_code == 200
            address = peer.s3.removeprefix("http://")
            peer.start(s3=address)
            assert [status["state"] for status in person.follow(slot)][-1] == "ready"
            assert person.alias("48.jpg").status_code == 200


def test_keys_that_are_refused_stop_the_start(node_account, tmp_path):
    url, access_key, _ = node_account
    node = Node(tmp_path, configuration(url, access_key, "wrong"))
    with pytest.raises(AssertionError):
        node.start()
    assert "buckets.assets_at" in node.log()
    assert "SignatureDoesNotMatch" in node.log() or "403" in node.log()
    assert "wrong" not in node.log()


def test_an_account_that_is_not_there_is_named(tmp_path):
    text = configuration("http://127.0.0.1:1", "a", "b").replace('assets_at = "peer"', 'assets_at = "pear"')
    (tmp_path / "tintype.toml").write_text(text)
    node = Node(tmp_path, text)
    with pytest.raises(AssertionError):
        node.start()
    assert "there is no [remote.pear]" in node.log()

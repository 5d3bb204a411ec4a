"""The main job: a photograph goes in as from a browser, and comes out served."""

import io
import re

import pytest
import requests
from PIL import Image
from support import pictures
from support.person import Person


def test_a_photograph_goes_the_whole_way(node, person):
    data = pictures.jpeg(1600, 1200)

    slot = person.slot(data)
    assert slot["method"] == "PUT"
    assert set(slot) == {"url", "method", "headers", "key", "upload_id", "expires_at", "status_url"}
    assert slot["url"].startswith(node.s3 + "/")
    assert person.status(slot)["state"] == "waiting"

    assert person.put(slot, data).status_code == 200
    states = [status["state"] for status in person.follow(slot)]
    assert states[-1] == "ready"
    order = ["waiting", "received", "processing", "ready"]
    assert states == sorted(set(states), key=order.index), "no state twice, none out of order"

    status = person.status(slot)
    assert {asset["name"] for asset in status["assets"]} == {"512", "128", "48"}
    for asset in status["assets"]:
        answer = requests.get(asset["url"], timeout=30)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == asset["type"]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert len(answer.content) == asset["size"]
        assert (asset["width"], asset["height"]) == (int(asset["name"]),) * 2


def test_variants_are_upright_and_of_the_right_size(node, person):
    person.upload(pictures.with_orientation(6, 900, 700))
    for side in (512, 128, 48):
        for extension, kind in (("jpg", "JPEG"), ("webp", "WEBP")):
            answer = person.alias(f"{side}.{extension}")
            picture = Image.open(io.BytesIO(answer.content))
            assert picture.format == kind
            assert picture.size == (side, side)
            assert pictures.is_upright(answer.content)


@pytest.mark.parametrize(
    "kind, content_type",
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_every_common_type_is_taken(node, person, kind, content_type):
    data = pictures.encode(pictures.quadrants(), kind)
    assert person.upload(data, content_type)["state"] == "ready"
    assert pictures.is_upright(person.alias("512.jpg").content)


def test_a_picture_named_wrongly_is_still_read_for_what_it_is(node, person):
    data = pictures.encode(pictures.quadrants(), "PNG")
    assert person.upload(data, "image/jpeg")["state"] == "ready"


def test_the_demo_person_can_sign_in(node):
    who = node.credentials["person"]
    answer = requests.post(
        node.gateway + "/auth/sign_in",
        json={"name": who["name"], "password": who["password"]},
        timeout=30,
    )
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    token = answer.json()["access_token"]
    uploaded = requests.post(
        node.gateway + "/avatars/key_upload",
        json={"content_type": "image/jpeg", "size": 1000},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert uploaded.status_code == 200

    wrong = requests.post(
        node.gateway + "/auth/sign_in", json={"name": who["name"], "password": "guess"}, timeout=30
    )
    assert wrong.status_code == 401


def test_the_issuer_publishes_its_keys(node):
    keys = requests.get(node.gateway + "/.well-known/jwks.json", timeout=30).json()["keys"]
    assert len(keys) == 1 and keys[0]["alg"] == "ES256" and "d" not in keys[0]
    about = requests.get(node.gateway + "/.well-known/openid-configuration", timeout=30).json()
    assert about["issuer"] == node.gateway
    assert about["jwks_uri"] == node.gateway + "/.well-known/jwks.json"


def test_health_readiness_and_metrics(node, person):
    assert requests.get(node.ops + "/healthz", timeout=30).status_code == 200
    person.upload(pictures.jpeg())
    assert requests.get(node.ops + "/readyz", timeout=30).status_code == 200
    text = requests.get(node.ops + "/metrics", timeout=30).text
    assert re.search(r'^tintype_http_requests_total\{.*listener="s3".*\} [1-9]', text, re.M)
    assert "tintype_invocations{" in text and "tintype_workers{" in text


def test_the_page_is_served_with_a_strict_policy(node):
    page = requests.get(node.gateway + "/", timeout=30)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert node.edge in policy and node.s3 in policy
    assert "<script>" not in page.text
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert requests.get(node.gateway + path, timeout=30).status_code == 200, path


def test_the_log_of_a_successful_flow_is_clean(fresh_node):
    person = Person(fresh_node, sub="clean")
    assert person.upload(pictures.jpeg())["state"] == "ready"
    assert person.alias("512.jpg").status_code == 200
    assert fresh_node.stop() == 0
    log = fresh_node.log()
    assert "level=warning" not in log and "level=error" not in log, log
    upload_id = re.search(r"upload=(\S+)", log)
    assert upload_id, "ids run through the log from slot to asset"
    assert "X-Amz-Signature" not in log and person.token not in log

"""What people and machines send that they should not. A precise answer, no object, and the node stays up."""

import concurrent.futures
import json

import pytest
import requests
from support import pictures
from support.node import Node
from support.person import Person


@pytest.fixture(autouse=True)
def still_alive(node):
    yield
    assert node.process.poll() is None
    assert requests.get(node.ops + "/healthz", timeout=30).status_code == 200


WHOLE = {
    "jpeg": pictures.jpeg(900, 700),
    "progressive": pictures.encode(pictures.quadrants(900, 700), "JPEG", quality=90, progressive=True),
    "png": pictures.encode(pictures.quadrants(900, 700), "PNG"),
    "webp": pictures.encode(pictures.quadrants(900, 700), "WEBP", quality=90),
    "gif": pictures.encode(pictures.quadrants(900, 700), "GIF"),
}


NO_PICTURES = (
    [
        ("text", b"this is not a picture, it is a sentence", {"unsupported"}),
        ("one byte", b"\xff", {"unsupported", "damaged_input"}),
        ("html", b"<html><script>alert(1)</script></html>", {"unsupported"}),
        ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', {"unsupported"}),
        ("zip", b"PK\x03\x04" + b"\0" * 100, {"unsupported"}),
        ("only a head", WHOLE["jpeg"][:20], {"damaged_input", "unsupported"}),
        ("noise behind a head", WHOLE["jpeg"][:700] + bytes(range(256)) * 40, {"damaged_input", "unsupported"}),
        ("bomb", pictures.bomb_png(), {"too_large"}),
        ("bomb beyond all", pictures.bomb_png(2_000_000), {"too_large", "damaged_input"}),
    ]
    + [(f"{kind} cut in half", data[: len(data) // 2], {"damaged_input"}) for kind, data in WHOLE.items()]
    + [(f"{kind} cut at the end", data[: int(len(data) * 0.9)], {"damaged_input"}) for kind, data in WHOLE.items()]
)


@pytest.mark.parametrize("data, reasons", [row[1:] for row in NO_PICTURES], ids=[row[0] for row in NO_PICTURES])
def test_what_is_no_whole_picture(node, person, data, reasons):
    slot = person.slot(data)
    assert person.put(slot, data).status_code == 200
    states = list(person.follow(slot))
    assert states[-1]["state"] == "failed"
    assert states[-1]["reason"] in reasons, states[-1]
    assert person.status(slot)["reason"] == states[-1]["reason"], "status and stream agree"

    # The source and the failed invocation stay inspectable.
    dead = [e for e in node.events("dead") if e["key"] == slot["key"]]
    assert len(dead) == 1 and dead[0]["reason"]
    shown = node.events("show", dead[0]["id"])[0]
    assert shown["record"]["s3"]["bucket"]["name"] == node.uploads
    assert node.boto3().get_object(Bucket=node.uploads, Key=slot["key"])["Body"].read() == data


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b'{"size":1}', b'{"content_type":"image/jpeg"}',
        b'{"content_type":"image/jpeg","size":"1"}', b'{"content_type":"image/jpeg","size":-1}',
        b'{"content_type":"image/jpeg","size":0}', b'{"content_type":"image/jpeg","size":1.5}',
        b'{"content_type":7,"size":1}', b'{"content_type":"image/jpeg","size":99999999999999999999}',
        b'{"extension":7}', b"\xff\xfe", b'{"content_type":"image/jpeg","size":1,"size":2}',
        b'{"content_type":"image/jpeg\\r\\nX: y","size":5}', b"[" * 5000,
    ],
)
def test_nonsense_for_a_slot(node, person, body):
    answer = requests.post(
        node.gateway + "/avatars/key_upload", data=body, timeout=30,
        headers={**person.authorization, "Content-Type": "application/json"},
    )
    assert answer.status_code in (400, 413, 415, 422), answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"] and problem["status"] == answer.status_code


def test_a_huge_body_for_a_slot(node, person):
    answer = requests.post(
        node.gateway + "/avatars/key_upload", data=b" " * (2 << 20), headers=person.authorization, timeout=30
    )
    assert answer.status_code == 413


def test_unsigned_and_mis_signed_puts(node, person):
    data = pictures.jpeg()
    slot = person.slot(data)
    bare = slot["url"].split("?")[0]
    for url, code in (
        (bare, "AccessDenied"),
        (slot["url"].replace("X-Amz-Signature=", "X-Amz-Signature=0"), None),
        (slot["url"].replace(slot["upload_id"], "0" * len(slot["upload_id"])), "SignatureDoesNotMatch"),
        (slot["url"].replace("X-Amz-Expires=", "X-Amz-Expires=1"), None),
    ):
        answer = requests.put(url, data=data, headers=slot["headers"], timeout=30)
        assert answer.status_code in (400, 403)
        assert "<Code>" in answer.text and (code is None or f"<Code>{code}</Code>" in answer.text), answer.text
    assert slot["key"] not in node.objects(node.uploads)
    assert person.put(slot, data).status_code == 200, "the slot is still good"


def test_an_expired_slot(tmp_path):
    config = """
[collection.avatars]
slot_ttl = "1s"
[[collection.avatars.variant]]
name = "64"
width = 64
height = 64
"""
    with Node(tmp_path, config=config) as node:
        person = Person(node)
        data = pictures.jpeg()
        slot = person.slot(data)
        # Its state says when it is over: no need to know how long a second is here.
        while person.status(slot)["state"] == "waiting":
            pass
        answer = person.put(slot, data)
        assert answer.status_code == 403
        assert "<Code>AccessDenied</Code>" in answer.text and "expired" in answer.text
        assert node.objects(node.uploads) == []


def test_an_oversized_upload_with_an_extension_slot(node, person):
    slot = person.ask({"extension": "jpg"}).json()
    answer = person.put(slot, b"\xff" * ((15 << 20) + 1))
    assert answer.status_code in (400, 413)
    assert "<Code>EntityTooLarge</Code>" in answer.text
    assert slot["key"] not in node.objects(node.uploads)


def test_racing_puts_of_one_slot(node, person):
    data = pictures.jpeg()
    slot = person.slot(data)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: person.put(slot, data).status_code, range(8)))
    assert answers.count(200) == 1, answers
    assert person.wait(slot)["state"] == "ready"
    images = [e for e in node.events() if e["key"] == slot["key"] and e["function"] == "image:avatars"]
    assert len(images) == 1


def test_many_people_at_once(node):
    def one(number: int) -> str:
        person = Person(node, f"crowd-{number}")
        return person.upload(pictures.solid_jpeg((number * 10, 100, 200), 500, 400))["state"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(24))) == {"ready"}


def test_an_unknown_upload(node):
    answer = requests.get(node.gateway + "/uploads/00000000000000000000000000", timeout=30)
    assert answer.status_code == 404
    assert json.loads(answer.text)["code"]

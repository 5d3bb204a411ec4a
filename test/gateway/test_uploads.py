"""Slots and what is presigned for them: PUT, form and parts; many files; idempotency; cancelling; limits."""

import concurrent.futures
import io
import subprocess
import urllib.parse

import pytest
import requests
from PIL import Image
from support import pictures
from support.node import ROOT, Node
from support.person import Person

MIB = 1 << 20
CONFIG = """
[collection.avatars]
part_size = "5MiB"
slots_waiting_max = 5
slots_per_hour = 8
bytes_per_day = "60MiB"
[[collection.avatars.variant]]
name = "64"
width = 64
height = 64
"""


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A node whose limits are near."""
    with Node(tmp_path_factory.mktemp("strict"), config=CONFIG) as running:
        yield running


def code(answer: requests.Response) -> str:
    return answer.json()["code"]


def s3_code(answer: requests.Response) -> str:
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


# The form


def test_a_form_goes_the_whole_way(node, person):
    data = pictures.jpeg()
    slot = person.slot(data, method="POST")
    assert (slot["method"], slot["url"]) == ("POST", f"{node.s3}/{node.uploads}")
    answer = person.post(slot, data)
    assert answer.status_code == 201, answer.text
    assert slot["key"].split("/")[-1] in answer.text
    assert person.wait(slot)["state"] == "ready"
    assert [e["record"]["eventName"] for e in node.events("show", invocation_of(node, slot))] == [
        "ObjectCreated:Post"
    ]


def invocation_of(node, slot: dict) -> str:
    return next(e["id"] for e in node.events() if e["key"] == slot["key"] and e["function"] == "image:avatars")


def test_a_form_without_a_size(node, person):
    slot = person.ask({"extension": "jpg", "method": "POST"}).json()
    too_large = person.post(slot, b"\xff" * ((15 << 20) + 1))
    assert (too_large.status_code, s3_code(too_large)) == (400, "EntityTooLarge")
    empty = person.post(slot, b"")
    assert (empty.status_code, s3_code(empty)) == (400, "EntityTooSmall")
    data = pictures.jpeg()
    assert person.post(slot, data).status_code == 201
    assert person.wait(slot)["state"] == "ready"


# Parts


def test_parts_go_the_whole_way(strict):
    person = Person(strict, "parts")
    data = pictures.padded(pictures.jpeg(), 11 * MIB)
    slot = person.slot(data, method="multipart")
    assert (slot["part_size"], slot["part_count"]) == (5 * MIB, 3)
    person.put_parts(slot, data, [3, 1])
    early = person.call("POST", slot["complete_url"])
    assert (early.status_code, code(early)) == (409, "incomplete_upload")
    person.put_parts(slot, data, [2])
    listed = person.call("GET", slot["parts_url"]).json()["parts"]
    assert [part["PartNumber"] for part in listed] == [1, 2, 3]
    assert sum(part["Size"] for part in listed) == len(data)

    done = person.call("POST", slot["complete_url"], {"parts": listed})
    assert done.status_code == 200, done.text
    assert person.call("POST", slot["complete_url"]).status_code == 200, "again is no change"
    assert person.wait(slot)["state"] == "ready"
    assert Image.open(io.BytesIO(person.alias("64.jpg").content)).size == (64, 64)
    shown = strict.events("show", invocation_of(strict, slot))
    assert shown[0]["record"]["eventName"] == "ObjectCreated:CompleteMultipartUpload"


def test_what_uppy_asks_for(strict):
    """createMultipartUpload, signPart, listParts, completeMultipartUpload, abortMultipartUpload."""
    person = Person(strict, "uppy")
    data = pictures.padded(pictures.jpeg(), 6 * MIB)
    created = person.slot(data, method="multipart")
    assert created["uploadId"] == created["upload_id"] and created["key"]
    etags = []
    for number in (1, 2):
        signed = person.call("GET", f"{created['parts_url']}/{number}").json()
        put = requests.put(
            signed["url"], data=data[(number - 1) * 5 * MIB : number * 5 * MIB], headers=signed["headers"], timeout=60
        )
        etags.append({"PartNumber": number, "ETag": put.headers["ETag"]})
    done = person.call("POST", created["complete_url"], {"parts": etags})
    assert done.json()["location"].endswith(created["key"].split("/")[-1])
    assert person.wait(created)["state"] == "ready"

    aborted = person.slot(data, method="multipart")
    person.put_parts(aborted, data, [1])
    assert person.cancel(aborted).status_code == 204
    assert person.call("GET", aborted["parts_url"]).status_code == 409


def test_parts_are_the_owners_business(strict):
    person, eve = Person(strict, "adam"), Person(strict, "eve")
    slot = person.slot(b"x" * (6 * MIB), method="multipart")
    for method, url, body in (
        ("POST", slot["parts_url"], {"numbers": [1]}), ("GET", slot["parts_url"], None),
        ("GET", slot["parts_url"] + "/1", None), ("POST", slot["complete_url"], None),
        ("DELETE", slot["status_url"], None),
    ):
        answer = eve.call(method, url, body)
        assert (answer.status_code, code(answer)) == (404, "unknown_upload"), url
        assert requests.request(method, url, json=body, timeout=30).status_code == 401
    assert person.cancel(slot).status_code == 204


# Many files, idempotency


def test_many_files_in_one_request(node, person):
    data = pictures.jpeg()
    answer = person.ask({"files": [
        {"content_type": "image/jpeg", "size": len(data)}, {"extension": "exe"},
        {"extension": "png", "method": "post"}, {"content_type": "image/jpeg", "size": 1 << 40},
    ]})
    assert answer.status_code == 200
    files = answer.json()["files"]
    assert [file.get("method") or file["problem"]["code"] for file in files] == [
        "PUT", "unsupported_media_type", "POST", "too_large"
    ]
    assert person.put(files[0], data).status_code == 200
    assert person.wait(files[0])["state"] == "ready"
    assert person.ask({"files": [{"extension": "jpg"}] * 21}).status_code == 400
    assert person.ask({"files": []}).status_code == 400


def test_idempotency_keys(node, person):
    body = {"content_type": "image/jpeg", "size": 1000}
    first = person.ask(body, **{"Idempotency-Key": '"a"'})
    assert person.ask(body, **{"Idempotency-Key": '"a"'}).text == first.text
    assert person.ask(body).json()["upload_id"] != first.json()["upload_id"]
    reused = person.ask({"extension": "jpg"}, **{"Idempotency-Key": '"a"'})
    assert (reused.status_code, code(reused)) == (422, "idempotency_key_reused")
    other = Person(node, person.sub + "2").ask(body, **{"Idempotency-Key": '"a"'})
    assert other.json()["upload_id"] != first.json()["upload_id"]
    assert person.ask(body, **{"Idempotency-Key": "k" * 256}).status_code == 400


def test_one_idempotency_key_at_the_same_time(person):
    body = {"content_type": "image/jpeg", "size": 1000}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: person.ask(body, **{"Idempotency-Key": "race"}), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.text for answer in answers if answer.status_code == 200}) == 1


# Cancelling


def test_a_cancelled_slot_is_dead_at_once(node, person):
    data = pictures.jpeg()
    slot, form = person.slot(data), person.slot(data, method="post")
    stream = person.follow(slot)
    assert next(stream)["state"] == "waiting"
    assert person.cancel(slot).status_code == 204
    assert person.cancel(form).status_code == 204
    last = list(stream)[-1]
    assert (last["state"], last["reason"]) == ("failed", "cancelled")
    assert person.cancel(slot).status_code == 204, "again is no change"
    for answer in (person.put(slot, data), person.post(form, data)):
        assert answer.status_code == 403 and "cancelled" in answer.text
    assert not {slot["key"], form["key"]} & set(node.objects(node.uploads))


def test_an_upload_that_is_cancelled_on_its_way_is_not_seen(node, person):
    """Half of the body is sent, the slot is cancelled, then the other half comes."""
    import socket

    data = pictures.jpeg(1200, 900)
    slot = person.slot(data)
    url = urllib.parse.urlsplit(slot["url"])
    head = (
        f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {len(data)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(head.encode())
        assert b"100" in connection.recv(100), "it was let in"
        connection.sendall(data[: len(data) // 2])
        assert person.cancel(slot).status_code == 204
        connection.sendall(data[len(data) // 2 :])
        assert b" 403 " in connection.recv(1000)
    assert slot["key"] not in node.objects(node.uploads)
    assert person.status(slot)["reason"] == "cancelled"


def test_what_arrived_cannot_be_cancelled(person):
    data = pictures.jpeg()
    slot = person.slot(data)
    person.put(slot, data)
    answer = person.cancel(slot)
    assert (answer.status_code, code(answer)) == (409, "upload_ended")
    assert person.wait(slot)["state"] == "ready"
    nobody = person.call("DELETE", slot["status_url"] + "x")
    assert (nobody.status_code, code(nobody)) == (404, "unknown_upload")


# Limits


def test_limits_of_an_owner(strict):
    person = Person(strict, "greedy")
    slots = [person.slot(b"x" * 1000) for _ in range(5)]
    waiting = person.ask({"extension": "jpg"})
    assert (waiting.status_code, code(waiting)) == (429, "too_many_slots")
    assert 1 <= int(waiting.headers["Retry-After"]) <= 300
    for slot in slots:
        assert person.cancel(slot).status_code == 204
    for _ in range(3):
        assert person.ask({"content_type": "image/jpeg", "size": 1000}).status_code == 200
    hourly = person.ask({"content_type": "image/jpeg", "size": 1000})
    assert (hourly.status_code, code(hourly)) == (429, "too_many_uploads")
    assert 300 < int(hourly.headers["Retry-After"]) <= 3600
    other = Person(strict, "modest")
    assert other.ask({"content_type": "image/jpeg", "size": 1000}).status_code == 200
    for _ in range(3):
        assert other.ask({"content_type": "image/jpeg", "size": 15 << 20}).status_code == 200
    daily = other.ask({"content_type": "image/jpeg", "size": 15 << 20})
    assert (daily.status_code, code(daily)) == (429, "too_many_bytes")


# Taking the picture away, and the same from a shell


def test_a_removed_picture_is_the_default_at_once(node, person):
    assert person.upload(pictures.solid_jpeg((220, 20, 20)))["state"] == "ready"
    before = person.alias("512.jpg")
    url = f"{node.gateway}/avatars/current"
    assert requests.delete(url, timeout=30).status_code == 401
    assert person.call("DELETE", url).status_code == 204
    after = person.alias("512.jpg")
    assert after.status_code == 200 and after.content != before.content
    assert "Content-Location" not in after.headers
    assert person.call("DELETE", url).status_code == 204, "again is no change"
    assert person.upload(pictures.solid_jpeg((20, 20, 220)))["state"] == "ready"
    assert person.alias("512.jpg").headers["Content-Location"]


def shell(node, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "bin/avatar" / command[0], *command[1:], "--data", str(node.data)],
        capture_output=True, text=True, timeout=120, check=False,
    )


def test_the_way_of_the_app_from_a_shell(node, tmp_path):
    photo = tmp_path / "a photo.JPG"
    photo.write_bytes(pictures.jpeg())
    done = shell(node, "upload", str(photo), "--as", "shell user")
    assert done.returncode == 0, done.stderr
    urls = done.stdout.split()
    assert len(urls) >= 3 and all(requests.get(url, timeout=30).status_code == 200 for url in urls)
    person = Person(node, "shell user")
    assert "Content-Location" in person.alias("512.jpg").headers
    cleared = shell(node, "clear", "--as", "shell user")
    assert (cleared.returncode, cleared.stdout) == (0, ""), cleared.stderr
    assert "Content-Location" not in person.alias("512.jpg").headers


def test_the_shell_says_what_is_wrong(node, tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    exe = tmp_path / "x.exe"
    exe.write_text("x")
    for arguments, status in (
        (("upload", str(text)), 65), (("upload", str(exe)), 69), (("upload", str(tmp_path / "none")), 66),
        (("upload",), 64), (("upload", str(text), "--what"), 64), (("clear", "--what"), 64),
    ):
        done = shell(node, *arguments)
        assert done.returncode == status, (arguments, done.stderr)
        assert done.stderr.startswith(f"bin/avatar/{arguments[0]}: ")
    for name in ("upload", "clear"):
        help_text = subprocess.run(
            [ROOT / "bin/avatar" / name, "--help"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
        assert f"bin/avatar/{name}" in help_text

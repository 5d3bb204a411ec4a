"""The plug is pulled. After the restart an upload is wholly there, with its event, or not at all."""

import concurrent.futures
import hashlib
import os
import signal
import socket
import threading
import urllib.parse

import pytest
import requests
from support import pictures
from support.node import Node
from support.person import Person


def test_what_was_acknowledged_survives(fresh_node):
    """kill -9 while eight clients write; every 200 is an object with its content."""
    node = fresh_node
    node.boto3().create_bucket(Bucket="bucket")
    acknowledged, lock, enough = {}, threading.Lock(), threading.Event()

    def write(client: int):
        s3 = node.boto3()
        for number in range(200):
            body = os.urandom(20_000 + client)
            try:
                s3.put_object(Bucket="bucket", Key=f"{client}/{number}", Body=body)
            except Exception:  # The node is gone.
                return
            with lock:
                acknowledged[f"{client}/{number}"] = hashlib.sha256(body).hexdigest()
                if len(acknowledged) > 100:
                    enough.set()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(write, client) for client in range(8)]
        assert enough.wait(60)
        node.kill()
        concurrent.futures.wait(running)
    assert len(acknowledged) > 100

    node.start()
    s3 = node.boto3()
    for key, digest in acknowledged.items():
        assert hashlib.sha256(s3.get_object(Bucket="bucket", Key=key)["Body"].read()).hexdigest() == digest
    for key in node.objects("bucket"):
        got = s3.get_object(Bucket="bucket", Key=key)
        body = got["Body"].read()
        assert len(body) == got["ContentLength"] and got["ETag"] == f'"{hashlib.md5(body).hexdigest()}"', "whole"
    assert_no_leftovers(node)


def assert_no_leftovers(node):
    """No content file that no object names."""
    folders = (node.data / "objects/content", node.data / "objects/pending")
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    objects = sum(len(node.objects(bucket["Name"])) for bucket in node.boto3().list_buckets()["Buckets"])
    assert len(files) == objects, files


def test_an_upload_cut_in_the_middle_is_nothing(fresh_node):
    node = fresh_node
    person = Person(node, "cut")
    data = pictures.jpeg(1200, 900)
    slot = person.slot(data)
    url = urllib.parse.urlsplit(slot["url"])
    head = (
        f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n"
        f"Content-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(head.encode() + data[: len(data) // 2])
    assert node.objects(node.uploads) == []
    assert person.status(slot)["state"] == "waiting"
    assert person.put(slot, data).status_code == 200, "the slot is not used up"
    assert person.wait(slot)["state"] == "ready"


@pytest.mark.parametrize("moment", range(6))
def test_killed_after_the_put(fresh_node, moment):
    """The photograph was acknowledged; whatever the node was doing when it died, it is processed after."""
    node = fresh_node
    person = Person(node, "kill")
    data = pictures.jpeg(2400 + moment, 1800)
    slot = person.slot(data)
    assert person.put(slot, data).status_code == 200
    # Each round trip more is another moment of the invocation.
    for _ in range(moment):
        person.status(slot)
    node.kill()

    node.start()
    status_url = urllib.parse.urlsplit(slot["status_url"]).path
    slot["status_url"] = node.gateway + status_url
    assert person.wait(slot)["state"] == "ready"
    answer = person.alias("512.jpg")
    assert answer.status_code == 200 and pictures.is_upright(answer.content)
    invocations = [e for e in node.events() if e["function"] == "image:avatars"]
    assert [e["state"] for e in invocations] == ["done"]


PARTS = """
[collection.avatars]
part_size = "5MiB"
[[collection.avatars.variant]]
name = "64"
width = 64
height = 64
"""


def moved(node, slot: dict) -> dict:
    """The slot's URLs at the node, which has other ports since."""
    return {
        name: node.gateway + urllib.parse.urlsplit(value).path if name.endswith("_url") else value
        for name, value in slot.items()
    }


@pytest.mark.parametrize("moment", ["before a part", "after two parts", "in a part", "while completing"])
def test_killed_in_the_middle_of_parts(tmp_path, moment):
    """Every part that was acknowledged is there after the restart, and the upload goes on."""
    data = pictures.padded(pictures.jpeg(), 11 << 20)
    with Node(tmp_path, config=PARTS) as node:
        person = Person(node, "parts")
        slot = person.slot(data, method="multipart")
        if moment != "before a part":
            person.put_parts(slot, data, [3, 1])
        if moment == "in a part":
            url = urllib.parse.urlsplit(person.call("GET", slot["parts_url"] + "/2").json()["url"])
            head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 5242880\r\n\r\n"
            with socket.create_connection((url.hostname, url.port)) as connection:
                connection.sendall(head.encode() + b"x" * 1_000_000)
                node.kill()
        elif moment == "while completing":
            person.put_parts(slot, data, [2])
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: person.call("POST", slot["complete_url"]))
                node.kill()
        else:
            node.kill()

        node.start()
        slot = moved(node, slot)
        person = Person(node, "parts")  # Tokens name the node that issued them.
        if person.status(slot)["state"] == "waiting":
            there = {part["PartNumber"] for part in person.call("GET", slot["parts_url"]).json()["parts"]}
            assert there == {"before a part": set(), "while completing": {1, 2, 3}}.get(moment, {1, 3})
            missing = [number for number in (1, 2, 3) if number not in there]
            if missing:
                person.put_parts(slot, data, missing)
            assert person.call("POST", slot["complete_url"]).status_code == 200
        assert person.wait(slot)["state"] == "ready"
        assert person.upload(pictures.jpeg())["state"] == "ready"
        # The source goes right after the status said ready; asking for it is a round trip each.
        while node.objects(node.uploads):
            pass
        assert_no_leftovers(node)


@pytest.mark.parametrize("half", ["of the fields", "of the file"])
def test_a_form_that_is_cut_is_nothing(fresh_node, half):
    node = fresh_node
    person = Person(node, "form")
    data = pictures.jpeg(1200, 900)
    slot = person.slot(data, method="post")
    request = requests.Request("POST", slot["url"], data=slot["fields"], files={"file": ("x", data)}).prepare()
    url = urllib.parse.urlsplit(slot["url"])
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in request.headers.items()
    )
    size = 200 if half == "of the fields" else len(request.body) - len(data) // 2
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(head.encode() + b"\r\n" + request.body[:size])
    assert person.status(slot)["state"] == "waiting"
    assert person.post(slot, data).status_code == 201, "the slot is not used up"
    assert person.wait(slot)["state"] == "ready"


def test_a_killed_worker_costs_one_attempt(fresh_node):
    node = fresh_node
    person = Person(node, "worker")
    assert person.upload(pictures.jpeg())["state"] == "ready"
    for pid in node.child_pids():
        os.kill(pid, signal.SIGKILL)
    assert person.upload(pictures.jpeg(900, 700))["state"] == "ready"
    assert requests.get(node.ops + "/healthz", timeout=30).status_code == 200


def test_no_worker_outlives_its_node(fresh_node):
    node = fresh_node
    assert Person(node, "x").upload(pictures.jpeg())["state"] == "ready"
    pids = node.child_pids()
    assert pids
    node.kill()
    handles = []
    for pid in pids:
        try:
            handles.append(os.pidfd_open(pid))
        except ProcessLookupError:
            pass
    import select

    for handle in handles:
        assert select.select([handle], [], [], 30)[0], "the worker ended"
        os.close(handle)

"""From the last byte of a PUT to the variant being fetchable, beside the pixel work alone.

One 12-megapixel JPEG to one 512x512 JPEG, uploads and pixel runs in turns. The difference is what the chain
costs: signature, sync, commit, lease, worker, asset, manifest, event stream, edge.
"""

import http.client
import json
import pathlib
import socket
import struct
import tempfile
import time
import urllib.parse

import photographs
import report
from support.node import Node
from support.person import Person

ROUNDS = 25
CONFIG = """
[collection.avatars]
[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
formats = ["jpeg"]
"""


def connect(url: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.connect()
    return connection, url.split(parts.netloc, 1)[1]


def wait_taken(sock: socket.socket) -> None:
    """Returns once the node has read all that was sent. Over any real network the last byte arrives after
    the others were taken in; loopback would hand over megabytes at once and count their hashing, too."""
    ours, theirs = (f"{struct.unpack('<I', socket.inet_aton(a))[0]:08X}:{p:04X}" for a, p in
                    (sock.getsockname(), sock.getpeername()))
    while True:
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if (fields[1], fields[2]) == (theirs, ours) and fields[4].endswith(":00000000"):
                return


def chain_ms(person: Person, data: bytes) -> float:
    slot = person.slot(data)
    events, path = connect(slot["status_url"])
    events.request("GET", path, headers={"Accept": "text/event-stream"})
    stream = events.getresponse()
    edge, _ = connect(person.node.edge)

    put, path = connect(slot["url"])
    put.putrequest("PUT", path)
    for name, value in {**slot["headers"], "Content-Length": str(len(data))}.items():
        put.putheader(name, value)
    put.endheaders()
    put.send(data[:-1])
    wait_taken(put.sock)
    put.send(data[-1:])
    sent = time.perf_counter()

    for line in stream:
        if line.startswith(b"data:"):
            status = json.loads(line[5:])
    assert status["state"] == "ready", status
    edge.request("GET", urllib.parse.urlsplit(status["assets"][0]["url"]).path)
    answer = edge.getresponse()
    body = answer.read()
    took = (time.perf_counter() - sent) * 1000
    assert answer.status == 200 and len(body) == status["assets"][0]["size"]
    assert put.getresponse().status == 200
    for connection in (events, edge, put):
        connection.close()
    return took


def pixels_ms(node: Node, photo: pathlib.Path, folder: pathlib.Path) -> float:
    done = node.run(
        "image", str(photo), str(folder / "out.jpg"), "--width", "512", "--height", "512", "--fit", "cover",
        "--repeat", "3", "--json",
    )
    return json.loads(done.stdout.splitlines()[-1])["ms"]


def main() -> None:
    photo = photographs.baseline("12mp")
    data = photo.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        with Node(pathlib.Path(folder), config=CONFIG) as node:
            person = Person(node, "bench")
            chain_ms(person, data)  # Warm: the worker, the page cache.
            chain, pixels = [], []
            for _ in range(ROUNDS):
                chain.append(chain_ms(person, data))
                pixels.append(pixels_ms(node, photo, pathlib.Path(folder)))
    report.emit(
        "chain", "jpeg_12mp_cover_512_jpeg", "ms", report.median(chain), "pixel work alone",
        report.median(pixels), difference_ms=round(report.median(chain) - report.median(pixels), 2),
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    main()

"""The http integration with real clients: requests, curl, and the websockets package."""

import asyncio
import base64
import contextlib
import http.server
import json
import subprocess
import threading

import pytest
import requests
import websockets

from support.node import ONE_COLLECTION, Node

STACK = """
[gateway]
{gateway}
[[route]]
match = "ANY /api/{{proxy+}}"
http = "http://127.0.0.1:{port}"
body_max = "32MiB"
[[route]]
match = "GET /open/{{proxy+}}"
authorizer = "none"
http = "http://127.0.0.1:{port}/base/{{proxy}}"
""" + ONE_COLLECTION


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it saw, as JSON."""

    protocol_version = "HTTP/1.1"

    def handle_any(self):
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        seen = {"method": self.command, "target": self.path, "size": len(body),
                "headers": [[name.lower(), value] for name, value in self.headers.items()]}
        answer = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Access-Control-Allow-Origin", "https://evil.example")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def echo_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with echo_server() as port:
        config = STACK.format(port=port, gateway="")
        with Node(tmp_path_factory.mktemp("proxy"), config) as running:
            yield running


def values(seen: dict, name: str) -> list[str]:
    return [value for other, value in seen["headers"] if other == name]


def bearer(node: Node, sub: str = "alice") -> dict:
    return {"Authorization": f"Bearer {node.token(sub)}"}


def test_the_backend_learns_who_asks_from_us_alone(node):
    forged = {"X-Tintype-Sub": "root", "X_Tintype_Sub": "root", "X-Forwarded-For": "6.6.6.6",
              "Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6", "X-Tintype-Scopes": "admin"}
    answer = requests.get(f"{node.gateway}/api/a%20b?x=%2F&y", headers={**forged, **bearer(node)})
    assert answer.status_code == 200
    seen = answer.json()
    assert seen["target"] == "/api/a%20b?x=%2F&y"
    assert values(seen, "x-tintype-sub") == ["alice"]
    assert values(seen, "x-forwarded-for") == ["127.0.0.1"]
    assert values(seen, "forwarded")[0].startswith("for=127.0.0.1;proto=http;host=")
    assert values(seen, "authorization") == []
    assert values(seen, "x-request-id") == [answer.headers["x-request-id"]]
    claims = json.loads(base64.urlsafe_b64decode(values(seen, "x-tintype-claims")[0] + "=="))
    assert claims["sub"] == "alice"
    text = json.dumps(seen)
    assert "root" not in text and "6.6.6.6" not in text and "admin" not in text
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_a_token_the_backend_is_not_asked(node):
    answer = requests.get(f"{node.gateway}/api/a", headers={"X-Tintype-Sub": "root"})
    assert answer.status_code == 401


def test_an_open_route_has_no_identity(node):
    seen = requests.get(f"{node.gateway}/open/x/y?z", headers={"X-Tintype-Sub": "root"}).json()
    assert seen["target"] == "/base/x/y?z"
    assert values(seen, "x-tintype-sub") == []


def test_bodies_of_every_size(node):
    for size in (0, 1, 65536, 65537, 4 << 20):
        answer = requests.put(f"{node.gateway}/api/put", headers=bearer(node), data=b"x" * size)
        assert answer.json()["size"] == size


def test_curl_asks_before_it_sends(node, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(b"x" * (3 << 20))
    out = subprocess.run(
        ["curl", "-sS", "-T", str(large), "-H", "Expect: 100-continue", "-H",
         f"Authorization: Bearer {node.token('alice')}", f"{node.gateway}/api/put"],
        capture_output=True, check=True, timeout=60).stdout
    assert json.loads(out)["size"] == 3 << 20


def test_websocket_passes_behind_the_authorizer(tmp_path):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async def talk():
        async with websockets.serve(echo, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            loop = asyncio.get_running_loop()
            node = Node(tmp_path, STACK.format(port=port, gateway=""))
            await loop.run_in_executor(None, node.start)
            try:
                url = node.gateway.replace("http://", "ws://") + "/api/socket"
                with pytest.raises(websockets.InvalidStatusCode) as refused:
                    await websockets.connect(url)
                assert refused.value.status_code == 401
                headers = {"Authorization": f"Bearer {node.token('alice')}"}
                async with websockets.connect(url, extra_headers=headers) as connection:
                    for message in ("hello", "x" * 100_000, b"\x00\xff" * 1000):
                        await connection.send(message)
                        assert await connection.recv() == message
            finally:
                await loop.run_in_executor(None, node.stop)

    asyncio.run(talk())


def test_a_trusted_proxy_says_who_the_client_is(tmp_path):
    with echo_server() as port:
        config = STACK.format(port=port, gateway='trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]')
        with Node(tmp_path, config) as node:
            headers = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7, 10.0.0.2", "X-Forwarded-Proto": "https"}
            seen = requests.get(f"{node.gateway}/open/a", headers=headers).json()
    assert values(seen, "x-forwarded-for") == ["192.0.2.7"]
    assert values(seen, "x-forwarded-proto") == ["https"]


def test_a_backend_that_is_gone_is_502_and_stays_unnamed(tmp_path):
    with echo_server() as port:
        pass
    with Node(tmp_path, STACK.format(port=port, gateway="")) as node:
        answer = requests.get(f"{node.gateway}/open/a")
    assert answer.status_code == 502
    assert answer.json()["code"] == "bad_gateway"
    assert str(port) not in answer.text + str(answer.headers)

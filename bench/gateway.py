"""Authorised POST /avatars/key_upload per second: the program on one core, wrk on another one.

`cpu_us` is what a request costs of the program's core; it also tells where the machine is busy otherwise.
"""

import base64
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import report
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from support.node import Node

FOLDER = pathlib.Path(__file__).parent
ROUNDS = 3
DURATION_S = 5
CONNECTIONS = 64
OWNERS = 10_000  # Nobody has so many slots that counting them is what is measured.
NEW_TOKENS = 60_000
GOAL_CACHED = 15_000
GOAL_NEW = 5_000
SLOT = '{"content_type":"image/jpeg","size":1581031}'
STACK = """
[identity]
issuer = "{url}"
audience = "bench"
jwks_uri = "{url}/keys"
[collection.avatars]
slot_ttl = "1s"
[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
"""


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """A key, who serves it, and tokens of it."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        point = self.key.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "kid": "bench", "alg": "ES256", "use": "sig",
               "x": base64url(point.x.to_bytes(32, "big")), "y": base64url(point.y.to_bytes(32, "big"))}
        document = json.dumps({"keys": [jwk]}).encode()

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802: http.server's name.
                self.send_response(200)
                self.end_headers()
                self.wfile.write(document)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, subject: str) -> str:
        now = int(time.time())
        header = {"alg": "ES256", "typ": "at+jwt", "kid": "bench"}
        claims = {"iss": self.url, "sub": subject, "aud": "bench", "client_id": "bench", "scope": "upload",
                  "iat": now, "exp": now + 3600, "jti": subject}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return text + "." + base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def write_tokens(self, file: pathlib.Path, count: int) -> pathlib.Path:
        file.write_text("".join(self.token(f"sub-{i}") + "\n" for i in range(count)))
        return file


class OneCoreNode(Node):
    def command(self, *arguments: str) -> list[str]:
        return ["taskset", "-c", "0", *super().command(*arguments)]


def load(url: str, tokens: pathlib.Path, body: str, duration_s: float) -> dict:
    out = subprocess.run(
        ["taskset", "-c", str((os.cpu_count() or 1) - 1), "wrk", "-t", "1", "-c", str(CONNECTIONS),
         "-d", f"{duration_s}s", "-s", str(FOLDER / "gateway.lua"), url, "--", str(tokens), body],
        capture_output=True, text=True, check=True, timeout=duration_s + 60,
    ).stdout
    return json.loads(out.splitlines()[-1])


def cpu_s(pid: int) -> float:
    """What a process has used of a core, in user and kernel mode."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(node: Node, tokens: pathlib.Path, body: str) -> dict:
    before = cpu_s(node.process.pid)
    result = load(node.gateway + "/avatars/key_upload", tokens, body, DURATION_S)
    return {**result, "cpu_us": (cpu_s(node.process.pid) - before) * 1e6 / result["requests"]}


def rate(result: dict) -> float:
    return result["requests"] / (result["duration_us"] / 1e6)


def run_round(issuer: Issuer, few: pathlib.Path, many: pathlib.Path) -> tuple[dict, dict, dict]:
    """A node of its own, so that owners have the slots of this round alone: known tokens, new ones, refused bodies."""
    with tempfile.TemporaryDirectory() as name, OneCoreNode(pathlib.Path(name), STACK.format(url=issuer.url)) as node:
        measure(node, few, "{}")  # Warm: the tokens are known now.
        cached = measure(node, few, SLOT)
        refused = measure(node, few, "{}")
        return cached, measure(node, many, SLOT), refused


def main() -> None:
    issuer = Issuer()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        report.note(f"signing {NEW_TOKENS} tokens")
        few = issuer.write_tokens(folder / "few", OWNERS)
        many = issuer.write_tokens(folder / "many", NEW_TOKENS)
        cached, new, refused = [], [], []
        for _ in range(ROUNDS):
            for results, result in zip((cached, new, refused), run_round(issuer, few, many)):
                results.append(result)
            report.note(f"cached {rate(cached[-1]):.0f}, new {rate(new[-1]):.0f} per second")
        for case, results, goal in (("key_upload_known_token", cached, GOAL_CACHED),
                                    ("key_upload_new_token", new, GOAL_NEW)):
            bad = sum(result["refused"] + result["broken"] for result in results)
            report.emit("gateway", case, "requests/s", report.median([rate(r) for r in results]), "goal", goal,
                        cpu_us=round(report.median([r["cpu_us"] for r in results]), 1),
                        p99_ms=round(report.median([r["p99_us"] for r in results]) / 1000, 2), failed=bad)
        # The same request with a body that is refused: no slot, no presigned URL.
        report.emit("gateway", "authorised_only", "requests/s", report.median([rate(r) for r in refused]), "goal",
                    GOAL_CACHED, cpu_us=round(report.median([r["cpu_us"] for r in refused]), 1))
    proxy = FOLDER / "gateway_proxy.py"
    if proxy.exists():
        sys.exit(subprocess.run([sys.executable, str(proxy), *sys.argv[1:]]).returncode)


if __name__ == "__main__":
    main()

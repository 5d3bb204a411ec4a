"""Tokens that attackers send, against the running program: each is a 401, and the next request works.

RFC 8725 (JSON Web Token best practices), RFC 7515 (JWS), RFC 9068 (access tokens).
"""

import base64
import hashlib
import hmac
import json

import pytest
import requests

TIMEOUT_S = 60


def encode(part) -> str:
    data = part if isinstance(part, bytes) else (part if isinstance(part, str) else json.dumps(part)).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def ask(node, authorization: str, **headers) -> requests.Response:
    return requests.post(
        f"{node.gateway}/avatars/key_upload", json={"content_type": "image/jpeg", "size": 1},
        headers={"Authorization": authorization, **headers}, timeout=TIMEOUT_S,
    )


class Forger:
    """A good token, and what an attacker can make of it without the private key."""

    def __init__(self, node):
        self.good = node.token("victim")
        self.header_text, self.payload_text, self.signature = self.good.split(".")
        self.header = json.loads(decode(self.header_text))
        self.claims = json.loads(decode(self.payload_text))
        self.jwks = requests.get(node.gateway + "/.well-known/jwks.json", timeout=TIMEOUT_S).text

    def with_header(self, **changes) -> str:
        return f"{encode({**self.header, **changes})}.{self.payload_text}.{self.signature}"

    def with_header_text(self, text: str) -> str:
        return f"{encode(text)}.{self.payload_text}.{self.signature}"

    def with_claims(self, **changes) -> str:
        return f"{self.header_text}.{encode({**self.claims, **changes})}.{self.signature}"

    def with_signature(self, signature: bytes) -> str:
        return f"{self.header_text}.{self.payload_text}.{encode(signature)}"

    def hmac(self, secret: str, algorithm: str = "HS256") -> str:
        text = f"{encode({**self.header, 'alg': algorithm})}.{self.payload_text}"
        return f"{text}.{encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"

    @property
    def der(self) -> bytes:
        """The signature as ASN.1 has it, which JOSE has not (RFC 7518, 3.4)."""
        raw = decode(self.signature)
        numbers = b""
        for half in (raw[:32], raw[32:]):
            number = half.lstrip(b"\0")
            number = (b"\0" if number[0] & 0x80 else b"") + number
            numbers += bytes([2, len(number)]) + number
        return bytes([0x30, len(numbers)]) + numbers


ATTACKS = {
    "alg none": lambda f: f"{encode({'alg': 'none'})}.{f.payload_text}.",
    "alg none, signed": lambda f: f.with_header(alg="none"),
    "alg nOnE": lambda f: f.with_header(alg="nOnE"),
    "alg is a list": lambda f: f.with_header(alg=["ES256"]),
    "alg is null": lambda f: f.with_header(alg=None),
    "alg with an escape": lambda f: f.with_header_text('{"alg":"\\u006eone"}'),
    "alg twice": lambda f: f.with_header_text('{"alg":"ES256","alg":"none","kid":"%s"}' % f.header["kid"]),
    "alg twice, escaped": lambda f: f.with_header_text('{"alg":"ES256","\\u0061lg":"none"}'),
    "alg of another key": lambda f: f.with_header(alg="RS256"),
    "alg of another size": lambda f: f.with_header(alg="ES384"),
    "alg PS256": lambda f: f.with_header(alg="PS256"),
    "alg EdDSA": lambda f: f.with_header(alg="EdDSA"),
    "HMAC with the key set": lambda f: f.hmac(f.jwks),
    "HMAC with x": lambda f: f.hmac(json.loads(f.jwks)["keys"][0]["x"]),
    "HMAC with nothing": lambda f: f.hmac(""),
    "kid is a path": lambda f: f.with_header(kid="../../../../dev/null"),
    "kid is SQL": lambda f: f.with_header(kid="x' UNION SELECT 'secret'--"),
    "kid is a command": lambda f: f.with_header(kid="|/usr/bin/id"),
    "kid is a URL": lambda f: f.with_header(kid="http://127.0.0.1:9/key"),
    "kid is a number": lambda f: f.with_header(kid=1),
    "kid has a NUL": lambda f: f.with_header(kid="a\0b"),
    "kid is huge": lambda f: f.with_header(kid="k" * 8000),
    "jku": lambda f: f.with_header(jku="http://127.0.0.1:9/jwks.json"),
    "x5u": lambda f: f.with_header(x5u="http://127.0.0.1:9/key.pem"),
    "jwk": lambda f: f.with_header(jwk=json.loads(f.jwks)["keys"][0]),
    "crit": lambda f: f.with_header(crit=["exp"]),
    "b64": lambda f: f.with_header(b64=False, crit=["b64"]),
    "zip": lambda f: f.with_header(zip="DEF"),
    "another sub": lambda f: f.with_claims(sub="attacker"),
    "another exp": lambda f: f.with_claims(exp=f.claims["exp"] + 1),
    "the signature stripped": lambda f: f"{f.header_text}.{f.payload_text}.",
    "the signature cut off": lambda f: f"{f.header_text}.{f.payload_text}",
    "psychic (CVE-2022-21449)": lambda f: f.with_signature(bytes(64)),
    "r = s = n": lambda f: f.with_signature(
        bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") * 2),
    "DER": lambda f: f.with_signature(f.der),
    "a byte too long": lambda f: f.with_signature(decode(f.signature) + b"\0"),
    "a byte too short": lambda f: f.with_signature(decode(f.signature)[:-1]),
    "padding": lambda f: f.good + "==",
    "white space": lambda f: f.good.replace(".", " .", 1),
    "the other base64": lambda f: f"{f.header_text}.{f.payload_text}.{f.signature[:-4]}+/+/",
    "a segment more": lambda f: f.good + ".x",
    "encrypted (five segments)": lambda f: f.good + ".x.x",
    "nested": lambda f: f"{encode({**f.header, 'cty': 'JWT'})}.{encode(f.good)}.{f.signature}",
    "JSON serialization": lambda f: encode({"payload": f.payload_text, "signatures": []}),
    "10 KB": lambda f: f.with_claims(x="x" * 7000),
    "deep": lambda f: f"{f.header_text}.{encode('[' * 5000)}.{f.signature}",
}


@pytest.fixture(scope="module")
def forger(node):
    return Forger(node)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forged_token_is_a_401(node, forger, attack):
    answer = ask(node, "Bearer " + ATTACKS[attack](forger))
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "invalid_token"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="tintype", error="invalid_token"')
    assert ask(node, "Bearer " + forger.good).status_code in (200, 429)


def test_a_huge_token_is_refused_before_it_is_read(node):
    assert ask(node, "Bearer " + "a" * 100_000).status_code == 431


def test_two_tokens_are_none(node, forger):
    """Whoever stands in front may have looked at the other one."""
    import http.client
    import urllib.parse

    connection = http.client.HTTPConnection(urllib.parse.urlsplit(node.gateway).netloc, timeout=TIMEOUT_S)
    connection.putrequest("POST", "/avatars/key_upload")
    for name, value in (("Authorization", "Bearer " + forger.good), ("authorization", "Bearer x"),
                        ("Content-Length", "0")):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 401


def test_the_log_has_no_token(node, forger):
    ask(node, "Bearer " + forger.with_header(kid="nobody-knows"))
    assert forger.signature not in node.log()
    assert forger.payload_text not in node.log()


@pytest.mark.parametrize("variable", ["TINTYPE_AUTH", "AUTH_DISABLED", "SKIP_AUTH", "NODE_ENV", "TINTYPE_ENV"])
def test_auth_cannot_be_switched_off_by_the_environment(tmp_path, variable):
    """PITFALLS.md, 6."""
    from support.node import Node, environment_with

    with Node(tmp_path, environment=environment_with(**{variable: "development"})) as open_node:
        assert requests.post(f"{open_node.gateway}/avatars/key_upload", timeout=TIMEOUT_S).status_code == 401

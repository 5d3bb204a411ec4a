"""[authorizer.NAME] of the stack file: API keys and functions before routes, and what names nothing."""

import json
import re
import subprocess

import pytest
import requests

from support.functions import InvokeApi
from support.node import ONE_COLLECTION, PROGRAM, Node

TIMEOUT_S = 60


def api_key(owner: str) -> tuple[str, str]:
    """A new key, and its section of the stack file, as the program prints them."""
    made = subprocess.run([PROGRAM, "api-key", "generate", "--owner", owner], capture_output=True, text=True,
                          check=True, timeout=TIMEOUT_S)
    key, section = made.stdout.strip(), made.stderr[made.stderr.index("[["):]
    assert key not in made.stderr
    return key, section.replace("NAME", "programs")


class Functions(InvokeApi):
    """Says of a request to pass what its token says, and answers routes with what it was told."""

    VERDICTS = {
        "yes": {"isAuthorized": True, "context": {"sub": "ada", "level": 3}},
        "no": {"isAuthorized": False},
        "policy": {"principalId": "eve", "policyDocument": {"Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*/GET/sessions/*"},
        ]}},
        "nonsense": {"statusCode": 200},
    }

    def answer(self, what, event):
        if event.get("type") != "REQUEST":
            return super().answer("echo", event)
        if event["identitySource"] == ["fails"]:
            return 200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "a secret"}'
        return 200, {}, json.dumps(self.VERDICTS[event["identitySource"][0]]).encode()

    def asked(self) -> int:
        return sum(event.get("type") == "REQUEST" for event in self.events)


@pytest.fixture(scope="module")
def functions():
    with Functions() as running:
        yield running


@pytest.fixture(scope="module")
def keys():
    return {name: api_key("ci") for name in ("full", "next")}


@pytest.fixture(scope="module")
def node(functions, keys, tmp_path_factory):
    (_, full), (_, following) = keys["full"], keys["next"]
    config = ONE_COLLECTION + f"""
[function.f]
url = "{functions.url}"

[authorizer.programs]
type = "api-key"
{full}scopes = ["read"]
{following}

[authorizer.sessions]
type = "function"
function = "f"
identity_source = ["$request.header.X-Session"]
cache_ttl = "5m"

[[route]]
match = "GET /keys"
authorizer = "programs"
function = "f"

[[route]]
match = "GET /keys/scoped"
authorizer = "programs"
scopes = ["read", "write"]
function = "f"

[[route]]
match = "ANY /sessions/{{id}}"
authorizer = "sessions"
function = "f"
"""
    with Node(tmp_path_factory.mktemp("node"), config) as running:
        yield running


def get(node, path: str, method: str = "GET", **headers) -> requests.Response:
    return requests.request(method, node.gateway + path, headers=headers, timeout=TIMEOUT_S)


def test_each_key_of_an_owner_passes(node, keys):
    for key, _ in keys.values():
        assert get(node, "/keys", **{"x-api-key": key}).status_code == 200


def test_another_key_does_not(node):
    for headers in ({}, {"x-api-key": ""}, {"x-api-key": "tt_" + "A" * 43}, {"Authorization": "Bearer x"}):
        answer = get(node, "/keys", **headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('ApiKey realm="tintype"')


def test_a_token_is_no_key_and_a_key_is_no_token(node, keys):
    assert get(node, "/keys", Authorization="Bearer " + node.token("ada")).status_code == 401
    assert get(node, "/avatars/key_upload", "POST", **{"x-api-key": keys["full"][0]}).status_code == 401


def test_a_key_without_the_scope_is_told_which(node, keys):
    assert get(node, "/keys/scoped", **{"x-api-key": keys["full"][0]}).status_code == 200
    answer = get(node, "/keys/scoped", **{"x-api-key": keys["next"][0]})
    assert answer.status_code == 403
    assert answer.json()["code"] == "insufficient_scope"
    assert 'error="insufficient_scope", scope="read write"' in answer.headers["WWW-Authenticate"]


def test_a_function_says_who_passes(node, functions):
    answer = get(node, "/sessions/1", **{"X-Session": "yes"})
    assert answer.status_code == 200
    assert answer.json()["requestContext"]["authorizer"]["lambda"] == {"sub": "ada", "level": "3"}
    event = next(event for event in functions.events if event.get("type") == "REQUEST")
    assert event["version"] == "2.0"
    assert event["routeKey"] == "ANY /sessions/{id}"
    assert event["pathParameters"] == {"id": "1"}
    assert re.fullmatch(r"arn:aws:execute-api:[^:]+:000000000000:tintype/\$default/GET/sessions/1", event["routeArn"])
    assert "body" not in event


@pytest.mark.parametrize("session, status", [
    (None, 401), ("", 401), ("no", 403), ("nonsense", 500), ("fails", 500), ("policy", 200),
])
def test_nobody_passes_without_a_yes(node, session, status):
    answer = get(node, "/sessions/1", **({} if session is None else {"X-Session": session}))
    assert answer.status_code == status
    assert "secret" not in answer.text


def test_a_policy_is_of_its_method(node):
    assert get(node, "/sessions/1", "GET", **{"X-Session": "policy"}).status_code == 200
    assert get(node, "/sessions/1", "DELETE", **{"X-Session": "policy"}).status_code == 403


def test_a_verdict_is_remembered(node, functions):
    get(node, "/sessions/1", **{"X-Session": "no"})
    before = functions.asked()
    for _ in range(5):
        assert get(node, "/sessions/1", **{"X-Session": "no"}).status_code == 403
    assert functions.asked() == before


@pytest.mark.parametrize("section, message", [
    ('[authorizer.s]\ntype = "function"\nfunction = "nobody"\n', "there is no [function.nobody]"),
    ('[[route]]\nmatch = "GET /a"\nauthorizer = "nobody"\nhttp = "http://127.0.0.1:9"\n',
     "there is no [authorizer.nobody]"),
    ('[identity]\nissuer = "http://issuer.example"\naudience = "a"\n', "identity.issuer"),
    ('[identity]\nenabled = false\n', "identity.enabled"),
    ('[authorizer.p]\ntype = "api-key"\n[[authorizer.p.key]]\nowner = "ci"\nkey = "plain"\n', "key_sha256"),
])
def test_a_wrong_setting_stops_the_start(tmp_path, section, message):
    """PITFALLS.md, 6 and 7."""
    file = tmp_path / "tintype.toml"
    file.write_text(ONE_COLLECTION + section)
    checked = subprocess.run([PROGRAM, "check", "--config", file], capture_output=True, text=True, timeout=TIMEOUT_S)
    assert checked.returncode == 78
    assert message in checked.stderr

"""What went wrong for those who built this by hand, where routes of the stack file are concerned."""

import pytest
import requests
from support.functions import InvokeApi
from support.node import ONE_COLLECTION, Node
from support.person import Person

PAGE = "http://app.example.com:3000"
TIMEOUT_S = 60
BASE = f"""
[stack]
app_origins = ["{PAGE}"]

""" + ONE_COLLECTION


@pytest.fixture(scope="module")
def functions():
    with InvokeApi() as serving:
        yield serving


@pytest.fixture(scope="module")
def shop(tmp_path_factory, functions):
    config = BASE + f"""
[function.f]
url = "{functions.url}"

[[route]]
match = "ANY /{{proxy+}}"
function = "f"

[[route]]
match = "POST /once/{{what}}"
authorizer = "none"
function = "f"
body_max = "4"
throttle = "5/h"
"""
    with Node(tmp_path_factory.mktemp("pitfalls"), config=config) as running:
        yield running


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_preflight_is_never_authenticated(shop, functions, method):
    before = len(functions.events)
    answer = requests.options(
        shop.gateway + "/any/path/at/all", timeout=TIMEOUT_S,
        headers={"Origin": PAGE, "Access-Control-Request-Method": method,
                 "Access-Control-Request-Headers": "authorization,content-type"},
    )
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert method in answer.headers["Access-Control-Allow-Methods"]
    # Neither does one without a browser's headers get anywhere.
    assert requests.options(shop.gateway + "/any/path", timeout=TIMEOUT_S).status_code == 204
    assert len(functions.events) == before


def test_cors_on_errors_too(shop):
    """One owner: not the function that says "*", not the one that refuses."""
    headers = {"Origin": PAGE}
    url = shop.gateway + "/once"
    answers = [
        (200, requests.post(url + "/cors", headers=headers, timeout=TIMEOUT_S)),
        (413, requests.post(url + "/text", data=b"12345", headers=headers, timeout=TIMEOUT_S)),
        (502, requests.post(url + "/no-json", headers=headers, timeout=TIMEOUT_S)),
        (401, requests.get(shop.gateway + "/x", headers=headers, timeout=TIMEOUT_S)),
        (400, requests.get(shop.gateway + "/x/a%2fb", headers=headers, timeout=TIMEOUT_S)),
        (413, requests.post(url + "/text", data=b"x" * (9 << 20), headers=headers, timeout=TIMEOUT_S)),
    ]
    while answers[-1][1].status_code != 429:
        assert len(answers) < 20, "the tokens never ran out"
        answers.append((429, requests.post(url + "/text", headers=headers, timeout=TIMEOUT_S)))
    for status, answer in answers[:6] + answers[-1:]:
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        assert "Origin" in answer.headers["Vary"]
    other = requests.post(url + "/cors", headers={"Origin": "http://evil.example"}, timeout=TIMEOUT_S)
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize(
    "setting", ['authorizer = ""', "authorizer = false", 'auth = "none"', "open = true", 'authorizer = "None"',
                'authorizer = "missing"']
)
def test_auth_cannot_be_switched_off(tmp_path, functions, setting):
    node = Node(tmp_path, config=BASE + f"""
[function.f]
url = "{functions.url}"
[[route]]
match = "GET /x"
function = "f"
{setting}
""")
    done = node.run("serve", "--config", str(node.config), "--data", str(node.data), "--gateway", "127.0.0.1:0",
                    "--edge", "127.0.0.1:0", "--s3", "127.0.0.1:0", "--ops", "127.0.0.1:0", check=False)
    assert done.returncode == 78
    assert "route" in done.stderr and "tintype.toml:" in done.stderr


@pytest.mark.parametrize(
    "name, body",
    [
        ("deep", b'{"content_type":' * 5000 + b"1" + b"}" * 5000),
        ("deep list", b"[" * 60_000),
        ("many keys", b"{" + b",".join(b'"%d":1' % n for n in range(6000)) + b"}"),
        ("a name twice", b'{"content_type":"image/jpeg","size":1,"size":2}'),
        ("a name twice inside", b'{"content_type":"image/jpeg","size":1,"x":{"a":1,"a":2}}'),
        ("no Unicode", b'{"content_type":"\xff","size":1}'),
        ("NUL", b'{"content_type":"image/jpeg\\u0000","size":1}'),
        ("a huge number", b'{"content_type":"image/jpeg","size":1' + b"0" * 400 + b"}"),
        ("nothing", b""),
        ("a list", b"[]"),
    ],
)
def test_body_bombs(shop, name, body):
    person = Person(shop)
    answer = requests.post(
        shop.gateway + "/avatars/key_upload", data=body, timeout=TIMEOUT_S,
        headers={**person.authorization, "Content-Type": "application/json", "Origin": PAGE},
    )
    assert answer.status_code in (400, 413, 415, 422), name
    assert answer.json()["code"] and answer.headers["Access-Control-Allow-Origin"] == PAGE

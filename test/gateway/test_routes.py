"""Routes of the stack file: which one is meant, who may pass, what a function is told and what its answer becomes."""

import http.client
import json
import sys
import urllib.parse

import pytest
import requests
from support.functions import InvokeApi, write_runtime
from support.node import ONE_COLLECTION, Node
from support.person import Person

PAGE = "http://app.example.com:3000"
TIMEOUT_S = 60
BASE = f"""
[stack]
name = "shop"
app_origins = ["{PAGE}"]

""" + ONE_COLLECTION


def config(invoke_url: str, runtime: str) -> str:
    return BASE + f"""
[function.remote]
url = "{invoke_url}"
timeout = "1s"

[function.local]
command = ["{sys.executable}", "{runtime}"]
processes = 2
timeout = "2s"

[function.nowhere]
url = "http://127.0.0.1:9/none"

[[route]]
match = "ANY /fn/{{what}}"
authorizer = "none"
function = "remote"

[[route]]
match = "POST /fn/small"
authorizer = "none"
function = "remote"
body_max = "10"

[[route]]
match = "GET /lambda/{{what}}"
function = "local"

[[route]]
match = "GET /scoped"
function = "remote"
scopes = ["orders:read"]

[[route]]
match = "GET /nowhere"
authorizer = "none"
function = "nowhere"

[[route]]
match = "ANY /api/{{proxy+}}"
function = "remote"
"""


@pytest.fixture(scope="module")
def functions():
    with InvokeApi() as serving:
        yield serving


@pytest.fixture(scope="module")
def shop(tmp_path_factory, functions):
    folder = tmp_path_factory.mktemp("routes")
    with Node(folder, config=config(functions.url, write_runtime(folder))) as running:
        yield running


@pytest.fixture
def ada(shop):
    return Person(shop, sub="ada")


def get(node, path: str, **headers) -> requests.Response:
    return requests.get(node.gateway + path, headers=headers, timeout=TIMEOUT_S)


def raw(node, method: str, target: str, **headers) -> tuple[int, dict, bytes]:
    """A request whose target no library mends."""
    where = urllib.parse.urlsplit(node.gateway)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=TIMEOUT_S)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def test_a_route_is_closed_unless_it_says_none(shop, ada):
    assert get(shop, "/api/orders").status_code == 401
    assert get(shop, "/lambda/echo").status_code == 401
    assert get(shop, "/fn/text").status_code == 200
    assert get(shop, "/api/orders", **ada.authorization).status_code == 200


def test_scopes_are_wanted(shop, ada):
    answer = get(shop, "/scoped", **ada.authorization)
    assert answer.status_code == 403
    assert 'scope="orders:read"' in answer.headers["WWW-Authenticate"]


def test_the_payload_is_format_two(shop, ada, functions):
    answer = requests.patch(
        shop.gateway + "/api/orders/7%20x?a=1&a=2&b=x%20y", data=json.dumps({"n": 1}),
        headers={**ada.authorization, "Content-Type": "application/json", "Cookie": "c=1; d=2", "X-Two": "1"},
        timeout=TIMEOUT_S,
    )
    assert answer.status_code == 200
    event = answer.json()
    assert event == functions.events[-1]
    assert event["version"] == "2.0"
    assert event["routeKey"] == "ANY /api/{proxy+}" == event["requestContext"]["routeKey"]
    assert event["rawPath"] == "/api/orders/7%20x"
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y"
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["pathParameters"] == {"proxy": "orders/7 x"}
    assert event["cookies"] == ["c=1", "d=2"] and "cookie" not in event["headers"]
    assert event["headers"]["x-two"] == "1"
    assert event["body"] == '{"n": 1}' and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["http"]["method"] == "PATCH" and context["http"]["sourceIp"] == "127.0.0.1"
    assert context["stage"] == "$default" and context["apiId"] == "shop"
    assert context["requestId"] == answer.headers["X-Request-Id"]
    assert context["authorizer"]["jwt"]["claims"]["sub"] == "ada"


@pytest.mark.parametrize(
    "what, status, body",
    [
        ("text", 200, "Hello from Lambda!"),
        ("json", 200, '{"message": "hello"}'),
        ("picture", 200, None),
        ("no-json", 502, "function_answer_invalid"),
        ("no-status", 502, "function_answer_invalid"),
        ("split", 502, "function_answer_invalid"),
        ("unhandled", 502, "function_failed"),
        ("emulator-error", 502, "function_failed"),
        ("huge", 502, "function_answer_too_large"),
        ("hang", 504, "function_timed_out"),
        ("busy", 503, "function_unavailable"),
    ],
)
def test_what_an_answer_becomes(shop, what, status, body):
    answer = get(shop, f"/fn/{what}", Origin=PAGE)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "secret" not in answer.text
    if body is None:
        assert answer.content == b"\x89PNG\0\xff" and answer.headers["Content-Type"] == "image/png"
    else:
        assert body in answer.text
    if status == 503:
        assert answer.headers["Retry-After"]
    if status != 200:
        assert f'problem={answer.json()["code"]}' in shop.logged(answer.headers["X-Request-Id"], "request served")


def test_a_function_that_is_not_there(shop):
    answer = get(shop, "/nowhere")
    assert answer.status_code == 503 and answer.json()["code"] == "function_unavailable"


def test_a_function_as_a_process(shop, ada):
    answer = get(shop, "/lambda/echo", **ada.authorization)
    assert answer.status_code == 201
    assert answer.headers["X-From"] == "lambda"
    assert answer.cookies.get_dict() == {"a": "1", "b": "2"}
    assert answer.json()["event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "ada"

    for what, status in (("fail", 502), ("die", 502), ("hang", 504)):
        broken = get(shop, f"/lambda/{what}", **ada.authorization)
        assert broken.status_code == status, broken.text
        assert "secret" not in broken.text
        assert get(shop, "/lambda/echo", **ada.authorization).status_code == 201


def test_its_process_ends_with_the_node(tmp_path, functions):
    with Node(tmp_path, config=config(functions.url, write_runtime(tmp_path))) as node:
        pids = [
            json.loads(get(node, "/lambda/echo", **Person(node).authorization).text)["pid"] for _ in range(2)
        ]
        assert set(pids) <= set(node.child_pids())
        assert node.stop() == 0
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            __import__("os").kill(pid, 0)


def test_bodies_have_the_routes_limit(shop):
    url = shop.gateway + "/fn/small"
    headers = {"Origin": PAGE, "Content-Type": "text/plain"}
    assert requests.post(url, data=b"x" * 10, headers=headers, timeout=TIMEOUT_S).status_code == 200
    for body in (b"x" * 11, iter([b"x" * 11])):
        answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUT_S)
        assert answer.status_code == 413 and answer.headers["Access-Control-Allow-Origin"] == PAGE
    # Six megabytes are what a payload may have; in base64 four and a half are.
    url = shop.gateway + "/fn/echo"
    picture = {"Content-Type": "image/png"}
    assert requests.post(url, data=b"x" * (5 << 20), headers=picture, timeout=TIMEOUT_S).status_code == 413
    assert requests.post(url, data=b"x" * (7 << 20), headers=picture, timeout=TIMEOUT_S).status_code == 413


def test_the_request_id_is_ours(shop, functions):
    answer = get(shop, "/fn/echo", **{"X-Request-Id": "forged", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    ours = answer.headers["X-Request-Id"]
    assert ours != "forged"
    assert functions.events[-1]["headers"]["x-request-id"] == ours
    assert functions.events[-1]["headers"]["traceparent"] == f"00-{'a' * 32}-{'b' * 16}-01"
    line = shop.logged(ours, "request served")
    assert f"trace=00-{'a' * 32}" in line and 'route="ANY /fn/{what}"' in line


def test_the_log_has_who_and_what_but_no_secret(shop, ada):
    answer = get(shop, "/api/x?X-Amz-Signature=0123456789abcdef&token=hunter2", **ada.authorization)
    line = shop.logged(answer.headers["X-Request-Id"], "request served", "path=/api/x")
    log = shop.log()
    assert "sub=ada" in line and 'route="ANY /api/{proxy+}"' in line and "status=200" in line and "bytes=" in line
    for secret in ("0123456789abcdef", "hunter2", ada.token, ada.token.split(".")[1]):
        assert secret not in log


def test_refusals_are_counted(shop):
    def counted(code):
        text = requests.get(shop.ops + "/metrics", timeout=TIMEOUT_S).text
        lines = [li for li in text.splitlines() if li.startswith("tintype_gateway_refusals_total") and code in li]
        return sum(float(li.rsplit(" ", 1)[1]) for li in lines)

    before = {code: counted(f'"{code}"') for code in ("missing_token", "invalid_token", "not_found", "too_large")}
    get(shop, "/api/x")
    get(shop, "/api/x", Authorization="Bearer x.y.z")
    get(shop, "/nothing")
    requests.post(shop.gateway + "/fn/small", data=b"x" * 11, timeout=TIMEOUT_S)
    for code, count in before.items():
        assert counted(f'"{code}"') == count + 1, code
    text = requests.get(shop.ops + "/metrics", timeout=TIMEOUT_S).text
    assert 'tintype_gateway_requests_total{route="ANY /api/{proxy+}",status="4xx"}' in text


@pytest.mark.parametrize(
    "method, target, status",
    [
        ("GET", "/fn/%2e%2e", 400),
        ("GET", "/fn/..%2f..%2fetc", 400),
        ("GET", "/api/../fn/text", 400),
        ("GET", "/api/./x", 400),
        ("GET", "/api/a%2fb", 400),
        ("GET", "/api/a%5cb", 400),
        ("GET", "/api/%00", 400),
        ("GET", "/api/%c0%ae%c0%ae/x", 400),
        ("GET", "/api/%ff", 400),
        ("GET", "/api;x=1/x", 400),
        ("GET", "/api/..;/x", 400),
        ("GET", "/api/%zz", 400),
        ("GET", "/api/%252e%252e/x", 401),  # Decoded once: a strange name, behind the authorizer.
        ("GET", "//api/x", 404),
        ("GET", "/API/x", 404),
        ("TRACE", "/fn/text", 405),
        ("CONNECT", "/fn/text", 501),
        ("PURGE", "/fn/text", 405),
        ("get", "/fn/text", 405),
        ("OPTIONS", "/fn/text", 204),
    ],
)
def test_path_and_method_tricks(shop, method, target, status):
    got, headers, body = raw(shop, method, target, Origin=PAGE)
    assert got == status, body
    if method not in ("TRACE", "CONNECT"):  # Refused by their first line; no page can send them.
        assert headers.get("Access-Control-Allow-Origin") == PAGE


def test_no_orders_about_the_method(shop, functions):
    before = len(functions.events)
    requests.post(shop.gateway + "/fn/echo", headers={"X-HTTP-Method-Override": "DELETE"}, timeout=TIMEOUT_S)
    event = functions.events[-1]
    assert len(functions.events) == before + 1
    assert event["requestContext"]["http"]["method"] == "POST"
    assert "x-http-method-override" not in event["headers"]


@pytest.mark.parametrize(
    "section, named",
    [
        ('[[route]]\nmatch = "GET /x"\n', "route[0].http"),
        ('[[route]]\nmatch = "GET /x"\nhttp = "http://127.0.0.1:1"\nfunction = "f"\n', "route[0].function"),
        ('[[route]]\nmatch = "GET /x"\nfunction = "missing"\n', "[function.missing]"),
        ('[[route]]\nmatch = "GET /x"\nhttp = "http://127.0.0.1:1"\nauthorizer = "missing"\n', "missing"),
        ('[[route]]\nmatch = "GET /uploads/{x}"\nhttp = "http://127.0.0.1:1"\n', "GET /uploads/{id}"),
        ('[[route]]\nmatch = "ANY /uploads/new"\nhttp = "http://127.0.0.1:1"\n', "/uploads/{id}'"),
        ('[[route]]\nmatch = "POST /avatars/key_upload"\nhttp = "http://127.0.0.1:1"\n', "key_upload"),
        ('[function.f]\ncommand = ["no-such-program"]\n', "no-such-program"),
        ('[throttle]\naddress = "much"\n', "throttle.address"),
        ('[gateway]\naccess_log = "yes"\n', "gateway.access_log"),
    ],
)
def test_contradictions_stop_the_start(tmp_path, section, named):
    node = Node(tmp_path, config=BASE + section)
    done = node.run("serve", "--config", str(node.config), "--data", str(node.data), "--gateway", "127.0.0.1:0",
                    "--edge", "127.0.0.1:0", "--s3", "127.0.0.1:0", "--ops", "127.0.0.1:0", check=False)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("tintype:")]
    assert len(lines) == 1 and named in lines[0], done.stderr


def test_check_says_what_routes_became(tmp_path, functions):
    node = Node(tmp_path, config=config(functions.url, write_runtime(tmp_path)))
    text = node.run("check", "--config", str(node.config)).stdout
    for line in ("route ANY /api/{proxy+}\n  authorizer  jwt\n", "  scopes      [orders:read]\n", "function.local\n"):
        assert line in text

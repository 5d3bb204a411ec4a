"""Throttling: per route, per person and per address, and what the answers say of it."""

import pytest
import requests
from support.functions import InvokeApi
from support.node import ONE_COLLECTION, Node
from support.person import Person

PAGE = "http://app.example.com:3000"
TIMEOUT_S = 60


@pytest.fixture(scope="module")
def functions():
    with InvokeApi() as serving:
        yield serving


def start(folder, functions, settings: str) -> Node:
    return Node(folder, config=f"""
[stack]
app_origins = ["{PAGE}"]

{ONE_COLLECTION}
[function.f]
url = "{functions.url}"

{settings}
""")


def get(node, path, **headers):
    return requests.get(node.gateway + path, headers={"Origin": PAGE, **headers}, timeout=TIMEOUT_S)


ROUTES = """
[[route]]
match = "GET /shared"
authorizer = "none"
function = "f"
throttle = "3/h"

[[route]]
match = "GET /each"
function = "f"
throttle_identity = "2/h"

[[route]]
match = "GET /free"
authorizer = "none"
function = "f"
"""


def test_a_route_is_throttled_for_all_together(tmp_path, functions):
    with start(tmp_path, functions, ROUTES) as node:
        for left in (2, 1, 0):
            answer = get(node, "/shared")
            assert answer.status_code == 200
            assert answer.headers["RateLimit-Policy"] == '"route-everybody";q=3;w=3600'
            assert answer.headers["RateLimit"].startswith(f'"route-everybody";r={left};t=')
        asked = len(functions.events)
        refused = get(node, "/shared")
        assert refused.status_code == 429
        assert refused.json()["code"] == "too_many_requests"
        assert 0 < int(refused.headers["Retry-After"]) <= 1200
        assert refused.headers["Access-Control-Allow-Origin"] == PAGE
        assert "ratelimit" in refused.headers["Access-Control-Expose-Headers"].lower()
        assert len(functions.events) == asked, "nobody was asked"
        assert get(node, "/free").status_code == 200, "another route"
        assert "RateLimit" not in get(node, "/free").headers


def test_each_person_has_tokens_of_their_own(tmp_path, functions):
    with start(tmp_path, functions, ROUTES) as node:
        ada, bob = Person(node, sub="ada"), Person(node, sub="bob")
        assert [get(node, "/each", **ada.authorization).status_code for _ in range(3)] == [200, 200, 429]
        assert get(node, "/each", **bob.authorization).status_code == 200
        assert get(node, "/each", Authorization="Bearer x").status_code == 401


def test_an_address_is_throttled_over_all_routes(tmp_path, functions):
    with start(tmp_path, functions, '[throttle]\naddress = "4/h"\n' + ROUTES) as node:
        assert [get(node, "/free").status_code for _ in range(3)] == [200] * 3
        # Whoever makes up forwarding fields is still the same address.
        assert get(node, "/nothing", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 404
        for number in range(5):
            answer = get(node, "/free", **{"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": "for=203.0.113.1"})
            assert answer.status_code == 429
        assert requests.options(
            node.gateway + "/free", headers={"Origin": PAGE, "Access-Control-Request-Method": "GET"}, timeout=TIMEOUT_S
        ).status_code == 204, "a browser's preflight passes"
        assert node.metric("tintype_gateway_refusals_total") >= 5

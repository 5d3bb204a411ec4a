"""The embedded issuer, asked by a real OAuth client (Authlib) and by who should not be let in."""

import concurrent.futures
import html.parser
import json
import re
import secrets
import sqlite3
import time
import urllib.parse

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from support.node import ONE_COLLECTION, Node

TIMEOUT_S = 60
APP = "http://app.example.com:3000"
REDIRECT = "http://127.0.0.1:4567/callback"  # The port is not the registered one.
PASSWORD = "correct horse battery"
STACK = f"""
[stack]
app_origins = ["{APP}"]

[identity]
sign_ups = "1000/h"

[[identity.client]]
id = "desk"
redirect_uris = ["http://127.0.0.1/callback", "https://desk.example/callback?from=tintype"]

[[identity.client]]
id = "other"
redirect_uris = ["https://other.example/callback"]

""" + ONE_COLLECTION


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("issuer"), config=STACK) as running:
        yield running


class Browser(requests.Session):
    """A browser at the gateway: keeps cookies, follows nothing by itself."""

    def __init__(self, node):
        super().__init__()
        self.node = node

    def do(self, what: str, body: dict | None = None, **headers) -> requests.Response:
        return self.post(f"{self.node.gateway}/auth/{what}", json=body, headers=headers, timeout=TIMEOUT_S)


class Form(html.parser.HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.fields, self.tags = {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        if tag == "input":
            self.fields[values["name"]] = values.get("value", "")


def new_name() -> str:
    return "person " + secrets.token_hex(6)


@pytest.fixture
def ada(node):
    """Somebody new with a session."""
    browser = Browser(node)
    browser.name = new_name()
    signed_up = browser.do("sign_up", {"name": browser.name, "password": PASSWORD})
    assert signed_up.status_code == 201, signed_up.text
    browser.answer = signed_up.json()
    return browser


def profile(node, token: str) -> requests.Response:
    return requests.get(node.gateway + "/api/profile", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S)


def cookie(browser) -> str:
    return browser.cookies["tintype_refresh"]


def refresh_with(node, value: str) -> requests.Response:
    return requests.post(node.gateway + "/auth/refresh", headers={"Cookie": f"tintype_refresh={value}"}, timeout=TIMEOUT_S)


# Signing up, in and out


def test_sign_up_in_and_out(node, ada):
    assert profile(node, ada.answer["access_token"]).status_code == 200
    assert ada.do("sign_out").status_code == 204
    assert "tintype_refresh" not in ada.cookies
    assert ada.do("refresh").status_code == 401
    signed_in = ada.do("sign_in", {"name": ada.name.upper(), "password": PASSWORD})
    assert signed_in.status_code == 200
    assert signed_in.json()["sub"] == ada.answer["sub"]
    assert signed_in.json()["token_type"] == "Bearer"
    sent = signed_in.headers["Set-Cookie"]
    assert re.fullmatch(r"tintype_refresh=[\w-]{43}; Path=/auth; Max-Age=\d+; HttpOnly; SameSite=Strict", sent)


def test_look_alikes_are_taken(node):
    browser = Browser(node)
    assert browser.do("sign_up", {"name": "Paypal", "password": PASSWORD}).status_code == 201
    for name in ("paypal", "PAYPAL", "paypa1", "p\u0430yp\u0430l", "\uff50aypal", "paypaI"):
        answer = browser.do("sign_up", {"name": name, "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken"), name


def test_of_many_who_want_one_name_one_gets_it(node):
    name = new_name()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(
            lambda _: Browser(node).do("sign_up", {"name": name, "password": PASSWORD}).status_code, range(6)))
    assert sorted(answers) == [201] + [409] * 5


def test_refresh_goes_on_through_a_restart(tmp_path):
    with Node(tmp_path, config=STACK) as node:
        browser = Browser(node)
        assert browser.do("sign_up", {"name": "ada", "password": PASSWORD}).status_code == 201
        first = cookie(browser)
        node.kill()
        node.start()
        assert browser.do("refresh").status_code == 200
        assert cookie(browser) != first
        assert Browser(node).do("sign_in", {"name": "ada", "password": PASSWORD}).status_code == 200


def test_two_tabs_at_once_both_go_on(ada):
    shared = cookie(ada)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: refresh_with(ada.node, shared), range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.cookies["tintype_refresh"] for answer in answers}) == 2


def test_a_stolen_cookie_ends_the_session(ada):
    """Once thief and owner both have used one, neither has a session; the log says so, not the token."""
    stolen = cookie(ada)
    for _ in range(2):
        assert refresh_with(ada.node, stolen).status_code == 200
    third = refresh_with(ada.node, stolen)
    assert (third.status_code, third.json()["code"]) == (401, "refresh_refused")
    assert ada.do("refresh").status_code == 401
    assert ada.node.logged("session ended by reuse", ada.answer["sub"])
    assert stolen not in ada.node.log()


def test_a_planted_cookie_is_not_gone_on_with(node, ada):
    planted = cookie(ada)
    victim = Browser(node)
    victim.cookies.set("tintype_refresh", planted, path="/auth")
    mine = victim.do("sign_up", {"name": new_name(), "password": PASSWORD})
    assert mine.json()["sub"] != ada.answer["sub"]
    assert mine.cookies["tintype_refresh"] != planted
    assert refresh_with(node, planted).status_code == 401
    # Two of them: nobody can say which one is the browser's own.
    both = requests.post(node.gateway + "/auth/refresh", timeout=TIMEOUT_S, headers={
        "Cookie": f"tintype_refresh={planted}; tintype_refresh={mine.cookies['tintype_refresh']}"})
    assert both.status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", APP + ".evil.example", "http://127.0.0.1:1"])
def test_pages_of_others_cannot_sign_in_or_out(node, ada, origin):
    body = {"name": ada.name, "password": PASSWORD}
    assert ada.do("refresh", Origin=origin).status_code == 401
    assert ada.do("sign_out", Origin=origin).status_code == 403
    assert ada.do("sign_in", body, Origin=origin).status_code == 403
    assert ada.do("sign_up", body, Origin=origin).status_code == 403
    # A form of a page, which needs no preflight.
    form = ada.post(node.gateway + "/auth/sign_in", data='{"name":"x","password":"y"}', timeout=TIMEOUT_S,
                    headers={"Content-Type": "text/plain"})
    assert form.status_code == 415
    own = ada.do("refresh", Origin=node.gateway)
    assert own.status_code == 200
    listed = ada.do("refresh", Origin=APP)
    assert listed.headers["Access-Control-Allow-Origin"] == APP
    assert listed.headers["Access-Control-Allow-Credentials"] == "true"


def test_brute_force_waits_and_the_work_is_the_same(node, ada):
    """What is counted is Argon2id, not time: an unknown name costs what a wrong password does."""
    def hashes(name: str) -> tuple[float, requests.Response]:
        before = node.metric("tintype_issuer_password_hashes_total")
        answer = Browser(node).do("sign_in", {"name": name, "password": "guess"})
        return node.metric("tintype_issuer_password_hashes_total") - before, answer

    problems = []
    for name in (ada.name, new_name(), "\u202e", ""):
        count, answer = hashes(name)
        assert (count, answer.status_code) == (1, 401), name
        problems.append({key: value for key, value in answer.json().items() if key != "request_id"})
    assert all(problem == problems[0] for problem in problems)
    guessed = new_name()
    statuses = [hashes(guessed)[1].status_code for _ in range(10)]
    assert statuses == [401] * 10
    count, refused = hashes(guessed)
    assert (count, refused.status_code, refused.json()["code"]) == (0, 429, "too_many_attempts")
    assert 0 < int(refused.headers["Retry-After"]) <= 30
    assert Browser(node).do("sign_in", {"name": ada.name, "password": PASSWORD}).status_code == 200


def test_no_secret_is_kept_or_logged(tmp_path):
    with Node(tmp_path, config=STACK) as node:
        browser = Browser(node)
        answer = browser.do("sign_up", {"name": "ada", "password": PASSWORD}).json()
        value = cookie(browser)
        browser.do("sign_in", {"name": "ada", "password": "another secret"})
        node.stop()
        with sqlite3.connect(node.data / "tintype.db") as rows:
            kept = "\n".join(rows.iterdump())
        for secret in (PASSWORD, value, answer["access_token"]):
            assert secret not in kept and secret not in node.log()
        assert "another secret" not in node.log()
        assert "$argon2id$" in kept


def test_who_was_deleted_has_no_session(node, ada):
    token = ada.answer["access_token"]
    gone = requests.delete(node.gateway + "/api/profile", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S)
    assert gone.status_code == 204
    assert ada.do("refresh").status_code == 401
    assert ada.do("sign_in", {"name": ada.name, "password": PASSWORD}).status_code == 401


# OAuth 2


@pytest.fixture
def desk(node):
    """A program on a desk, which knows of the issuer what its metadata say."""
    metadata = requests.get(node.gateway + "/.well-known/oauth-authorization-server", timeout=TIMEOUT_S).json()
    client = OAuth2Session("desk", token_endpoint_auth_method="none", redirect_uri=REDIRECT,
                           code_challenge_method="S256", revocation_endpoint_auth_method="none")
    client.metadata_of_issuer = metadata
    return client


def ask_of(client, **more):
    """The address that a browser is sent to, and the verifier."""
    verifier = generate_token(48)
    url, state = client.create_authorization_url(
        client.metadata_of_issuer["authorization_endpoint"], code_verifier=verifier, **more)
    return url, verifier, state


def sign_in_at(url: str, name: str, password: str = PASSWORD, browser=None, **changed) -> requests.Response:
    """Fills in the form, as a browser does."""
    browser = browser or requests.Session()
    shown = browser.get(url, timeout=TIMEOUT_S, allow_redirects=False)
    assert shown.status_code == 200, shown.text
    form = Form(shown.text)
    assert "script" not in form.tags
    action = urllib.parse.urljoin(url, "/oauth2/authorize")
    fields = form.fields | {"name": name, "password": password} | changed
    return browser.post(action, data=fields, timeout=TIMEOUT_S, allow_redirects=False,
                        headers={"Origin": urllib.parse.urljoin(url, "/").rstrip("/")})


def answer_of(response) -> dict:
    assert response.status_code == 303, response.text
    query = urllib.parse.urlsplit(response.headers["Location"]).query
    return {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}


def fetch(client, location: str, verifier: str, state: str | None = None):
    return client.fetch_token(client.metadata_of_issuer["token_endpoint"], authorization_response=location,
                              code_verifier=verifier, state=state)


def refused(node, error: str, status: int = 400, **fields) -> None:
    answer = requests.post(node.gateway + "/oauth2/token", data=fields, timeout=TIMEOUT_S)
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_real_client_gets_tokens_by_pkce(node, ada, desk):
    url, verifier, state = ask_of(desk)
    sent = sign_in_at(url, ada.name)
    assert sent.headers["Location"].startswith(REDIRECT + "?code=")
    assert answer_of(sent)["iss"] == node.gateway == desk.metadata_of_issuer["issuer"]
    token = fetch(desk, sent.headers["Location"], verifier, state)
    assert token["token_type"] == "Bearer" and token["expires_in"] > 0
    assert profile(node, token["access_token"]).status_code == 200
    endpoint = desk.metadata_of_issuer["token_endpoint"]
    again = desk.refresh_token(endpoint, token["refresh_token"])
    assert again["refresh_token"] != token["refresh_token"]
    assert profile(node, again["access_token"]).status_code == 200
    done = desk.revoke_token(desk.metadata_of_issuer["revocation_endpoint"], again["refresh_token"])
    assert done.status_code == 200
    refused(node, "invalid_grant", grant_type="refresh_token", client_id="desk", refresh_token=again["refresh_token"])


def test_the_app_s_session_is_another_one(node, ada, desk):
    url, verifier, state = ask_of(desk)
    token = fetch(desk, sign_in_at(url, ada.name).headers["Location"], verifier, state)
    # Neither is a token of the other.
    refused(node, "invalid_grant", grant_type="refresh_token", client_id="desk", refresh_token=cookie(ada))
    assert refresh_with(node, token["refresh_token"]).status_code == 401
    refused(node, "invalid_client", 401, grant_type="refresh_token", client_id="tintype", refresh_token=cookie(ada))
    assert ada.do("sign_out").status_code == 204
    desk.refresh_token(desk.metadata_of_issuer["token_endpoint"], token["refresh_token"])


def test_a_code_that_comes_again_ends_what_it_gave(node, ada, desk):
    url, verifier, state = ask_of(desk)
    sent = sign_in_at(url, ada.name)
    token = fetch(desk, sent.headers["Location"], verifier, state)
    refused(node, "invalid_grant", grant_type="authorization_code", client_id="desk", redirect_uri=REDIRECT,
            code=answer_of(sent)["code"], code_verifier=verifier)
    refused(node, "invalid_grant", grant_type="refresh_token", client_id="desk", refresh_token=token["refresh_token"])


def test_an_oauth_refresh_token_that_comes_again_ends_the_session(node, ada, desk):
    url, verifier, state = ask_of(desk)
    token = fetch(desk, sign_in_at(url, ada.name).headers["Location"], verifier, state)
    endpoint = desk.metadata_of_issuer["token_endpoint"]
    for _ in range(2):
        newest = desk.refresh_token(endpoint, token["refresh_token"])
    for value in (token["refresh_token"], newest["refresh_token"]):
        refused(node, "invalid_grant", grant_type="refresh_token", client_id="desk", refresh_token=value)


@pytest.mark.parametrize("change", [
    {"code_verifier": "v" * 43}, {"code_verifier": ""}, {"client_id": "other"},
    {"redirect_uri": "http://127.0.0.1:4568/callback"}, {"redirect_uri": "https://desk.example/callback?from=tintype"},
])
def test_a_stolen_code_is_worth_nothing(node, ada, desk, change):
    url, verifier, _ = ask_of(desk)
    good = {"grant_type": "authorization_code", "client_id": "desk", "redirect_uri": REDIRECT,
            "code": answer_of(sign_in_at(url, ada.name))["code"], "code_verifier": verifier}
    refused(node, "invalid_request" if change == {"code_verifier": ""} else "invalid_grant", **good | change)


@pytest.mark.parametrize("more, error", [
    ({"code_challenge_method": "plain"}, "invalid_request"), ({"code_challenge": ""}, "invalid_request"),
    ({"code_challenge_method": ""}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code token"}, "unsupported_response_type"), ({"scope": "admin"}, "invalid_scope"),
])
def test_pkce_cannot_be_talked_down(node, ada, desk, more, error):
    """Neither in the address nor in the form that was shown for a good one."""
    url, _, state = ask_of(desk)
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query)) | more
    told = answer_of(requests.get(f"{node.gateway}/oauth2/authorize", params=query, timeout=TIMEOUT_S, allow_redirects=False))
    assert told["error"] == error and told["state"] == state and told["iss"] == node.gateway
    told = answer_of(sign_in_at(url, ada.name, **more))
    assert told["error"] == error and "code" not in told


@pytest.mark.parametrize("uri", [
    "https://evil.example/callback", "http://127.0.0.1.evil.example/callback", "http://127.0.0.1:80@evil.example/callback",
    "http://127.0.0.1:4567/callback/../evil", "http://127.0.0.1:4567/callback?x=1", "http://localhost:4567/callback",
    "http://127.0.0.1:4567/callback#x", "https://desk.example/callback", "https://desk.example/callback?from=tintype&x=1",
    "https://other.example/callback", "javascript:alert(1)", "http://127.0.0.1:4567/callback\r\nX: y", "",
])
def test_answers_go_nowhere_else(node, uri):
    query = {"response_type": "code", "client_id": "desk", "redirect_uri": uri, "state": "x",
             "code_challenge": create_s256_code_challenge("v" * 43), "code_challenge_method": "S256"}
    for answer in (
        requests.get(node.gateway + "/oauth2/authorize", params=query, timeout=TIMEOUT_S, allow_redirects=False),
        requests.post(node.gateway + "/oauth2/authorize", data=query, timeout=TIMEOUT_S, allow_redirects=False),
    ):
        assert answer.status_code == 400 and "Location" not in answer.headers
        assert answer.headers["Content-Type"].startswith("text/html")
    two = requests.get(node.gateway + "/oauth2/authorize", params=[*query.items(), ("redirect_uri", REDIRECT)],
                       timeout=TIMEOUT_S, allow_redirects=False)
    assert two.status_code == 400


def test_a_form_of_others_signs_nobody_in(node, ada, desk):
    """A page signs its visitor in as its owner, to have what the visitor then does."""
    url, _, _ = ask_of(desk)
    assert sign_in_at(url, ada.name, form_token="x" * 43).status_code == 403
    attacker = Form(requests.get(url, timeout=TIMEOUT_S).text).fields
    victim = requests.Session()
    victim.get(url, timeout=TIMEOUT_S)  # Has a cookie of its own.
    fields = attacker | {"name": ada.name, "password": PASSWORD}
    assert victim.post(node.gateway + "/oauth2/authorize", data=fields, timeout=TIMEOUT_S).status_code == 403
    # With the right cookie, but sent by another page.
    browser = requests.Session()
    fields = Form(browser.get(url, timeout=TIMEOUT_S).text).fields | {"name": ada.name, "password": PASSWORD}
    for origin in ("https://evil.example", "null", APP):
        sent = browser.post(node.gateway + "/oauth2/authorize", data=fields, headers={"Origin": origin}, timeout=TIMEOUT_S)
        assert sent.status_code == 403, origin


def test_the_form_is_text_and_leads_nowhere(node, ada, desk):
    mark = "\"><script>alert(1)</script>"
    url, _, _ = ask_of(desk, state=mark)
    shown = requests.get(url, timeout=TIMEOUT_S)
    assert "<script" not in shown.text and Form(shown.text).fields["state"] == mark
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "form-action 'self' http://127.0.0.1:4567;" in policy
    assert "script-src" not in policy and "unsafe" not in policy
    wrong = sign_in_at(url, mark, "wrong")
    assert wrong.status_code == 401 and "<script" not in wrong.text and Form(wrong.text).fields["name"] == mark
    assert answer_of(sign_in_at(url, ada.name))["state"] == mark


def test_guessing_at_the_form_counts_as_anywhere(node, desk):
    url, _, _ = ask_of(desk)
    guessed = new_name()
    for _ in range(5):
        assert sign_in_at(url, guessed, "guess").status_code == 401
        assert Browser(node).do("sign_in", {"name": guessed, "password": "guess"}).status_code == 401
    slowed = sign_in_at(url, guessed, "guess")
    assert slowed.status_code == 429 and int(slowed.headers["Retry-After"]) > 0


# Keys


def kids(node) -> set[str]:
    jwks = requests.get(node.gateway + "/.well-known/jwks.json", timeout=TIMEOUT_S).json()
    return {key["kid"] for key in jwks["keys"]}


def keys(node, *arguments: str) -> dict[str, str]:
    """{kid: state}"""
    out = node.run("issuer-keys", *arguments, "--data", str(node.data)).stdout
    return {line["kid"]: line["state"] for line in map(json.loads, out.splitlines())}


def until(condition):
    """Waits until a running node has looked; it does so every few seconds."""
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        if result := condition():
            return result
    raise AssertionError("it never came true")


def test_keys_rotate_while_a_node_runs(tmp_path):
    with Node(tmp_path, config=STACK) as node:
        old = node.token("ada")
        before = kids(node)
        listed = keys(node, "rotate")
        assert sorted(listed.values()) == ["current", "next"]
        until(lambda: kids(node) == set(listed))
        assert before < kids(node), "the next one is published, and the old one stays"
        assert profile(node, old).status_code == 200
        assert keys(node, "rotate") == listed, "one waits already"
        assert profile(node, node.token("ada")).status_code == 200
        node.kill()
        node.start()
        assert kids(node) == set(listed), "they are kept"


def test_a_compromised_key_is_refused_at_once_also_from_the_cache(tmp_path):
    with Node(tmp_path, config=STACK) as node:
        old = node.token("ada")
        assert profile(node, old).status_code == 200  # Remembered from now on.
        listed = keys(node, "rotate", "--compromised")
        assert list(listed.values()) == ["current"]
        until(lambda: profile(node, old).status_code == 401)
        assert kids(node) == set(listed)
        assert profile(node, node.token("ada")).status_code == 200


def test_expired_token_is_refused_from_cache(node):
    """Pitfall 9: who was verified a moment ago is refused once the token has ended."""
    token = node.token("ada", ttl="1s")
    seen = [profile(node, token).status_code]
    until(lambda: seen.append(profile(node, token).status_code) or seen[-1] == 401)
    # The skew of clocks is granted, so it was honoured, and from the cache, before.
    assert seen[0] == 200 and len(seen) > 10
    assert set(seen) == {200, 401}

"""Foreign issuers: real tokens of real sign-ins pass, and nothing else; keys come, change and go."""

import time

import pytest
import requests

from support.issuers import Cognito, Oidc
from support.node import Node

TIMEOUT_S = 60
COLLECTION = """
[collection.avatars]
[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
"""


def stack_of(issuer: str, audience: str = "tintype", more: str = "") -> str:
    return f'[identity]\nissuer = "{issuer}"\naudience = "{audience}"\n{more}{COLLECTION}'


def ask(node, token: str) -> requests.Response:
    return requests.post(
        f"{node.gateway}/avatars/key_upload", json={"content_type": "image/jpeg", "size": 1},
        headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S,
    )


def until(condition, patience_s: float = 60):
    """Asks again until `condition` holds; its last value."""
    end = time.monotonic() + patience_s
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value


@pytest.fixture(scope="module")
def oidc(tmp_path_factory):
    with Oidc(tmp_path_factory.mktemp("oidc")) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def oidc_node(oidc, tmp_path_factory):
    with Node(tmp_path_factory.mktemp("node"), stack_of(oidc.url)) as node:
        yield node


@pytest.mark.parametrize("algorithm", ["RS256", "PS384", "ES256", "EdDSA"])
def test_a_person_who_signed_in_elsewhere_passes(oidc, oidc_node, algorithm):
    tokens = oidc.sign_in("ada", algorithm)
    answer = ask(oidc_node, tokens["access_token"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["key"].startswith("avatars/ada/")


def test_a_program_passes(oidc, oidc_node):
    assert ask(oidc_node, oidc.machine_token()).status_code == 200


def test_an_id_token_is_no_access_token(oidc, oidc_node):
    answer = ask(oidc_node, oidc.sign_in("ada")["id_token"])
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_of_the_embedded_issuer_is_none_of_a_foreign_one(oidc_node):
    assert ask(oidc_node, oidc_node.token("ada")).status_code == 401


def test_nobody_signs_in_here_whom_a_foreign_issuer_knows(oidc_node):
    for method, path in (("POST", "/auth/sign_in"), ("GET", "/.well-known/jwks.json")):
        assert requests.request(method, oidc_node.gateway + path, json={}, timeout=TIMEOUT_S).status_code == 404


def test_keys_rotate_while_we_run(oidc, tmp_path):
    with Node(tmp_path, stack_of(oidc.url)) as node:
        old = oidc.machine_token("ES256")
        assert ask(node, old).status_code == 200
        oidc.rotate()
        # The first request with the new key waits until it is fetched, and passes.
        assert ask(node, oidc.machine_token("ES256")).status_code == 200
        assert ask(node, old).status_code == 401  # Also out of the cache.


def test_an_issuer_that_is_down_at_the_start_is_waited_for(tmp_path):
    issuer = Oidc(tmp_path)
    with Node(tmp_path, stack_of(issuer.url)) as node:  # The start does not fail.
        answer = ask(node, "a.b.c")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert requests.get(node.gateway + "/", timeout=TIMEOUT_S).status_code == 200
        with issuer:
            token = issuer.machine_token()
            assert until(lambda: ask(node, token).status_code == 200)
        # Down again: the keys that are there serve on.
        assert ask(node, token).status_code == 200
        assert ask(node, token + "x").status_code == 401


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(oidc, tmp_path):
    with Node(tmp_path, stack_of(oidc.url + "/")) as node:
        assert ask(node, oidc.machine_token()).status_code == 503
        assert "is of another issuer" in node.log()


def test_several_issuers_beside_each_other(oidc, tmp_path):
    """One that is down takes nothing from the others."""
    partners = '[authorizer.partners]\ntype = "jwt"\nissuer = "http://127.0.0.1:9"\naudience = "tintype"\n'
    with Node(tmp_path, stack_of(oidc.url, more=partners)) as node:
        assert ask(node, oidc.machine_token()).status_code == 200


def test_cognito_tokens_pass_by_client_id_and_token_use(tmp_path):
    with Cognito(tmp_path) as cognito:
        tokens = cognito.sign_in("ada@example.com")
        claims_issuer = f"{cognito.url}/{cognito.pool}"
        keys = f'jwks_uri = "{cognito.jwks_uri}"\n'
        for folder, audience, more, access, identity in (
            ("ours", cognito.client_id, "", 200, 401),
            ("other", "another-client", "", 401, 401),
            ("id", cognito.client_id, "id_tokens = true\n", 200, 200),
        ):
            (tmp_path / folder).mkdir()
            with Node(tmp_path / folder, stack_of(claims_issuer, audience, keys + more)) as node:
                assert ask(node, tokens["AccessToken"]).status_code == access, folder
                assert ask(node, tokens["IdToken"]).status_code == identity, folder

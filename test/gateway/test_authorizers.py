"""Who may pass the gateway of the running program, and how it says no."""

import pytest
import requests

TIMEOUT_S = 60


def ask(node, **headers) -> requests.Response:
    return requests.post(
        f"{node.gateway}/avatars/key_upload", json={"content_type": "image/jpeg", "size": 1},
        headers=headers, timeout=TIMEOUT_S,
    )


def test_a_token_of_the_embedded_issuer_passes(node, person):
    assert ask(node, **person.authorization).status_code == 200


@pytest.mark.parametrize("authorization, code", [
    (None, "missing_token"),
    ("", "invalid_token"),
    ("Basic YTpi", "invalid_token"),
    ("Bearer", "invalid_token"),
    ("Bearer a.b.c", "invalid_token"),
    ("Bearer " + "a" * 100_000, "header_too_large"),
])
def test_who_has_no_token_is_asked_for_one(node, authorization, code):
    answer = ask(node, **({} if authorization is None else {"Authorization": authorization}))
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    if code != "header_too_large":
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="tintype"')

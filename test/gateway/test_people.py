"""Profiles, the feed, and the deletion of a person, at the running program with real tokens."""

import sqlite3
import threading
import urllib.parse

import pytest
import requests
from support import pictures
from support.node import Node
from support.person import Person

TIMEOUT_S = 60
CONFIG = """
[collection.avatars]
[[collection.avatars.variant]]
name = "64"
width = 64
height = 64
formats = ["jpeg", "webp"]

[collection.banners]
[[collection.banners.variant]]
name = "wide"
width = 90
height = 30
"""


class Member(Person):
    """A person with a profile."""

    def call(self, method: str, path: str, body=None, **headers) -> requests.Response:
        return requests.request(method, self.node.gateway + path, json=body,
                                headers={**self.authorization, **headers}, timeout=TIMEOUT_S)

    def profile(self) -> dict:
        answer = self.call("GET", "/api/profile")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def edit(self, **changes) -> requests.Response:
        read = self.call("GET", "/api/profile")
        old = read.json()
        body = {name: old[name] for name in ("handle", "display_name", "bio")} | changes
        return self.call("PUT", "/api/profile", body, **{"If-Match": read.headers["ETag"]})

    def tell(self, text: str, **more) -> dict:
        answer = self.call("POST", "/api/activities", {"text": text, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()


def public(node, path: str) -> requests.Response:
    return requests.get(node.gateway + path, timeout=TIMEOUT_S)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("people"), CONFIG) as node:
        yield node


@pytest.fixture
def ada(stack, request):
    return Member(stack, "ada|" + request.node.name[:80])


@pytest.fixture
def grace(stack, request):
    return Member(stack, "grace|" + request.node.name[:80])


def test_a_person_is_there_from_the_first_question_on(stack, ada, grace):
    mine = ada.profile()
    assert mine == ada.profile(), "once only"
    assert mine["handle"] != grace.profile()["handle"]
    assert mine["avatar"]["is_default"] and mine["banner"]["is_default"]
    seen = public(stack, f"/api/people/{mine['handle'].upper()}")
    assert seen.json() == mine
    alias = requests.get(mine["avatar"]["variants"][0]["alias"], timeout=TIMEOUT_S)
    assert alias.status_code == 200 and alias.headers["X-Tintype-Default"] == "1"


def test_a_profile_is_edited_by_who_read_it(ada):
    ada.profile()
    handle = "h" + ada.token[-12:].lower().replace("-", "_")
    saved = ada.edit(handle=handle, display_name="Ada Lovelace", bio="Countess.\nPoet of science.")
    assert saved.status_code == 200, saved.text
    assert saved.json()["display_name"] == "Ada Lovelace"
    assert saved.json() == ada.profile()
    body = {"handle": handle, "display_name": "Ada", "bio": ""}
    stale = ada.call("PUT", "/api/profile", body, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert ada.call("PUT", "/api/profile", body).status_code == 428
    wrong = ada.edit(handle="\u0430da", bio="\u202e", display_name="")
    assert wrong.status_code == 422
    assert [fault["pointer"] for fault in wrong.json()["errors"]] == ["#/handle", "#/display_name", "#/bio"]


def test_edit_only_your_own(stack, ada, grace):
    """Pitfall 28: the edit button was on everyone's profile. There is no request that edits another's."""
    hers = grace.profile()
    told = grace.tell("mine")
    for method, path in [("PUT", f"/api/people/{hers['handle']}"), ("DELETE", f"/api/people/{hers['handle']}"),
                         ("PATCH", f"/api/people/{hers['handle']}")]:
        assert ada.call(method, path, {}, **{"If-Match": "*"}).status_code == 405
    assert ada.edit(handle=hers["handle"]).json()["code"] == "handle_taken"
    for forged in ("sub", "id", "owner", "person"):
        assert ada.edit(**{forged: grace.sub}).status_code == 422
    for header in ("X-Sub", "X-Tintype-Subject", "X-Forwarded-User", "X-User-Id"):
        assert ada.call("GET", "/api/profile", **{header: grace.sub}).json()["handle"] != hers["handle"]
    refused = ada.call("DELETE", f"/api/activities/{told['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    nobody = requests.put(stack.gateway + "/api/profile", json={}, timeout=TIMEOUT_S)
    assert nobody.status_code == 401
    assert grace.profile() == hers
    assert public(stack, f"/api/activities/{told['id']}").json() == told


def test_pictures_are_in_the_profile_and_in_the_feed(stack, ada):
    assert ada.upload(pictures.jpeg())["state"] == "ready"
    banner = Member(stack, ada.sub, "banners")
    assert banner.upload(pictures.jpeg())["state"] == "ready"
    profile = ada.profile()
    assert not profile["avatar"]["is_default"]
    assets = profile["avatar"]["variants"][0]["assets"]
    assert {asset["type"] for asset in assets} == {"image/jpeg", "image/webp"}
    assert all((asset["width"], asset["height"]) == (64, 64) for asset in assets)
    assert profile["banner"]["variants"][0]["assets"][0]["width"] == 90
    told = ada.tell("with a picture")
    feed = public(stack, "/api/activities?limit=100").json()["activities"]
    shown = next(one for one in feed if one["id"] == told["id"])
    assert shown["author"]["avatar"] == profile["avatar"]
    picture = requests.get(assets[0]["url"], timeout=TIMEOUT_S)
    assert picture.status_code == 200 and "immutable" in picture.headers["Cache-Control"]


def test_the_feed_is_paged(stack, ada, grace):
    told = [who.tell(f"{number}")["id"] for number in range(5) for who in (ada, grace)]
    handle = ada.profile()["handle"]
    seen, cursor = [], ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = public(stack, f"/api/people/{handle}/activities?{urllib.parse.urlencode(query)}").json()
        seen += [one["id"] for one in page["activities"]]
        cursor = page["next"]
    assert seen == told[::-1][1::2]
    everybody = public(stack, "/api/activities?limit=10").json()
    assert [one["id"] for one in everybody["activities"]] == told[::-1]
    reply = ada.tell("to you", reply_to=told[1])
    assert reply["reply_to"] == told[1]
    assert ada.call("DELETE", f"/api/activities/{reply['id']}").status_code == 204
    assert public(stack, f"/api/activities/{reply['id']}").status_code == 404


# What somebody leaves in the database, besides the mark that keeps them from beginning anew with an
# old token, and besides the events, which operators can inspect for a while.
ROWS = {"person": "sub", "handle": "sub", "credential": "sub", "activity": "sub"}


def objects_of(node, sub: str) -> list[str]:
    segment = f"/{urllib.parse.quote(sub, safe='')}/"
    return [key for bucket in node.boto3().list_buckets()["Buckets"]
            for key in node.objects(bucket["Name"]) if segment in key]


def rows_of(node, sub: str) -> dict:
    with sqlite3.connect(f"file:{node.data}/tintype.db?mode=ro", uri=True) as database:
        counts = {table: database.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} = ?", (sub,)).fetchone()[0]
                  for table, column in ROWS.items()}
        counts["manifest"] = database.execute(
            "SELECT COUNT(*) FROM manifest WHERE owner = ? AND body <> '{\"assets\":[]}'", (sub,)).fetchone()[0]
        counts["slot"] = database.execute(
            "SELECT COUNT(*) FROM slot WHERE owner = ? AND state IN ('waiting', 'received', 'processing')",
            (sub,)).fetchone()[0]
    return {table: count for table, count in counts.items() if count}


def wait_for_nothing_left(node, sub: str):
    """Until every invocation that is due has ended; then nothing may be there."""
    never = threading.Event()
    for _ in range(600):
        if not objects_of(node, sub) and not rows_of(node, sub):
            return
        never.wait(0.1)
    assert (objects_of(node, sub), rows_of(node, sub)) == ([], {})


def test_deleting_a_person_deletes_their_pictures_everywhere(stack, ada, grace):
    for who in (ada, grace):
        assert who.upload(pictures.jpeg())["state"] == "ready"
        assert Member(stack, who.sub, "banners").upload(pictures.jpeg())["state"] == "ready"
        who.tell("here")
    handle = ada.profile()["handle"]
    begun = ada.slot(pictures.jpeg())
    assert objects_of(stack, ada.sub) and rows_of(stack, ada.sub)

    assert ada.call("DELETE", "/api/profile").status_code == 204
    # At once:
    assert ada.alias("64.jpg").headers["X-Tintype-Default"] == "1"
    assert public(stack, f"/api/people/{handle}").status_code == 404
    assert public(stack, f"/api/people/{handle}/activities").status_code == 404
    feed = public(stack, "/api/activities?limit=100").json()["activities"]
    assert handle not in {one["author"]["handle"] for one in feed}
    assert ada.put(begun, pictures.jpeg()).status_code == 403, "a slot from before"
    assert ada.call("GET", "/api/profile").status_code == 410, "a token from before"
    assert ada.call("POST", "/api/activities", {"text": "again"}).status_code == 410
    # Soon:
    wait_for_nothing_left(stack, ada.sub)
    assert objects_of(stack, grace.sub) and not grace.profile()["avatar"]["is_default"], "hers stay"


def test_deleting_a_person_deletes_every_version(tmp_path):
    with Node(tmp_path, CONFIG) as node:
        s3, ada, grace = node.boto3(), Member(node, "ada"), Member(node, "grace")
        names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        for name in names:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        for who in (ada, grace, ada):
            who.profile()
            assert who.upload(pictures.jpeg())["state"] == "ready"

        def owners():
            pages = [s3.list_object_versions(Bucket=name) for name in names]
            entries = [e for page in pages for e in page.get("Versions", []) + page.get("DeleteMarkers", [])]
            return {entry["Key"].split("/")[1] for entry in entries}

        assert owners() == {"ada", "grace"}
        assert ada.call("DELETE", "/api/profile").status_code == 204
        wait_for_nothing_left(node, "ada")
        assert owners() == {"grace"}


@pytest.mark.parametrize("moment", range(5))
def test_a_deletion_survives_the_plug(tmp_path, moment):
    """kill -9 around the deletion, with an upload in flight; after the restart nothing is left."""
    with Node(tmp_path, CONFIG) as node:
        ada = Member(node, "ada")
        ada.profile()
        assert ada.upload(pictures.jpeg())["state"] == "ready"
        ada.tell("here")
        late = pictures.jpeg(3000, 2000)
        slot = ada.slot(late)
        assert ada.put(slot, late).status_code == 200
        asked = threading.Thread(target=delete_quietly, args=(ada,))
        if moment < 4:  # Else: the plug is pulled before it was asked.
            asked.start()
        if moment in (0, 1):
            asked.join()
        if moment in (1, 2):
            ada.alias("64.jpg")  # A little later.
        node.kill()
        if moment < 4:
            asked.join()
        node.start()
        ada = Member(node, "ada")
        deleted = ada.call("GET", "/api/profile").status_code == 410
        assert deleted or moment > 1, "what was acknowledged is not lost"
        if not deleted:
            assert ada.call("DELETE", "/api/profile").status_code == 204
        wait_for_nothing_left(node, "ada")
        state = public(node, f"/uploads/{slot['upload_id']}").json()
        assert state["state"] in ("superseded", "failed", "ready")
        assert ada.alias("64.jpg").headers["X-Tintype-Default"] == "1"


def delete_quietly(person: Member):
    try:
        person.call("DELETE", "/api/profile")
    except requests.RequestException:  # The node is gone.
        pass


def test_an_upload_in_flight_is_not_published(stack, ada):
    """Deleted between the PUT and the end of the image function, many times."""
    late = pictures.jpeg(2000, 1500)
    slots = [ada.slot(late) for _ in range(4)]
    for slot in slots:
        assert ada.put(slot, late).status_code == 200
    assert ada.call("DELETE", "/api/profile").status_code == 204
    for slot in slots:
        ada.wait(slot)
    assert ada.alias("64.jpg").headers["X-Tintype-Default"] == "1"
    wait_for_nothing_left(stack, ada.sub)


def test_who_was_deleted_opens_no_slot(stack, ada):
    """Their token is still valid; nothing that they would upload had an owner."""
    before = ada.slot(pictures.jpeg())
    assert ada.call("DELETE", "/api/profile").status_code == 204
    for body in ({"content_type": "image/jpeg", "size": 1000}, {"extension": "jpg"}, {"files": [{"extension": "jpg"}]}):
        answer = ada.ask(body)
        assert (answer.status_code, answer.json()["code"]) == (410, "person_deleted")
    assert ada.put(before, pictures.jpeg()).status_code == 403
    wait_for_nothing_left(stack, ada.sub)


def test_who_was_deleted_cannot_sign_in(stack):
    name, password = stack.credentials["person"]["name"], stack.credentials["person"]["password"]
    signed_in = requests.post(stack.gateway + "/auth/sign_in", json={"name": name, "password": password},
                              timeout=TIMEOUT_S)
    assert signed_in.status_code == 200
    gone = requests.delete(stack.gateway + "/api/profile", timeout=TIMEOUT_S,
                           headers={"Authorization": f"Bearer {signed_in.json()['access_token']}"})
    assert gone.status_code == 204
    again = requests.post(stack.gateway + "/auth/sign_in", json={"name": name, "password": password},
                          timeout=TIMEOUT_S)
    assert (again.status_code, again.json()["code"]) == (401, "wrong_credentials")
    assert rows_of(stack, signed_in.json()["sub"]) == {}

"""The contract and the server, each tested against the other (pitfall 27: the app sent PUT to a POST-only
route). Every exchange goes through support/contract.py, which checks status, headers and body."""

import base64
import concurrent.futures
import hashlib
import json
import subprocess
import urllib.parse

import jsonschema
import pytest
import requests
from support import pictures
from support.contract import ALWAYS, METHODS, Contract, bad_bodies
from support.node import ONE_COLLECTION, ROOT, Node
from support.person import Person

TIMEOUT_S = 60
# The page is no interface; the routes of a stack file are the stack's.
STAGES_WITHOUT_CONTRACT = {"page", "stack"}
UNKNOWN_ID = "0" * 26

# A good body for each operation that takes one.
GOOD = {
    "putProfile": {"handle": "contract", "display_name": "Contract", "bio": ""},
    "postActivity": {"text": "hello"},
    "keyUpload_avatars": {"content_type": "image/jpeg", "size": 1000},
    "signParts": {"numbers": [1, 2]},
    "completeUpload": {"parts": [{"PartNumber": 1, "ETag": "0123"}]},
    "signIn": {"name": "somebody", "password": "something"},
    "signUp": {"name": "contract new", "password": "something else"},
}
# What must be sent besides.
BESIDES = {"putProfile": {"If_Match": "*"}, "signParts": {"path": {"id": UNKNOWN_ID}},
           "completeUpload": {"path": {"id": UNKNOWN_ID}}}


# One collection: the paths of another one would be the same again. And an application that signs
# people in.
STACK = """
[stack]
name = "contract"
[[identity.client]]
id = "desk"
redirect_uris = ["http://127.0.0.1/cb"]
""" + ONE_COLLECTION


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("node"), STACK) as running:
        yield running


@pytest.fixture(scope="module")
def contract(node):
    return Contract(node.gateway)


@pytest.fixture(scope="module")
def token(node):
    return node.token("contract|generated")


def filled(path: str) -> str:
    """A path with something in each parameter."""
    return path.replace("{handle}", "nobody_here").replace("{id}", UNKNOWN_ID).replace("{number}", "1")


def exercise_profiles(contract, token_of):
    ada, grace = token_of("contract|ada"), token_of("contract|grace")
    read = contract.call("getProfile", token=ada)
    body = GOOD["putProfile"] | {"handle": "contract_ada"}
    contract.call("putProfile", body, token=ada, If_Match=read.headers["ETag"])
    contract.call("putProfile", body, token=ada, If_Match=read.headers["ETag"])  # 412
    contract.call("putProfile", body, token=ada)  # 428
    contract.call("putProfile", body, token=grace, If_Match="*")  # 409
    contract.call("putProfile", body | {"handle": "a"}, token=ada, If_Match="*")
    contract.call("putProfile", data=b"{", token=ada, If_Match="*")
    contract.call("putProfile", data=b"{}", token=ada, If_Match="*", Content_Type="text/plain")
    contract.call("putProfile", body | {"bio": "x" * 20_000}, token=ada, If_Match="*")  # 413
    for number in range(3):  # The last one is 429.
        contract.call("putProfile", body | {"handle": f"contract_{number}"}, token=ada, If_Match="*")
    contract.call("getPerson", path={"handle": "contract_1"})
    contract.call("getPerson", path={"handle": "nobody_here"})
    contract.call("deleteProfile", token=grace)
    contract.call("getProfile", token=grace)  # 410
    contract.call("putProfile", body, token=grace, If_Match="*")
    contract.call("postActivity", GOOD["postActivity"], token=grace)
    contract.call("keyUpload_avatars", GOOD["keyUpload_avatars"], token=grace)


def exercise_activities(contract, token_of):
    ada, grace = token_of("contract|teller"), token_of("contract|other")
    told = contract.call("postActivity", GOOD["postActivity"], token=ada).json()
    contract.call("postActivity", {"text": "r", "reply_to": told["id"]}, token=ada)
    contract.call("postActivity", {"text": ""}, token=ada)
    contract.call("postActivity", {"text": "r", "reply_to": UNKNOWN_ID}, token=ada)
    contract.call("postActivity", data=b"[]", token=ada)
    contract.call("postActivity", data=b"text=x", token=ada, Content_Type="application/x-www-form-urlencoded")
    contract.call("postActivity", {"text": "x" * 20_000}, token=ada)
    contract.call("getActivity", path={"id": told["id"]})
    contract.call("getActivity", path={"id": UNKNOWN_ID})
    contract.call("getActivities", query={"limit": 0})
    page = contract.call("getActivities", query={"limit": 1}).json()
    contract.call("getActivities", query={"limit": 1, "cursor": page["next"]})
    of_person = {"handle": told["author"]["handle"]}
    contract.call("getActivitiesOfPerson", path=of_person)
    contract.call("getActivitiesOfPerson", path=of_person, query={"limit": 0})
    contract.call("getActivitiesOfPerson", path={"handle": "nobody_here"})
    contract.call("deleteActivity", path={"id": told["id"]}, token=grace)  # 403
    contract.call("deleteActivity", path={"id": told["id"]}, token=ada)
    contract.call("deleteActivity", path={"id": told["id"]}, token=ada)  # 404
    answers = [contract.call("postActivity", GOOD["postActivity"], token=ada) for _ in range(31)]
    assert answers[-1].status_code == 429


def exercise_uploads(contract, node, token_of):
    person = Person(node, "contract|uploader")
    picture = pictures.jpeg()
    slot = contract.call("keyUpload_avatars", {"content_type": "image/jpeg", "size": len(picture)},
                         token=person.token).json()
    contract.call("getUpload", path={"id": slot["upload_id"]})
    assert person.put(slot, picture).status_code == 200
    assert person.wait(slot)["state"] == "ready"
    contract.call("getUpload", path={"id": slot["upload_id"]})
    contract.call("getUpload", path={"id": slot["upload_id"]}, Accept="text/event-stream")
    contract.call("getUpload", path={"id": UNKNOWN_ID})
    contract.call("getProfile", token=person.token)  # With a picture.
    contract.call("postActivity", GOOD["postActivity"], token=person.token)
    contract.call("keyUpload_avatars", {"extension": "jpg"}, token=person.token)
    contract.call("keyUpload_avatars", {"extension": "exe"}, token=person.token)  # 415
    contract.call("keyUpload_avatars", {"content_type": "image/jpeg", "size": 2**40}, token=person.token)
    contract.call("keyUpload_avatars", data=b"{", token=person.token)
    greedy = token_of("contract|greedy")
    answers = [contract.call("keyUpload_avatars", {"extension": "jpg"}, token=greedy) for _ in range(21)]
    assert answers[-1].status_code == 429
    contract.call("removePicture_avatars", token=person.token)
    contract.call("cancelUpload", path={"id": slot["upload_id"]}, token=person.token)  # 409
    contract.call("cancelUpload", path={"id": slot["upload_id"]}, token=greedy)  # 404
    form = contract.call("keyUpload_avatars", {"content_type": "image/png", "size": 9, "method": "POST"},
                         token=person.token).json()
    contract.call("cancelUpload", path={"id": form["upload_id"]}, token=person.token)
    contract.call("keyUpload_avatars", {"files": [{"extension": "jpg"}, {"extension": "exe"}]}, token=person.token)


def exercise_keys(contract, token_of):
    """Idempotency keys: one used again, with another body, and by two at the same moment."""
    token = token_of("contract|keys")
    for body in ({"extension": "jpg"}, {"extension": "jpg"}, {"extension": "png"}):
        contract.call("keyUpload_avatars", body, token=token, Idempotency_Key="once")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for attempt in range(50):
            if ("keyUpload_avatars", "409") in contract.seen:
                break
            token = token_of(f"contract|keys|{attempt}") if attempt % 15 == 0 else token
            list(pool.map(lambda _: contract.call("keyUpload_avatars", {"extension": "jpg"}, token=token,
                                                  Idempotency_Key=f"at-once-{attempt}"), range(8)))


def exercise_parts(contract, node, token_of):
    person = Person(node, "contract|parts")
    token, other, picture = person.token, token_of("contract|no-parts"), pictures.jpeg()
    slot = contract.call("keyUpload_avatars", {"content_type": "image/jpeg", "size": len(picture), "method": "multipart"},
                         token=token).json()
    path = {"id": slot["upload_id"]}
    contract.call("listParts", path=path, token=token)
    contract.call("completeUpload", {}, path=path, token=token)  # 409: nothing has arrived.
    part = contract.call("signParts", {"numbers": [1]}, path=path, token=token).json()["parts"][0]
    contract.call("signParts", {"numbers": [1] * 20_000}, path=path, token=token)  # 413
    contract.call("signParts", {"numbers": [0]}, path=path, token=token)
    contract.call("signPart", path=path | {"number": "1"}, token=token)
    contract.call("signPart", path=path | {"number": "99999"}, token=token)
    for operation in ("listParts", "signParts", "completeUpload"):
        contract.call(operation, GOOD.get(operation), path=path, token=other)  # 404
    contract.call("signPart", path=path | {"number": "1"}, token=other)
    sent = requests.put(part["url"], data=picture, headers=part["headers"], timeout=TIMEOUT_S)
    assert sent.status_code == 200, sent.text
    assert contract.call("listParts", path=path, token=token).json()["parts"][0]["Size"] == len(picture)
    contract.call("completeUpload", data=b"[]", path=path, token=token)
    contract.call("completeUpload", {"parts": [], "x": "x" * 1_200_000}, path=path, token=token)  # 413
    contract.call("completeUpload", path=path, token=token)
    contract.call("completeUpload", path=path, token=token)  # Again is no change.
    for operation in ("listParts", "signParts"):
        contract.call(operation, GOOD.get(operation), path=path, token=token)  # 409
    contract.call("signPart", path=path | {"number": "1"}, token=token)


EVIL = {"Origin": "https://evil.example"}


def exercise_identity(contract, node):
    contract.call("getDiscovery")
    contract.call("getMetadata")
    contract.call("getKeys")
    contract.call("getContract")
    name, password = node.credentials["person"]["name"], node.credentials["person"]["password"]
    good = {"name": name, "password": password}
    session = contract.call("signIn", good)
    contract.call("signIn", {"name": name, "password": password + "x"})
    contract.call("signIn", {"name": name})
    contract.call("signIn", {"name": "x" * 10_000, "password": ""})
    contract.call("signIn", good, **EVIL)
    contract.call("signIn", good, Content_Type="text/plain")
    session = contract.call("refresh", Cookie=f"tintype_refresh={session.cookies['tintype_refresh']}")
    contract.call("refresh")
    contract.call("signOut", **EVIL)
    contract.call("signOut", Cookie=f"tintype_refresh={session.cookies['tintype_refresh']}")
    exercise_sign_up(contract)
    exercise_oauth(contract, good)
    answers = [contract.call("signIn", {"name": "guessed", "password": str(number)}) for number in range(11)]
    assert answers[-1].status_code == 429


def exercise_sign_up(contract):
    body = GOOD["signUp"]
    assert contract.call("signUp", body).status_code == 201
    assert contract.call("signUp", body).status_code == 409
    contract.call("signUp", body, **EVIL)
    contract.call("signUp", body, Content_Type="text/plain")
    contract.call("signUp", data=b"{")
    contract.call("signUp", body | {"password": "x" * 20_000})
    contract.call("signUp", body | {"password": "short"})
    answers = [contract.call("signUp", body) for _ in range(30)]
    assert answers[-1].status_code == 429


def exercise_oauth(contract, good):
    verifier = "v" * 43
    ask = {"response_type": "code", "client_id": "desk", "redirect_uri": "http://127.0.0.1:4567/cb",
           "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("="),
           "code_challenge_method": "S256", "state": "x"}

    def send(operation_id, fields, **headers):
        return contract.call(operation_id, data=urllib.parse.urlencode(fields).encode(),
                             Content_Type="application/x-www-form-urlencoded", **headers)

    def submit(**more):
        shown = contract.call("showAuthorization", query=ask)
        form_token = shown.cookies["tintype_form"]
        return send("submitAuthorization", ask | good | {"form_token": form_token} | more,
                    Cookie=f"tintype_form={form_token}")

    contract.call("showAuthorization", query=ask | {"response_type": "token"})  # 303
    contract.call("showAuthorization", query=ask | {"client_id": "nobody"})  # 400
    send("submitAuthorization", ask | {"client_id": "nobody"})
    submit(form_token="x")  # 403
    submit(password="wrong")
    location = submit().headers["Location"]
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]
    grant = {"grant_type": "authorization_code", "client_id": "desk", "code": code,
             "redirect_uri": ask["redirect_uri"], "code_verifier": verifier}
    tokens = send("token", grant).json()
    send("token", {"grant_type": "password", "client_id": "desk"})
    send("token", {"client_id": "nobody"})
    send("revoke", {"client_id": "desk", "token": tokens["refresh_token"]})
    send("revoke", {"client_id": "desk"})
    send("revoke", {"client_id": "nobody"})
    answers = [submit(name="guessed too", password="x") for _ in range(11)]
    assert answers[-1].status_code == 429


@pytest.fixture(scope="module")
def exercised(node, contract):
    """Every operation, with every status that its document has."""
    exercise_profiles(contract, node.token)
    exercise_activities(contract, node.token)
    exercise_uploads(contract, node, node.token)
    exercise_keys(contract, node.token)
    exercise_parts(contract, node, node.token)
    exercise_identity(contract, node)
    for _, _, operation in contract.operations():
        if operation["security"]:
            parameters = {name: "nobody_here" for name in ("handle", "id", "number")}
            contract.call(operation["operationId"], path=parameters)
            contract.call(operation["operationId"], path=parameters, token="not.a.token")
    return contract


def test_contract_is_an_openapi_document(contract):
    folder = ROOT / "test/gateway/contract"
    if not (folder / "node_modules").is_dir():
        subprocess.run(["npm", "--prefix", folder, "ci"], check=True, capture_output=True)
    checked = subprocess.run(["node", folder / "validate.mjs"], input=json.dumps(contract.document),
                             capture_output=True, text=True, cwd=folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.strip() == "3.1"
    for name, schema in contract.document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert f'"#/components/schemas/{name}"' in json.dumps(contract.document), f"{name} is used"


def test_contract_is_that_of_the_documentation(contract):
    written = json.loads((ROOT / "docs/api/openapi.json").read_text())
    assert {path.replace("/avatars/", "/{collection}/") for path in contract.document["paths"]} == set(written["paths"])
    assert contract.document["components"] == written["components"]


def test_contract_is_tested(exercised):
    """Pitfall 27: what the document says is what the server does, and nothing in it is untested."""
    assert exercised.documented() - exercised.seen == set()


def test_every_route_is_in_the_contract(node, contract):
    routes = requests.get(node.ops + "/routes", timeout=TIMEOUT_S).json()
    running = {(route["method"].lower(), route["path"], route["open"]) for route in routes
               if route["stage"] not in STAGES_WITHOUT_CONTRACT}
    written = {(method, path, operation["security"] == []) for path, method, operation in contract.operations()}
    assert running == written
    assert {route["stage"] for route in routes} >= {"identity", "page", "people", "upload", "upload_owner", "removal"}


def test_another_method_is_refused_with_those_that_are_taken(node, contract):
    for path, item in contract.document["paths"].items():
        taken = {method.upper() for method in METHODS if method in item} | {"OPTIONS"}
        taken |= {"HEAD"} if "GET" in taken else set()
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE"} - taken:
            answer = requests.request(method, node.gateway + filled(path), timeout=TIMEOUT_S)
            assert answer.status_code == 405, f"{method} {path}"
            assert set(answer.headers["Allow"].split(", ")) == taken
            assert not contract.faults(contract.document["components"]["schemas"]["Problem"], answer.json())


@pytest.mark.parametrize("operation_id", GOOD)
def test_what_the_schema_forbids_is_refused(contract, token, operation_id):
    """Requests made of the schemas, each wrong in one way: a documented 4xx, and never a 500."""
    _, _, operation = contract.find(operation_id)
    schema = contract.body_schema(operation)
    assert contract.is_valid(schema, GOOD[operation_id])
    credentials = {"token": token} if operation["security"] else {}
    credentials |= BESIDES.get(operation_id, {})
    refused = 0
    for what, body in bad_bodies(contract, schema, GOOD[operation_id]):
        if contract.is_valid(schema, body):
            continue  # What one field may not be another may.
        answer = contract.call(operation_id, data=json.dumps(body).encode(), **credentials)
        assert 400 <= answer.status_code < 500, f"{operation_id}, {what}: {answer.status_code}"
        assert str(answer.status_code) not in ALWAYS
        refused += 1
    assert refused >= 20
    for data in (b"", b"{", b"\xff", b"{}{}", b'{"a":1,"a":2}', b"[" * 5000, b'{"a":' * 40 + b"1" + b"}" * 40):
        assert 400 <= contract.call(operation_id, data=data, **credentials).status_code < 500, data[:20]


def test_parameters_outside_their_schema_are_refused(contract):
    for path, _, operation in contract.operations():
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            rule = parameter["schema"]
            bad = {"integer": [rule.get("minimum", 0) - 1, rule.get("maximum", 0) + 1, "x", "", "1e1", "\u0661", 2**70],
                   "string": ["", "x", "\0", "'", "\u202e", "A" * 1000]}[rule["type"]]
            for value in bad:
                answer = contract.call(operation["operationId"], path={"handle": "nobody_here"},
                                       query={parameter["name"]: value})
                assert answer.status_code == 400, f"{path} {parameter['name']}={value!r}"


def test_the_longest_and_the_shortest_are_taken(contract, token):
    """The limits of the schemas, from inside."""
    for handle in ("abc", "a" * 30):
        body = {"handle": handle, "display_name": "\u00e4" * 50, "bio": "\U0001f4f7" * 500}
        assert contract.call("putProfile", body, token=token, If_Match="*").status_code == 200
    body = {"handle": "a" * 30, "display_name": "x", "bio": ""}
    assert contract.call("putProfile", body, token=token, If_Match="*").json()["display_name"] == "x"
    for text in ("x", "\u4e16" * 1000):
        assert contract.call("postActivity", {"text": text}, token=token).json()["text"] == text
    assert len(contract.call("getActivities", query={"limit": 100}).json()["activities"]) <= 100


def test_odd_path_parameters_are_nobodys(contract):
    for value in ("%", "..%2f", "a b", "\u0430da", "'; --", "x" * 2000, "{handle}"):
        for operation_id in ("getPerson", "getActivitiesOfPerson"):
            encoded = urllib.parse.quote(value, safe="")
            template, _, operation = contract.find(operation_id)
            url = contract.gateway + template.replace("{handle}", encoded)
            answer = requests.get(url, timeout=TIMEOUT_S)
            assert answer.status_code in (400, 404), value



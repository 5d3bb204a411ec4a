"""What went wrong for those who built this by hand, and cannot here: one test per pitfall, named after it.
Those of stages that do not exist yet come with their stage.
"""

import io
import re
import time

import pytest
import requests
from PIL import Image
from support import pictures
from support.node import ROOT, Node
from support.person import Person

PAGE = "http://app.example.com:3000"
CONFIG = f"""
[stack]
name = "shop"
app_origins = ["{PAGE}"]

[collection.avatars]
size_max = "1MiB"
pixels_max = "2MP"

[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
formats = ["jpeg"]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("shop"), config=CONFIG) as running:
        yield running


@pytest.fixture
def buyer(shop, request):
    return Person(shop, sub=re.sub("[^A-Za-z0-9_-]", ".", request.node.name)[:100])


def preflight(url: str, method: str, headers: str, origin: str = PAGE) -> requests.Response:
    return requests.options(
        url, timeout=30,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


def test_preflight_is_never_authenticated(shop):
    answer = preflight(shop.gateway + "/avatars/key_upload", "POST", "authorization,content-type")
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_one_token_parser(shop, buyer, scheme):
    body = {"content_type": "image/jpeg", "size": 1000}
    url = shop.gateway + "/avatars/key_upload"

    def status(authorization):
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = requests.post(url, json=body, headers=headers, timeout=30)
        if answer.status_code != 200:
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.headers["Content-Type"].startswith("application/problem+json")
            assert answer.json()["code"] and answer.json()["status"] == 401
        return answer.status_code

    assert status(f"{scheme} {buyer.token}") == 200
    for wrong in (
        None, "", scheme, f"{scheme} ", buyer.token, f"Basic {buyer.token}", f"{scheme} {buyer.token}x",
        f"{scheme} {buyer.token} {buyer.token}", f"{scheme} a.b.c", f"{scheme} undefined", f"{scheme} null",
    ):
        assert status(wrong) == 401, wrong


@pytest.mark.parametrize(
    "origin", ["app.example.com", "http://app.example.com/", "*", "ftp://app.example.com", "http://"]
)
def test_one_origin_setting(tmp_path, origin):
    config = CONFIG.replace(PAGE, origin)
    node = Node(tmp_path, config=config)
    done = node.run("serve", "--config", str(node.config), "--data", str(node.data), check=False)
    assert done.returncode == 78
    assert "stack.app_origins" in done.stderr and len(done.stderr.splitlines()) == 1


def test_cors_on_errors_too(shop):
    headers = {"Origin": PAGE}
    answers = {
        401: requests.post(shop.gateway + "/avatars/key_upload", headers=headers, timeout=30),
        404: requests.get(shop.gateway + "/nothing/here", headers=headers, timeout=30),
        405: requests.put(shop.gateway + "/avatars/key_upload", headers=headers, timeout=30),
        403: requests.put(f"{shop.s3}/shop-uploads/x", data=b"x", headers=headers, timeout=30),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    huge = requests.post(shop.gateway + "/avatars/key_upload", data=b" " * (1 << 20), headers=headers, timeout=30)
    assert huge.status_code == 413 and huge.headers["Access-Control-Allow-Origin"] == PAGE
    other = requests.get(shop.gateway + "/nothing/here", headers={"Origin": "http://evil.example"}, timeout=30)
    assert "Access-Control-Allow-Origin" not in other.headers


def test_bucket_cors_is_automatic(shop, buyer):
    slot = buyer.slot(pictures.jpeg())
    answer = preflight(slot["url"], "PUT", "content-type")
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert preflight(slot["url"], "PUT", "content-type", "http://evil.example").status_code == 403
    # And the bucket is private all the same.
    for path in ("", f"/{shop.credentials['person']['sub']}"):
        assert requests.get(f"{shop.s3}/shop-uploads{path}", timeout=30).status_code == 403


def test_auth_cannot_be_switched_off(tmp_path):
    for setting in ("authorizer = \"none\"", "auth = false", "public = true"):
        node = Node(tmp_path, config=CONFIG.replace("size_max", f"{setting}\nsize_max"))
        done = node.run("check", "--config", str(node.config), check=False)
        assert done.returncode == 78
        assert "unknown setting" in done.stderr


@pytest.mark.parametrize(
    "old, new, named",
    [
        ('size_max = "1MiB"', 'size_max = "15 bananas"', "collection.avatars.size_max"),
        ('size_max = "1MiB"', 'size_maximum = "1MiB"', "collection.avatars.size_maximum"),
        ('pixels_max = "2MP"', 'pixels_max = "${NOT_SET_ANYWHERE}"', "collection.avatars.pixels_max"),
        ("width = 512", "width = -1", "width"),
        ('formats = ["jpeg"]', 'formats = ["tga"]', "formats"),
        ('name = "shop"', 'profile = "moon"', "stack.profile"),
        ("[collection.avatars]", "[collection.avatars", "tintype.toml:"),
    ],
)
def test_misconfiguration_fails_at_start(tmp_path, old, new, named):
    assert old in CONFIG
    node = Node(tmp_path, config=CONFIG.replace(old, new))
    done = node.run("serve", "--config", str(node.config), "--data", str(node.data), check=False)
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and named in lines[0], done.stderr
    assert re.search(r"tintype\.toml:\d+", lines[0]), "file and line"


def test_one_key_function(shop, buyer):
    """What the slot names, the trigger, the function, the edge and the page find."""
    data = pictures.jpeg()
    slot = buyer.slot(data)
    assert slot["key"].startswith("avatars/") and slot["upload_id"] in slot["key"]
    buyer.put(slot, data)
    status = buyer.wait(slot)
    assert status["state"] == "ready"
    keys = [e["Key"] for e in shop.boto3().list_objects_v2(Bucket="shop-assets")["Contents"]]
    for asset in status["assets"]:
        assert asset["url"].removeprefix(shop.edge + "/") in keys
    assert buyer.alias("512.jpg").headers["Content-Location"] in (
        asset["url"].removeprefix(shop.edge) for asset in status["assets"]
    )


def test_no_recursion(tmp_path):
    config = CONFIG + '\n[buckets]\nuploads = "same"\nassets = "same"\n'
    node = Node(tmp_path, config=config)
    done = node.run("serve", "--config", str(node.config), "--data", str(node.data), check=False)
    assert done.returncode == 78 and "buckets.assets" in done.stderr


def test_no_recursion_at_run_time(shop, buyer):
    before = len(shop.events())
    assert buyer.upload(pictures.jpeg())["state"] == "ready"
    new = shop.events()[: len(shop.events()) - before]
    images = [event for event in new if event["function"] == "image:avatars"]
    assert len(images) == 1, "assets cause no events"


@pytest.mark.parametrize(
    "extension", ["a/VICTIM.jpg", "../VICTIM.jpg", "jpg/../../x", "", "exe", "svg", "jpg\0", " jpg"]
)
def test_no_cross_owner_overwrite(buyer, extension):
    answer = buyer.ask({"extension": extension})
    assert answer.status_code in (400, 415, 422), answer.text
    good = buyer.ask({"extension": "jpg"}).json()
    assert good["key"].split("/")[1] == buyer.sub, "the owner is of the token"
    assert good["key"].endswith(".jpg")


def test_slot_binds_type_size_and_use(shop, buyer):
    data = pictures.jpeg(700, 500)

    wrong_type = buyer.slot(data)
    assert buyer.put(wrong_type, data, **{"Content-Type": "text/html"}).status_code == 403
    wrong_size = buyer.slot(data)
    assert buyer.put(wrong_size, data + b"x").status_code in (400, 403)
    assert buyer.put(wrong_size, data[:-1]).status_code in (400, 403)
    for slot in (wrong_type, wrong_size):
        assert slot["key"] not in [
            e["Key"] for e in shop.boto3().list_objects_v2(Bucket="shop-uploads").get("Contents", [])
        ]
        assert buyer.status(slot)["state"] == "waiting"

    once = buyer.slot(data)
    assert buyer.put(once, data).status_code == 200
    replay = buyer.put(once, data)
    assert replay.status_code == 403
    assert "<Code>" in replay.text and "used" in replay.text

    assert buyer.ask({"content_type": "image/jpeg", "size": 2 << 20}).status_code == 413
    assert buyer.ask({"content_type": "text/html", "size": 10}).status_code == 415
    too_many_pixels = pictures.jpeg(2000, 1500)
    status = buyer.upload(too_many_pixels)
    assert status["state"] == "failed" and status["reason"] == "too_large"


def test_a_form_binds_type_size_and_use(shop, buyer):
    """12, 13: a form is no way around what a presigned PUT binds."""
    data = pictures.jpeg(700, 500)
    slot = buyer.slot(data, method="post")
    assert slot["key"].split("/")[1] == buyer.sub
    for changed in (
        {"key": "avatars/VICTIM/x.jpg"}, {"key": slot["key"] + "/../x"}, {"Content-Type": "text/html"},
        {"acl": "public-read"}, {"x-amz-meta-a": "b"},
    ):
        assert buyer.post(slot, data, **changed).status_code == 403, changed
    assert buyer.post(slot, data + b"x").status_code == 400
    assert buyer.post(slot, data[:-1]).status_code == 400
    assert buyer.status(slot)["state"] == "waiting"
    assert slot["key"] not in uploads_of(shop)

    assert buyer.post(slot, data).status_code == 201
    replay = buyer.post(slot, data)
    assert replay.status_code == 403 and "used" in replay.text
    assert buyer.wait(slot)["state"] == "ready"
    no_picture = buyer.slot(b"<html>", method="post")
    assert buyer.post(no_picture, b"<html>").status_code == 201
    assert buyer.wait(no_picture)["state"] == "failed", "magic bytes are looked at before pixels"


def test_parts_bind_type_size_and_use(shop, buyer):
    """12, 13: nor are parts."""
    data = pictures.jpeg(700, 500)
    slot = buyer.slot(data, method="multipart")
    part = buyer.call("GET", slot["parts_url"] + "/1").json()
    for changed, body in (
        (part["url"], data + b"x"), (part["url"], data[:-1]),
        (part["url"].replace("partNumber=1", "partNumber=2"), data),
        (part["url"].replace(buyer.sub, "VICTIM"), data),
        (part["url"].split("?")[0] + "?" + part["url"].split("&", 2)[2], data),
    ):
        assert requests.put(changed, data=body, timeout=30).status_code in (400, 403, 404), changed
    assert buyer.call("POST", slot["parts_url"], {"numbers": [2]}).status_code == 400
    assert buyer.call("POST", slot["complete_url"]).status_code == 409
    assert requests.put(part["url"], data=data, timeout=30).status_code == 200
    assert requests.post(part["url"], data=b"<CompleteMultipartUpload/>", timeout=30).status_code == 403
    assert slot["key"] not in uploads_of(shop), "a part is no object"
    assert buyer.call("POST", slot["complete_url"]).status_code == 200
    assert requests.put(part["url"], data=data, timeout=30).status_code in (403, 404)
    assert buyer.wait(slot)["state"] == "ready"


def test_multipart_triggers_too(shop, buyer):
    """17: whatever way an object comes, its event runs the function; and each way has its name."""
    data = pictures.jpeg(600, 400)
    seen = set()
    for method in ("put", "post", "multipart"):
        slot = buyer.slot(data, method=method)
        if method == "put":
            buyer.put(slot, data)
        elif method == "post":
            buyer.post(slot, data)
        else:
            buyer.put_parts(slot, data)
            assert buyer.call("POST", slot["complete_url"]).status_code == 200
        assert buyer.wait(slot)["state"] == "ready", method
        invocation = next(e for e in shop.events() if e["key"] == slot["key"] and e["function"] == "image:avatars")
        seen.add(shop.events("show", invocation["id"])[0]["record"]["eventName"])
    assert seen == {"ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:CompleteMultipartUpload"}


def test_no_orphans_of_parts(shop, buyer):
    """14: what was begun in parts and given up leaves nothing."""
    slot = buyer.slot(b"x" * 1000, method="multipart")
    buyer.put_parts(slot, b"x" * 1000)
    assert buyer.cancel(slot).status_code == 204
    assert "Uploads" not in shop.boto3().list_multipart_uploads(Bucket="shop-uploads", Prefix=slot["key"])


def test_no_orphans(shop, buyer):
    """One picture per owner; sources are gone once their assets exist."""
    for kind, content_type in (("PNG", "image/png"), ("JPEG", "image/jpeg")):
        status = buyer.upload(pictures.encode(pictures.quadrants(300, 200), kind), content_type)
        assert status["state"] == "ready"
    # The source is deleted right after the status says ready; the queue is done when nothing is leased.
    wait_until(lambda: not any(buyer.sub in key for key in uploads_of(shop)))


def uploads_of(node) -> list[str]:
    return [e["Key"] for e in node.boto3().list_objects_v2(Bucket="shop-uploads").get("Contents", [])]


def wait_until(condition, seconds: float = 30) -> None:
    """Polls what has no event to wait for; each look is a round trip, so this does not spin."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never became true"


def test_stale_never_wins(shop, buyer):
    """Two uploads, begun in one order and finished in the other: the later PUT is what people see."""
    red, blue = pictures.solid_jpeg((220, 20, 20)), pictures.solid_jpeg((20, 20, 220))
    first, second = buyer.slot(red), buyer.slot(blue)
    assert buyer.put(second, blue).status_code == 200
    assert buyer.put(first, red).status_code == 200
    ends = {buyer.wait(first)["state"], buyer.wait(second)["state"]}
    assert ends <= {"ready", "superseded"}
    assert buyer.status(first)["state"] == "ready"
    shown = Image.open(io.BytesIO(buyer.alias("512.jpg").content))
    assert pictures.near(shown, (0.5, 0.5), (220, 20, 20))


def test_twice_is_once(shop, buyer):
    assert buyer.upload(pictures.jpeg())["state"] == "ready"
    before = buyer.alias("512.jpg")
    invocation = next(e for e in shop.events() if e["function"] == "image:avatars")
    shop.events("replay", invocation["id"])
    wait_until(lambda: shop.events("show", invocation["id"])[0]["state"] == "done")
    after = buyer.alias("512.jpg")
    assert after.headers["ETag"] == before.headers["ETag"]


def test_new_avatar_at_once(shop, buyer):
    assert buyer.upload(pictures.solid_jpeg((200, 30, 30)))["state"] == "ready"
    old = buyer.alias("512.jpg")
    assert "immutable" not in old.headers["Cache-Control"]
    same = buyer.alias("512.jpg", **{"If-None-Match": old.headers["ETag"]})
    assert same.status_code == 304

    assert buyer.upload(pictures.solid_jpeg((30, 30, 200)))["state"] == "ready"
    new = buyer.alias("512.jpg", **{"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200
    assert new.headers["Content-Location"] != old.headers["Content-Location"]
    # Whoever has the old page open still sees the old picture.
    assert requests.get(shop.edge + old.headers["Content-Location"], timeout=30).status_code == 200


def test_missing_is_a_default_avatar(shop, buyer):
    answer = buyer.alias("512.jpg")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (512, 512)
    for path in (
        f"/avatars/{buyer.sub}/9999.jpg", "/nothing/x/512.jpg", "/avatars/undefined.jpg",
        f"/avatars/x/512/{'0' * 32}.jpg", "/",
    ):
        answer = requests.get(shop.edge + path, timeout=30)
        assert answer.status_code == 404, path
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_app_knows_when_ready(shop, buyer):
    data = pictures.jpeg()
    slot = buyer.slot(data)
    stream = buyer.follow(slot)
    assert next(stream)["state"] == "waiting", "what is, at once"
    assert buyer.put(slot, data).status_code == 200
    last = list(stream)[-1]
    assert last["state"] == "ready"
    assert requests.get(last["assets"][0]["url"], timeout=30).status_code == 200


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_orientation_is_respected(shop, buyer, orientation):
    data = pictures.with_orientation(orientation, gps=True)
    assert buyer.upload(data)["state"] == "ready"
    body = buyer.alias("512.jpg").content
    assert pictures.is_upright(body)
    assert not Image.open(io.BytesIO(body)).getexif(), "no EXIF, no position"


def test_self_contained(shop):
    report = shop.run("doctor").stdout
    for needed in ("seccomp", "no_new_privs", "vips"):
        assert needed in report
    assert shop.run("version", "--json").stdout.startswith('{"version"')


def test_migrations_are_a_ledger(tmp_path):
    node = Node(tmp_path)
    url = f"sqlite://{tmp_path}/ledger.db"
    newest = sorted((ROOT / "db/migrations").glob("*.up.sql"))[-1].name.split(".")[0]
    assert "applied 0001" in node.run("db", "migrate", "--database", url).stdout
    assert "nothing to apply" in node.run("db", "migrate", "--database", url).stdout
    assert re.match(r"applied +0001", node.run("db", "status", "--database", url).stdout)
    assert f"rolled back {newest}" in node.run("db", "rollback", "--database", url).stdout
    assert re.search(rf"^pending +{newest}", node.run("db", "status", "--database", url).stdout, re.M)
    assert f"applied {newest}" in node.run("db", "migrate", "--database", url).stdout

"""Browser forms: what boto3's generate_presigned_post makes, sent as a browser sends it."""

import pytest
import requests

BUCKET = "forms"


@pytest.fixture(scope="module")
def s3(node):
    client = node.boto3()
    client.create_bucket(Bucket=BUCKET)
    return client


def send(form: dict, data: bytes, name: str = "x.jpg", **changed) -> requests.Response:
    return requests.post(
        form["url"], data={**form["fields"], **changed}, files={"file": (name, data)}, timeout=30
    )


def code(answer: requests.Response) -> str:
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def stored(s3, key: str) -> bytes | None:
    try:
        return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None


def test_generate_presigned_post(s3):
    form = s3.generate_presigned_post(
        BUCKET, "a/ü b", Fields={"Content-Type": "image/png", "success_action_status": "201"},
        Conditions=[
            {"Content-Type": "image/png"}, {"success_action_status": "201"}, ["content-length-range", 3, 5],
        ],
    )
    answer = send(form, b"1234")
    assert answer.status_code == 201, answer.text
    assert "<PostResponse>" in answer.text
    got = s3.get_object(Bucket=BUCKET, Key="a/ü b")
    assert got["Body"].read() == b"1234" and got["ContentType"] == "image/png"
    assert got["ETag"] == answer.headers["ETag"]

    for data, expected in ((b"12", "EntityTooSmall"), (b"123456", "EntityTooLarge")):
        refused = send(form, data)
        assert (refused.status_code, code(refused)) == (400, expected)
    assert stored(s3, "a/ü b") == b"1234"


def test_the_file_name_in_the_key(s3):
    form = s3.generate_presigned_post(BUCKET, "up/${filename}")
    assert send(form, b"1", name="holiday.jpg").status_code == 204
    assert stored(s3, "up/holiday.jpg") == b"1"


def test_what_the_policy_does_not_cover(s3):
    form = s3.generate_presigned_post(BUCKET, "mine")
    for changed in (
        {"key": "other"}, {"acl": "public-read"}, {"x-amz-meta-a": "b"}, {"Content-Type": "text/html"},
        {"success_action_redirect": "https://evil.example/"},
    ):
        refused = send(form, b"x", **changed)
        assert (refused.status_code, code(refused)) == (403, "AccessDenied"), changed
        assert "Invalid according to Policy" in refused.text
    assert send(form, b"x", **{"x-amz-signature": "0" * 64}).status_code == 403
    assert send(form, b"x", **{"x-ignore-this": "y"}).status_code == 204


def test_an_expired_policy(s3):
    form = s3.generate_presigned_post(BUCKET, "late", ExpiresIn=-1)
    refused = send(form, b"x")
    assert (refused.status_code, code(refused)) == (403, "AccessDenied")
    assert "Policy expired" in refused.text
    assert stored(s3, "late") is None


def test_a_redirect_that_the_policy_allows(s3):
    target = "https://app.example/done"
    form = s3.generate_presigned_post(
        BUCKET, "then", Fields={"success_action_redirect": target},
        Conditions=[{"success_action_redirect": target}],
    )
    answer = requests.post(
        form["url"], data=form["fields"], files={"file": ("x", b"1")}, timeout=30, allow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{target}?bucket={BUCKET}&key=then&etag=")


def test_a_large_file(s3):
    form = s3.generate_presigned_post(BUCKET, "large")
    data = bytes(range(256)) * 4096 * 10
    assert send(form, data).status_code == 204
    assert stored(s3, "large") == data


def raw(form: dict, parts: list[tuple[str, str, bytes]], boundary: str = "b", end: str = "--") -> requests.Response:
    """A body of (head, name, value), exactly as given."""
    body = b"".join(
        f"--{boundary}\r\n{head or 'Content-Disposition: form-data; name='}".encode()
        + (f'"{name}"'.encode() if not head else b"") + b"\r\n\r\n" + value + b"\r\n"
        for head, name, value in parts
    ) + f"--{boundary}{end}\r\n".encode()
    return requests.post(
        form["url"], data=body, timeout=30, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )


def test_malformed_forms(s3):
    form = s3.generate_presigned_post(BUCKET, "bad")
    fields = [("", name, value.encode()) for name, value in form["fields"].items()]
    file = ("", "file", b"data")
    evil_name = 'Content-Disposition: form-data; name="file"; filename="a\nX-Evil: 1"'
    for parts, end, expected in (
        ([file, *fields], "--", "InvalidArgument"),
        ([*fields, file, file], "--", "IncorrectNumberOfFilesInPostRequest"),
        (fields, "--", "IncorrectNumberOfFilesInPostRequest"),
        ([*fields, file], "", "MalformedPOSTRequest"),
        ([*fields, (evil_name, "", b"data")], "--", "MalformedPOSTRequest"),
        ([*fields, ("", "x-ignore-huge", b"x" * 30_000), file], "--", "MaxPostPreDataLengthExceededError"),
        ([*fields, fields[0], file], "--", "InvalidArgument"),
    ):
        refused = raw(form, parts, end=end)
        assert (refused.status_code, code(refused)) == (400, expected), refused.text
    assert stored(s3, "bad") is None
    assert raw(form, [*fields, file, ("", "key", b"other")]).status_code == 204, "behind the file nothing counts"
    assert stored(s3, "bad") == b"data" and stored(s3, "other") is None


def test_no_form_at_all(node, s3):
    url = f"{node.s3}/{BUCKET}"
    for content_type in (None, "text/plain", "multipart/form-data", "multipart/form-data; boundary="):
        headers = {"Content-Type": content_type} if content_type else {}
        answer = requests.post(url, data=b"--b\r\n", headers=headers, timeout=30)
        assert (answer.status_code, code(answer)) == (400, "MalformedPOSTRequest"), content_type

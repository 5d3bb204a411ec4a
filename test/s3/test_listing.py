"""Pages of keys, by both versions of the listing, as S3 cuts them."""

import urllib.parse

import pytest
from botocore.exceptions import ClientError
from support.s3_requests import signed_request


@pytest.fixture
def fill(s3, bucket):
    """Makes a bucket of these keys."""

    def make(keys):
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        return bucket

    return make


def keys_of(page):
    return [entry["Key"] for entry in page.get("Contents", [])]


def prefixes_of(page):
    return [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]


def code(raised) -> str:
    return raised.value.response["Error"]["Code"]


KEYS = ["asdf", "boo/bar", "boo/baz/xyzzy", "cquux/thud", "cquux/bla", "b ar", "b az", "c%ab", "d.e/f", "foo", "foo/"]
CASES = [
    # prefix, delimiter, keys, common prefixes
    ("", "/", ["asdf", "b ar", "b az", "c%ab", "foo"], ["boo/", "cquux/", "d.e/", "foo/"]),
    ("boo/", "/", ["boo/bar"], ["boo/baz/"]),
    ("bo", "/", [], ["boo/"]),
    ("", " ", ["asdf", "boo/bar", "boo/baz/xyzzy", "c%ab", "cquux/bla", "cquux/thud", "d.e/f", "foo", "foo/"], ["b "]),
    ("", "%", ["asdf", "b ar", "b az", "boo/bar", "boo/baz/xyzzy", "cquux/bla", "cquux/thud", "d.e/f", "foo", "foo/"],
     ["c%"]),
    ("", ".", [k for k in sorted(KEYS) if k != "d.e/f"], ["d."]),
    ("", "a", ["cquux/thud", "d.e/f", "foo", "foo/"], ["a", "b a", "boo/ba", "c%a", "cquux/bla"]),
    ("", "oo", [k for k in sorted(KEYS) if "oo" not in k], ["boo", "foo"]),
    ("", "", sorted(KEYS), []),
    ("none", "", [], []),
    ("foo", "", ["foo", "foo/"], []),
    ("boo/ba", "z", ["boo/bar"], ["boo/baz"]),
    ("foo/", "/", ["foo/"], []),
    ("c%", "", ["c%ab"], []),
    ("", "\n", sorted(KEYS), []),
]


@pytest.mark.parametrize("version", [1, 2])
def test_prefixes_and_delimiters(s3, fill, version):
    bucket = fill(KEYS)
    ask = s3.list_objects if version == 1 else s3.list_objects_v2
    for prefix, delimiter, keys, prefixes in CASES:
        page = ask(Bucket=bucket, Prefix=prefix, Delimiter=delimiter)
        case = (prefix, delimiter)
        assert keys_of(page) == keys, case
        assert prefixes_of(page) == prefixes, case
        assert page["IsTruncated"] is False, case
        assert page["MaxKeys"] == 1000 and page["Name"] == bucket
        # What boto3 asks for comes encoded, and of version 1 it leaves the prefix so.
        assert urllib.parse.unquote(page.get("Prefix", "")) == prefix
        assert page.get("Delimiter", "") == delimiter
        if version == 2:
            assert page["KeyCount"] == len(keys) + len(prefixes), case


def pages_of(s3, version, **parameters):
    """All pages, as a client turns them."""
    while True:
        page = (s3.list_objects if version == 1 else s3.list_objects_v2)(**parameters)
        yield page
        if not page["IsTruncated"]:
            return
        if version == 2:
            parameters["ContinuationToken"] = page["NextContinuationToken"]
        elif "Delimiter" in parameters:
            parameters["Marker"] = page["NextMarker"]
        else:
            assert "NextMarker" not in page, "S3 gives it with a delimiter alone"
            parameters["Marker"] = page["Contents"][-1]["Key"]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 1000])
def test_pages_join_without_gap_or_repetition(s3, fill, version, size):
    keys = ["a/1", "a/2", "b", "c/", "c/x", "c/y/z", "d", "d/", "d/e", "z"]
    bucket = fill(keys)
    for delimiter in ("/", None):
        parameters = {"Bucket": bucket, "MaxKeys": size} | ({"Delimiter": delimiter} if delimiter else {})
        pages = list(pages_of(s3, version, **parameters))
        assert all(len(keys_of(p)) + len(prefixes_of(p)) <= size for p in pages)
        assert all(p["MaxKeys"] == size for p in pages)
        seen = sorted(key for p in pages for key in keys_of(p) + prefixes_of(p))
        assert seen == (["a/", "b", "c/", "d", "d/", "z"] if delimiter else keys)


def test_markers(s3, fill):
    bucket = fill(["bar", "baz", "foo", "quxx"])
    for marker, expected in [("", ["bar", "baz", "foo", "quxx"]), ("blah", ["foo", "quxx"]),
                             ("baz", ["foo", "quxx"]), ("zzz", []), ("\n", ["bar", "baz", "foo", "quxx"]),
                             ("quxx", [])]:
        page = s3.list_objects(Bucket=bucket, Marker=marker)
        assert keys_of(page) == expected and page["Marker"] == marker
        page = s3.list_objects_v2(Bucket=bucket, StartAfter=marker)
        assert keys_of(page) == expected and page.get("StartAfter", "") == marker
    page = s3.list_objects_v2(Bucket=bucket, StartAfter="bar", MaxKeys=1)
    page = s3.list_objects_v2(Bucket=bucket, StartAfter="bar", ContinuationToken=page["NextContinuationToken"])
    assert keys_of(page) == ["foo", "quxx"]


@pytest.mark.parametrize("version", [1, 2])
def test_no_keys_at_all(s3, fill, version):
    bucket = fill(["a", "b"])
    page = (s3.list_objects if version == 1 else s3.list_objects_v2)(Bucket=bucket, MaxKeys=0)
    assert keys_of(page) == [] and page["IsTruncated"] is False and page["MaxKeys"] == 0


@pytest.mark.parametrize("query", ["max-keys=blah", "max-keys=-1", "list-type=2&max-keys=x", "list-type=2&max-keys=-1",
                                   "encoding-type=xml", "list-type=2&encoding-type=base64"])
def test_parameters_that_are_none(node, s3, fill, query):
    bucket = fill([])
    response = signed_request(node, "GET", f"/{bucket}", query)
    assert response.status_code == 400 and "<Code>InvalidArgument</Code>" in response.text


def test_more_than_a_thousand_are_asked_for(s3, fill):
    bucket = fill(["a"])
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)["MaxKeys"] in (1000, 5000)


def test_a_token_that_is_none(s3, fill):
    bucket = fill(["a"])
    with pytest.raises(ClientError) as raised:
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="forged!")
    assert code(raised) == "InvalidArgument"


def test_the_owner_is_told_as_asked(s3, fill):
    bucket = fill(["a"])
    owner = s3.list_buckets()["Owner"]
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["Owner"] == owner
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]["Owner"] == owner


def test_what_is_told_of_an_object(s3, fill):
    bucket = fill(["some key"])
    head = s3.head_object(Bucket=bucket, Key="some key")
    for page in (s3.list_objects(Bucket=bucket), s3.list_objects_v2(Bucket=bucket)):
        entry = page["Contents"][0]
        assert entry["ETag"] == head["ETag"] and entry["Size"] == head["ContentLength"]
        assert entry["LastModified"].replace(microsecond=0) == head["LastModified"]
        assert entry["StorageClass"] == "STANDARD"


def test_encoding_type_url(node, s3, fill):
    keys = ["a+b", "a b/c d", "ü/é", "%25", "<&>", "line\nend"]
    bucket = fill(keys)
    assert sorted(keys_of(s3.list_objects_v2(Bucket=bucket))) == sorted(keys)
    text = signed_request(node, "GET", f"/{bucket}", "list-type=2&encoding-type=url&delimiter=%2F&prefix=a").text
    assert "<EncodingType>url</EncodingType>" in text
    assert "<Key>a%2Bb</Key>" in text and "<Prefix>a%20b/</Prefix>" in text and "<Delimiter>/</Delimiter>" in text

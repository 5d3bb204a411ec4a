"""CORS as each bucket says, seen by plain requests as a browser makes them."""

import pytest
import requests
from botocore.exceptions import ClientError
from support.s3_requests import signed_request

TIMEOUT_S = 60


@pytest.fixture
def bucket(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"hello")
    return bucket


def rule(origins, methods=("GET",), **more):
    return {"AllowedOrigins": list(origins), "AllowedMethods": list(methods), **more}


def put_cors(s3, bucket, *rules):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": list(rules)})


def preflight(node, bucket, origin, method, wanted=None):
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if wanted:
        headers["Access-Control-Request-Headers"] = wanted
    return requests.options(f"{node.s3}/{bucket}/a", headers=headers, timeout=TIMEOUT_S)


def allowed_origin(answer):
    return answer.headers.get("Access-Control-Allow-Origin")


def test_rules_are_kept(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.get_bucket_cors(Bucket=bucket)
    assert raised.value.response["Error"]["Code"] == "NoSuchCORSConfiguration"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    rules = [rule(["https://a.example", "*.b.example"], ["GET", "PUT"], ID="one", AllowedHeaders=["x-*"],
                  ExposeHeaders=["x-one"], MaxAgeSeconds=60), rule(["*"])]
    put_cors(s3, bucket, *rules)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.delete_bucket_cors(Bucket=bucket)
    with pytest.raises(ClientError):
        s3.get_bucket_cors(Bucket=bucket)
    s3.delete_bucket_cors(Bucket=bucket)  # Again: a success.


@pytest.mark.parametrize("origin, method, wanted, answer", [
    ("https://a.example", "GET", None, "https://a.example"),
    ("https://a.example", "PUT", None, None),
    ("https://a.example", "GET", "x-amz-date", None),
    ("https://a.example.evil", "GET", None, None),
    ("http://a.example", "GET", None, None),
    ("https://x.b.example", "PUT", None, "https://x.b.example"),
    ("https://x.b.example", "PUT", "X-Amz-Date, content-type", "https://x.b.example"),
    ("https://x.b.example", "PUT", "x-amz-date, authorization", None),
    ("https://b.example", "PUT", None, None),
    ("https://startend", "GET", None, None),
    ("start-in-end", "GET", None, "start-in-end"),
    ("startend", "GET", None, "startend"),
    ("start-in-end-more", "GET", None, None),
    ("anything", "DELETE", None, "*"),
    ("null", "DELETE", None, "*"),
    ("https://a.example", "PATCH", None, None),
])
def test_preflights(node, s3, bucket, origin, method, wanted, answer):
    put_cors(s3, bucket, rule(["https://a.example"], AllowedHeaders=["content-*"]),
             rule(["https://*.b.example"], ["PUT"], AllowedHeaders=["x-amz-*", "Content-Type"], MaxAgeSeconds=60,
                  ExposeHeaders=["ETag", "x-one"]),
             rule(["start*end"]), rule(["*"], ["DELETE"]))
    told = preflight(node, bucket, origin, method, wanted)
    assert (told.status_code, allowed_origin(told)) == (200 if answer else 403, answer)
    if not answer:
        assert "AccessForbidden" in told.text
        return
    assert method in told.headers["Access-Control-Allow-Methods"]
    assert ("Access-Control-Allow-Credentials" in told.headers) == (answer != "*")
    if "b.example" in origin:
        assert told.headers["Access-Control-Max-Age"] == "60"
        assert told.headers["Access-Control-Expose-Headers"] == "ETag, x-one"
    if wanted:
        assert told.headers["Access-Control-Allow-Headers"] == wanted.lower()


def test_answers_say_it_too(node, s3, bucket):
    put_cors(s3, bucket, rule(["https://a.example"], ["GET"], ExposeHeaders=["ETag"]))
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a"})
    told = requests.get(url, headers={"Origin": "https://a.example"}, timeout=TIMEOUT_S)
    assert (told.status_code, allowed_origin(told), told.content) == (200, "https://a.example", b"hello")
    assert "Origin" in told.headers["Vary"] and told.headers["Access-Control-Expose-Headers"] == "ETag"
    assert allowed_origin(requests.get(url, headers={"Origin": "https://b.example"}, timeout=TIMEOUT_S)) is None
    assert allowed_origin(requests.get(url, timeout=TIMEOUT_S)) is None
    refused = requests.get(f"{node.s3}/{bucket}/a", headers={"Origin": "https://a.example"}, timeout=TIMEOUT_S)
    assert (refused.status_code, allowed_origin(refused)) == (403, "https://a.example")
    put = requests.put(f"{node.s3}/{bucket}/a", headers={"Origin": "https://a.example"}, timeout=TIMEOUT_S)
    assert (put.status_code, allowed_origin(put)) == (403, None)
    asked = requests.put(f"{node.s3}/{bucket}/a", timeout=TIMEOUT_S,
                         headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert (asked.status_code, allowed_origin(asked)) == (403, "https://a.example")


def test_a_change_counts_at_once_and_only_there(node, s3, bucket):
    s3.create_bucket(Bucket=bucket + "-other")
    assert preflight(node, bucket, "https://a.example", "GET").status_code == 403
    put_cors(s3, bucket, rule(["https://a.example"]))
    assert preflight(node, bucket, "https://a.example", "GET").status_code == 200
    assert preflight(node, bucket + "-other", "https://a.example", "GET").status_code == 403
    assert preflight(node, "c-missing", "https://a.example", "GET").status_code == 403
    s3.delete_bucket_cors(Bucket=bucket)
    assert preflight(node, bucket, "https://a.example", "GET").status_code == 403


def test_the_app_may_always(node, s3, bucket):
    put_cors(s3, bucket, rule(["https://a.example"], ["DELETE"]))
    told = preflight(node, bucket, node.gateway, "PUT", "content-type,x-amz-meta-a")
    assert (told.status_code, allowed_origin(told)) == (200, node.gateway)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://a.example"}, {"Access-Control-Request-Method": "GET"}])
def test_a_preflight_that_asks_nothing(node, bucket, headers):
    assert requests.options(f"{node.s3}/{bucket}/a", headers=headers, timeout=TIMEOUT_S).status_code == 400


RULE = b"<CORSRule><AllowedOrigin>%b</AllowedOrigin><AllowedMethod>%b</AllowedMethod>%b</CORSRule>"


def document(*rules):
    return b"<CORSConfiguration>" + b"".join(rules) + b"</CORSConfiguration>"


@pytest.mark.parametrize("body, code", [
    (b"", "MalformedXML"),
    (b"<CORSConfiguration/>", "MalformedXML"),
    (b"<CORS></CORS>", "MalformedXML"),
    (document(b"<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>"), "MalformedXML"),
    (document(b"<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>"), "MalformedXML"),
    (document(RULE % (b"*", b"GET", b"<MaxAgeSeconds>-1</MaxAgeSeconds>")), "MalformedXML"),
    (document(RULE % (b"*", b"GET", b"<Other/>")), "MalformedXML"),
    (document(*[RULE % (b"*", b"GET", b"")] * 101), "MalformedXML"),
    (document(RULE % (b"*", b"PATCH", b"")), "InvalidRequest"),
    (document(RULE % (b"*", b"get", b"")), "InvalidRequest"),
    (document(RULE % (b"https://*.*", b"GET", b"")), "InvalidRequest"),
    (document(RULE % (b"*", b"GET", b"<AllowedHeader>*-*</AllowedHeader>")), "InvalidRequest"),
    (document(RULE % (b"a&#10;b", b"GET", b"")), "InvalidRequest"),
    (document(RULE % (b"*", b"GET", b"<ExposeHeader>a&#13;&#10;Set-Cookie: b</ExposeHeader>")), "InvalidRequest"),
])
def test_rules_that_are_refused(node, s3, bucket, body, code):
    put_cors(s3, bucket, rule(["https://a.example"]))
    assert f"<Code>{code}</Code>" in signed_request(node, "PUT", "/" + bucket, "cors=", body).text
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule(["https://a.example"])]

"""Buckets are private unless their policy says otherwise; what a policy denies nobody may do."""

import json

import pytest
import requests

from support.s3_requests import refused, signed_request

TIMEOUT_S = 60


@pytest.fixture
def bucket(s3, bucket):
    for key in ("public/a", "private/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


def statement(bucket, *actions, effect="Allow", principal="*", resource="/*", **more):
    resources = [f"arn:aws:s3:::{bucket}{one}" for one in ([resource] if isinstance(resource, str) else resource)]
    return {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": resources, **more}


def put_policy(s3, bucket, *statements):
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


class Anonymous:
    """Whoever has no key."""

    def __init__(self, node, bucket):
        self.url = f"{node.s3}/{bucket}"

    def ask(self, method, path="", **more):
        answer = requests.request(method, self.url + path, timeout=TIMEOUT_S, **more)
        return answer.status_code

    def everything(self):
        return {
            "get": self.ask("GET", "/public/a"), "head": self.ask("HEAD", "/public/a"),
            "list": self.ask("GET"), "list2": self.ask("GET", "?list-type=2"), "versions": self.ask("GET", "?versions"),
            "put": self.ask("PUT", "/public/new", data=b"x"), "delete": self.ask("DELETE", "/public/never"),
            "tags": self.ask("GET", "/public/a?tagging"), "acl": self.ask("GET", "?acl"),
            "policy": self.ask("GET", "?policy"), "cors": self.ask("GET", "?cors"), "head_bucket": self.ask("HEAD"),
            "create": self.ask("PUT"), "remove": self.ask("DELETE"), "uploads": self.ask("POST", "/public/b?uploads"),
            "many": self.ask("POST", "?delete", data="<Delete><Object><Key>public/a</Key></Object></Delete>"),
            "copy": self.ask("PUT", "/public/c", headers={"x-amz-copy-source": self.url.rsplit("/", 1)[1] + "/public/a"}),
            "nonsense": self.ask("GET", "/public/a?torrent"),
        }


@pytest.fixture
def anonymous(node, bucket):
    return Anonymous(node, bucket)


def test_a_stranger_may_nothing(node, anonymous, bucket):
    assert set(anonymous.everything().values()) == {403}
    assert Anonymous(node, "").ask("GET") == 403


def test_a_stranger_is_told_of_a_missing_bucket(node):
    for method, path in (("GET", ""), ("GET", "/a"), ("PUT", "/a"), ("DELETE", "/a"), ("POST", "?delete")):
        answer = requests.request(method, f"{node.s3}/nobodys-bucket{path}", timeout=TIMEOUT_S)
        assert (answer.status_code, "<Code>NoSuchBucket</Code>" in answer.text) == (404, True), (method, path, answer.text)


def test_a_policy_lets_everyone_read(s3, bucket, anonymous):
    put_policy(s3, bucket, statement(bucket, "s3:GetObject", resource="/public/*"))
    allowed = {name for name, status in anonymous.everything().items() if status != 403}
    assert allowed == {"get", "head", "many"}, "of many, each is refused by itself"
    assert s3.get_object(Bucket=bucket, Key="public/a")["Body"].read() == b"public/a"
    assert anonymous.ask("GET", "/private/a") == 403
    assert anonymous.ask("GET", "/public/missing") == 403, "what is there is not found out by trying"
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=bucket)
    assert anonymous.ask("GET", "/public/a") == 403


def test_whoever_may_list_is_told_what_is_missing(s3, bucket, anonymous):
    put_policy(s3, bucket, statement(bucket, "s3:GetObject"), statement(bucket, "s3:ListBucket", resource=""))
    assert (anonymous.ask("GET"), anonymous.ask("GET", "/missing"), anonymous.ask("HEAD")) == (200, 404, 200)
    assert anonymous.ask("GET", "?versions") == 403


def test_whoever_may_list_but_not_read_is_told_what_is_missing(s3, bucket, anonymous):
    prefix = {"StringLike": {"s3:prefix": "public/*"}}
    put_policy(s3, bucket, statement(bucket, "s3:ListBucket", resource="") | {"Condition": prefix})
    told = [anonymous.ask(method, path) for path in ("/public/a", "/public/missing", "/private/missing")
            for method in ("GET", "HEAD")]
    assert told == [403, 403, 404, 404, 403, 403]
    assert anonymous.ask("GET", "?prefix=public/") == 200 and anonymous.ask("GET") == 403


def test_everyone_may_write_where_a_policy_says_so(node, s3, bucket, anonymous):
    put_policy(s3, bucket, statement(bucket, "s3:PutObject", resource="/inbox/*"))
    assert anonymous.ask("PUT", "/inbox/a", data=b"mine") == 200
    assert anonymous.ask("PUT", "/other", data=b"mine") == 403
    form = requests.post(anonymous.url, data={"key": "inbox/form"}, files={"file": b"form"}, timeout=TIMEOUT_S)
    assert form.status_code == 204
    elsewhere = requests.post(anonymous.url, data={"key": "other"}, files={"file": b"form"}, timeout=TIMEOUT_S)
    assert elsewhere.status_code == 403
    assert s3.get_object(Bucket=bucket, Key="inbox/a")["Body"].read() == b"mine"
    assert s3.get_object(Bucket=bucket, Key="inbox/form")["Body"].read() == b"form"
    copied = anonymous.ask("PUT", "/inbox/c", headers={"x-amz-copy-source": f"{bucket}/private/a"})
    assert copied == 403, "a copy reads its source"


def test_a_denial_counts_for_everybody(s3, bucket, anonymous):
    put_policy(s3, bucket, statement(bucket, "s3:*", resource=["", "/*"]),
               statement(bucket, "s3:DeleteObject", effect="Deny", resource="/private/*"))
    assert refused(s3.delete_object, Bucket=bucket, Key="private/a") == ("AccessDenied", 403)
    errors = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "private/a"}, {"Key": "public/a"}]})
    assert [e["Code"] for e in errors["Errors"]] == ["AccessDenied"] and errors["Deleted"][0]["Key"] == "public/a"
    assert anonymous.ask("DELETE", "/private/a") == 403 and anonymous.ask("GET", "/private/a") == 200


def test_who_has_a_key_can_mend_any_policy(s3, bucket):
    put_policy(s3, bucket, statement(bucket, "s3:*", effect="Deny", resource=["", "/*"]))
    assert refused(s3.get_object, Bucket=bucket, Key="public/a") == ("AccessDenied", 403)
    assert refused(s3.list_objects_v2, Bucket=bucket) == ("AccessDenied", 403)
    assert "Deny" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    assert s3.get_object(Bucket=bucket, Key="public/a")["Body"].read() == b"public/a"
    assert refused(s3.get_bucket_policy, Bucket=bucket) == ("NoSuchBucketPolicy", 404)


def test_patterns(s3, bucket, anonymous):
    put_policy(s3, bucket, statement(bucket, "s3:Get*", resource="/p?blic/*"))
    assert (anonymous.ask("GET", "/public/a"), anonymous.ask("GET", "/private/a")) == (200, 403)
    assert anonymous.ask("GET", "/public/a?tagging") == 200
    every = statement(bucket)
    del every["Action"], every["Resource"]
    every |= {"NotAction": "s3:Put*", "NotResource": f"arn:aws:s3:::{bucket}/private/*"}
    put_policy(s3, bucket, every)
    assert (anonymous.ask("GET", "/public/a"), anonymous.ask("GET", "/private/a")) == (200, 403)
    assert anonymous.ask("PUT", "/public/a", data=b"x") == 403


def test_a_public_access_block_closes_it(s3, bucket, anonymous):
    assert refused(s3.get_public_access_block, Bucket=bucket) == ("NoSuchPublicAccessBlockConfiguration", 404)
    put_policy(s3, bucket, statement(bucket, "s3:GetObject"))
    assert anonymous.ask("GET", "/public/a") == 200
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == block
    assert anonymous.ask("GET", "/public/a") == 403
    policy = json.dumps({"Statement": [statement(bucket, "s3:GetObject")]})
    assert refused(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket=bucket)
    assert anonymous.ask("GET", "/public/a") == 200


def test_conditions(node, s3, bucket):
    anyone = Anonymous(node, bucket)
    for key, state in (("public/a", "shown"), ("private/a", "hidden")):
        s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": "state", "Value": state}]})
    here = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    elsewhere = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    shown = {"StringEquals": {"s3:ExistingObjectTag/state": "shown"}}
    below = {"StringLike": {"s3:prefix": "public/*"}}
    put_policy(s3, bucket, statement(bucket, "s3:GetObject", Condition=elsewhere))
    assert anyone.ask("GET", "/public/a") == 403
    put_policy(s3, bucket, statement(bucket, "s3:GetObject", Condition=here))
    assert anyone.ask("GET", "/public/a") == 200
    put_policy(s3, bucket, statement(bucket, "s3:GetObject", Condition=here | shown))
    assert (anyone.ask("GET", "/public/a"), anyone.ask("GET", "/private/a")) == (200, 403)
    assert anyone.ask("GET", "/none") == 403
    put_policy(s3, bucket, statement(bucket, "s3:ListBucket", resource="", Condition=below))
    assert anyone.ask("GET", "?list-type=2&prefix=public/x") == 200
    assert anyone.ask("GET", "?list-type=2&prefix=private/") == 403
    assert anyone.ask("GET", "?list-type=2") == 403
    # What no policy is without: everything must come over TLS. This request does not.
    put_policy(s3, bucket, statement(bucket, "s3:*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    assert refused(s3.get_object, Bucket=bucket, Key="public/a") == ("AccessDenied", 403)
    s3.delete_bucket_policy(Bucket=bucket)
    assert s3.get_object(Bucket=bucket, Key="public/a")["ContentLength"] == len("public/a")


@pytest.mark.parametrize("change, code", [
    ({"Effect": "Maybe"}, "MalformedPolicy"),
    ({"Principal": "someone"}, "MalformedPolicy"),
    ({"Principal": {"Service": "a"}}, "MalformedPolicy"),
    ({"Action": "ec2:Run"}, "MalformedPolicy"),
    ({"Action": []}, "MalformedPolicy"),
    ({"Action": 1}, "MalformedPolicy"),
    ({"Resource": "arn:aws:s3:::other/*"}, "MalformedPolicy"),
    ({"Other": "x"}, "MalformedPolicy"),
    ({"NotAction": "s3:*"}, "MalformedPolicy"),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "home"}}}, "MalformedPolicy"),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, "NotImplemented"),
    ({"Condition": {"StringSounds": {"s3:prefix": "a"}}}, "NotImplemented"),
    ({"NotPrincipal": "*"}, "MalformedPolicy"),
])
def test_statements_that_are_refused(s3, bucket, change, code):
    policy = json.dumps({"Statement": [statement(bucket, "s3:GetObject") | change]})
    assert refused(s3.put_bucket_policy, Bucket=bucket, Policy=policy)[0] == code
    assert refused(s3.get_bucket_policy, Bucket=bucket)[0] == "NoSuchBucketPolicy"


@pytest.mark.parametrize("policy", ["", "a", "[]", "{}", '{"Statement":[]}', '{"Statement":[1]}', '{"Statement":{}}',
                                    '{"Version":"1","Statement":[],"More":1}', '{"Statement":' + "[" * 5000])
def test_documents_that_are_refused(node, s3, bucket, policy):
    assert "<Code>MalformedPolicy</Code>" in signed_request(node, "PUT", "/" + bucket, "policy=", policy.encode()).text

"""Requests that no client makes by itself, signed as theirs are; and what a client is told that is refused."""

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError


def signed_request(node, method: str, path: str, query: str = "", body: bytes = b"", headers=None):
    """Of the node's own key. `path` and `query` go out as they are."""
    keys = node.credentials["s3"]
    url = node.s3 + path + ("?" + query if query else "")
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    S3SigV4Auth(Credentials(keys["access_key_id"], keys["secret_access_key"]), "s3", keys["region"]).add_auth(request)
    prepared = requests.Request(method, url, data=body, headers=dict(request.headers)).prepare()
    prepared.url = url  # Requests would write it its own way.
    with requests.Session() as session:
        return session.send(prepared, timeout=60)


def refusal(call, **arguments) -> dict:
    """The answer to a boto3 call that must be refused."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response


def refused(call, **arguments) -> tuple[str, int]:
    """Its code and status."""
    answer = refusal(call, **arguments)
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]

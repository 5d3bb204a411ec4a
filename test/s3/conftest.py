import hashlib

import pytest


@pytest.fixture(scope="module")
def s3(node):
    return node.boto3()


@pytest.fixture
def bucket(s3, request):
    """An empty one for each test."""
    name = "b-" + hashlib.sha1(request.node.name.encode()).hexdigest()[:16]
    s3.create_bucket(Bucket=name)
    return name

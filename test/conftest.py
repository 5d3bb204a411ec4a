import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support.node import Node  # noqa: E402
from support.person import Person  # noqa: E402


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A node on its embedded defaults, shared by the tests of a file."""
    with Node(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture
def fresh_node(tmp_path):
    """A node of its own for a test that kills it, fills it or reads its whole log."""
    with Node(tmp_path) as running:
        yield running


@pytest.fixture
def person(node, request):
    """Somebody new, signed in at `node`."""
    return Person(node, sub="sub-" + re.sub("[^A-Za-z0-9_-]", ".", request.node.name)[:100])

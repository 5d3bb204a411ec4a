"""The gateway's own TLS with real clients, and certificates made by openssl."""

import os
import pathlib
import signal
import socket
import ssl
import subprocess

import pytest
import requests

from support.node import ONE_COLLECTION, Node


def make_certificate(folder: pathlib.Path, name: str) -> tuple[pathlib.Path, pathlib.Path]:
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "30", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True, timeout=60)
    return certificate, key


def stack(certificate: pathlib.Path, key: pathlib.Path) -> str:
    return f"""
[gateway]
tls_certificate = "{certificate}"
tls_key = "{key}"
""" + ONE_COLLECTION


def connect(node: Node, **options) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if "alpn" in options:
        context.set_alpn_protocols(options["alpn"])
    if "maximum" in options:
        context.maximum_version = options["maximum"]
    host, port = node.gateway.removeprefix("https://").split(":")
    return context.wrap_socket(socket.create_connection((host, int(port)), timeout=30))


def served(node: Node) -> bytes:
    with connect(node) as connection:
        return connection.getpeercert(binary_form=True)


@pytest.fixture
def node(tmp_path):
    certificate, key = make_certificate(tmp_path, "first")
    with Node(tmp_path, stack(certificate, key)) as running:
        yield running


def test_clients_verify_it(node):
    assert node.gateway.startswith("https://")
    first = str(node.folder / "first.pem")
    answer = requests.get(f"{node.gateway}/.well-known/openid-configuration", verify=first)
    assert answer.json()["issuer"] == node.gateway
    out = subprocess.run(["curl", "-sS", "--cacert", first, "-w", "%{http_version}", "-o", "/dev/null",
                          f"{node.gateway}/"], capture_output=True, check=True, timeout=60, text=True)
    assert out.stdout == "1.1"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(node.gateway)


def test_alpn_and_versions(node):
    with connect(node, alpn=["h2", "http/1.1"]) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
        assert connection.version() == "TLSv1.3"
    with connect(node, maximum=ssl.TLSVersion.TLSv1_2) as connection:
        assert "ECDHE" in connection.cipher()[0]
    with pytest.raises(ssl.SSLError):
        connect(node, alpn=["h2"])
    with pytest.raises(ssl.SSLError):
        connect(node, maximum=ssl.TLSVersion.TLSv1_1)


def test_a_renewed_certificate_is_taken_and_open_connections_stay(node):
    before = served(node)
    with connect(node) as kept:
        (node.folder / "renewed").mkdir()
        for new in make_certificate(node.folder / "renewed", "first"):
            os.replace(new, node.folder / new.name)
        node.process.send_signal(signal.SIGHUP)
        while served(node) == before:  # Until it has been taken; the node looks every 5 s anyway.
            pass
        kept.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert kept.recv(12) == b"HTTP/1.1 200"


def test_a_broken_renewal_keeps_the_old_one(node):
    before = served(node)
    (node.folder / "first.pem").write_text("broken")
    node.process.send_signal(signal.SIGHUP)
    while "certificate not reloaded" not in node.log():
        assert served(node) == before
    assert served(node) == before


@pytest.mark.parametrize("fault, setting", [
    ("missing certificate", "gateway.tls_certificate"),
    ("missing key", "gateway.tls_key"),
    ("another's key", "gateway.tls_key"),
    ("no key", "tls_key"),
])
def test_a_mistake_stops_the_start_and_is_named(tmp_path, fault, setting):
    certificate, key = make_certificate(tmp_path, "first")
    if fault == "missing certificate":
        certificate = tmp_path / "none"
    if fault == "missing key":
        key = tmp_path / "none"
    if fault == "another's key":
        key = make_certificate(tmp_path, "other")[1]
    text = stack(certificate, key)
    if fault == "no key":
        text = text.replace(f'tls_key = "{key}"\n', "")
    node = Node(tmp_path, text)
    ran = node.run("serve", "--data", str(tmp_path / "data"), "--config", str(node.config),
                   "--gateway", "127.0.0.1:0", "--edge", "127.0.0.1:0", "--s3", "127.0.0.1:0",
                   "--ops", "127.0.0.1:0", check=False)
    assert ran.returncode != 0
    assert setting in ran.stderr

"""The command line is a contract: exit codes of sysexits.h, and an error is one line with its remedy."""

import json
import os
import pathlib
import socket
import subprocess

import pytest
from support.node import PROGRAM, Node

EX_USAGE, EX_UNAVAILABLE, EX_CANTCREAT, EX_TEMPFAIL, EX_CONFIG = 64, 69, 73, 75, 78


def run(*arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options
    )


def one_line(done: subprocess.CompletedProcess) -> str:
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["serve", "--fast"], ["token"], ["events", "eat"], ["db"], ["serve", "--data"]]
)
def test_wrong_usage(arguments):
    assert run(*arguments).returncode == EX_USAGE


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["events", "--help"]])
def test_help(arguments):
    done = run(*arguments)
    assert done.returncode == 0 and done.stdout


@pytest.mark.parametrize("listener", ["gateway", "edge", "s3", "ops"])
def test_a_taken_port_is_named(tmp_path, listener):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        addresses = {name: "127.0.0.1:0" for name in ("gateway", "edge", "s3", "ops")}
        addresses[listener] = address
        flags = [f"--{name}={value}" for name, value in addresses.items()]
        done = run("serve", "--data", tmp_path / "data", *flags, cwd=tmp_path)
    assert done.returncode == EX_UNAVAILABLE
    line = done.stderr.splitlines()[-1]
    assert address in line and f"--{listener}" in line


def test_an_address_that_is_none(tmp_path):
    done = run("serve", "--data", tmp_path / "data", "--gateway", "here:now", cwd=tmp_path)
    assert done.returncode in (EX_USAGE, EX_CONFIG)
    assert "here:now" in done.stderr.splitlines()[-1] and "--gateway" in done.stderr.splitlines()[-1]


def test_a_data_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("serve", "--data", tmp_path / "file" / "data", cwd=tmp_path)
    assert done.returncode != 0
    assert str(tmp_path / "file") in one_line(done)
    # Root may write anywhere but where nobody can.
    done = run("serve", "--data", "/proc/tintype", cwd=tmp_path)
    assert done.returncode != 0 and "/proc/tintype" in one_line(done)


def test_one_node_per_data_directory(tmp_path):
    with Node(tmp_path) as node:
        done = run("serve", "--data", node.data, "--gateway", "127.0.0.1:0", cwd=tmp_path)
        assert done.returncode == EX_TEMPFAIL
        assert "in use" in one_line(done)


def test_a_missing_stack_file(tmp_path):
    done = run("serve", "--config", tmp_path / "none.toml", "--data", tmp_path / "data")
    assert done.returncode == 66
    assert "none.toml" in one_line(done)


def test_check_says_what_each_setting_became(tmp_path):
    done = run("check", cwd=tmp_path)
    assert done.returncode == 0
    for setting in ("avatars", "size_max", "512", "uploads"):
        assert setting in done.stdout


def test_the_ready_line_and_the_credentials(tmp_path):
    with Node(tmp_path) as node:
        path = node.data / "credentials.json"
        assert path.stat().st_mode & 0o777 == 0o600
        assert (node.data / "issuer-key.json").stat().st_mode & 0o777 == 0o600
        first = json.loads(path.read_text())
        assert len(first["s3"]["secret_access_key"]) >= 40
        assert node.stop() == 0
        node.start()
        assert json.loads(path.read_text()) == first, "made once"


def test_another_node_has_other_secrets(tmp_path):
    secrets = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with Node(tmp_path / name) as node:
            secrets.add(node.credentials["s3"]["secret_access_key"])
            secrets.add(node.credentials["person"]["password"])
    assert len(secrets) == 4


def test_a_token_needs_a_node(tmp_path):
    done = run("token", "--data", tmp_path / "data", "--sub", "x")
    assert done.returncode != 0 and "--data" in one_line(done)
    for ttl in ("0s", "soon", "-5m", "900d"):
        assert run("token", "--data", tmp_path, "--sub", "x", "--ttl", ttl).returncode == EX_CONFIG


def test_image_turns_one_picture_into_another(tmp_path):
    from support import pictures

    source = tmp_path / "in.jpg"
    source.write_bytes(pictures.with_orientation(6, 900, 600))
    target = tmp_path / "out.webp"
    done = run("image", source, target, "--width", 200, "--height", 200, "--fit", "cover", "--repeat", 3, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert {"ms", "decode_ms", "resize_ms", "encode_ms", "width", "height", "size"} <= set(report)
    assert (report["width"], report["height"], report["size"]) == (200, 200, target.stat().st_size)
    assert pictures.is_upright(target.read_bytes())

    assert run("image", tmp_path / "none.jpg", target).returncode == 66
    source.write_bytes(b"no picture")
    assert run("image", source, target).returncode == 65
    assert run("image", source, target, "--width", "wide").returncode == EX_USAGE


def test_the_server_maps_no_codec(tmp_path):
    """What a crafted picture could attack is not even in the server's memory."""
    with Node(tmp_path) as node:
        maps = pathlib.Path(f"/proc/{node.process.pid}/maps").read_text()
        for library in ("libvips", "libheif", "libjpeg", "libwebp", "libavif", "librsvg"):
            assert library not in maps
        assert os.path.exists(f"/proc/{node.process.pid}")


def test_workers_for_photographs_link_no_libvips():
    """What a JPEG could attack is a tenth of what a TIFF could; and a worker is small."""
    linked = subprocess.run(["ldd", PROGRAM.parent / "tintype-pixels"], capture_output=True, text=True, check=True).stdout
    assert "libwebp" in linked
    for library in ("libvips", "libglib", "librsvg", "libheif", "libtiff", "libxml2"):
        assert library not in linked

"""The gateway's http integration beside nginx's proxy_pass: the same upstream, in turns, on one core each.

Whoever proxies runs on core 0; the upstream (another nginx, static files) and wrk share core 1. `cpu_us` is what
a request costs of the proxy's core, which says more than its rate where the machine is busy otherwise.
"""

import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile

from report import PROGRAM, emit, note
from support.node import ONE_COLLECTION, Node

ROUNDS = 5
SECONDS = 2
CONNECTIONS = 32
PROXY_CORE, LOAD_CORE = "0", "1"
SIZES = {"1 KB": 1 << 10, "20 KB": 20 << 10, "1 MB": 1 << 20}

NGINX = """
daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type image/jpeg;
  client_body_temp_path {folder}/{name}-body; proxy_temp_path {folder}/{name}-proxy;
  fastcgi_temp_path {folder}/{name}-f; uwsgi_temp_path {folder}/{name}-u; scgi_temp_path {folder}/{name}-s;
  {more}
}}
"""
UPSTREAM = "server {{ listen 127.0.0.1:{port}; root {folder}/files; open_file_cache max=100; }}"
PROXY = """
  upstream behind {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location /p/ {{
      proxy_pass http://behind/; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
"""
STACK = """
[gateway]
access_log = false
[[route]]
match = "GET /p/{{proxy+}}"
authorizer = "none"
http = "http://127.0.0.1:{upstream}/{{proxy}}"
""" + ONE_COLLECTION


class PinnedNode(Node):
    def command(self, *arguments: str) -> list[str]:
        return ["taskset", "-c", PROXY_CORE, str(PROGRAM), *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_nginx(folder: pathlib.Path, name: str, core: str, port: int, more: str) -> subprocess.Popen:
    config = folder / f"{name}.conf"
    config.write_text(NGINX.format(folder=folder, name=name, more=more))
    process = subprocess.Popen(["taskset", "-c", core, "/usr/sbin/nginx", "-c", str(config), "-p", str(folder)])
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process
        except ConnectionRefusedError:
            continue
    raise SystemExit(f"bench: nginx ended at once; see {config}")


def cpu_seconds(process: subprocess.Popen) -> float:
    """Of it and its children."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    total = 0
    for pid in [str(process.pid), *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def measure(process: subprocess.Popen, url: str) -> tuple[float, float]:
    """Requests per second, and CPU microseconds of each."""
    before = cpu_seconds(process)
    out = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url],
        capture_output=True, text=True, check=True, timeout=SECONDS + 60).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"bench: {url} was not answered with 200:\n{out}")
    count = int(re.search(r"(\d+) requests in", out)[1])
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", out)[1])
    return rate, (cpu_seconds(process) - before) * 1e6 / count


def run(folder: pathlib.Path) -> None:
    files = folder / "files"
    files.mkdir()
    folder.chmod(0o755)  # The upstream's worker may be another user.
    for name, size in SIZES.items():
        (files / name.replace(" ", "")).write_bytes(b"x" * size)
    upstream, port = free_port(), free_port()
    servers = []
    try:
        servers.append(start_nginx(folder, "upstream", LOAD_CORE, upstream,
                                   UPSTREAM.format(port=upstream, folder=folder)))
        servers.append(start_nginx(folder, "proxy", PROXY_CORE, port,
                                   PROXY.format(port=port, upstream=upstream)))
        with PinnedNode(folder, STACK.format(upstream=upstream)) as node:
            for name in SIZES:
                target = "/p/" + name.replace(" ", "")
                ours, theirs = [], []
                for turn in range(ROUNDS):
                    ours.append(measure(node.process, node.gateway + target))
                    theirs.append(measure(servers[1], f"http://127.0.0.1:{port}{target}"))
                    note(f"gateway_proxy {name} {turn + 1}/{ROUNDS}: {ours[-1][0]:.0f} {theirs[-1][0]:.0f}")
                ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, theirs))
                cpu_ours, cpu_theirs = (statistics.median(turn[1] for turn in all) for all in (ours, theirs))
                emit("gateway", f"proxy {name}", "1/s", statistics.median(turn[0] for turn in ours),
                     "nginx proxy_pass", statistics.median(turn[0] for turn in theirs),
                     median_of_ratios=round(ratio, 3), cpu_us=round(cpu_ours, 1),
                     cpu_us_theirs=round(cpu_theirs, 1), cpu_ratio=round(cpu_theirs / cpu_ours, 3))
    finally:
        for server in servers:
            server.terminate()
            server.wait(timeout=30)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(pathlib.Path(folder))


if __name__ == "__main__":
    main()

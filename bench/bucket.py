"""The bucket beside npm's s3rver, nginx and any S3 that is named: PUT, GET and LIST, and memory under many uploads.

    [--peer NAME=URL,ACCESS_KEY,SECRET]   another S3 to measure in the same run, such as a Ceph; may be given again
    [--case PATTERN]                      only those cases: put_100k_64, get_8m_1, list_1000000, memory
    [--rounds N] [--seconds S]            of each case (3, 2)
    [--memory-mib N]                      the size of each of the 64 uploads (64)

Every PUT of ours is synced to disk before it is answered; s3rver syncs nothing.
"""

import argparse
import contextlib
import fnmatch
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import tempfile

from bucket_load import BUCKET, Endpoint, send, write_targets
from gateway_proxy import free_port, start_nginx
from report import emit, note
from support.node import ONE_COLLECTION, Node

SIZES = {"4k": 4 << 10, "100k": 100 << 10, "8m": 8 << 20}
CONNECTIONS = (1, 16, 64)
KEYS = 128
LIST_COUNTS = (1_000, 1_000_000)
UPLOADS = 64
S3RVER = pathlib.Path(__file__).with_name("s3rver") / "node_modules/s3rver/bin/s3rver.js"
STATIC = "server {{ listen 127.0.0.1:{port}; root {folder}; open_file_cache max=1000; }}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--case", default="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--memory-mib", type=int, default=64)
    return parser.parse_args()


def endpoint_of(node: Node) -> Endpoint:
    keys = node.credentials["s3"]
    return Endpoint("tintype", node.s3, keys["access_key_id"], keys["secret_access_key"])


@contextlib.contextmanager
def s3rver(folder: pathlib.Path):
    port = free_port()
    with (folder / "s3rver.log").open("wb") as log:
        process = subprocess.Popen(["node", S3RVER, "--silent", "-d", folder / "s3rver", "-a", "127.0.0.1", "-p", str(port)],
                                   stdout=subprocess.PIPE, stderr=log)
    try:
        process.stdout.readline()  # It says where it listens.
        yield Endpoint("s3rver", f"http://127.0.0.1:{port}", "S3RVER", "S3RVER")
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def nginx(folder: pathlib.Path, contents: dict[str, bytes]):
    """Serving the same files as the buckets."""
    root = folder / "static"
    root.mkdir()
    for name, content in contents.items():
        for at in range(KEYS):
            (root / f"{name}-{at}").write_bytes(content)
    folder.chmod(0o755)
    port = free_port()
    process = start_nginx(folder, "static", f"0-{os.cpu_count() - 1}", port,
                          STATIC.format(port=port, folder=root))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


class Bench:
    def __init__(self, options: argparse.Namespace, folder: pathlib.Path):
        self.options, self.folder = options, folder
        self.contents = {name: os.urandom(size) for name, size in SIZES.items()}

    def wants(self, case: str) -> bool:
        return fnmatch.fnmatchcase(case, self.options.case)

    def in_turns(self, case: str, sides: dict) -> dict[str, list[float]]:
        """Each side's rates, one of each a round."""
        rates = {name: [] for name in sides}
        for turn in range(self.options.rounds):
            for name, measure in sides.items():
                rates[name].append(measure())
            note(f"{case} {turn + 1}/{self.options.rounds}: " + ", ".join(f"{n} {r[-1]:.0f}" for n, r in rates.items()))
        return rates

    def tell(self, case: str, rates: dict[str, list[float]], goals=None) -> None:
        ours = rates["tintype"]
        for peer, theirs in rates.items():
            if peer == "tintype":
                continue
            ratio = statistics.median(a / b for a, b in zip(ours, theirs))
            goal = (goals or {}).get(peer)
            emit("bucket", case, "1/s", statistics.median(ours), peer, statistics.median(theirs),
                 median_of_ratios=round(ratio, 3), **({"goal": goal} if goal else {}))

    def side(self, endpoint: Endpoint, method: str, name: str, connections: int):
        operation = "put_object" if method == "PUT" else "get_object"
        targets = write_targets(self.folder / f"{endpoint.name}-{method}-{name}", method,
                                [endpoint.presign(operation, Key=f"{name}-{at}") for at in range(KEYS)])
        body = None
        if method == "PUT":
            body = self.folder / f"body-{name}"
            body.write_bytes(self.contents[name])
        return lambda: send(endpoint.url, targets, connections, self.options.seconds, body)

    def put_and_get(self, endpoints: list[Endpoint], static_url: str) -> None:
        for endpoint in endpoints:
            endpoint.make_bucket()
            for name, content in self.contents.items():
                for at in range(KEYS):
                    endpoint.client.put_object(Bucket=BUCKET, Key=f"{name}-{at}", Body=content)
        for method in ("PUT", "GET"):
            for name in SIZES:
                for connections in CONNECTIONS:
                    case = f"{method.lower()}_{name}_{connections}"
                    if not self.wants(case):
                        continue
                    sides = {e.name: self.side(e, method, name, connections) for e in endpoints}
                    if method == "GET":
                        static = write_targets(self.folder / f"static-{name}", "GET",
                                               [f"/{name}-{at}" for at in range(KEYS)])
                        sides["nginx"] = lambda static=static, connections=connections: send(
                            static_url, static, connections, self.options.seconds)
                    goals = {"nginx": 0.6} if method == "GET" else {"ceph": 2} if case == "put_100k_64" else None
                    self.tell(case, self.in_turns(case, sides), goals)

    def fill(self, node: Node, count: int) -> None:
        """Rows alone: a listing reads no content, and a million PUTs would take a quarter of an hour."""
        node.stop()
        with sqlite3.connect(node.data / "tintype.db") as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(object)")]
            others = ", ".join(c for c in columns if c not in ("key", "content_id"))
            database.execute(
                f"WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})"
                f" INSERT INTO object (key, content_id, {others})"
                f" SELECT printf('list/%08d', i), printf('none-%08d', i), {others} FROM n, object"
                " WHERE bucket = ? AND key = 'seed'", (BUCKET,))
        database.close()
        node.start()

    def lists(self) -> None:
        if not any(self.wants(f"list_{count}") for count in LIST_COUNTS):
            return
        sides, random_of = {}, random.Random(1)
        with contextlib.ExitStack() as stack:
            for count in LIST_COUNTS:
                folder = self.folder / f"list-{count}"
                folder.mkdir()
                node = stack.enter_context(Node(folder, ONE_COLLECTION))
                endpoint_of(node).make_bucket()
                endpoint_of(node).client.put_object(Bucket=BUCKET, Key="seed", Body=b"x")
                self.fill(node, count)
                endpoint = endpoint_of(node)
                pages = [endpoint.presign("list_objects_v2", MaxKeys=100, Prefix="list/",
                                          StartAfter=f"list/{random_of.randrange(count - 100):08d}") for _ in range(500)]
                targets = write_targets(self.folder / f"pages-{count}", "GET", pages)
                sides[count] = lambda e=endpoint, t=targets: send(e.url, t, 4, self.options.seconds)
            rates = self.in_turns("list", {str(count): side for count, side in sides.items()})
        few, many = (rates[str(count)] for count in LIST_COUNTS)
        emit("bucket", "list_1000000", "pages/s", statistics.median(many), "1000 keys", statistics.median(few),
             times_slower=round(statistics.median(a / b for a, b in zip(few, many)), 3), goal_at_most=2)

    def memory(self) -> None:
        if not self.wants("memory"):
            return
        folder = self.folder / "memory"
        folder.mkdir()
        with Node(folder, ONE_COLLECTION) as node:
            endpoint = endpoint_of(node)
            endpoint.make_bucket()
            body = folder / "body"
            with body.open("wb") as file:
                file.truncate(self.options.memory_mib << 20)
            status = pathlib.Path(f"/proc/{node.process.pid}/status")

            def peak_mib() -> float:
                return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024

            before = peak_mib()
            uploads = [subprocess.Popen(["curl", "-sf", "-T", body, endpoint.url + endpoint.presign("put_object", Key=str(at))])
                       for at in range(UPLOADS)]
            if any([upload.wait(timeout=3600) for upload in uploads]):
                raise SystemExit("bench: an upload failed")
            emit("bucket", f"memory_{UPLOADS}x{self.options.memory_mib}_mib", "MiB", peak_mib(), "idle", before, goal_at_most=200)


def run(options: argparse.Namespace, folder: pathlib.Path) -> None:
    bench = Bench(options, folder)
    if bench.wants("put_*") or any(bench.wants(f"{m}_{n}_{c}") for m in ("put", "get") for n in SIZES for c in CONNECTIONS):
        (folder / "node").mkdir()
        with Node(folder / "node", ONE_COLLECTION) as node, s3rver(folder) as peer, nginx(folder, bench.contents) as static:
            others = [Endpoint(name, *rest.split(",")) for name, rest in (p.split("=", 1) for p in options.peer)]
            bench.put_and_get([endpoint_of(node), peer, *others], static)
    bench.lists()
    bench.memory()


def main() -> None:
    options = arguments()
    # On a real disk: what is synced to memory says nothing.
    root = pathlib.Path(__file__).resolve().parents[1] / "build/bench"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        run(options, pathlib.Path(folder))


if __name__ == "__main__":
    main()

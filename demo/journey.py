"""One photograph's journey through a running Tintype, told as it goes. See bin/demo.

    journey.py [--check] PHOTO
"""

import argparse
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

import verify

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build/release/tintype"
TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".heic": "image/heic", ".avif": "image/avif", ".gif": "image/gif",
}
TIMEOUT_S = 60


class Failure(Exception):
    pass


def send(method: str, url: str, body: bytes | None = None, headers: dict | None = None):
    """One exchange: status, headers, body."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
    try:
        connection.request(method, url.split(parts.netloc, 1)[1], body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except OSError as error:
        raise Failure(f"{method} {parts.netloc}: {error}") from error
    finally:
        connection.close()


def send_json(method: str, url: str, body: dict, headers: dict | None = None) -> dict:
    status, _, answer = send(
        method, url, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    if status != 200:
        raise Failure(f"{method} {url}: {status} {answer.decode(errors='replace')}")
    return json.loads(answer)


class Events:
    """The event stream of an upload, opened before the upload, as a page would."""

    def __init__(self, url: str):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self.connection.request("GET", parts.path, headers={"Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()

    def __iter__(self):
        for line in self.answer:
            if line.startswith(b"data:"):
                yield time.monotonic(), json.loads(line[5:])
        self.connection.close()


def start(data: pathlib.Path, check: bool, log) -> tuple[subprocess.Popen, dict, float]:
    began = time.monotonic()
    ports = [f"--{name}=127.0.0.1:0" for name in ("gateway", "edge", "s3", "ops")] if check else []
    process = subprocess.Popen(
        [PROGRAM, "serve", "--data", data, *ports], stdout=subprocess.PIPE, stderr=log, cwd=ROOT
    )
    line = process.stdout.readline()
    if not line:
        raise Failure(f"tintype serve ended with {process.wait()}; its log is {log.name}")
    return process, json.loads(line), time.monotonic() - began


def tell(what: str, seconds: float | None, detail: str = "") -> None:
    took = f"{seconds * 1000:8.1f} ms" if seconds is not None else " " * 11
    print(f"  {took}  {what:<34} {detail}".rstrip(), flush=True)


def journey(photo: pathlib.Path, urls: dict, credentials: dict) -> dict:
    data = photo.read_bytes()
    content_type = TYPES.get(photo.suffix.lower())
    if content_type is None:
        raise Failure(f"{photo.name}: give one of {', '.join(TYPES)}")

    began = time.monotonic()
    person = credentials["person"]
    session = send_json(
        "POST", urls["gateway"] + "/auth/sign_in", {"name": person["name"], "password": person["password"]}
    )
    token = session["access_token"]
    tell("gateway: signed in", time.monotonic() - began, f"as {person['name']}")

    began = time.monotonic()
    slot = send_json(
        "POST", urls["gateway"] + "/avatars/key_upload",
        {"content_type": content_type, "size": len(data)}, {"Authorization": f"Bearer {token}"},
    )
    tell("upload: got a slot", time.monotonic() - began, slot["key"])

    events = Events(slot["status_url"])
    began = time.monotonic()
    status, _, body = send(slot["method"], slot["url"], data, slot["headers"])
    if status != 200:
        raise Failure(f"PUT: {status} {body.decode(errors='replace')}")
    stored = time.monotonic()
    tell("bucket: photograph stored", stored - began, f"{len(data) / 1e6:.2f} MB, synced, event committed")

    said = {"received": "event: queued", "processing": "function: leased, worker decoding"}
    before, final = stored, None
    for at, final in events:
        if final["state"] in said:
            tell(said[final["state"]], max(0.0, at - before))
        before = max(before, at)
    if final is None or final["state"] != "ready":
        raise Failure(f"the upload ended as {json.dumps(final)}")
    ready_ms = (before - began) * 1000
    tell("image: every variant is ready", before - stored, f"{len(final['assets'])} assets from one decode")

    variants = fetch(final["assets"], photo, urls, person["sub"])
    return {"ok": True, "variants": variants, "upload_to_ready_ms": round(ready_ms, 1)}


def fetch(assets: list[dict], photo: pathlib.Path, urls: dict, sub: str) -> list[dict]:
    """Every asset through the edge, looked at."""
    variants = []
    for asset in assets:
        began = time.monotonic()
        status, headers, body = send("GET", asset["url"])
        took = time.monotonic() - began
        if status != 200 or headers["Content-Type"] != asset["type"]:
            raise Failure(f"GET {asset['url']}: {status} {headers['Content-Type']}")
        with tempfile.NamedTemporaryFile(suffix=asset["url"][asset["url"].rindex(".") :]) as file:
            file.write(body)
            file.flush()
            examine(asset, body, photo, pathlib.Path(file.name))
        tell("edge: fetched and verified", took,
             f"{asset['name']:>4} {asset['type']:<10} {asset['width']}x{asset['height']}  {len(body) / 1024:.1f} KiB")
        variants.append({key: asset[key] for key in ("name", "type", "width", "height", "size", "url")})

    alias = f"{urls['edge']}/avatars/{sub}/{assets[0]['name']}"
    status, headers, _ = send("GET", alias, headers={"Accept": "image/avif,image/webp,*/*"})
    if status != 200 or "Content-Location" not in headers:
        raise Failure(f"GET {alias}: {status}")
    status, _, _ = send("GET", alias, headers={"Accept": "image/avif,image/webp,*/*", "If-None-Match": headers["ETag"]})
    if status != 304:
        raise Failure(f"GET {alias} again: {status}, not 304")
    tell("edge: alias negotiates, revalidates", None, f"{alias} is {headers['Content-Type']} now")
    return variants


def examine(asset: dict, body: bytes, photo: pathlib.Path, path: pathlib.Path) -> None:
    try:
        if verify.type_of(body) != asset["type"]:
            raise ValueError(f"is {verify.type_of(body)}")
        if verify.size_of(path) != (asset["width"], asset["height"]):
            raise ValueError(f"is {verify.size_of(path)}")
        verify.compare(photo, path)
    except ValueError as error:
        raise Failure(f"{asset['url']}: {error}") from error


def run(photo: pathlib.Path, check: bool, data: pathlib.Path, log) -> int:
    print(f"\nTintype: the journey of {photo.name}\n")
    process, urls, seconds = start(data, check, log)
    try:
        tell("node: started", seconds, "gateway, S3 endpoint, edge, ops; SQLite; workers in their jail")
        credentials = json.loads((data / "credentials.json").read_text())
        result = journey(photo, urls, credentials)
        if check:
            print()
            print(json.dumps(result))
        else:
            stay_up(urls, credentials, data, result)
        return 0
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT_S)


def stay_up(urls: dict, credentials: dict, data: pathlib.Path, result: dict) -> None:
    person = credentials["person"]
    print("\n  Look at it:")
    for variant in result["variants"][:3]:
        print(f"    {variant['url']}")
    print(f"\n  The app:  {urls['gateway']}/   sign in as {person['name']} / {person['password']}")
    print(f"  S3:       {urls['s3']}   keys in {data / 'credentials.json'}")
    print(f"  Metrics:  {urls['ops']}/metrics\n\n  Ctrl-C stops it.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("photo", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        if not arguments.photo.is_file():
            raise Failure(f"{arguments.photo}: no such photograph")
        if not arguments.check:
            (ROOT / "data").mkdir(mode=0o700, exist_ok=True)
            with (ROOT / "data/log").open("a") as log:
                return run(arguments.photo, False, ROOT / "data", log)
        with tempfile.TemporaryDirectory(prefix="tintype-demo-") as folder:
            with (pathlib.Path(folder) / "log").open("w+") as log:
                try:
                    return run(arguments.photo, True, pathlib.Path(folder) / "data", log)
                except Failure:
                    log.seek(0)
                    sys.stderr.write(log.read())
                    raise
    except Failure as failure:
        print(f"bin/demo: {failure}", file=sys.stderr)
        if arguments.check:
            print(json.dumps({"ok": False, "error": str(failure)}))
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""The program under test: a real process on free loopback ports, in a folder of its own."""

import json
import os
import pathlib
import signal
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/tintype"
START_MAX_S = 60
# For a stack file that is about something else, but needs a collection.
ONE_COLLECTION = """
[collection.avatars]
[[collection.avatars.variant]]
name = "48"
width = 48
height = 48
"""


class Node:
    """`with Node(folder) as node:` starts it and stops it by its process id.

    config: the text of a stack file, or None for the built-in stack.
    """

    def __init__(self, folder: pathlib.Path, config: str | None = None, environment=None):
        self.folder = folder
        self.data = folder / "data"
        self.log_file = folder / "log"
        self.config = None
        if config is not None:
            self.config = folder / "tintype.toml"
            self.config.write_text(config)
        self.environment = environment
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop()

    def command(self, *arguments: str) -> list[str]:
        return [str(PROGRAM), *arguments]

    def start(self, **addresses: str) -> "Node":
        """addresses: of listeners by name, where any free port will not do."""
        arguments = ["serve", "--data", str(self.data)]
        for listener in ("gateway", "edge", "s3", "ops"):
            arguments += [f"--{listener}", addresses.get(listener, "127.0.0.1:0")]
        if self.config:
            arguments += ["--config", str(self.config)]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(*arguments), stdout=subprocess.PIPE, stderr=log,
                cwd=self.folder, env=self.environment,
            )
        line = self.process.stdout.readline()
        assert line, f"the node did not start:\n{self.log()}"
        ready = json.loads(line)
        assert ready["event"] == "ready"
        self.gateway, self.edge = ready["gateway"], ready["edge"]
        self.s3, self.ops = ready["s3"], ready["ops"]
        self.credentials = json.loads((self.data / "credentials.json").read_text())
        return self

    def stop(self) -> int:
        """A polite stop; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=START_MAX_S)

    def kill(self) -> None:
        """The plug is pulled."""
        self.process.kill()
        self.process.wait(timeout=START_MAX_S)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def logged(self, *words: str) -> str:
        """The newest line with all these words, once there is one: a line may follow the answer."""
        deadline = time.monotonic() + START_MAX_S
        while time.monotonic() < deadline:
            for line in reversed(self.log().splitlines()):
                if all(word in line for word in words):
                    return line
        raise AssertionError(f"no line with {words} in\n{self.log()}")

    def run(self, *arguments: str, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Another command of the program, beside the node."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=check,
            timeout=START_MAX_S, cwd=self.folder, **options,
        )

    def token(self, sub: str, ttl: str = "15m") -> str:
        return self.run("token", "--data", str(self.data), "--sub", sub, "--ttl", ttl).stdout.strip()

    def events(self, action: str = "list", *arguments: str) -> list[dict]:
        out = self.run("events", action, "--data", str(self.data), *arguments).stdout
        return [json.loads(line) for line in out.splitlines()]

    def boto3(self, **options):
        """A boto3 client of the S3 endpoint with the generated keys."""
        import boto3
        from botocore.config import Config

        keys = self.credentials["s3"]
        config = Config(
            signature_version=options.pop("signature_version", "s3v4"),
            s3={"addressing_style": "path"},
            retries={"max_attempts": 1},
        )
        return boto3.client(
            "s3", endpoint_url=self.s3, region_name=keys["region"], config=config,
            aws_access_key_id=options.pop("access_key_id", keys["access_key_id"]),
            aws_secret_access_key=options.pop("secret", keys["secret_access_key"]),
        )

    @property
    def uploads(self) -> str:
        return "tintype-uploads"

    @property
    def assets(self) -> str:
        return "tintype-assets"

    def objects(self, bucket: str) -> list[str]:
        page = self.boto3().list_objects_v2(Bucket=bucket)
        return [entry["Key"] for entry in page.get("Contents", [])]

    def child_pids(self) -> list[int]:
        """The workers."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]

    def metric(self, name: str) -> float:
        """The sum of a metric's series."""
        text = requests.get(self.ops + "/metrics", timeout=10).text
        found = [line for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found)


def environment_with(**variables) -> dict:
    return {**os.environ, **variables}

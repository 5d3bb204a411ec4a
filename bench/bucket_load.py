"""Presigned requests of an S3 endpoint, and wrk that sends them."""

import dataclasses
import json
import pathlib
import subprocess

import boto3
from botocore.client import Config

LUA = pathlib.Path(__file__).with_name("bucket.lua")
BUCKET = "bench"
EXPIRES_S = 7200


@dataclasses.dataclass
class Endpoint:
    """One that is running, with a bucket of its own for the benchmark."""

    name: str
    url: str
    access_key_id: str
    secret: str

    def __post_init__(self):
        self.client = boto3.client(
            "s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))

    def make_bucket(self) -> None:
        present = [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]
        if BUCKET not in present:
            self.client.create_bucket(Bucket=BUCKET)

    def presign(self, operation: str, **arguments) -> str:
        """The request's target: what stands behind the host."""
        url = self.client.generate_presigned_url(operation, {"Bucket": BUCKET, **arguments}, ExpiresIn=EXPIRES_S)
        return url.removeprefix(self.url)


def write_targets(path: pathlib.Path, method: str, targets: list[str]) -> pathlib.Path:
    path.write_text("".join(f"{method} {target}\n" for target in targets))
    return path


def send(url: str, targets: pathlib.Path, connections: int, seconds: float, body: pathlib.Path | None = None) -> float:
    """Requests per second; all of them must be answered with success."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", LUA, url, "--", targets]
    if body:
        command.append(body)
    out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 120).stdout
    told = json.loads(out.strip().splitlines()[-1])
    if told["refused"] or told["broken"] or not told["requests"]:
        raise SystemExit(f"bench: {url}: {told}")
    return told["requests"] * 1e6 / told["duration_us"]

"""Somebody with a browser: asks for a slot, puts the bytes, follows the status, looks at the edge."""

import json
import urllib.parse

import requests

TIMEOUT_S = 60


class Person:
    def __init__(self, node, sub: str = "demo", collection: str = "avatars"):
        self.node = node
        self.sub = sub
        self.collection = collection
        self.token = node.token(sub)

    @property
    def authorization(self) -> dict:
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, body: dict, **headers) -> requests.Response:
        """POST key_upload, whatever comes of it."""
        return requests.post(
            f"{self.node.gateway}/{self.collection}/key_upload", json=body,
            headers={**self.authorization, **headers}, timeout=TIMEOUT_S,
        )

    def slot(self, data: bytes, content_type: str = "image/jpeg", **more) -> dict:
        answer = self.ask({"content_type": content_type, "size": len(data), **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    @staticmethod
    def post(slot: dict, data: bytes, **changed) -> requests.Response:
        """Sends the form of a slot as a browser does."""
        return requests.post(
            slot["url"], data={**slot["fields"], **changed}, files={"file": ("x.jpg", data)}, timeout=TIMEOUT_S
        )

    def call(self, method: str, url: str, body: dict | None = None) -> requests.Response:
        """Something about an upload of one's own."""
        return requests.request(method, url, json=body, headers=self.authorization, timeout=TIMEOUT_S)

    def put_parts(self, slot: dict, data: bytes, numbers=None) -> None:
        """The parts of a slot of multipart: all of them, or the ones named."""
        numbers = numbers or list(range(1, slot["part_count"] + 1))
        answer = self.call("POST", slot["parts_url"], {"numbers": numbers})
        assert answer.status_code == 200, answer.text
        for part in answer.json()["parts"]:
            at = (part["number"] - 1) * slot["part_size"]
            done = requests.put(part["url"], data=data[at : at + part["size"]], timeout=TIMEOUT_S)
            assert done.status_code == 200, done.text

    def cancel(self, slot: dict) -> requests.Response:
        return self.call("DELETE", slot["status_url"])

    @staticmethod
    def put(slot: dict, data: bytes, **headers) -> requests.Response:
        return requests.put(slot["url"], data=data, headers={**slot["headers"], **headers}, timeout=TIMEOUT_S)

    @staticmethod
    def status(slot: dict) -> dict:
        return requests.get(slot["status_url"], timeout=TIMEOUT_S).json()

    @staticmethod
    def follow(slot: dict):
        """Yields each status of the event stream until it ends."""
        with requests.get(
            slot["status_url"], headers={"Accept": "text/event-stream"}, stream=True, timeout=TIMEOUT_S
        ) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            for line in stream.iter_lines(chunk_size=1):
                if line.startswith(b"data:"):
                    yield json.loads(line[5:])

    def wait(self, slot: dict) -> dict:
        """The final status."""
        last = None
        for last in self.follow(slot):
            pass
        return last

    def upload(self, data: bytes, content_type: str = "image/jpeg") -> dict:
        """The whole way; the final status."""
        slot = self.slot(data, content_type)
        answer = self.put(slot, data)
        assert answer.status_code == 200, answer.text
        return self.wait(slot)

    def alias(self, variant: str, **headers) -> requests.Response:
        return requests.get(
            f"{self.node.edge}/{self.collection}/{urllib.parse.quote(self.sub, safe=str())}/{variant}", headers=headers, timeout=TIMEOUT_S
        )

"""Functions for routes: one behind Lambda's Invoke API, as its container images' emulator serves it, and one as a
runtime client, the process that an unmodified Lambda function is."""

import base64
import http.server
import json
import pathlib
import threading

INVOKE_PATH = "/2015-03-31/functions/function/invocations"

# The Runtime API as AWS documents it, and a handler that answers what it was asked.
RUNTIME = r'''
import json, os, threading, urllib.error, urllib.request

BASE = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"

def post(path, body, **headers):
    try:
        urllib.request.urlopen(urllib.request.Request(f"{BASE}/{path}", data=body, headers=headers))
    except urllib.error.HTTPError:
        pass

while True:
    with urllib.request.urlopen(f"{BASE}/invocation/next") as answer:
        event, ident = json.loads(answer.read()), answer.headers["Lambda-Runtime-Aws-Request-Id"]
    what = event.get("pathParameters", {}).get("what")
    if what == "hang":
        threading.Event().wait()
    elif what == "die":
        os._exit(3)
    elif what == "fail":
        post(f"invocation/{ident}/error", b'{"errorType": "KeyError", "errorMessage": "a secret"}',
             **{"Lambda-Runtime-Function-Error-Type": "KeyError"})
    else:
        body = json.dumps({"pid": os.getpid(), "event": event})
        answer = {"statusCode": 201, "headers": {"X-From": "lambda", "content-type": "application/json"},
                  "cookies": ["a=1", "b=2"], "body": body}
        post(f"invocation/{ident}/response", json.dumps(answer).encode())
'''


def write_runtime(folder: pathlib.Path) -> pathlib.Path:
    file = folder / "runtime.py"
    file.write_text(RUNTIME)
    return file


class InvokeApi:
    """`with InvokeApi() as functions:` serves functions.url; functions.events are what it was asked."""

    def __init__(self):
        self.events = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.events.append(event)
                what = event.get("pathParameters", {}).get("what", "echo")
                status, headers, answer = outer.answer(what, event)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.released = threading.Event()

    def answer(self, what: str, event: dict) -> tuple[int, dict, bytes]:
        if what == "hang":
            self.released.wait()
        plain = {
            "text": b'"Hello from Lambda!"',
            "json": b'{"message": "hello"}',
            "no-json": b"<html>",
            "no-status": b'{"statusCode": "OK"}',
            "split": json.dumps({"statusCode": 200, "headers": {"a": "1\r\nSet-Cookie: b=2"}}).encode(),
            "picture": json.dumps({
                "statusCode": 200, "headers": {"content-type": "image/png"}, "isBase64Encoded": True,
                "body": base64.b64encode(b"\x89PNG\0\xff").decode(),
            }).encode(),
            "huge": b'"' + b"x" * (7 << 20) + b'"',
            "cors": json.dumps({
                "statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*", "Vary": "Accept"},
            }).encode(),
        }
        if what == "unhandled":
            return 200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "a secret"}'
        if what == "emulator-error":
            return 200, {}, b'{"errorMessage": "a secret", "errorType": "KeyError"}'
        if what == "busy":
            return 429, {}, b"{}"
        if what in plain:
            return 200, {}, plain[what]
        return 200, {}, json.dumps({"statusCode": 200, "body": json.dumps(event)}).encode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{INVOKE_PATH}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

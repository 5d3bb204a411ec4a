"""Foreign issuers, real ones: npm's oidc-provider and cognito-local, on free loopback ports."""

import base64
import contextlib
import hashlib
import pathlib
import re
import secrets
import socket
import subprocess
import urllib.parse

import requests

from support.node import ROOT, environment_with
from support.npm import install

FOLDER = ROOT / "test/gateway/issuers"
TIMEOUT_S = 60
STOP_MAX_S = 20


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A process that says on stdout when it listens, and is stopped by its id."""

    def __init__(self, arguments: list[str], folder: pathlib.Path, ready: str, environment=None):
        self.log_file = folder / "issuer.log"
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                arguments, cwd=folder, stdout=subprocess.PIPE, stderr=log, env=environment, text=True,
            )
        for line in self.process.stdout:
            if ready in line:
                return
        raise AssertionError(f"the issuer did not start:\n{self.log_file.read_text()}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=STOP_MAX_S)
        self.process.stdout.close()


class Oidc:
    """oidc-provider. `with Oidc(folder) as issuer:`, or start() and stop() as often as you like."""

    def __init__(self, folder: pathlib.Path):
        install(FOLDER)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self) -> "Oidc":
        self.program = Program(["node", str(FOLDER / "oidc.mjs"), str(self.port)], self.folder, self.url)
        return self

    def stop(self) -> None:
        if self.program:
            self.program.stop()
            self.program = None

    def rotate(self) -> None:
        requests.post(self.url + "/test/rotate", timeout=TIMEOUT_S).raise_for_status()

    def machine_token(self, algorithm: str = "RS256", scope: str = "upload") -> str:
        """client_credentials: a program's token."""
        answer = requests.post(
            self.url + "/token", timeout=TIMEOUT_S, auth=("machine", "not%20a%20secret"),
            data={"grant_type": "client_credentials", "resource": f"urn:api:{algorithm}", "scope": scope},
        )
        assert answer.ok, answer.text
        return answer.json()["access_token"]

    def sign_in(self, name: str, algorithm: str = "ES256") -> dict:
        """A person's whole way: authorization code with PKCE, sign-in page, consent; the tokens."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        resource = f"urn:api:{algorithm}"
        redirect = "http://127.0.0.1/signed-in"
        browser = requests.Session()
        page = browser.get(self.url + "/auth", timeout=TIMEOUT_S, params={
            "client_id": "app", "response_type": "code", "redirect_uri": redirect, "scope": "openid upload",
            "resource": resource, "code_challenge": challenge, "code_challenge_method": "S256",
        })
        for form in ({"prompt": "login", "login": name, "password": "any"}, {"prompt": "consent"}):
            assert page.ok, page.text
            action = re.search(r'<form[^>]*action="([^"]+)"', page.text).group(1)
            page = browser.post(action, data=form, timeout=TIMEOUT_S, allow_redirects=False)
            while page.is_redirect and not page.headers["Location"].startswith(redirect):
                target = urllib.parse.urljoin(page.url, page.headers["Location"])
                page = browser.get(target, timeout=TIMEOUT_S, allow_redirects=False)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(page.headers["Location"]).query)["code"][0]
        answer = requests.post(self.url + "/token", timeout=TIMEOUT_S, data={
            "grant_type": "authorization_code", "client_id": "app", "code": code, "redirect_uri": redirect,
            "code_verifier": verifier, "resource": resource,
        })
        assert answer.ok, answer.text
        return answer.json()


class Cognito:
    """cognito-local with one user pool, one app client and whoever signs up."""

    PASSWORD = "Not-a-secret-1"

    def __init__(self, folder: pathlib.Path):
        install(FOLDER)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.program = Program(
            ["node", str(FOLDER / "node_modules/cognito-local/lib/bin/start.js")], folder, "running",
            environment_with(HOST="127.0.0.1", PORT=str(port)),
        )
        import boto3

        self.api = boto3.client(
            "cognito-idp", endpoint_url=self.url, region_name="us-east-1",
            aws_access_key_id="local", aws_secret_access_key="local",
        )
        self.pool = self.api.create_user_pool(PoolName="people")["UserPool"]["Id"]
        self.client_id = self.api.create_user_pool_client(
            UserPoolId=self.pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        )["UserPoolClient"]["ClientId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.stop()

    @property
    def jwks_uri(self) -> str:
        return f"{self.url}/{self.pool}/.well-known/jwks.json"

    def sign_in(self, email: str) -> dict:
        """Makes a person and signs in: {"AccessToken", "IdToken", ...}."""
        self.api.admin_create_user(
            UserPoolId=self.pool, Username=email, DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        self.api.admin_set_user_password(
            UserPoolId=self.pool, Username=email, Password=self.PASSWORD, Permanent=True,
        )
        return self.api.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": self.PASSWORD},
        )["AuthenticationResult"]

"""The OpenAPI document as an oracle: each exchange is checked against it and noted."""

import json
import re

import jsonschema
import requests

TIMEOUT_S = 60
METHODS = ("get", "put", "post", "patch", "delete")
# What any operation may answer, and info.description says so.
ALWAYS = {"500", "503"}


class Contract:
    def __init__(self, gateway: str):
        self.gateway = gateway
        self.document = requests.get(gateway + "/api/openapi.json", timeout=TIMEOUT_S).json()
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        self.seen: set[tuple[str, str]] = set()  # (operationId, status)

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def operations(self):
        """(path, method, operation) of each."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def find(self, operation_id: str):
        return next(found for found in self.operations() if found[2]["operationId"] == operation_id)

    def documented(self) -> set[tuple[str, str]]:
        return {(operation["operationId"], status)
                for _, _, operation in self.operations() for status in operation["responses"]}

    def faults(self, schema: dict, instance) -> list[str]:
        validator = jsonschema.Draft202012Validator(
            schema, resolver=self.resolver, format_checker=jsonschema.FormatChecker())
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]

    def is_valid(self, schema: dict, instance) -> bool:
        return not self.faults(schema, instance)

    def body_schema(self, operation: dict) -> dict | None:
        body = operation.get("requestBody")
        return self.resolve(body)["content"]["application/json"]["schema"] if body else None

    def call(self, operation_id: str, body=None, *, path: dict | None = None, query: dict | None = None,
             data: bytes | None = None, token: str | None = None, **headers) -> requests.Response:
        """One exchange, checked. `body` is sent as JSON, `data` as it is."""
        template, method, operation = self.find(operation_id)
        url = self.gateway + template.format(**{name: requests.utils.quote(value, safe="")
                                                for name, value in (path or {}).items()})
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        answer = requests.request(method, url, params=query, data=data, headers=headers, timeout=TIMEOUT_S,
                                  allow_redirects=False)
        self.check(operation, answer)
        return answer

    def check(self, operation: dict, answer: requests.Response) -> None:
        status = str(answer.status_code)
        name = f"{operation['operationId']} {status}"
        assert status in operation["responses"], f"{name} is not documented: {answer.text[:500]}"
        self.seen.add((operation["operationId"], status))
        expected = self.resolve(operation["responses"][status])
        for header, rule in expected.get("headers", {}).items():
            assert header in answer.headers, f"{name}: no {header}"
            assert re.search(rule["schema"].get("pattern", ""), answer.headers[header]), f"{name}: {header}"
        if "content" not in expected:
            assert answer.content == b"", name
            return
        kind = answer.headers["Content-Type"].split(";")[0]
        assert kind in expected["content"], f"{name}: {kind} is not documented"
        if kind.endswith("json"):
            faults = self.faults(expected["content"][kind]["schema"], answer.json())
            assert not faults, f"{name}: {faults}\n{answer.text[:1000]}"
            if kind == "application/problem+json":
                assert answer.json()["status"] == answer.status_code


def bad_bodies(contract: Contract, schema: dict, good: dict):
    """(what is wrong, body) made of a good one: each differs from the schema in one way."""
    for name, body in [("nothing", None), ("list", []), ("text", "x"), ("number", 1), ("true", True)]:
        yield f"a {name} instead of an object", body
    schema = contract.resolve(schema)
    while "oneOf" in schema:
        schema = next(one for one in map(contract.resolve, schema["oneOf"]) if contract.is_valid(one, good))
    for name, rule in schema["properties"].items():
        rule = contract.resolve(rule)
        if name in schema["required"]:
            yield f"{name} missing", {key: value for key, value in good.items() if key != name}
        for value in bad_values(rule):
            yield f"{name} = {str(value)[:40]!r}", good | {name: value}
    if schema.get("additionalProperties") is False:
        for name in ("unknown", "", "__proto__", "sub", "a/b~c"):
            yield f"{name!r} too much", good | {name: "x"}


def bad_values(rule: dict):
    yield from (None, 0, -1, 1.5, True, [], {}, ["a"], {"a": "b"}, "", " ", "\0", "a\u202eb", "x" * 5000)
    if "maxLength" in rule:
        yield "x" * (rule["maxLength"] + 1)
    if rule.get("minLength", 0) > 1:
        yield "x" * (rule["minLength"] - 1)
    if "minimum" in rule:
        yield rule["minimum"] - 1
    if "pattern" in rule:
        yield from ("\u0430\u0434\u0430", "a b", "a/b", "-" * 10)
    yield from (2**53, 2**64, -(2**63), 1e308)

"""Holds every answer that the tests see against openapi/calotype.yaml: its path, status, media type, headers and body."""

import json
import pathlib
import re
import urllib.parse

import jsonschema
import requests
import yaml

FILE = pathlib.Path(__file__).resolve().parents[2] / "openapi" / "calotype.yaml"
DOCUMENT = yaml.load(FILE.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
PREFIX = "/api/v1"
# What the server itself may answer to any request, before it knows which one it is.
ANYWHERE = {"400", "405", "408", "413", "414", "417", "431", "500", "501"}
METHODS = ("get", "put", "post", "delete", "head", "options", "patch", "trace")


class Broken(AssertionError):
    """An answer that the document does not allow."""


def resolve(thing):
    while "$ref" in thing:
        at = DOCUMENT
        for part in thing["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        thing = at
    return thing


def pattern_of(path):
    parts = re.split(r"(\{[a-z_]+\})", path)
    text = "".join(("(.+)" if part == "{object}" else "([^/]+)") if part.startswith("{") else re.escape(part)
                   for part in parts)
    return re.compile(text + r"\Z")


# The most literal first, as the router decides.
PATHS = sorted(((pattern_of(path), path) for path in DOCUMENT["paths"]),
               key=lambda entry: [part.startswith("{") for part in entry[1].split("/")] + [2])


def operation_of(method, path):
    """(path of the document, operation) of a request below /api/v1; (None, None) where the document has none."""
    for pattern, name in PATHS:
        operation = DOCUMENT["paths"][name].get("get" if method == "HEAD" else method.lower())
        if pattern.match(path) and operation:
            return name, operation
    return None, None


RESOLVER = jsonschema.RefResolver("", DOCUMENT)
VALIDATORS = {}


def validate(schema, value):
    key = json.dumps(schema, sort_keys=True)
    if key not in VALIDATORS:
        VALIDATORS[key] = jsonschema.Draft202012Validator(schema, resolver=RESOLVER)
    problem = jsonschema.exceptions.best_match(VALIDATORS[key].iter_errors(value))
    if problem is not None:
        raise Broken(f"{problem.message} at /{'/'.join(map(str, problem.absolute_path))}")


def check_headers(documented, answer):
    for name, header in documented.get("headers", {}).items():
        header = resolve(header)
        value = answer.headers.get(name)
        if value is None:
            if header.get("required"):
                raise Broken(f"the header {name} is missing")
            continue
        schema = header.get("schema", {})
        if schema.get("type") == "integer":
            if not re.fullmatch(r"\d+", value):
                raise Broken(f"the header {name} is no number: {value}")
            value = int(value)
        validate(schema, value)


def check_content(documented, answer, method):
    content = documented.get("content")
    media = answer.headers.get("Content-Type", "").split(";")[0].strip()
    if method == "HEAD" or answer.status_code in (204, 304):
        return
    if not content:
        if answer.headers.get("Content-Length", "0") != "0":
            raise Broken("there is a body, and the document has none")
        return
    media_type = content.get(media) or content.get(media.split("/")[0] + "/*") or content.get("*/*")
    if media_type is None:
        raise Broken(f"the document has no {media}")
    if media.endswith("json"):
        validate(media_type["schema"], json.loads(answer.content))


def check(answer):
    """Raises Broken where the document does not allow the answer."""
    url = urllib.parse.urlsplit(answer.url)
    if not url.path.startswith(PREFIX + "/"):
        return
    method, status = answer.request.method, str(answer.status_code)
    name, operation = operation_of(method, url.path[len(PREFIX):])
    try:
        if operation is None:
            if status not in ANYWHERE | {"404", "204"}:
                raise Broken("the document has no such operation")
            return
        documented = operation["responses"].get(status)
        if documented is None:
            if status not in ANYWHERE:
                raise Broken("the document has no such status")
            documented = DOCUMENT["components"]["responses"]["BadRequest"]
        documented = resolve(documented)
        check_headers(documented, answer)
        check_content(documented, answer, method)
    except Broken as broken:
        body = answer.text[:300] if "json" in answer.headers.get("Content-Type", "") else ""
        raise Broken(f"{method} {url.path} -> {status} (of {name}): {broken} {body}") from None


def watch():
    """From now on every answer that `requests` gets is checked, unless it is still streaming in."""
    plain = requests.Session.send

    def send(self, request, **arguments):
        answer = plain(self, request, **arguments)
        if not arguments.get("stream"):
            check(answer)
        return answer

    requests.Session.send = send

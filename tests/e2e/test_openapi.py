"""The document and the router say the same, and every route has its authorisation and its bad input tried."""

import http.client
import json
import os
import pathlib
import re
import subprocess

import contract
import pytest
import requests
from service import Tenant

BIN = pathlib.Path(os.environ["CALOTYPE_BIN"])
ROUTES = json.loads(subprocess.run([BIN / "calotype", "api", "routes"], check=True, capture_output=True).stdout)
FETCHED = [route for route in ROUTES if route["guard"] == "public"]
MANAGED = [route for route in ROUTES if route["listener"] == "mgmt" and route["guard"] != "open"]
ABSENT = "00000000-0000-4000-8000-000000000000"


def name_of(route):
    return f"{route['method']} {route['pattern']}"


def documented(is_planned):
    """Those that are served, or those that `x-calotype-planned` says are to come."""
    return {f"{method.upper()} {path}" for path, item in contract.DOCUMENT["paths"].items()
            for method, operation in item.items()
            if method in contract.METHODS and operation.get("x-calotype-planned", False) == is_planned}


def routed():
    return {name_of(route).replace("...}", "}") for route in ROUTES}


def test_every_route_is_in_the_document():
    assert routed() - documented(False) - documented(True) == set()


def test_everything_in_the_document_has_a_route_or_is_planned():
    assert documented(False) - routed() == set()


def test_what_is_served_is_no_longer_planned():
    assert documented(True) & routed() == set()


def test_every_change_within_a_tenant_may_meet_its_removal():
    changing = [route for route in MANAGED if route["guard"] == "tenant" and route["method"] != "GET"]
    silent = [name_of(route) for route in changing
              if "409" not in contract.operation_of(route["method"], route["pattern"].replace("...}", "}"))[1]["responses"]]
    assert changing and silent == []


def test_the_document_is_served_by_both_listeners(service):
    for listener in (service.mgmt, service.fetch):
        answer = requests.get(f"{listener}/api/v1/openapi.yaml", timeout=10)
        assert answer.status_code == 200
        assert answer.content == contract.FILE.read_bytes()


def test_operation_ids_are_unique_and_every_reference_leads_somewhere():
    ids = [operation["operationId"] for item in contract.DOCUMENT["paths"].values()
           for method, operation in item.items() if method in contract.METHODS]
    assert len(ids) == len(set(ids))
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(contract.DOCUMENT)):
        contract.resolve({"$ref": reference})


def test_the_table_of_the_manual_is_the_documents():
    root = pathlib.Path(__file__).resolve().parents[2]
    table = subprocess.run(["/usr/bin/python3", root / "tools" / "api_table.py"], check=True, capture_output=True, text=True)
    assert table.stdout.strip() in (root / "docs" / "api.md").read_text(), "run tools/api_table.py --write"


def test_every_command_calls_what_the_document_has():
    known = {(method.upper(), re.sub(r"\{[a-z]+\}", "{}", path)) for path, item in contract.DOCUMENT["paths"].items()
             for method in item}
    commands = json.loads(subprocess.run([BIN / "calotype", "api", "commands"], check=True, capture_output=True).stdout)
    assert len(commands) > 40
    assert [command for command in commands if (command["method"], command["path"]) not in known] == []


@pytest.fixture(scope="module")
def strangers(service):
    """A tenant who owns something of each kind, and one who owns nothing."""
    owner = Tenant(service, "openapi-owner")
    owner.open_shop("openapi-shop")
    owner.add_rule("openapi-rule", {"format": "jpg", "actions": [{"resize": {"width": 10}}]})
    return owner, Tenant(service, "openapi-stranger")


def path_of(route, owner):
    values = {"tenant": owner.id, "domain": owner.domain, "bucket": owner.bucket, "rule": "openapi-rule",
              "object...": "a/b.jpg", "key": owner.key_id, "policy": "default-admin"}
    return re.sub(r"\{([a-z_.]+)\}", lambda match: values.get(match[1], ABSENT), route["pattern"])


def bare(service, route, path, **arguments):
    return requests.request(route["method"], f"{service.mgmt}/api/v1{path}", timeout=10, **arguments)


def raw_status(service, route, target):
    """Sends the target as it stands: `requests` would repair a bad escape."""
    listener = service.fetch if route["listener"] == "fetch" else service.mgmt
    connection = http.client.HTTPConnection(listener.removeprefix("http://"), timeout=10)
    connection.putrequest(route["method"], f"/api/v1{target}", skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "application/problem+json"
    return answer.status


def told_of(answer, asked):
    """What an answer tells beyond what was asked."""
    told = {key: value for key, value in answer.json().items() if key not in ("request_id", "instance")}
    return json.loads(json.dumps(told).replace(asked, ""))


@pytest.mark.parametrize("route", MANAGED, ids=name_of)
def test_nobody_enters_without_a_proof(service, strangers, route):
    """Authorisation: the case that every guarded route has."""
    owner, stranger = strangers
    path = path_of(route, owner)
    if route["guard"] != "sign_up":
        for arguments in ({}, {"params": {"jwt": "a.b.c", "AccessKeyId": owner.key_id}},
                          {"params": {"jwt": owner.token("GET", "/elsewhere"), "AccessKeyId": owner.key_id}},
                          {"params": {"jwt": stranger.token(route["method"], path), "AccessKeyId": owner.key_id}}):
            assert bare(service, route, path, **arguments).status_code == 401
    if route["guard"] == "operators":
        assert owner.call(route["method"], path).status_code == 403
    if route["guard"] == "tenant":
        strange = stranger.call(route["method"], path)
        absent = stranger.call(route["method"], path.replace(owner.id, ABSENT))
        assert strange.status_code == absent.status_code == 404
        assert told_of(strange, owner.id) == told_of(absent, ABSENT)


def body_of(route):
    _, operation = contract.operation_of(route["method"], route["pattern"].replace("...}", "}"))
    return list(operation.get("requestBody", {}).get("content", {}))


@pytest.mark.parametrize("route", MANAGED, ids=name_of)
def test_bad_input_is_named(service, strangers, route):
    """Bad input: in the path and the query for every route, and in the body where there is one."""
    owner, _ = strangers
    path = path_of(route, owner)
    for bad in ("%zz", "%00", "%c0%af"):
        last = path.rsplit("/", 1)[0] + "/" + bad
        if route["pattern"].endswith("}"):
            assert raw_status(service, route, last) == 400
    token = {"jwt": owner.token(route["method"], path), "AccessKeyId": owner.key_id}
    if route["guard"] not in ("sign_up", "operators"):
        assert raw_status(service, route, f"{path}?jwt=%zz&AccessKeyId={owner.key_id}") == 400
        repeated = f"?jwt={token['jwt']}&jwt={token['jwt']}&AccessKeyId={owner.key_id}"
        assert raw_status(service, route, path + repeated) == 400
    if "application/json" not in body_of(route) or route["guard"] == "operators":
        return
    for body, expected in ((b"{", (400, 422)), (b"[]", (400, 422)), (b'{"a":1,"a":2}', (400, 422)), (b"\xff", (400, 422)),
                           (b'{"nonsense":1}', (422,)), (b"[" * 5000, (400, 422))):
        answer = bare(service, route, path, params=token, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in expected, (body[:20], answer.text)
        assert answer.json()["detail"]


@pytest.mark.parametrize("route", FETCHED, ids=name_of)
def test_what_is_fetched_is_bounded_too(service, strangers, route):
    """Fetch routes let anybody in: what is not public, absent or malformed is told apart by nothing but its status."""
    owner, stranger = strangers
    path = path_of(route, owner)
    for bad in ("%zz", "%00", "%c0%af", "%2e%2e/x", "a//b"):
        assert raw_status(service, route, path.rsplit("/", 1)[0] + "/" + bad) == 400
    if route["name"] == "fetch_image":
        assert raw_status(service, route, f"{path}?rule=%zz") == 400
        assert raw_status(service, route, f"{path}?rule=a&rule=b") == 400
    closed = f"closed-{route['name'].replace('_', '-')}-{len(route['pattern'])}"
    owner.create(f"{owner.domain_path}/buckets", json={"name": closed, "statics": False})
    for name in ("nowhere", closed):
        hidden = path_of({**route, "pattern": route["pattern"].replace("{bucket}", name)}, owner)
        unsigned = requests.get(f"{service.fetch}/api/v1{hidden}", timeout=10)
        strange = requests.get(f"{service.fetch}/api/v1{hidden}", timeout=10, params={
            "jwt": stranger.token("GET", hidden), "AccessKeyId": stranger.key_id})
        assert unsigned.status_code in (401, 404) and strange.status_code in (401, 404), (unsigned.text, strange.text)

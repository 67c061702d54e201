"""Tenants come by invitation, change, are limited, and go."""

import pathlib
import time

import pictures
import pytest
import requests
from service import Operator, Service, Tenant
from test_lifecycle import age, blob_of, until


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("club"), "--sign-up", "invitation", "--limits-sign-ups-per-hour", "5")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("house"), "--lifecycle-every-seconds", "1", "--lifecycle-sweep-seconds", "1",
                      "--lifecycle-orphan-seconds", "60")
    yield running
    running.kill()


def sign_up(service, **fields):
    body = {"name": "guest", "admin_email": "guest@example.com", **fields}
    return requests.post(f"{service.mgmt}/api/v1/tenants", json=body, timeout=20)


def test_whoever_has_an_invitation_signs_up_once_and_nobody_tries_for_ever(club):
    operator = Operator(club)
    invitation = operator.call("POST", "/invitations", json={"note": "for Ann", "expires_in": 600}).json()
    short = operator.call("POST", "/invitations", json={"expires_in": 1}).json()

    assert sign_up(club).json()["code"] == "invitation-needed"
    made = sign_up(club, invitation=invitation["code"])
    assert made.status_code == 201, made.text
    assert sign_up(club, invitation=invitation["code"]).json()["code"] == "bad-invitation"
    time.sleep(1.1)
    assert sign_up(club, invitation=short["code"]).json()["code"] == "bad-invitation"
    listed = operator.call("GET", "/invitations").json()
    assert [entry.get("tenant_id") for entry in listed] == [made.json()["tenant_id"], None]
    assert invitation["code"] not in str(listed)
    assert operator.call("DELETE", f"/invitations/{short['id']}").status_code == 200
    sign_up(club)
    refused = sign_up(club)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 60
    # Operators let anybody in.
    assert operator.call("POST", "/tenants", json={"name": "x", "admin_email": "x@example.com"}).status_code == 201


def test_a_tenant_makes_claims_compulsory(service):
    tenant = Tenant(service, "strict")
    changed = tenant.call("PUT", tenant.path, json={"name": "Strict Ltd", "tokens": {"needs_expiry": True}})
    assert changed.status_code == 200
    assert changed.json()["name"] == "Strict Ltd"
    time.sleep(1)

    assert tenant.call("GET", tenant.path).status_code == 401
    params = {"jwt": tenant.token("GET", tenant.path, exp=int(time.time()) + 60), "AccessKeyId": tenant.key_id}
    answer = requests.get(f"{service.mgmt}/api/v1{tenant.path}", params=params, timeout=20)
    assert answer.status_code == 200
    assert answer.json()["tokens"] == {"needs_expiry": True, "needs_token_id": False}


def test_a_tenant_that_calls_too_often_is_held_up_alone(service):
    operator, busy, calm = Operator(service), Tenant(service, "busy"), Tenant(service, "calm")
    limited = operator.call("PUT", f"{busy.path}/rate-limit", json={"per_second": 1, "burst": 5})
    assert limited.json() == {"per_second": 1, "burst": 5, "own": True}
    time.sleep(1)

    answers = [busy.call("GET", busy.path) for _ in range(8)]
    codes = [answer.status_code for answer in answers]
    assert codes[:5] == [200] * 5 and 429 in codes
    refused = answers[codes.index(429)]
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["RateLimit-Policy"] == '"tenant";q=5;w=5'
    assert refused.headers["RateLimit"].startswith('"tenant";r=0;t=')
    assert calm.call("GET", calm.path).status_code == 200
    time.sleep(1.1)
    assert busy.call("GET", busy.path).status_code == 200


def test_a_tenant_that_goes_leaves_nothing_behind(house):
    operator, other = Operator(house), Tenant(house, "stays")
    other.open_shop("stays")
    tenant = Tenant(house, "goes")
    tenant.open_shop("goes")
    content = pictures.jpeg(60, 40) + b"of the one that goes"
    assert tenant.upload("a.jpg", content).status_code == 201
    for number in range(30):
        assert tenant.upload(f"{number}.jpg", pictures.jpeg(60, 40)).status_code == 201
    tenant.add_rule("small", {"actions": [{"resize": {"width": 20}}]})
    assert tenant.image("a.jpg", "small").status_code == 200
    blob = blob_of(house, content)
    age(blob)

    assert tenant.call("DELETE", tenant.path).status_code == 202
    assert tenant.image("a.jpg", "small").status_code == 404, "at once"
    assert tenant.static("a.jpg").status_code == 404
    until(lambda: tenant.call("GET", tenant.path).status_code == 401, 2)
    until(lambda: operator.call("GET", tenant.path).status_code == 404)
    until(lambda: not pathlib.Path(blob).exists())
    # Its public name is kept for a while: URLs live on.
    taken = other.call("POST", f"{other.domain_path}/buckets", json={"name": "goes", "region": "eu"})
    assert taken.status_code == 409
    assert other.call("GET", other.path).status_code == 200

"""Keys and policies: who may do what, by which key, and since when."""

import time
import uuid

import pytest
from service import Tenant

UPLOADS = {"version": "2017-04-04",
           "statements": [{"effect": "Allow", "actions": ["yams:objects:*"], "resources": ["yams:*:bucket:*"]}]}


@pytest.fixture
def owner(service, request):
    name = request.node.originalname.replace("_", "-")[:40]
    tenant = Tenant(service, name)
    tenant.open_shop(f"{name}-{uuid.uuid4().hex[:8]}")
    return tenant


def problem(answer, status, code=None, pointer=None):
    assert answer.status_code == status, (answer.status_code, answer.text)
    body = answer.json()
    if code:
        assert body["code"] == code, body
    if pointer:
        assert pointer in [place["pointer"] for place in body["errors"]], body
    return body


class Other:
    """Another key of the same tenant."""

    def __init__(self, owner, **fields):
        made = owner.call("POST", f"{owner.path}/access-keys", json=fields)
        assert made.status_code == 201, made.text
        self.owner, self.id, self.private_key = owner, made.json()["access_id"], made.json()["private_key"]
        self.path = f"{owner.path}/access-keys/{self.id}"

    def call(self, method, path, metadata=None, **arguments):
        kept = self.owner.key_id, self.owner.private_key
        self.owner.key_id, self.owner.private_key = self.id, self.private_key
        try:
            return self.owner.call(method, path, metadata, **arguments)
        finally:
            self.owner.key_id, self.owner.private_key = kept


def add_policy(owner, alias="uploads", policy=None):
    made = owner.call("POST", f"{owner.path}/policies", json={"alias": alias, "policy": policy or UPLOADS})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def test_keys_are_listed_and_never_show_their_private_half(owner):
    made = Other(owner, description="the importer")
    listed = owner.call("GET", f"{owner.path}/access-keys")
    assert [key["access_id"] for key in listed.json()] == [owner.key_id, made.id]
    assert listed.json()[1] == {"access_id": made.id, "active": True, "description": "the importer"}
    assert "PRIVATE" not in listed.text and "private" not in listed.text
    assert owner.call("GET", made.path).json() == listed.json()[1]
    changed = owner.call("PUT", made.path, json={"description": "the exporter"})
    assert changed.json()["description"] == "the exporter" and changed.json()["active"] is True


def test_a_key_that_is_switched_off_stops_within_a_second(owner):
    made = Other(owner)
    assert made.call("GET", owner.path).status_code == 200
    assert owner.call("PUT", made.path, json={"active": False}).status_code == 200
    time.sleep(1)
    assert made.call("GET", owner.path).status_code == 401
    assert owner.call("PUT", made.path, json={"active": True}).status_code == 200
    time.sleep(1)
    assert made.call("GET", owner.path).status_code == 200
    assert owner.call("DELETE", made.path).status_code == 200
    time.sleep(1)
    assert made.call("GET", owner.path).status_code == 401
    problem(owner.call("GET", made.path), 404)


def test_a_key_may_do_what_its_policies_say(owner):
    add_policy(owner)
    made = Other(owner, policies=["uploads"])
    objects = f"{owner.bucket_path}/objects"
    assert made.call("GET", objects).status_code == 200
    problem(made.call("GET", owner.path), 403)
    problem(made.call("POST", f"{owner.path}/access-keys", json={}), 403)
    problem(made.call("DELETE", owner.bucket_path), 403)
    assert owner.call("POST", f"{made.path}/policies", json={"policy_alias": "default-admin"}).status_code == 201
    time.sleep(1)
    assert made.call("GET", owner.path).status_code == 200
    assert [one["alias"] for one in owner.call("GET", f"{made.path}/policies").json()] == ["default-admin", "uploads"]
    assert owner.call("DELETE", f"{made.path}/policies/default-admin").status_code == 200
    problem(owner.call("DELETE", f"{made.path}/policies/default-admin"), 404)
    time.sleep(1)
    problem(made.call("GET", owner.path), 403)


def test_deny_beats_allow(owner):
    policy = {"version": "2017-04-04", "statements": [
        {"effect": "Allow", "actions": ["yams:*:*"], "resources": ["yams:*:*:*"]},
        {"effect": "Deny", "actions": ["yams:rules:delete"], "resources": ["yams:*:*:*"]}]}
    add_policy(owner, "careful", policy)
    rule = owner.add_rule("listing", {"format": "jpg"})
    made = Other(owner, policies=["careful", "default-admin"])
    assert made.call("GET", f"{owner.domain_path}/rules/{rule}").status_code == 200
    problem(made.call("DELETE", f"{owner.domain_path}/rules/{rule}"), 403)


def test_a_policy_that_changes_is_in_force_within_a_second(owner):
    policy = add_policy(owner)
    made = Other(owner, policies=[policy])
    problem(made.call("GET", owner.path), 403)
    wider = {"version": "2017-04-04",
             "statements": [{"effect": "Allow", "actions": ["yams:tenants:get"], "resources": ["yams:*:tenant:*"]}]}
    changed = owner.call("PUT", f"{owner.path}/policies/{policy}", json={"alias": "renamed", "policy": wider})
    assert changed.json() == {"id": policy, "alias": "renamed", "policy": wider}
    time.sleep(1)
    assert made.call("GET", owner.path).status_code == 200
    problem(made.call("GET", f"{owner.bucket_path}/objects"), 403)


def test_policies_by_id_and_alias(owner):
    policy = add_policy(owner)
    listed = owner.call("GET", f"{owner.path}/policies").json()
    assert [one["alias"] for one in listed] == ["default-admin", "uploads"]
    assert listed[1] == {"id": policy, "alias": "uploads", "policy": UPLOADS}
    for name in (policy, "uploads"):
        assert owner.call("GET", f"{owner.path}/policies/{name}").json() == listed[1]
    problem(owner.call("POST", f"{owner.path}/policies", json={"alias": "uploads", "policy": UPLOADS}), 409)
    made = Other(owner, policies=["uploads"])
    problem(owner.call("DELETE", f"{owner.path}/policies/uploads"), 409, "in-use")
    assert owner.call("DELETE", made.path).status_code == 200
    assert owner.call("DELETE", f"{owner.path}/policies/uploads").status_code == 200
    problem(owner.call("GET", f"{owner.path}/policies/uploads"), 404)


def test_a_tenant_cannot_lock_itself_out(owner):
    own = f"{owner.path}/access-keys/{owner.key_id}"
    problem(owner.call("DELETE", own), 409, "last-admin-key")
    problem(owner.call("PUT", own, json={"active": False}), 409, "last-admin-key")
    problem(owner.call("DELETE", f"{own}/policies/default-admin"), 409, "last-admin-key")
    default = f"{owner.path}/policies/default-admin"
    problem(owner.call("DELETE", default), 409, "default-policy")
    problem(owner.call("PUT", default, json={"alias": "mine", "policy": UPLOADS}), 409, "default-policy")
    assert owner.call("GET", owner.path).status_code == 200


@pytest.mark.parametrize("policy,pointer", [
    ({"version": "2012-10-17", "statements": UPLOADS["statements"]}, "/policy/version"),
    ({"version": "2017-04-04", "statements": []}, "/policy/statements"),
    ({"version": "2017-04-04"}, "/policy/statements"),
    ({**UPLOADS, "id": "x"}, "/policy/id"),
    ({"version": "2017-04-04", "statements": ["x"]}, "/policy/statements/0"),
    ({"version": "2017-04-04", "statements": [{**UPLOADS["statements"][0], "effect": "allow"}]},
     "/policy/statements/0/effect"),
    ({"version": "2017-04-04", "statements": [{**UPLOADS["statements"][0], "actions": ["objects:get"]}]},
     "/policy/statements/0/actions/0"),
    ({"version": "2017-04-04", "statements": [{**UPLOADS["statements"][0], "actions": ["s3:objects:get"]}]},
     "/policy/statements/0/actions/0"),
    ({"version": "2017-04-04", "statements": [{**UPLOADS["statements"][0], "resources": ["yams:bucket:x"]}]},
     "/policy/statements/0/resources/0"),
    ({"version": "2017-04-04", "statements": [{**UPLOADS["statements"][0], "resources": [7]}]},
     "/policy/statements/0/resources/0"),
    (7, "/policy"),
])
def test_policies_that_cannot_be_used(owner, policy, pointer):
    problem(owner.call("POST", f"{owner.path}/policies", json={"alias": "bad", "policy": policy}), 422, None, pointer)


def test_bad_input(owner):
    own, policies = f"{owner.path}/access-keys/{owner.key_id}", f"{owner.path}/policies"
    problem(owner.call("POST", policies, json={"alias": "Bad Alias", "policy": UPLOADS}), 422, None, "/alias")
    problem(owner.call("POST", policies, json={"alias": "x"}), 422, None, "/policy")
    problem(owner.call("PUT", own, json={"active": "no"}), 422, None, "/active")
    problem(owner.call("PUT", own), 400, "no-body")
    problem(owner.call("POST", f"{own}/policies", json={}), 422, None, "/policy_id")
    problem(owner.call("POST", f"{own}/policies", json={"policy_id": owner.id, "policy_alias": "x"}), 422)
    problem(owner.call("POST", f"{own}/policies", json={"policy_alias": "none"}), 404)
    problem(owner.call("POST", f"{owner.path}/access-keys", json={"policies": ["none"]}), 422, None, "/policies/0")
    for name in ("none", owner.domain):
        problem(owner.call("GET", f"{owner.path}/access-keys/{name}"), 404)
        problem(owner.call("GET", f"{policies}/{name}"), 404)


def test_another_tenants_keys_and_policies_are_not_there(owner, service):
    stranger = Tenant(service, "stranger")
    problem(stranger.call("GET", f"{owner.path}/access-keys"), 404)
    for path in (f"access-keys/{owner.key_id}", f"policies/{owner.id}"):
        problem(stranger.call("GET", f"{stranger.path}/{path}"), 404)
        problem(stranger.call("DELETE", f"{stranger.path}/{path}"), 404)
    problem(stranger.call("POST", f"{stranger.path}/access-keys/{owner.key_id}/policies",
                          json={"policy_alias": "default-admin"}), 404)

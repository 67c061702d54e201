"""What is deleted, replaced, expired or purged is in no cache any more, and there is a receipt of it."""

import contextlib
import json
import pathlib
import re
import time

import pictures
import pytest
import requests
from receiver import Receiver
from service import Service, Tenant

RULE = {"format": "jpg", "actions": [{"resize": {"width": 40}}]}
FREE = {"format": "jpg", "params": {"w": {"type": "int", "min": 10, "max": 90, "default": 30, "signed": False}},
        "actions": [{"resize": {"width": "$w"}}]}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("purged"), "--lifecycle-every-seconds", "1", "--webhooks-addresses", "any")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def owner(house):
    tenant = Tenant(house, "purger")
    tenant.open_shop("purged")
    tenant.add_rule("small", RULE)
    tenant.add_rule("free", FREE)
    return tenant


def renditions(house):
    """The files of the disk tier."""
    return {path.name for path in pathlib.Path(house.folder, "store", "renditions").glob("??/*")}


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


def fetch(house, name, rule="small"):
    return requests.get(f"{house.fetch}/api/v1/purged/images/{name}?rule={rule}", timeout=10)


def key_of(answer):
    """The rendition's: the name of its file."""
    return answer.headers["ETag"].strip('"')


def put(house, owner, name, width=100):
    """An object with three renditions, which lie on the disk."""
    assert owner.upload(name, pictures.jpeg(width, 80)).status_code == 201
    keys = {key_of(fetch(house, name, rule)) for rule in ("small", "free", "free&w=50")}
    assert len(keys) == 3
    until(lambda: keys <= renditions(house))
    return keys


def receipt(owner, answer):
    """That of an answer, once it is done."""
    path = f"{owner.path}/purges/{answer.json()['purge_id']}"
    until(lambda: owner.call("GET", path).json()["status"] == "done")
    return owner.call("GET", path).json()


def test_a_deleted_object_leaves_no_rendition_behind(house, owner):
    keys = put(house, owner, "gone.jpg", 101)
    other = put(house, owner, "stays.jpg", 102)

    answer = owner.call("DELETE", f"{owner.bucket_path}/objects/gone.jpg")
    assert answer.status_code == 202
    assert fetch(house, "gone.jpg").status_code == 404
    done = receipt(owner, answer)

    assert (done["scope"], done["reason"], done["subject"]) == ("object", "deleted", "gone.jpg")
    assert (done["objects"], done["renditions"]) == (1, 3)
    assert renditions(house) & (keys | other) == other
    assert fetch(house, "stays.jpg").headers["Cache-Status"].startswith("calotype; hit")


def test_what_is_restored_is_made_anew(house, owner):
    put(house, owner, "back.jpg", 103)
    receipt(owner, owner.call("DELETE", f"{owner.bucket_path}/objects/back.jpg"))
    assert owner.call("DELETE", f"{owner.bucket_path}/delete-markers/back.jpg").status_code == 200
    again = fetch(house, "back.jpg")
    assert again.status_code == 200 and "fwd=miss" in again.headers["Cache-Status"]


def test_what_is_replaced_or_expires_goes_as_well(house, owner):
    replaced = put(house, owner, "new.jpg", 104)
    tag = owner.call("GET", f"{owner.bucket_path}/objects/new.jpg").headers["ETag"]
    answer = owner.call("POST", f"{owner.bucket_path}/objects", {"oid": "new.jpg"}, data=pictures.jpeg(105, 80),
                        headers={"If-Match": tag})
    assert answer.status_code == 201, answer.text
    expiring = put(house, owner, "brief.jpg", 106)
    soon = int(time.time()) + 3
    assert owner.call("PUT", f"{owner.bucket_path}/metadata/brief.jpg", json={"x-object-expiration": soon}).status_code == 204
    until(lambda: not renditions(house) & (replaced | expiring))
    reasons = {(purge["subject"], purge["reason"]) for purge in owner.call("GET", f"{owner.path}/purges").json()["purges"]}
    assert {("new.jpg", "replaced"), ("brief.jpg", "expired")} <= reasons


def test_an_uncached_object_is_made_anew(house, owner):
    keys = put(house, owner, "again.jpg", 107)
    answer = owner.call("POST", f"{owner.bucket_path}/objects/again.jpg/uncache")
    assert answer.status_code == 202
    assert receipt(owner, answer)["reason"] == "uncached"
    assert not renditions(house) & keys
    made = fetch(house, "again.jpg")
    assert "fwd=miss" in made.headers["Cache-Status"] and key_of(made) not in keys


@pytest.mark.parametrize("ask", [{"bucket": "purged"}, {"bucket": "purged", "prefix": "kept/"},
                                 {"bucket": "purged", "object": "kept/a.jpg"}, {"domain": None, "rule": "small"}],
                         ids=["bucket", "prefix", "object", "rule"])
def test_what_is_purged_is_made_anew(house, owner, ask):
    if owner.call("HEAD", f"{owner.bucket_path}/objects/kept/a.jpg").status_code == 404:
        put(house, owner, "kept/a.jpg", 108)
    before = fetch(house, "kept/a.jpg")
    assert "hit" in fetch(house, "kept/a.jpg").headers["Cache-Status"]

    body = {name: owner.domain if value is None else value for name, value in ask.items()}
    answer = owner.call("POST", f"{owner.path}/purges", json=body)
    assert answer.status_code == 202, answer.text
    if "prefix" in ask:
        receipt(owner, answer)  # it goes object by object; the others are in force at once
    after = fetch(house, "kept/a.jpg")
    assert "fwd=miss" in after.headers["Cache-Status"]
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.content == before.content
    assert receipt(owner, answer)["status"] == "done"


def test_a_tag_purges_what_its_rules_made(house, owner):
    owner.add_rule("tagged", {**RULE, "policy": {"cache": {"tags": ["ads", "front"]}}})
    put(house, owner, "tagged.jpg", 111)
    before = {rule: fetch(house, "tagged.jpg", rule) for rule in ("small", "tagged")}
    assert before["tagged"].headers["Surrogate-Key"].split(" ")[3:] == ["tag-ads", "tag-front"]

    answer = owner.call("POST", f"{owner.path}/purges", json={"tag": "front"})
    assert answer.status_code == 202, answer.text
    after = {rule: fetch(house, "tagged.jpg", rule) for rule in ("small", "tagged")}
    assert after["small"].headers["ETag"] == before["small"].headers["ETag"]
    assert after["tagged"].headers["ETag"] != before["tagged"].headers["ETag"]
    assert "fwd=miss" in after["tagged"].headers["Cache-Status"]
    done = receipt(owner, answer)
    assert (done["scope"], done["subject"], done["surrogate_keys"]) == ("tag", "front", ["tag-front"])


def told(receiver, answer):
    """The event of a purge, once it has come."""
    events = [json.loads(body) for _, body in receiver.taken]
    return next((event for event in events if event["data"]["purge_id"] == answer.json()["purge_id"]), None)


def test_caches_in_front_are_told_the_keys_that_they_know(house, owner):
    with contextlib.closing(Receiver()) as receiver:
        hook = owner.call("POST", f"{owner.path}/webhooks", json={"url": receiver.url, "events": ["purge.done"]})
        assert hook.status_code == 201, hook.text
        put(house, owner, "told.jpg", 109)
        answer = fetch(house, "told.jpg")
        keys = answer.headers["Surrogate-Key"].split(" ")
        assert answer.headers["Cache-Tag"].split(",") == keys
        kinds = [re.match(r"[a-z]+", key)[0] for key in keys]
        assert kinds == ["object", "bucket", "rule"]
        assert all(re.fullmatch(r"[a-z]+-[0-9a-f-]{24,36}", key) for key in keys)

        for ask, key in (({"bucket": "purged", "object": "told.jpg"}, keys[0]), ({"bucket": "purged"}, keys[1]),
                         ({"domain": owner.domain, "rule": "small"}, keys[2])):
            done = owner.call("POST", f"{owner.path}/purges", json=ask)
            assert receipt(owner, done)["surrogate_keys"] == [key]
            until(lambda: told(receiver, done))
            event = told(receiver, done)
            assert event["type"] == "purge.done"
            assert event["data"]["surrogate_keys"] == [key] and event["data"]["complete"] is True
        owner.call("DELETE", f"{owner.path}/webhooks/{hook.json()['id']}")


def test_a_purge_outlives_a_crash(tmp_path):
    house = Service(tmp_path, "--lifecycle-every-seconds", "1")
    tenant = Tenant(house, "crash")
    tenant.open_shop("purged")
    tenant.add_rule("small", RULE)
    tenant.add_rule("free", FREE)
    keys = put(house, tenant, "a.jpg", 110)
    answer = tenant.call("DELETE", f"{tenant.bucket_path}/objects/a.jpg")
    house.kill()
    house = tenant.service = Service(tmp_path, "--lifecycle-every-seconds", "1")
    assert receipt(tenant, answer)["status"] == "done"
    assert not renditions(house) & keys
    house.kill()

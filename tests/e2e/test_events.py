"""Events: what is listed, and how webhooks are told: signed, in order, again where they fail, and never inside."""

import json
import time

import pictures
import pytest
from receiver import Receiver, is_signed
from service import Service, Tenant


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("house"), "--webhooks-addresses", "any", "--webhooks-retry-seconds", "3")
    yield running
    running.kill()


@pytest.fixture
def owner(house, request):
    tenant = Tenant(house, request.node.name.replace("_", "-")[:60])
    tenant.open_shop(request.node.name.replace("_", "-")[:60])
    return tenant


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


def hook(owner, url, **members):
    answer = owner.call("POST", f"{owner.path}/webhooks", json={"url": url, **members})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(answer.json()["id"])
    return answer.json()


def remove(owner, name, **metadata):
    assert owner.call("DELETE", f"{owner.bucket_path}/objects/{name}", {"oid": name, **metadata}).status_code == 202


def events(owner, **query):
    return owner.call_with(query, "GET", f"{owner.path}/events").json()


def test_what_happens_is_listed(owner):
    owner.upload("a.jpg", pictures.jpeg())
    owner.call("PUT", f"{owner.bucket_path}/metadata/a.jpg", json={"credit": "Ann"})
    remove(owner, "a.jpg")
    owner.call("DELETE", f"{owner.bucket_path}/delete-markers/a.jpg")
    while not events(owner, type="purge.done")["events"]:  # the last one, which comes a moment later
        time.sleep(0.05)
    everything = events(owner)["events"]
    found = [event for event in everything if event["type"].startswith("object.")]
    assert [event["type"] for event in found] == ["object.created", "object.changed", "object.deleted", "object.restored"]
    assert {event["subject"] for event in found} == {f"buckets/{owner.bucket}/objects/a.jpg"}
    assert abs(found[0]["time"] / 1000 - time.time()) < 60
    assert [event["type"] for event in events(owner, type="object.deleted")["events"]] == ["object.deleted"]
    first = events(owner, **{"max-keys": 3})
    rest = events(owner, **{"continuation-token": first["continuation_token"]})
    assert first["events"] + rest["events"] == everything
    assert owner.call_with({"continuation-token": "AAAA"}, "GET", f"{owner.path}/events").status_code == 422


def test_changes_of_settings_are_events(owner, receiver):
    hook(owner, receiver.url, events=["rule.created", "rule.changed", "rule.deleted"])
    rule = owner.add_rule("listing", {"format": "jpg"})
    path = f"{owner.domain_path}/rules/{rule}"
    assert owner.call("PUT", path, json={"format": "webp"}).status_code == 200
    assert owner.call("PUT", f"{path}/labels/live", json={"revision": 1}).status_code == 200
    assert owner.call("DELETE", path).status_code == 200
    until(lambda: len(receiver.taken) == 4)
    assert receiver.types() == ["rule.created", "rule.changed", "rule.changed", "rule.deleted"]
    told = [json.loads(body) for _, body in receiver.taken]
    assert {event["subject"] for event in told} == {f"domains/{owner.domain}/rules/{rule}"}
    assert [event["data"]["revision"] for event in told] == [1, 2, 1, 2]
    assert told[2]["data"]["label"] == "live"
    made = [event["type"] for event in events(owner)["events"] if event["type"].endswith(".created")]
    assert made == ["domain.created", "bucket.created", "rule.created"]
    wrong = owner.call_with({"type": "rule.renamed"}, "GET", f"{owner.path}/events")
    assert wrong.status_code == 422 and "rule.changed" in wrong.json()["errors"][0]["hint"]


def test_a_delivery_is_signed(owner, receiver):
    secret = hook(owner, receiver.url)["secret"]
    owner.upload("a.jpg", pictures.jpeg())
    until(lambda: receiver.taken)
    headers, body = receiver.taken[0]
    headers = {name.lower(): value for name, value in headers.items()}
    assert is_signed(headers, body, secret)
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(body) == events(owner)["events"][-1] and headers["webhook-id"] == json.loads(body)["id"]
    assert headers["content-type"] == "application/json"
    shown = owner.call("GET", f"{owner.path}/webhooks").json()
    assert len(shown) == 1 and "secret" not in shown[0]


def test_types_order_and_an_end(owner, receiver):
    made = hook(owner, receiver.url, events=["object.created", "object.deleted"])
    path = f"{owner.path}/webhooks/{made['id']}"
    owner.upload("a.jpg", pictures.jpeg())
    owner.call("PUT", f"{owner.bucket_path}/metadata/a.jpg", json={})
    remove(owner, "a.jpg", force=True)
    owner.upload("a.jpg", pictures.jpeg())
    until(lambda: len(receiver.taken) == 3)
    assert receiver.types() == ["object.created", "object.deleted", "object.created"]
    off = owner.call("PUT", path, json={"url": receiver.url, "active": False})
    assert off.json() == {"id": made["id"], "url": receiver.url, "events": [], "active": False}
    owner.upload("b.jpg", pictures.jpeg())
    assert owner.call("DELETE", path).status_code == 200
    assert owner.call("GET", path).status_code == 404
    time.sleep(2)
    assert len(receiver.taken) == 3


def test_what_fails_is_tried_again_then_kept_and_replayed(owner, receiver):
    made = hook(owner, receiver.url, events=["object.created"])
    path = f"{owner.path}/webhooks/{made['id']}"
    receiver.status = 503
    owner.upload("a.jpg", pictures.jpeg())
    until(lambda: len(receiver.tried) >= 2)
    receiver.status = 200
    until(lambda: len(receiver.taken) == 1)
    receiver.status = 500
    owner.upload("b.jpg", pictures.jpeg())
    until(lambda: owner.call("GET", f"{path}/dead-letters").json()["events"])
    letter = owner.call("GET", f"{path}/dead-letters").json()["events"][0]
    assert letter["subject"].endswith("/b.jpg") and "500" in letter["error"] and letter["attempts"] >= 2
    receiver.status = 200
    assert owner.call("POST", f"{path}/replay").json() == {"events": 1}
    again = {"url": receiver.url, "events": ["object.created"]}
    owner.call("PUT", path, json=again)  # it need not wait out its pause
    until(lambda: len(receiver.taken) == 2)
    assert owner.call("GET", f"{path}/dead-letters").json()["events"] == []
    now = int(time.time())
    again = owner.call("POST", f"{path}/replay", json={"start-date": now - 600, "end-date": now + 1})
    assert again.status_code == 202 and again.json() == {"events": 2}
    until(lambda: len(receiver.taken) == 4)


def test_a_slow_receiver_holds_up_nobody(owner, receiver):
    slow = Receiver()
    slow.delay = 8
    try:
        hook(owner, slow.url)
        hook(owner, receiver.url)
        owner.upload("a.jpg", pictures.jpeg())
        until(lambda: receiver.taken, 6)
        assert not slow.taken
    finally:
        slow.close()


@pytest.mark.parametrize("body,pointer", [
    ({}, "/url"), ({"url": "ftp://example.com/"}, "/url"), ({"url": "https://user@example.com/"}, "/url"),
    ({"url": "/relative"}, "/url"), ({"url": "https://example.com/", "events": ["object.eaten"]}, "/events/0"),
    ({"url": "https://example.com/", "evnts": []}, "/evnts"), ({"url": 7}, "/url")])
def test_a_webhook_that_cannot_be(shop, body, pointer):
    answer = shop.call("POST", f"{shop.path}/webhooks", json=body)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, answer.text


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost:9/", "http://[::1]/", "http://10.0.0.1/",
                                 "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/",
                                 "http://192.168.1.1:8080/", "http://2130706433/"])
def test_webhooks_do_not_lead_inside(shop, url):
    answer = shop.call("POST", f"{shop.path}/webhooks", json={"url": url})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/url"

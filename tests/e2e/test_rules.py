"""Revisions, labels, roll back, comparison and conditional changes of rules, and what of it the pictures show."""

import time

import pictures
import pytest
import requests
from service import Tenant


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "rule-keeper")
    tenant.open_shop("rules-shop")
    assert tenant.upload("photo.jpg", pictures.jpeg(600, 400)).status_code == 201
    return tenant


def rule(width, **more):
    return {"format": "png", "actions": [{"resize": {"width": width}}], **more}


def path(site, name):
    return f"{site.domain_path}/rules/{name}"


def width(site, name, **arguments):
    answer = site.image("photo.jpg", name, **arguments)
    assert answer.status_code == 200, answer.text
    return pictures.decode(answer.content).width


def put(site, name, body, **arguments):
    return site.call("PUT", path(site, name), json=body, **arguments)


def test_every_put_makes_a_revision_that_never_changes(site):
    site.add_rule("revised", rule(100))
    assert width(site, "revised") == 100

    second = put(site, "revised", {"name": "revised", **rule(200)})
    assert second.status_code == 200 and second.json()["revision"] == 2
    assert width(site, "revised") == 200, "the same process forgets at once"
    third = put(site, "revised", rule(300))
    assert third.json()["revision"] == 3 and third.json()["name"] == "revised"

    assert [width(site, f"revised@{n}") for n in (1, 2, 3)] == [100, 200, 300]
    assert site.call("GET", path(site, "revised@2")).json()["actions"] == [{"resize": {"width": 200}}]
    assert site.call("GET", path(site, "revised") + "/revisions/1").json()["revision"] == 1
    listed = site.call("GET", path(site, "revised") + "/revisions").json()
    assert [one["revision"] for one in listed] == [3, 2, 1]
    assert len({one["hash"] for one in listed}) == 3
    for missing in ("revised@4", "revised@0", "revised@x", "revised@", "nothing@1"):
        assert site.image("photo.jpg", missing).status_code == 404, missing
        assert site.call("GET", path(site, missing)).status_code == 404, missing
    assert put(site, "revised@2", rule(1)).status_code == 400
    assert site.call("DELETE", path(site, "revised@2")).status_code == 400


def test_a_rule_keeps_its_name_and_says_what_is_wrong(site):
    site.add_rule("steady", rule(10))
    renamed = put(site, "steady", {"name": "other", **rule(10)})
    assert renamed.status_code == 422 and renamed.json()["errors"][0]["pointer"] == "/name"
    bad = put(site, "steady", {"actions": [{"resize": {"widht": 1}}], "quality": 101})
    assert bad.status_code == 422
    assert {error["pointer"] for error in bad.json()["errors"]} >= {"/actions/0/resize/widht", "/quality"}
    assert put(site, "nothing", rule(1)).status_code == 404
    assert site.call("GET", path(site, "steady")).json()["revision"] == 1


def test_labels_are_moved(site):
    site.add_rule("labelled", rule(110))
    put(site, "labelled", rule(120))
    labels = path(site, "labelled") + "/labels"

    first = site.call("PUT", labels + "/live", json={"revision": 1})
    assert first.status_code == 200 and first.json()["revision"] == 1
    answer = site.image("photo.jpg", "labelled@live")
    assert pictures.decode(answer.content).width == 110
    time.sleep(1.1)  # HTTP dates are of whole seconds
    site.call("PUT", labels + "/live", json={"revision": 2})
    moved = site.image("photo.jpg", "labelled@live")
    assert pictures.decode(moved.content).width == 120
    time.sleep(1.1)
    # Back to an older revision: a client that asks by date alone must not be told that it has it.
    site.call("PUT", labels + "/live", json={"revision": 1})
    again = site.image("photo.jpg", "labelled@live", headers={"If-Modified-Since": moved.headers["Last-Modified"]})
    assert again.status_code == 200 and again.headers["ETag"] == answer.headers["ETag"]

    site.call("PUT", labels + "/beta", json={"revision": 2})
    assert [label["name"] for label in site.call("GET", labels).json()] == ["beta", "live"]
    listed = {one["revision"]: one["labels"] for one in site.call("GET", path(site, "labelled") + "/revisions").json()}
    assert listed == {2: ["beta"], 1: ["live"]}
    assert site.call("DELETE", labels + "/live").status_code == 200
    assert site.image("photo.jpg", "labelled@live").status_code == 404
    assert site.call("DELETE", labels + "/live").status_code == 404
    for label, body in (("7", {"revision": 1}), ("Live", {"revision": 1}), ("live", {"revision": 9}), ("live", {}),
                        ("live", {"revision": 0}), ("live", {"revision": "1"})):
        assert site.call("PUT", f"{labels}/{label}", json=body).status_code == 422, (label, body)


def test_rolling_back_makes_a_new_revision(site):
    site.add_rule("rolled", rule(130))
    put(site, "rolled", rule(140))
    back = site.call("POST", path(site, "rolled") + "/rollback", json={"revision": 1})
    assert back.status_code == 200 and back.json()["revision"] == 3
    assert width(site, "rolled") == 130
    listed = site.call("GET", path(site, "rolled") + "/revisions").json()
    assert listed[0]["hash"] == listed[2]["hash"]
    assert site.call("POST", path(site, "rolled") + "/rollback", json={"revision": 9}).status_code == 404


def test_a_condition_protects_from_overwriting(site):
    site.add_rule("shared", rule(150))
    tag = site.call("GET", path(site, "shared")).headers["ETag"]
    mine = put(site, "shared", rule(160), headers={"If-Match": tag})
    assert mine.status_code == 200 and mine.headers["ETag"] != tag
    late = put(site, "shared", rule(170), headers={"If-Match": tag})
    assert late.status_code == 412 and late.headers["Content-Type"] == "application/problem+json"
    assert put(site, "shared", rule(170), headers={"If-Match": f"W/{mine.headers['ETag']}"}).status_code == 412
    rolled = site.call("POST", path(site, "shared") + "/rollback", json={"revision": 1}, headers={"If-Match": tag})
    assert rolled.status_code == 412
    assert width(site, "shared") == 160
    assert put(site, "shared", rule(180), headers={"If-Match": "*"}).status_code == 200


def test_revisions_are_compared(site):
    site.add_rule("compared", rule(100, quality=70))
    put(site, "compared", {"description": "only words", **rule("100px", quality=70)})
    put(site, "compared", {"version": "2026-01", "format": "webp", "actions": [{"resize": {"width": 90}}]})
    site.call("PUT", path(site, "compared") + "/labels/live", json={"revision": 1})

    def compare(query):
        token = {"jwt": site.token("GET", path(site, "compared") + "/diff"), "AccessKeyId": site.key_id}
        return requests.get(f"{site.service.mgmt}/api/v1{path(site, 'compared')}/diff", params={**token, **query}, timeout=10)

    same = compare({"from": "1", "to": "2"}).json()
    assert same == {"from": 1, "to": 2, "same_rendition": True, "changes": []}
    latest = compare({}).json()
    assert (latest["from"], latest["to"], latest["same_rendition"]) == (2, 3, False)
    changed = {change["path"]: change for change in latest["changes"]}
    assert changed["/actions/0/resize/width"] == {"op": "replace", "path": "/actions/0/resize/width", "old": 100, "value": 90}
    assert changed["/format"]["old"] == "png" and changed["/format"]["value"] == "webp"
    assert compare({"from": "live", "to": "3"}).json()["from"] == 1
    assert compare({"from": "99"}).status_code == 404


def test_a_rule_is_removed_unless_a_bucket_needs_it(site):
    identity = site.add_rule("doomed", rule(33))
    bucket = site.call("PUT", site.bucket_path, json={"default_rule": "doomed@1"})
    assert bucket.status_code == 200
    refused = site.call("DELETE", path(site, "doomed"))
    assert refused.status_code == 409 and refused.json()["code"] == "in-use"
    site.call("PUT", site.bucket_path, json={"default_rule": ""})
    assert site.call("DELETE", path(site, identity)).status_code == 200
    assert site.call("GET", path(site, "doomed")).status_code == 404
    assert site.image("photo.jpg", "doomed").status_code == 404
    site.add_rule("doomed", rule(44))
    assert width(site, "doomed") == 44


def test_a_dry_run_says_what_would_change(site):
    site.add_rule("dry", rule(100))

    def validate(against, body):
        token = {"jwt": site.token("POST", "/schema/validate"), "AccessKeyId": site.key_id}
        return requests.post(f"{site.service.mgmt}/api/v1/schema/validate", params={**token, "against": against},
                             json=body, timeout=10)

    alone = site.call("POST", "/schema/validate", json=rule(50)).json()
    assert alone["valid"] and len(alone["hash"]) == 64 and alone["cost"]["microseconds"] > 0
    assert alone["canonical"]["actions"] == [{"resize": {"width": 50}}]
    for name in ("dry", "dry@1", path(site, "dry")):
        against = validate(name, rule(50)).json()["against"]
        assert against["rule"]["name"] == "dry" and not against["same_rendition"]
        assert against["changes"] == [{"op": "replace", "path": "/actions/0/resize/width", "old": 100, "value": 50}]
    for name in ("rules-shop/photo.jpg", f"{site.bucket_path}/objects/photo.jpg"):
        rendition = validate(name, rule(50)).json()["against"]["rendition"]
        assert (rendition["width"], rendition["height"], rendition["format"]) == (50, 33, "png")
    small = validate("rules-shop/photo.jpg", {"watermark": {"id": "no-such-mark"}}).json()["against"]
    assert small["refusal"]["code"] == "watermark-missing"
    for against, status in (("nothing", 404), ("nowhere/photo.jpg", 404), ("rules-shop/none.jpg", 404), ("", 400),
                            ("/elsewhere", 400), (f"{site.bucket_path}/objects/", 400)):
        assert validate(against, rule(1)).status_code == status, against
    assert validate("dry", {"nonsense": 1}).status_code == 422
    stranger = Tenant(site.service, "dry-stranger")
    token = {"jwt": stranger.token("POST", "/schema/validate"), "AccessKeyId": stranger.key_id}
    answer = requests.post(f"{site.service.mgmt}/api/v1/schema/validate", json=rule(1), timeout=10,
                           params={**token, "against": path(site, "dry")})
    assert answer.status_code == 404


def test_revisions_page(site):
    site.add_rule("many", rule(1))
    for number in range(2, 6):
        put(site, "many", rule(number))
    token = {"jwt": site.token("GET", path(site, "many") + "/revisions"), "AccessKeyId": site.key_id}
    url = f"{site.service.mgmt}/api/v1{path(site, 'many')}/revisions"
    assert [one["revision"] for one in requests.get(url, params={**token, "before": 4}, timeout=10).json()] == [3, 2, 1]
    for bad in ("0", "-1", "x", "1.5", "99999999999"):
        assert requests.get(url, params={**token, "before": bad}, timeout=10).status_code == 400, bad


def test_a_revision_is_rolled_out_to_some_objects_first(site):
    site.add_rule("careful", rule(60))
    for number in range(12):
        site.upload(f"rolled/{number}.jpg", pictures.jpeg(100 + number, 80))
    rollout = f"{path(site, 'careful')}/rollout"
    assert site.call("GET", rollout).status_code == 404
    assert site.call("PUT", rollout, json={"from": 1, "percent": 0}).json() == {"from": 1, "to": 1, "percent": 0}
    put(site, "careful", rule(30))

    def widths():
        found = {number: pictures.decode(site.image(f"rolled/{number}.jpg", "careful").content).width for number in range(12)}
        return [number for number, width in found.items() if width == 30]

    assert widths() == [], "nobody has the second revision yet"
    assert pictures.decode(site.image("rolled/0.jpg", "careful@2").content).width == 30
    assert site.call("PUT", rollout, json={"from": 1, "percent": 50}).status_code == 200
    some = widths()
    assert 0 < len(some) < 12 and widths() == some
    assert site.call("GET", rollout).json() == {"from": 1, "to": 2, "percent": 50}
    assert site.call("DELETE", rollout).status_code == 200
    assert len(widths()) == 12
    assert site.call("DELETE", rollout).status_code == 404
    for bad, pointer in (({"from": 9, "percent": 1}, "/from"), ({"from": 1, "percent": 101}, "/percent"), ({"from": 1}, "/percent")):
        refused = site.call("PUT", rollout, json=bad)
        assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == pointer


def test_a_rule_builds_upon_another_and_stays_as_it_was_stored(site):
    site.add_rule("base", {**rule(120), "encoder": {"interlace": True, "compression": 9}})
    stored = site.call("POST", f"{site.domain_path}/rules", json={"name": "upon", "extends": "base", "encoder": {"interlace": None}})
    assert stored.status_code == 201, stored.text
    shown = stored.json()["rule"] if "rule" in stored.json() else stored.json()
    assert "base@1" in stored.text and "\"extends\"" not in stored.text, shown
    assert width(site, "upon") == 120

    put(site, "base", rule(240))
    assert width(site, "base") == 240 and width(site, "upon") == 120, "a revision says all by itself"
    assert put(site, "upon", {"extends": "base@2", "format": "jpg"}).status_code == 200
    assert width(site, "upon") == 240


def test_what_cannot_be_built_upon_is_said(site):
    missing = site.call("POST", f"{site.domain_path}/rules", json={"name": "upon-nothing", "extends": "no-such-rule@3"})
    assert missing.status_code == 422 and missing.json()["code"] == "invalid-rule", missing.text
    assert missing.json()["errors"][0]["pointer"] == "/extends"
    unresolved = site.call("POST", "/schema/validate", json={"extends": "base"})
    assert unresolved.status_code == 422 and unresolved.json()["errors"][0]["code"] == "unresolved", unresolved.text
    checked = site.call_with({"domain": site.domain}, "POST", "/schema/validate", json={"extends": "base@1", "quality": 50})
    assert checked.status_code == 200 and checked.json()["canonical"]["actions"] == [{"resize": {"width": 120}}], checked.text

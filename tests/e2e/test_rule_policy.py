"""What a rule says beside the picture, through the wire."""

import re
import time

import pictures
import pytest
import requests
from service import Tenant


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "policy-keeper")
    tenant.open_shop("policies")
    assert tenant.upload("a/photo.jpg", pictures.jpeg(600, 400)).status_code == 201
    return tenant


def rule(width=110, **policy):
    return {"format": "png", "actions": [{"resize": {"width": width}}], "policy": policy}


def put(site, name, body):
    return site.call("PUT", f"{site.domain_path}/rules/{name}", json=body)


PATH = "/policies/images/a/photo.jpg"


def fetch(site, name, **arguments):
    return requests.get(f"{site.service.fetch}/api/v1{PATH}?rule={name}", timeout=10, **arguments)


def with_token(site, name, path=PATH, **arguments):
    """With a token in the address that ends in a minute."""
    params = {"jwt": site.token("GET", path, exp=int(time.time()) + 60), "AccessKeyId": site.key_id, "rule": name}
    return requests.get(f"{site.service.fetch}/api/v1{path}", params=params, timeout=10, **arguments)


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_a_policy_changes_no_picture(site):
    site.add_rule("guarded", rule())
    before = fetch(site, "guarded")
    assert put(site, "guarded", rule(cache={"maxAge": 5}, disposition="attachment")).status_code == 200
    after = fetch(site, "guarded")
    assert (before.status_code, after.status_code) == (200, 200)
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Cache-Status"].startswith("calotype; hit")
    assert before.headers["Content-Disposition"].startswith("inline")
    assert after.headers["Content-Disposition"] == 'attachment; filename="photo.png"'

    difference = site.call("GET", f"{site.domain_path}/rules/guarded/diff").json()
    assert difference["same_rendition"] is True
    assert [change["path"] for change in difference["changes"]] == ["/policy"]


def test_a_rule_says_how_long_caches_keep_it(site):
    site.add_rule("brief", rule(cache={"maxAge": 7, "sMaxAge": 70, "swr": 3, "sie": 9}, headers={"X-Robots-Tag": "noindex"}))
    answer = fetch(site, "brief")
    said = "public, max-age=7, s-maxage=70, stale-while-revalidate=3, stale-if-error=9"
    assert answer.headers["Cache-Control"] == said
    assert answer.headers["X-Robots-Tag"] == "noindex"
    known = fetch(site, "brief", headers={"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304 and known.headers["Cache-Control"] == said


def test_errors_of_a_policy_name_their_place(site):
    policy = {"cache": {"maxage": 1}, "disposition": {"type": "inline", "filename": "../a"}, "headers": {"Set-Cookie": "a=b"}}
    answer = site.call("POST", f"{site.domain_path}/rules", json={"name": "misguarded", **rule(**policy)})
    assert answer.status_code == 422
    errors = {error["pointer"]: error.get("hint") for error in answer.json()["errors"]}
    assert set(errors) == {"/policy/cache/maxage", "/policy/disposition/filename", "/policy/headers/Set-Cookie"}
    assert errors["/policy/cache/maxage"] == 'did you mean "maxAge"?'


def test_a_rule_that_wants_a_token_is_for_nobody_without(site):
    site.add_rule("closed", rule(access={"require": "jwt"}))
    opened = with_token(site, "closed")
    assert opened.status_code == 200
    directives = opened.headers["Cache-Control"].split(", ")
    assert directives[0] == "private" and directives[-1] == "must-revalidate"
    assert 50 <= int(directives[1].removeprefix("max-age=")) <= 60

    long_path = f"{site.bucket_path}/images/a/photo.jpg"
    assert with_token(site, "closed", long_path).status_code == 200
    for url in (PATH, long_path):
        for condition in ({}, {"If-None-Match": opened.headers["ETag"]}, {"If-None-Match": "*"}, {"Range": "bytes=0-9"}):
            address = f"{site.service.fetch}/api/v1{url}?rule=closed"
            refused = requests.get(address, timeout=10, headers=condition)
            assert code(refused) == (401, "token-required")
            assert refused.headers["Cache-Control"] == "no-store" and "ETag" not in refused.headers
            assert requests.head(address, timeout=10, headers=condition).status_code == 401


def test_a_rule_may_be_for_some_objects_buckets_and_pages(site):
    site.add_rule("elsewhere", rule(access={"buckets": ["other-*"]}))
    site.add_rule("theirs", rule(access={"prefixes": ["b/"]}))
    site.add_rule("ours", rule(access={"buckets": ["policies"], "prefixes": ["a/*.jpg"], "referers": ["*.ours.example"]}))
    assert code(fetch(site, "elsewhere")) == (403, "bucket-not-allowed")
    assert code(fetch(site, "theirs")) == (403, "object-not-allowed")
    assert code(fetch(site, "ours", headers={"Referer": "https://ours.example/"})) == (403, "referer-not-allowed")
    for fields in ({}, {"Referer": "https://www.ours.example/page"}):
        shown = fetch(site, "ours", headers=fields)
        assert shown.status_code == 200 and shown.headers["Vary"] == "Referer"


def test_a_rule_may_open_a_private_bucket(service):
    owner = Tenant(service, "opener")
    owner.open_shop("half-open")
    owner.upload("photo.jpg", pictures.jpeg(60, 40))
    owner.call("PUT", owner.bucket_path, json={"private": True})
    owner.add_rule("thumb", rule(20, access={"require": "none"}))
    owner.add_rule("large", rule(50))
    assert owner.image("photo.jpg", "large").status_code == 401
    answer = owner.image("photo.jpg", "thumb")
    assert answer.status_code == 200 and answer.headers["Cache-Control"].startswith("public,")
    assert pictures.decode(answer.content).width == 20


def test_limits_of_a_rule_are_named_where_they_refuse(site):
    for name, limits, said in (("few-source-pixels", {"sourcePixels": 1000}, "image-too-large"),
                               ("few-bytes", {"bytes": 100}, "image-too-large"),
                               ("few-result-pixels", {"outputPixels": 1000}, "result-too-large")):
        site.add_rule(name, rule(limits=limits))
        refused = fetch(site, name)
        assert code(refused) == (422, said)
        assert f"policy.limits.{next(iter(limits))}" in refused.json()["detail"]
    site.add_rule("trimmed", {**rule(limits={"outputPixels": 1000}), "actions": [{"trim": {}}, {"resize": {"width": 110}}]})
    assert code(fetch(site, "trimmed")) == (422, "result-too-large")


def test_a_rule_says_what_is_shown_where_a_picture_cannot_be_made(site):
    site.upload("stock/grey.jpg", pictures.jpeg(300, 300))
    browser = {"Accept": "image/avif,image/webp,*/*;q=0.8"}
    instead = {"mode": "placeholder", "image": "object:policies/stock/grey.jpg", "status": 410, "maxAge": 9}
    site.add_rule("stocked", rule(onError=instead))
    site.add_rule("bare", rule(onError={"mode": "original", "maxAge": 8}, limits={"bytes": 100}))

    missing = f"{site.service.fetch}/api/v1/policies/images/none.jpg?rule=stocked"
    shown = requests.get(missing, headers=browser, timeout=10)
    assert (shown.status_code, shown.headers["Content-Type"]) == (410, "image/png")
    assert pictures.decode(shown.content).width == 110
    assert shown.headers["X-Calotype-Error"] == "no-such-object"
    assert (shown.headers["Cache-Control"], shown.headers["Vary"]) == ("public, max-age=9", "Accept")
    told = requests.get(missing, timeout=10)
    assert code(told) == (404, "no-such-object") and told.headers["Vary"] == "Accept"

    original = fetch(site, "bare", headers=browser)
    assert (original.status_code, original.headers["Content-Type"]) == (200, "image/jpeg")
    assert pictures.decode(original.content).width == 600
    assert (original.headers["X-Calotype-Degraded"], original.headers["X-Calotype-Error"]) == ("original", "image-too-large")
    assert code(fetch(site, "bare")) == (422, "image-too-large")


def test_the_last_good_picture_outlives_its_watermark(site):
    mark = site.call("POST", f"{site.domain_path}/watermarks", {"alias": "brief-mark"}, data=pictures.jpeg(20, 20))
    assert mark.status_code == 201, mark.text
    site.add_rule("careful", {**rule(onError={"mode": "lastGood", "maxAge": 7}), "watermark": {"id": "asset:brief-mark"}})
    good = fetch(site, "careful")
    assert good.status_code == 200, good.text
    assert site.call("DELETE", f"{site.domain_path}/watermarks/{mark.headers['Location'].rsplit('/', 1)[1]}").status_code == 200
    shown = fetch(site, "careful")
    assert shown.status_code == 200 and shown.content == good.content
    assert (shown.headers["X-Calotype-Degraded"], shown.headers["X-Calotype-Error"]) == ("last-good", "watermark-missing")
    assert shown.headers["Cache-Control"] == "public, max-age=7"


def test_a_rule_says_whether_its_results_are_kept_here(site):
    for store, seen in (("never", ["calotype; fwd=miss"] * 3),
                        ("second-hit", ["calotype; fwd=miss", "calotype; fwd=miss; stored", "calotype; hit; detail=memory"])):
        site.add_rule(f"keeps-{store}", rule(60 + len(store), cache={"store": store}))
        assert [fetch(site, f"keeps-{store}").headers["Cache-Status"] for _ in range(3)] == seen


def prewarmed(site):
    text = requests.get(f"{site.service.ops}/metrics", timeout=10).text
    found = re.search(r'calotype_prewarm_renditions_total\{outcome="made"\} (\S+)', text)
    return float(found[1]) if found else 0


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


def test_what_is_stored_is_there_before_anybody_asks(site):
    site.add_rule("ready", {**rule(prewarm="upload", access={"prefixes": ["ready/"]}), "format": "auto"})
    before = prewarmed(site)
    site.upload("ready/first.jpg", pictures.jpeg(240, 160))
    wait_for(lambda: prewarmed(site) == before + 1)
    answer = site.image("ready/first.jpg", "ready", headers={"Accept": "image/avif,image/webp,*/*"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Status"] == "calotype; hit; detail=memory"


def test_what_is_asked_for_most_is_there_when_a_rule_has_changed(site):
    site.add_rule("listed", rule(prewarm="publish"))
    old = fetch(site, "listed")
    before = prewarmed(site)
    assert put(site, "listed", rule(111, prewarm="publish")).status_code == 200
    wait_for(lambda: prewarmed(site) == before + 1)
    answer = fetch(site, "listed")
    assert answer.headers["ETag"] != old.headers["ETag"]
    assert answer.headers["Cache-Status"] == "calotype; hit; detail=memory"

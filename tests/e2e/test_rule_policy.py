"""What a rule says beside the picture, through the wire."""

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


def fetch(site, name, **arguments):
    url = f"{site.service.fetch}/api/v1/policies/images/a/photo.jpg?rule={name}"
    return requests.get(url, timeout=10, **arguments)


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

"""Domains, buckets, watermarks and host names: made, changed, removed, and called by bad names."""

import http.client
import unicodedata
import urllib.parse

import pictures
import pytest
import requests
from service import Operator, Service, Tenant


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "site-keeper")
    tenant.open_shop("sites-shop")
    return tenant


@pytest.fixture(scope="module")
def other(service):
    tenant = Tenant(service, "site-other")
    tenant.open_shop("sites-other")
    return tenant


def pointers(answer):
    assert answer.status_code == 422, answer.text
    return {error["pointer"] for error in answer.json()["errors"]}


def test_a_domain_goes_once_it_is_empty(site):
    domain = site.create(f"{site.path}/domains", json={"name": "leaving"})
    path = f"{site.path}/domains/leaving"
    bucket = site.create(f"{path}/buckets", json={"name": "sites-leaving"})
    assert site.call("DELETE", path).status_code == 409
    assert site.call("DELETE", f"{path}/buckets/{bucket}").status_code == 200
    site.create(f"{path}/rules", json={"name": "r"})
    refused = site.call("DELETE", path)
    assert refused.status_code == 409 and refused.json()["code"] == "not-empty"
    assert site.call("DELETE", f"{path}/rules/r").status_code == 200
    assert site.call("DELETE", f"{site.path}/domains/{domain}").status_code == 200
    assert site.call("GET", path).status_code == 404
    assert site.call("DELETE", path).status_code == 404


def test_a_bucket_is_changed_in_part(site):
    site.create(f"{site.domain_path}/buckets", json={"name": "sites-changed", "region": "eu"})
    path = f"{site.domain_path}/buckets/sites-changed"
    before = site.call("GET", path).json()
    assert before["private"] is False and before["quota"] == {"objects": None, "bytes": None}

    after = site.call("PUT", path, json={"statics": True, "cache": {"max_age": 5}, "forbidden_types": ["gif", "image/*", "gif"],
                                         "quota": {"objects": 7}, "private": True}).json()
    assert after == {**before, "statics": True, "cache": {"max_age": 5}, "forbidden_types": ["image/*", "image/gif"],
                     "quota": {"objects": 7, "bytes": None}, "private": True}
    assert site.call("PUT", path, json={}).json() == after
    assert site.call("PUT", path, json={"quota": {}, "forbidden_types": [], "region": None}).json() == {
        **after, "quota": {"objects": None, "bytes": None}, "forbidden_types": []}

    bad = site.call("PUT", path, json={"name": "Not Good", "cache": {"max_age": -1}, "region": "E U", "default_rule": "none",
                                       "forbidden_types": ["image/gif", "GIF", "x"]})
    assert pointers(bad) == {"/name", "/cache/max_age", "/region", "/default_rule", "/forbidden_types/1", "/forbidden_types/2"}
    typed = site.call("PUT", path, json={"private": 1, "quota": {"bytes": -1, "object": 1}, "forbidden_types": [1], "nam": "x"})
    assert pointers(typed) == {"/private", "/quota/bytes", "/quota/object", "/forbidden_types/0", "/nam"}
    assert site.call("PUT", f"{site.domain_path}/buckets/none", json={}).status_code == 404


def test_an_alias_that_was_given_up_is_kept_for_its_tenant(site, other):
    site.create(f"{site.domain_path}/buckets", json={"name": "sites-first", "statics": True})
    path = f"{site.domain_path}/buckets"
    renamed = site.call("PUT", f"{path}/sites-first", json={"name": "sites-second"})
    assert renamed.json()["aliases"] == ["sites-second"]
    assert site.call("GET", f"{path}/sites-first").status_code == 404

    theirs = f"{other.domain_path}/buckets"
    for taken in ("sites-first", "sites-second", "sites-shop"):
        assert other.call("POST", theirs, json={"name": taken}).status_code == 409, taken
        assert other.call("PUT", f"{theirs}/sites-other", json={"name": taken}).status_code == 409, taken
    assert site.call("DELETE", f"{path}/sites-second").status_code == 200
    assert other.call("POST", theirs, json={"name": "sites-second"}).status_code == 409
    assert site.call("POST", path, json={"name": "sites-second"}).status_code == 201
    assert site.call("POST", path, json={"name": "sites-first"}).status_code == 201


def test_a_bucket_goes_once_it_is_empty(site):
    bucket = site.create(f"{site.domain_path}/buckets", json={"name": "sites-full"})
    path = f"{site.domain_path}/buckets/{bucket}"
    assert site.call("POST", f"{path}/objects", {"oid": "a.jpg"}, data=pictures.jpeg(20, 20)).status_code == 201
    assert site.call("DELETE", path).status_code == 409
    assert site.call("DELETE", f"{path}/objects/a.jpg", {"oid": "a.jpg"}).status_code == 202
    refused = site.call("DELETE", path)
    assert refused.status_code == 409 and refused.json()["code"] == "not-empty", "it can still be restored"
    assert site.call("POST", f"{path}/objects", {"oid": "a.jpg"}, data=pictures.jpeg(20, 20)).status_code == 201
    assert site.call("DELETE", f"{path}/objects/a.jpg", {"oid": "a.jpg", "force": True}).status_code == 202
    assert site.call("DELETE", path).status_code == 200
    assert site.call("GET", path).status_code == 404


def test_a_watermark_is_replaced_and_the_pictures_change(site):
    red = pictures.encode(pictures.Image.new("RGB", (40, 40), (255, 0, 0)), "PNG")
    blue = pictures.encode(pictures.Image.new("RGB", (40, 40), (0, 0, 255)), "PNG")
    mark = site.create(f"{site.domain_path}/watermarks", {"alias": "sites-mark"}, data=red)
    path = f"{site.domain_path}/watermarks/{mark}"
    site.add_rule("marked", {"format": "png", "watermark": {"id": "sites-mark", "location": "northwest", "dimension": "20%"}})
    site.upload("marked.jpg", pictures.jpeg(200, 200))

    def corner(answer):
        assert answer.status_code == 200, answer.text
        return pictures.decode(answer.content).convert("RGB").getpixel((5, 5))

    first = site.image("marked.jpg", "marked")
    assert corner(first) == (255, 0, 0)
    changed = site.call("PUT", path, data=blue)
    assert changed.status_code == 200 and changed.json()["alias"] == "sites-mark"
    assert site.call("GET", path).content == blue
    second = site.image("marked.jpg", "marked")
    assert corner(second) == (0, 0, 255) and second.headers["ETag"] != first.headers["ETag"]

    assert site.call("PUT", path, {"alias": "sites-renamed"}, data=blue).json()["alias"] == "sites-renamed"
    assert site.image("marked.jpg", "marked").status_code == 422, "the rule names a mark that is not there"
    assert pointers(site.call("PUT", path, {"alias": "A b"}, data=blue)) == {"/metadata/alias"}
    assert site.call("PUT", path, data=b"no picture").status_code == 415
    assert site.call("PUT", path, data=b"").status_code == 400
    assert site.call("DELETE", path).status_code == 200
    assert site.call("GET", path).status_code == 404
    assert site.call("DELETE", path).status_code == 404


def test_the_quota_of_a_tenant_is_the_operators_to_set(service, site):
    house = Operator(service)
    path = f"{site.path}/quota"
    assert site.call("GET", path).json() == {"objects": None, "bytes": None}
    assert site.call("PUT", path, json={"objects": 1}).status_code == 403
    assert house.call("PUT", path, json={"objects": 1000000}).json() == {"objects": 1000000, "bytes": None}
    assert site.call("GET", path).json()["objects"] == 1000000
    assert pointers(house.call("PUT", path, json={"bytes": -1, "x": 1})) == {"/bytes", "/x"}
    assert house.call("PUT", "/tenants/00000000-0000-4000-8000-000000000000/quota", json={}).status_code == 404
    house.call("PUT", path, json={})


def test_a_host_name_is_registered_once(site, other):
    made = site.call("POST", f"{site.path}/distributions", json={"dns_name": "IMG.Sites.Example."})
    assert made.status_code == 202 and made.json()["dns_name"] == "img.sites.example"
    path = f"{site.path}/distributions/{made.json()['id']}"
    assert made.headers["Location"].endswith(made.json()["id"])
    assert site.call("GET", path).json() == made.json()
    assert made.json() in site.call("GET", f"{site.path}/distributions").json()
    assert other.call("POST", f"{other.path}/distributions", json={"dns_name": "img.sites.example"}).status_code == 409
    assert other.call("GET", f"{other.path}/distributions/{made.json()['id']}").status_code == 404
    assert site.call("PUT", path, json={"auto_format": True}).json()["auto_format"] is True
    for bad in ("", "localhost", "127.0.0.1", "[::1]", "a..b", "-a.example", "a b.example", "img.example:80", "http://a.example",
                "é.example", "*.example.com", "a" * 64 + ".example", ".".join(["a" * 60] * 5)):
        assert pointers(site.call("POST", f"{site.path}/distributions", json={"dns_name": bad})) == {"/dns_name"}, bad
    assert site.call("DELETE", path).status_code == 202
    assert site.call("GET", path).status_code == 404


def test_the_installations_own_names_are_nobodys(tmp_path):
    running = Service(tmp_path, "--fetch-own-hosts", "Img.Own.Example, cdn.own.example")
    try:
        tenant = Tenant(running, "squatter")
        for name in ("img.own.example", "CDN.own.example."):
            refused = tenant.call("POST", f"{tenant.path}/distributions", json={"dns_name": name})
            assert pointers(refused) == {"/dns_name"}, name
        assert tenant.call("POST", f"{tenant.path}/distributions", json={"dns_name": "own.example"}).status_code == 202
    finally:
        running.kill()


HOSTILE = ["..", "%2e%2e", "%2E%2E%2F", "..%5c", "%252e%252e%252f", "%00", "a%00b", "%c0%ae%c0%ae", "%ff", "a%2fb", "%2f", ".", "%2e",
           "a" * 300, "a" * 2000, "A", "SITES-SHOP", "sites-shop%20", "sites-shop.", "CON", "sites%2Dshop%0a", "%EF%BD%93ites-shop",
           "sites\u2010shop", "sites-sh\u043ep", "'%20OR%201=1--", "%25", "*", "sites-shop@1", "sites-shop%40live"]


def raw(service, listener, target):
    connection = http.client.HTTPConnection(getattr(service, listener).removeprefix("http://"), timeout=10)
    connection.putrequest("GET", target.encode().decode("latin-1"), skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_anywhere_else(site, name):
    """Wherever a name stands in a path: 400 or 404, and never another thing."""
    site.upload("safe.jpg", pictures.jpeg(30, 30))
    name = urllib.parse.quote(name, safe="%.'*@=-")
    patterns = [f"{site.path}/domains/{{}}", f"{site.path}/domains/{{}}/buckets", f"{site.domain_path}/buckets/{{}}",
                f"{site.domain_path}/rules/{{}}", f"{site.domain_path}/rules/{{}}/revisions",
                f"{site.domain_path}/watermarks/{{}}", f"{site.path}/distributions/{{}}",
                f"{site.domain_path}/buckets/{{}}/objects/safe.jpg", f"{site.bucket_path}/objects/{{}}"]
    for pattern in patterns:
        path = pattern.format(name)
        token = urllib.parse.urlencode({"jwt": site.token("GET", path), "AccessKeyId": site.key_id})
        status, body = raw(site.service, "mgmt", f"/api/v1{path}?{token}")
        assert status in (400, 404), (path, status, body)
    for pattern in ("/{}/statics/safe.jpg", "/{}/images/safe.jpg?rule=x", "/sites-shop/statics/{}", "/sites-shop/images/{}?rule=x",
                    f"{site.domain_path}/buckets/{{}}/statics/safe.jpg", f"{site.path}/domains/{{}}/buckets/sites-shop/statics/safe.jpg"):
        status, body = raw(site.service, "fetch", "/api/v1" + pattern.format(name))
        assert status in (400, 404), (pattern, name, status, body)


def test_unicode_twins_are_two_names(site):
    composed, decomposed = unicodedata.normalize("NFC", "café.jpg"), unicodedata.normalize("NFD", "café.jpg")
    first, second = pictures.jpeg(31, 30), pictures.jpeg(32, 30)
    assert site.upload(composed, first).status_code == 201
    assert site.static(urllib.parse.quote(decomposed)).status_code == 404
    assert site.upload(decomposed, second).status_code == 201
    assert site.static(urllib.parse.quote(composed)).content == first
    assert site.static(urllib.parse.quote(decomposed)).content == second


def test_things_are_named_by_id_and_alias_everywhere(site):
    rule = site.add_rule("by-both", {"format": "png"})
    site.upload("both.jpg", pictures.jpeg(20, 20))
    domain = site.call("GET", site.domain_path).json()
    for domain_name in (domain["id"], domain["name"], domain["id"].upper()):
        for bucket in (site.bucket, "sites-shop"):
            assert site.call("GET", f"{site.path}/domains/{domain_name}/buckets/{bucket}").status_code == 200
            for rule_name in (rule, "by-both", f"{rule}@1"):
                url = f"{site.service.fetch}/api/v1{site.path}/domains/{domain_name}/buckets/{bucket}/images/both.jpg"
                assert requests.get(url, params={"rule": rule_name}, timeout=10).status_code == 200


def test_a_placeholder_is_shown_where_there_is_no_picture(site):
    browser = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}
    site.add_rule("card", {"format": "jpg", "actions": [{"resize": {"width": 40, "height": 40, "fit": "crop"}}]})
    assert site.upload("grey.png", pictures.jpeg(200, 100)).status_code == 201
    assert site.call("PUT", site.bucket_path, json={"placeholder": "grey.png"}).json()["placeholder"] == "grey.png"
    shown = site.image("none.jpg", "card", headers=browser)
    assert shown.status_code == 404 and shown.headers["Content-Type"] == "image/jpeg"
    assert pictures.decode(shown.content).size == (40, 40)
    assert shown.headers["X-Calotype-Degraded"] == "placeholder" and shown.headers["X-Calotype-Error"] == "no-such-object"
    assert site.image("none.jpg", "card").headers["Content-Type"] == "application/problem+json"
    assert pointers(site.call("PUT", site.bucket_path, json={"placeholder": "x" * 1025})) == {"/placeholder"}
    assert site.call("PUT", site.bucket_path, json={"placeholder": ""}).json()["placeholder"] == ""
    assert site.image("none.jpg", "card", headers=browser).headers["Content-Type"] == "application/problem+json"

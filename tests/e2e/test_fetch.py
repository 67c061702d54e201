"""The fetch API: rules in tokens, default rules, private buckets, host names, and what caches are told."""

import json
import time

import pictures
import pytest
import requests
from jose import jwt
from service import Tenant

WIDE = {"format": "png", "actions": [{"resize": {"width": 77}}]}


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "fetcher")
    tenant.open_shop("fetch-shop")
    tenant.upload("a/photo.jpg", pictures.jpeg(600, 400))
    tenant.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
    return tenant


@pytest.fixture(scope="module")
def safe(service, site):
    """A private bucket of the same tenant."""
    site.create(f"{site.domain_path}/buckets", json={"name": "fetch-safe", "statics": True, "private": True,
                                                     "cache": {"max_age": 3600}})
    path = f"{site.domain_path}/buckets/fetch-safe"
    assert site.call("POST", f"{path}/objects", {"oid": "secret.jpg"}, data=pictures.jpeg(60, 40)).status_code == 201
    return path


def signed(tenant, path, metadata=None, rqs=None, **claims):
    payload = {"rqs": f"GET\\{rqs or path}", "metadata": metadata or {}, **claims}
    return {"jwt": jwt.encode(payload, tenant.private_key, algorithm="RS512"), "AccessKeyId": tenant.key_id}


def fetch(tenant, path, params=None, **arguments):
    return requests.get(f"{tenant.service.fetch}/api/v1{path}", params=params, timeout=30, **arguments)


def width(answer):
    assert answer.status_code == 200, answer.text
    return pictures.decode(answer.content).width


@pytest.mark.parametrize("as_text", [False, True])
def test_a_rule_in_the_token_by_both_shapes(site, as_text):
    metadata = {"rule": json.dumps(WIDE) if as_text else WIDE}
    for path in ("/fetch-shop/images/a/photo.jpg", f"{site.bucket_path}/images/a/photo.jpg"):
        answer = fetch(site, path, signed(site, path, metadata))
        assert width(answer) == 77
        assert answer.headers["Cache-Control"].startswith("public, max-age=3600")
    head = requests.head(answer.url, timeout=10)
    assert head.status_code == 200 and head.headers["ETag"] == answer.headers["ETag"]


def test_a_wildcard_covers_many_objects(site):
    site.upload("b/other.jpg", pictures.jpeg(300, 200))
    token = signed(site, "/fetch-shop/images/*", {"rule": WIDE})
    assert width(fetch(site, "/fetch-shop/images/a/photo.jpg", token)) == 77
    assert width(fetch(site, "/fetch-shop/images/b/other.jpg", token)) == 77
    assert fetch(site, f"{site.bucket_path}/images/a/photo.jpg", token).status_code == 401
    narrow = signed(site, "/fetch-shop/images/a/*.jpg", {"rule": WIDE})
    assert fetch(site, "/fetch-shop/images/b/other.jpg", narrow).status_code == 401


def test_a_rule_in_a_token_has_the_limits_of_a_stored_one(site):
    path = "/fetch-shop/images/a/photo.jpg"
    bad = fetch(site, path, signed(site, path, {"rule": {"actions": [{"resize": {"widht": 1}}], "quality": 101}}))
    assert bad.status_code == 422 and bad.json()["code"] == "invalid-rule"
    assert {error["pointer"] for error in bad.json()["errors"]} >= {"/actions/0/resize/widht", "/quality"}
    for rule in ([], 7, "no rule", "{", {"actions": [{"resize": {"width": 99999}}]}):
        assert fetch(site, path, signed(site, path, {"rule": rule})).status_code == 422, rule
    large = {"actions": [{"resize": {"width": 10000, "height": 10000, "fit": "scale", "enlarge": True}}]}
    refused = fetch(site, path, signed(site, path, {"rule": large}))
    assert refused.status_code == 422 and refused.json()["code"] == "result-too-large"


def test_a_token_that_proves_nothing_gives_nothing(service, site):
    path = "/fetch-shop/images/a/photo.jpg"
    good = signed(site, path, {"rule": WIDE})
    stranger = Tenant(service, "fetch-stranger")
    for params in ({**good, "jwt": good["jwt"][:-4] + "AAAA"}, {"jwt": good["jwt"]}, {**good, "AccessKeyId": stranger.key_id},
                   signed(site, path, {"rule": WIDE}, exp=int(time.time()) - 3600),
                   signed(site, path, {"rule": WIDE}, rqs="/fetch-shop/images/b/other.jpg"), {"jwt": "x.y.z"}):
        assert fetch(site, path, params).status_code == 401
    assert fetch(site, path, signed(stranger, path, {"rule": WIDE})).status_code == 404, "another's bucket"
    assert fetch(site, path, signed(site, path)).status_code == 404, "no rule in it, and the bucket has no default"
    both = fetch(site, path, {**signed(site, path, {"rule": WIDE}), "rule": ""})
    assert width(both) == 77


def test_parameters_are_snapped_and_signed_ones_stay_signed(site):
    rule = {"version": "2026-01", "format": "png", "actions": [{"resize": {"width": "$w", "height": "$h", "fit": "scale"}}],
            "params": {"w": {"type": "int", "min": 40, "max": 120, "step": 40, "default": 80, "signed": False},
                       "h": {"type": "int", "min": 10, "max": 90, "default": 30}}}
    path = "/fetch-shop/images/a/photo.jpg"

    def size(metadata, **query):
        answer = fetch(site, path, {**signed(site, path, metadata), **query})
        assert answer.status_code == 200, answer.text
        return pictures.decode(answer.content).size

    assert size({"rule": rule}) == (80, 30)
    assert size({"rule": rule, "params": {"h": 44}}, w="50") == (40, 44)
    assert size({"rule": rule, "params": {"h": "12"}}, w="9999") == (120, 12)
    forbidden = fetch(site, path, {**signed(site, path, {"rule": rule}), "h": "44"})
    assert forbidden.status_code == 400 and forbidden.json()["code"] == "bad-parameter"
    assert fetch(site, path, {**signed(site, path, {"rule": rule}), "w": "wide"}).status_code == 400
    assert fetch(site, path, signed(site, path, {"rule": rule, "params": [1]})).status_code == 422


def test_a_proof_that_ends_bounds_the_caches(site):
    path = "/fetch-shop/images/a/photo.jpg"
    answer = fetch(site, path, signed(site, path, {"rule": WIDE}, exp=int(time.time()) + 100))
    age = int(answer.headers["Cache-Control"].split("max-age=")[1].split(",")[0])
    assert 0 < age <= 100 and "stale" not in answer.headers["Cache-Control"]


def test_the_default_rule_serves_what_names_none(site):
    site.create(f"{site.domain_path}/buckets", json={"name": "fetch-default", "default_rule": "plain"})
    bucket = f"{site.domain_path}/buckets/fetch-default"
    site.call("POST", f"{bucket}/objects", {"oid": "x.jpg"}, data=pictures.jpeg(200, 100))
    assert width(fetch(site, "/fetch-default/images/x.jpg")) == 50
    assert fetch(site, "/fetch-shop/images/a/photo.jpg").status_code == 404, "no default: originals are not public"
    site.add_rule("wider", {"format": "jpg", "actions": [{"resize": {"width": 90}}]})
    assert site.call("PUT", bucket, json={"default_rule": "wider@1"}).status_code == 200
    assert width(fetch(site, "/fetch-default/images/x.jpg")) == 90
    assert width(fetch(site, "/fetch-default/images/x.jpg", {"rule": "plain"})) == 50
    site.call("PUT", bucket, json={"default_rule": ""})
    assert fetch(site, "/fetch-default/images/x.jpg").json()["code"] == "no-rule"


def test_a_private_bucket_asks_for_proof(service, site, safe):
    stranger = Tenant(service, "fetch-outsider")
    for path, params in (("/fetch-safe/images/secret.jpg", {"rule": "plain"}), ("/fetch-safe/statics/secret.jpg", {}),
                         (f"{safe}/images/secret.jpg", {"rule": "plain"})):
        bare = fetch(site, path, params)
        assert bare.status_code == 401 and "public" not in bare.headers.get("Cache-Control", "")
        assert fetch(site, path, {**params, **signed(stranger, path)}).status_code == 404
        let_in = fetch(site, path, {**params, **signed(site, path)})
        assert let_in.status_code == 200 and let_in.headers["Cache-Control"].startswith("private, max-age=3600")
        assert fetch(site, path, {**params, **signed(site, "/fetch-safe/*" if path.startswith("/fetch") else f"{safe}/*")}
                     ).status_code == 200
    site.call("PUT", safe, json={"private": False})
    assert fetch(site, "/fetch-safe/statics/secret.jpg").status_code == 200
    site.call("PUT", safe, json={"private": True})
    assert fetch(site, "/fetch-safe/statics/secret.jpg").status_code == 401, "in force at once"


def test_statics_need_a_token_where_the_bucket_does_not_serve_them(site):
    site.create(f"{site.domain_path}/buckets", json={"name": "fetch-closed", "statics": False})
    content = pictures.jpeg(64, 48)
    site.call("POST", f"{site.domain_path}/buckets/fetch-closed/objects", {"oid": "o.jpg"}, data=content)
    path = "/fetch-closed/statics/o.jpg"
    assert fetch(site, path).status_code == 401
    whole = fetch(site, path, signed(site, path))
    assert whole.content == content and whole.headers["Cache-Control"].startswith("private")
    part = fetch(site, path, signed(site, path), headers={"Range": "bytes=5-9", "If-Range": whole.headers["ETag"]})
    assert part.status_code == 206 and part.content == content[5:10]
    changed = fetch(site, path, signed(site, path), headers={"Range": "bytes=5-9", "If-Range": '"other"'})
    assert changed.status_code == 200 and changed.content == content


def test_a_host_name_serves_its_tenant_only(service, site):
    other = Tenant(service, "host-owner")
    other.open_shop("fetch-hosted")
    other.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
    other.upload("photo.jpg", pictures.jpeg(200, 100))
    made = other.call("POST", f"{other.path}/distributions", json={"dns_name": "img.hosted.example"}).json()

    def get(path, host):
        return fetch(site, path, {"rule": "plain"}, headers={"Host": host, "Accept": "image/webp,*/*"})

    for host in ("img.hosted.example", "IMG.Hosted.Example:8080", "img.hosted.example."):
        assert get("/fetch-hosted/images/photo.jpg", host).status_code == 200, host
        hidden, absent = get("/fetch-shop/images/a/photo.jpg", host), get("/fetch-nowhere/images/a/photo.jpg", host)
        assert hidden.status_code == absent.status_code == 404 and hidden.json()["code"] == absent.json()["code"]
        assert get("/fetch-shop/statics/a/photo.jpg", host).status_code == 404
        assert get(f"{site.bucket_path}/images/a/photo.jpg", host).status_code == 404
        forwarded = fetch(site, "/fetch-shop/images/a/photo.jpg", {"rule": "plain"},
                          headers={"Host": host, "X-Forwarded-Host": "elsewhere.example"})
        assert forwarded.status_code == 404
    assert get("/fetch-shop/images/a/photo.jpg", "img.nobody.example").status_code == 200

    plain = get("/fetch-hosted/images/photo.jpg", "img.hosted.example")
    assert plain.headers["Content-Type"] == "image/jpeg" and "Vary" not in plain.headers
    other.call("PUT", f"{other.path}/distributions/{made['id']}", json={"auto_format": True})
    modern = get("/fetch-hosted/images/photo.jpg", "img.hosted.example")
    assert modern.headers["Content-Type"] == "image/webp" and modern.headers["Vary"] == "Accept"
    old = fetch(site, "/fetch-hosted/images/photo.jpg", {"rule": "plain"}, headers={"Host": "img.hosted.example", "Accept": "*/*"})
    assert old.headers["Content-Type"] == "image/jpeg" and old.headers["Vary"] == "Accept"
    assert get("/fetch-hosted/images/photo.jpg", "127.0.0.1").headers["Content-Type"] == "image/jpeg"
    other.call("DELETE", f"{other.path}/distributions/{made['id']}")
    assert get("/fetch-shop/images/a/photo.jpg", "img.hosted.example").status_code == 200


def test_documents_are_off(site):
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    refused = site.upload("paper.pdf", pdf)
    assert refused.status_code == 415
    assert fetch(site, "/fetch-shop/documents/paper.pdf", {"rule": "plain"}).status_code == 404

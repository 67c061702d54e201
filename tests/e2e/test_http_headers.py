"""What every kind of answer tells browsers and caches: negotiation, Cache-Control, types, methods."""

import time

import pictures
import pytest
import requests
from jose import jwt
from service import Tenant
from wire import ask, seconds_of

CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
# Name; Accept lines; the format that a rule with "auto" gives for a JPEG.
ACCEPTS = [
    ("none", [], "jpeg"),
    ("anything", ["*/*"], "jpeg"),
    ("any picture", ["image/*"], "jpeg"),
    ("empty", [""], "jpeg"),
    ("webp", ["image/webp"], "webp"),
    ("webp beside anything", ["image/webp,*/*"], "webp"),
    ("in capitals", ["IMAGE/WEBP"], "webp"),
    ("refused", ["image/webp;q=0, */*"], "jpeg"),
    ("refused with zeros", ["image/webp;q=0.000"], "jpeg"),
    ("hardly wanted", ["image/webp;q=0.001"], "webp"),
    ("a browser with AVIF", [CHROME], "avif"),
    ("a browser that refuses AVIF", [CHROME.replace("image/avif", "image/avif;q=0")], "webp"),
    ("an old browser", ["image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"], "jpeg"),
    ("on a second line", ["text/html", "image/webp"], "webp"),
    ("a longer name", ["image/webpx"], "jpeg"),
    ("in a quoted parameter", ['text/html;a=", image/webp"'], "jpeg"),
    ("only what we do not write", ["text/html"], "jpeg"),
    ("nonsense", [";;,=,q=1"], "jpeg"),
]


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "headers")
    tenant.open_shop("headers")
    tenant.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
    tenant.add_rule("best", {"format": "auto", "actions": [{"resize": {"width": 50}}]})
    tenant.upload("a.jpg", pictures.jpeg(120, 80))
    tenant.upload("b.png", pictures.encode(pictures.scene(40, 30), "PNG"))
    for name, more in (("headers-private", {"private": True, "statics": True}), ("headers-closed", {"statics": False})):
        tenant.create(f"{tenant.domain_path}/buckets", json={"name": name, "cache": {"max_age": 3600}, **more})
        tenant.call("POST", f"{tenant.domain_path}/buckets/{name}/objects", {"oid": "a.jpg"}, data=pictures.jpeg(120, 80))
    return tenant


def token(site, path, metadata=None, **claims):
    return jwt.encode({"rqs": f"GET\\{path}", "metadata": metadata or {}, **claims}, site.private_key, algorithm="RS512")


def by_query(site, path, metadata=None, **claims):
    return f"{path}?AccessKeyId={site.key_id}&jwt={token(site, path, metadata, **claims)}"


def by_field(site, path, metadata=None):
    return [("Authorization", f"Bearer {token(site, path, metadata)}"), ("X-Access-Key-Id", site.key_id)]


def directives(answer):
    return dict(part.strip().partition("=")[::2] for part in answer.get("Cache-Control").split(","))


@pytest.mark.parametrize("accepts, kind", [case[1:] for case in ACCEPTS], ids=[case[0] for case in ACCEPTS])
def test_negotiation(service, site, accepts, kind):
    fields = [("Accept", line) for line in accepts]
    answer = ask(service.fetch, "/headers/images/a.jpg?rule=best", fields)
    assert answer.status == 200 and answer.get("Content-Type") == f"image/{kind}" and answer.get("Vary") == "Accept"
    assert kind == "avif" or pictures.decode(answer.body).format == kind.upper()
    fixed = ask(service.fetch, "/headers/images/a.jpg?rule=plain", fields)
    assert fixed.get("Content-Type") == "image/jpeg" and fixed.get("Vary") is None


def test_one_class_of_accepts_is_one_rendition(service, site):
    tags = {accept: ask(service.fetch, "/headers/images/a.jpg?rule=best", [("Accept", accept)]).get("ETag")
            for accept in ("image/webp", "image/webp,*/*;q=0.1", "text/html,image/webp;q=0.9", "*/*", "image/jpeg", CHROME)}
    assert len(set(tags.values())) == 3
    assert tags["image/webp"] == tags["image/webp,*/*;q=0.1"] == tags["text/html,image/webp;q=0.9"]


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (X11; Linux x86_64) Chrome/140", "Mozilla/5.0 (iPhone) Safari/604", "curl/8", ""])
def test_the_user_agent_decides_nothing(service, site, agent):
    plain = ask(service.fetch, "/headers/images/a.jpg?rule=best", [("Accept", "image/webp")])
    answer = ask(service.fetch, "/headers/images/a.jpg?rule=best", [("Accept", "image/webp"), ("User-Agent", agent)])
    assert answer.lasting() == plain.lasting() and answer.body == plain.body


# Kind of answer; how it is asked for; Cache-Control; Vary.
def kinds(site):
    statics, closed, private = "/headers/statics/a.jpg", "/headers-closed/statics/a.jpg", "/headers-private/images/a.jpg"
    rule = {"rule": {"format": "png", "actions": [{"resize": {"width": 20}}]}}
    image = "/headers/images/a.jpg"
    swr = {"max-age": "3600", "stale-while-revalidate": "60"}
    return {
        "public rendition": (image + "?rule=plain", [], {"public": "", **swr}, None),
        "negotiated rendition": (image + "?rule=best", [], {"public": "", **swr}, "Accept"),
        "public original": (statics, [], {"public": "", "max-age": "3600"}, None),
        "rule in a token": (by_query(site, image, rule), [], {"public": "", **swr}, None),
        "rule in a field's token": (image, by_field(site, image, rule), {"private": "", **swr}, "Authorization"),
        "original by token": (by_query(site, closed), [], {"private": "", "max-age": "3600"}, None),
        "original by a field's token": (closed, by_field(site, closed), {"private": "", "max-age": "3600"}, "Authorization"),
        "private rendition": (by_query(site, private) + "&rule=plain", [], {"private": "", **swr}, None),
        "private rendition by a field's token": (private + "?rule=best", by_field(site, private), {"private": "", **swr},
                                                 "Accept, Authorization"),
        "no such object": ("/headers/images/none.jpg?rule=plain", [], {"public": "", "max-age": "10"}, None),
        "no such rule": (image + "?rule=none", [], {"public": "", "max-age": "10"}, None),
        "no such bucket": ("/headers-none/statics/a.jpg", [], {"public": "", "max-age": "10"}, None),
        "no such object by token": (by_query(site, "/headers/images/none.jpg", rule), [], {"no-store": ""}, None),
        "no proof": (private + "?rule=plain", [], {"no-store": ""}, None),
        "bad parameter": (image + "?rule=plain&rule=best", [], {"no-store": ""}, None),
        "bad rule": (by_query(site, image, {"rule": {"quality": 101}}), [], {"no-store": ""}, None),
        "the document": ("/openapi.yaml", [], {"public": "", "max-age": "300"}, None),
    }


KINDS = ["public rendition", "negotiated rendition", "public original", "rule in a token", "rule in a field's token",
         "original by token", "original by a field's token", "private rendition", "private rendition by a field's token",
         "no such object", "no such rule", "no such bucket", "no such object by token", "no proof", "bad parameter", "bad rule",
         "the document"]


@pytest.mark.parametrize("name", KINDS)
def test_cache_control_and_vary(service, site, name):
    assert set(kinds(site)) == set(KINDS)
    target, fields, wanted, vary = kinds(site)[name]
    answer = ask(service.fetch, target, fields)
    head = ask(service.fetch, target, fields, method="HEAD")
    # An answer that says when it was asked (a problem's request id) has a length of its own for each.
    assert answer.lasting() == head.lasting() and head.body == b""
    assert directives(answer) == wanted and answer.get("Vary") == vary
    assert answer.get("X-Content-Type-Options") == "nosniff"
    assert answer.get("Age") is None and answer.get("Set-Cookie") is None
    assert abs(seconds_of(answer.get("Date")) - time.time()) < 5
    assert answer.get("Content-Length") == str(len(answer.body))
    if answer.status >= 400:
        assert answer.get("Content-Type") == "application/problem+json" and answer.get("ETag") is None


@pytest.mark.parametrize("target", ["/headers/images/a.jpg?rule=plain", "/headers/statics/a.jpg"])
def test_what_a_token_ends_no_cache_keeps_longer(service, site, target):
    path = target.partition("?")[0].replace("/headers/", "/headers-private/")
    rest = "&rule=plain" if "?" in target else ""
    answer = ask(service.fetch, by_query(site, path, exp=int(time.time()) + 100) + rest)
    assert answer.status == 200
    told = directives(answer)
    assert "private" in told and 90 <= int(told["max-age"]) <= 100 and "stale-while-revalidate" not in told


@pytest.mark.parametrize("name, kind, length", [("a.jpg", "image/jpeg", None), ("b.png", "image/png", None)])
def test_originals_say_what_they_are(service, site, name, kind, length):
    answer = ask(service.fetch, f"/headers/statics/{name}")
    assert answer.get("Content-Type") == kind
    assert answer.get("Content-Disposition") == f'inline; filename="{name}"'
    assert answer.get("Content-Length") == str(len(answer.body))


@pytest.mark.parametrize("target", ["/headers/images/a.jpg?rule=plain", "/headers/statics/a.jpg", "/headers/statics/none.jpg"])
def test_no_field_of_the_request_comes_back(service, site, target):
    plain = ask(service.fetch, target)
    answer = ask(service.fetch, target, [("Origin", "https://evil.example"), ("X-Forwarded-Host", "evil.example"),
                                         ("X-Forwarded-Proto", "evil"), ("Forwarded", "host=evil.example"),
                                         ("Referer", "https://evil.example/"), ("Cookie", "a=evil"),
                                         ("Access-Control-Request-Method", "GET")])
    assert answer.status == plain.status
    assert [name for name, _ in answer.lasting()] == [name for name, _ in plain.lasting()]
    assert not any("evil" in value for _, value in answer.fields)
    assert answer.get("Access-Control-Allow-Origin") is None and answer.get("Access-Control-Allow-Credentials") is None


def test_a_request_id_is_kept_where_it_is_one(service, site):
    own = "6f1c2d9e-1111-4222-8333-444455556666"
    assert ask(service.fetch, "/headers/statics/a.jpg", [("X-Request-Id", own)]).get("X-Request-Id") == own
    other = ask(service.fetch, "/headers/statics/a.jpg", [("X-Request-Id", "not one")]).get("X-Request-Id")
    assert other != "not one" and len(other) == 36


METHODS = [("POST", "/headers/images/a.jpg?rule=plain"), ("PUT", "/headers/statics/a.jpg"), ("DELETE", "/headers/statics/a.jpg"),
           ("PATCH", "/headers/statics/a.jpg"), ("TRACE", "/headers/statics/a.jpg"), ("BREW", "/headers/statics/a.jpg"),
           ("POST", "/openapi.yaml")]


@pytest.mark.parametrize("method, target", METHODS)
def test_other_methods(service, site, method, target):
    answer = ask(service.fetch, target, method=method)
    assert answer.status == 405
    assert {"GET", "HEAD"} <= {name.strip() for name in answer.get("Allow").split(",")}
    assert answer.get("Cache-Control") == "no-store" and answer.get("X-Content-Type-Options") == "nosniff"


# The management API: nothing of it is for caches.

def managed(site, method, path, metadata=None, fields=(), **more):
    return site.call(method, path, metadata, headers=dict(fields), **more)


def test_the_management_api_is_for_no_cache(site):
    paths = [site.path, site.domain_path, site.bucket_path, f"{site.bucket_path}/objects", f"{site.bucket_path}/objects/a.jpg",
             f"{site.domain_path}/rules", f"{site.domain_path}/rules/plain", f"{site.path}/access-keys", f"{site.path}/nothing",
             f"{site.bucket_path}/objects/none.jpg", f"{site.bucket_path}/metadata/a.jpg"]
    for path in paths:
        for method in ("GET", "HEAD"):
            answer = managed(site, method, path)
            assert answer.headers["Cache-Control"] == "no-store", (path, answer.status_code)
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Date"]


@pytest.mark.parametrize("fields, status", [
    ([("If-None-Match", "{tag}")], 304), ([("If-None-Match", "W/{tag}")], 304), ([("If-None-Match", '"other"')], 200),
    ([("If-Match", '"other"')], 412), ([("If-Match", "{tag}")], 200), ([("Range", "bytes=0-9")], 206),
    ([("Range", "bytes=99999999-")], 416), ([("Range", "bytes=0-9"), ("If-Range", '"other"')], 200)])
def test_an_original_by_the_management_api(site, fields, status):
    path = f"{site.bucket_path}/objects/a.jpg"
    whole = managed(site, "GET", path)
    assert whole.status_code == 200
    answer = managed(site, "GET", path, fields=[(name, value.format(tag=whole.headers["ETag"])) for name, value in fields])
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 206:
        assert answer.content == whole.content[:10]
    if status == 304:
        assert answer.content == b"" and answer.headers["ETag"] == whole.headers["ETag"]


def test_created_only_once_and_replaced_only_if(site):
    content = pictures.jpeg(32, 24)
    path, metadata = f"{site.bucket_path}/objects", {"oid": "once.jpg"}
    first = managed(site, "POST", path, metadata, [("If-None-Match", "*")], data=content)
    assert first.status_code == 201
    assert managed(site, "POST", path, metadata, [("If-None-Match", "*")], data=content).status_code == 412
    assert managed(site, "POST", path, metadata, data=content).status_code == 409
    assert managed(site, "POST", path, metadata, [("If-Match", '"other"')], data=content).status_code == 412
    assert managed(site, "POST", path, metadata, [("If-Match", "W/" + first.headers["ETag"])], data=content).status_code == 412
    assert managed(site, "POST", path, metadata, [("If-Match", first.headers["ETag"])], data=pictures.jpeg(33, 24)).ok
    assert managed(site, "DELETE", f"{path}/once.jpg", metadata, [("If-Match", first.headers["ETag"])]).status_code == 412


def test_too_much_is_refused_and_the_connection_ends(service, site):
    answer = requests.post(f"{service.mgmt}/api/v1/tenants", data=b"{" + b" " * 200_000 + b"}", timeout=10)
    assert answer.status_code == 413 and answer.headers["Connection"] == "close"

"""Signed URLs (wire-formats 6.5), signed here by the description of the scheme alone."""

import base64
import hashlib
import hmac
import subprocess
import time
import urllib.parse

import pictures
import pytest
import requests
from service import BIN, Tenant


class Gallery(Tenant):
    """A tenant with a private bucket and a signing key."""

    def __init__(self, service, alias):
        super().__init__(service, alias)
        self.open_shop(alias)
        self.add_rule("small", {"format": "png", "actions": [{"resize": {"width": 20}}]})
        self.upload("a b/ü.jpg", pictures.jpeg(60, 40))
        change = self.call("PUT", self.bucket_path, json={"private": True})
        assert change.status_code == 200
        self.host = service.fetch.removeprefix("http://")
        self.key = self.new_key()

    def new_key(self, **fields):
        answer = self.call("POST", f"{self.path}/signing-keys", json=fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def url(self, kind="images", query=(("rule", "small"),), lives=60, key=None, alias=None):
        key = key or self.key
        path = f"/api/v1/{alias or self.alias}/{kind}/a%20b/%C3%BC.jpg"
        pairs = [*query, ("exp", str(int(time.time()) + lives)), ("kid", key["id"])]
        sorted_query = "&".join(sorted(urllib.parse.urlencode([pair]) for pair in pairs))
        text = f"GET\n{self.host}\n{path}\n{sorted_query}"
        secret = base64.urlsafe_b64decode(key["secret"] + "=")
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        return f"http://{self.host}{path}?{sorted_query}&sig={base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.fixture(scope="module")
def gallery(service):
    return Gallery(service, "gallery")


def status(url, **arguments):
    return requests.get(url, timeout=20, **arguments).status_code


def test_a_signed_url_opens_a_private_bucket_and_may_be_cached_until_it_ends(gallery):
    assert status(f"http://{gallery.host}/api/v1/gallery/images/a%20b/%C3%BC.jpg?rule=small") == 401

    answer = requests.get(gallery.url(), timeout=20)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    directives = answer.headers["Cache-Control"].split(", ")
    assert directives[0] == "public" and "must-revalidate" in directives
    assert 50 <= int(directives[1].removeprefix("max-age=")) <= 60
    assert not any(directive.startswith("stale") for directive in directives)
    assert requests.head(gallery.url(), timeout=20).status_code == 200
    tag = answer.headers["ETag"]
    assert status(gallery.url(), headers={"If-None-Match": tag}) == 304
    part = requests.get(gallery.url("statics", query=()), headers={"Range": "bytes=0-9"}, timeout=20)
    assert part.status_code == 206 and len(part.content) == 10


def test_what_was_not_signed_is_refused_in_one_voice(gallery):
    good = gallery.url()
    bodies = set()
    for bad in (good + "&w=3", good.replace("rule=small", "rule=other"), good.replace("%C3%BC", "o"),
                good.replace("exp=", "exp=1"), gallery.url(lives=-61), gallery.url(lives=-10**9), good[:-22],
                good.replace("&sig=", "&sig=AAAA&sig="), good.replace("kid=", "kid=x"),
                gallery.url(key={"id": "00000000-0000-4000-8000-000000000000", "secret": "A" * 43})):
        answer = requests.get(bad, timeout=20)
        assert answer.status_code == 401, bad
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.json()
        bodies.add((body["type"], body["title"], body["detail"]))
    assert len(bodies) == 1
    token = gallery.token("GET", "/gallery/images/*")
    assert status(good + f"&jwt={token}&AccessKeyId={gallery.key_id}") == 401, "two proofs at once"
    assert status(good, headers={"Host": "elsewhere.example"}) == 401
    assert status(good) == 200


def test_another_tenants_key_opens_nothing(service, gallery):
    other = Gallery(service, "museum")

    assert status(other.url()) == 200
    assert status(other.url(alias="gallery")) == 404


def test_keys_are_changed_while_old_urls_live(gallery):
    old = gallery.new_key(description="old")
    new = gallery.new_key(description="new")
    by_old, by_new = gallery.url(key=old), gallery.url(key=new)
    assert [status(by_old), status(by_new)] == [200, 200]
    listed = gallery.call("GET", f"{gallery.path}/signing-keys").json()
    assert all("secret" not in key for key in listed)

    ended = gallery.call("PUT", f"{gallery.path}/signing-keys/{old['id']}", json={"ends": int(time.time()) - 100})
    assert ended.json()["active"] is False
    assert gallery.call("DELETE", f"{gallery.path}/signing-keys/{new['id']}").status_code == 200
    time.sleep(1)
    assert [status(by_old), status(by_new)] == [401, 401]


def test_the_command_line_signs_alike(gallery, tmp_path):
    environment = {"CALOTYPE_FETCH_URL": gallery.service.fetch, "CALOTYPE_BUCKET": "gallery", "HOME": str(tmp_path),
                   "CALOTYPE_SIGNING_KEY_ID": gallery.key["id"], "CALOTYPE_SIGNING_SECRET": gallery.key["secret"]}
    done = subprocess.run([BIN / "calotype", "image", "sign", "a b/ü.jpg", "--rule", "small"], capture_output=True, text=True,
                          env=environment)
    assert done.returncode == 0, done.stderr
    assert status(done.stdout.strip()) == 200

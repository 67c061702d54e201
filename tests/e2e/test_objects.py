"""Objects over the wire: listing, removal and return, notes and expiry, terms of a bucket, conditions, parts."""

import base64
import hashlib
import os
import time

import pictures
import pytest
import requests
from service import Service, Tenant

MIB = 1 << 20


@pytest.fixture(scope="module")
def owner(service):
    tenant = Tenant(service, "collector")
    tenant.open_shop("collection")
    tenant.add_rule("tiny", {"format": "png", "actions": [{"resize": {"width": 10}}]})
    return tenant


@pytest.fixture
def bucket(owner, request):
    """A bucket of its own for each test; gives the path of its objects."""
    made = owner.create(f"{owner.domain_path}/buckets", json={"name": request.node.name.replace("_", "-")[:60], "statics": True})
    return f"{owner.domain_path}/buckets/{made}"


def picture(mark):
    return pictures.jpeg(40, 30) + mark.encode()


def store(owner, bucket, name, content=None, **arguments):
    return owner.call("POST", f"{bucket}/objects", {"oid": name}, data=content or picture(name), **arguments)


def listed(owner, bucket, **query):
    answer = owner.call_with(query, "GET", f"{bucket}/objects")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(page):
    return [entry["object_id"] for entry in page["objects"]]


def problem(answer, status, pointer=None, code=None):
    assert answer.status_code == status, (answer.status_code, answer.text)
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json" and body["detail"]
    assert code is None or body["code"] == code
    assert pointer is None or body["errors"][0]["pointer"] == pointer
    return body


def test_every_page_of_a_listing(owner, bucket):
    for name in ("b", "a/1", "a/2", "ø", "c d"):
        assert store(owner, bucket, name).status_code == 201
    seen, token = [], None
    while True:
        page = listed(owner, bucket, **{"max-keys": 2}, **({"continuation-token": token} if token else {}))
        assert len(page["objects"]) <= 2
        seen += names(page)
        token = page.get("continuation_token")
        if not token:
            break
    assert seen == ["a/1", "a/2", "b", "c d", "ø"]
    entry = listed(owner, bucket, prefix="b")["objects"][0]
    assert entry["size"] == len(picture("b")) and entry["md5"] == hashlib.md5(picture("b")).hexdigest()
    assert abs(entry["last_modified"] / 1000 - time.time()) < 60
    folded = listed(owner, bucket, delimiter="/")
    assert folded["common_prefixes"] == ["a/"] and names(folded) == ["b", "c d", "ø"]
    now = int(time.time())
    assert names(listed(owner, bucket, **{"start-date": now + 60})) == []
    assert len(names(listed(owner, bucket, **{"start-date": now - 60, "end-date": now + 60}))) == 5


@pytest.mark.parametrize("query", [{"max-keys": 0}, {"max-keys": 1001}, {"start-date": "soon"}, {"continuation-token": "AA"},
                                   {"start-date": 9, "end-date": 8}, {"show-recoverable": "maybe"}, {"prefix": "x" * 1025}])
def test_a_listing_that_cannot_be_is_refused(owner, query):
    answer = owner.call_with(query, "GET", f"{owner.bucket_path}/objects")
    assert problem(answer, 422)["errors"][0]["pointer"].lstrip("/") in query


def test_what_is_removed_comes_back(owner, bucket):
    path = f"{bucket}/objects/a/b.jpg"
    marker = f"{bucket}/delete-markers/a/b.jpg"
    store(owner, bucket, "a/b.jpg")
    removed = owner.call("DELETE", path, {"oid": "a/b.jpg"}).json()
    assert removed == {"object_id": "a/b.jpg", "recoverable": True, "purge_id": removed["purge_id"]}
    assert owner.call("GET", path).status_code == 404
    assert names(listed(owner, bucket)) == []
    assert listed(owner, bucket, **{"show-recoverable": "true"})["objects"][0]["deleted"]
    assert owner.call("DELETE", marker).status_code == 200
    assert owner.call("GET", path).content == picture("a/b.jpg")
    owner.call("DELETE", path, {"oid": "a/b.jpg", "force": True})
    problem(owner.call("DELETE", marker), 404)


def test_head_tells_what_get_would(owner, bucket):
    store(owner, bucket, "a.jpg")
    got = owner.call("GET", f"{bucket}/objects/a.jpg")
    head = owner.call("HEAD", f"{bucket}/objects/a.jpg")
    assert head.status_code == 200 and head.content == b""
    for field in ("ETag", "Content-MD5", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[field] == got.headers[field]
    assert got.headers["Content-MD5"] == base64.b64encode(hashlib.md5(picture("a.jpg")).digest()).decode()
    assert owner.call("HEAD", f"{bucket}/objects/none").status_code == 404


def test_notes_and_expiry(owner, bucket):
    store(owner, bucket, "a.jpg")
    notes = f"{bucket}/metadata/a.jpg"
    assert owner.call("GET", notes).json() == {}
    soon = int(time.time()) + 10  # on a busy machine, too, what follows is quicker
    said = {"credit": "Ånn", "x-object-expiration": soon}
    assert owner.call("PUT", notes, json=said).status_code == 204
    assert owner.call("GET", notes).json() == said
    assert owner.call("GET", f"{bucket}/objects/a.jpg").headers["x-object-expiration"] == str(soon)
    problem(owner.call("PUT", notes, json={"credit": 7}), 422, "/credit")
    problem(owner.call("PUT", notes, json={"x-object-expiration": 1}), 422, "/x-object-expiration")
    problem(owner.call("GET", f"{bucket}/metadata/none"), 404)
    alias = owner.call("GET", bucket).json()["aliases"][0]
    url = f"{owner.service.fetch}/api/v1/{alias}/images/a.jpg"
    assert requests.get(url, params={"rule": "tiny"}, timeout=10).status_code == 200
    deadline = time.monotonic() + 30
    while owner.call("GET", f"{bucket}/objects/a.jpg").status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert time.time() >= soon
    problem(owner.call("GET", f"{bucket}/objects/a.jpg"), 404)
    assert names(listed(owner, bucket)) == []
    assert store(owner, bucket, "a.jpg").status_code == 201, "the name is free again"


def test_uncache_makes_renditions_anew(owner):
    owner.upload("again.jpg", picture("again"))
    for name in ("again.jpg", "none.jpg"):
        answer = owner.call("POST", f"{owner.bucket_path}/objects/{name}/uncache")
        assert answer.status_code == (202 if name == "again.jpg" else 404)
    first = owner.image("again.jpg", "tiny")
    assert first.status_code == 200
    assert owner.call("POST", f"{owner.bucket_path}/objects/again.jpg/uncache").status_code == 202
    assert owner.image("again.jpg", "tiny").content == first.content


def test_a_buckets_terms(owner, bucket):
    assert owner.call("PUT", bucket, json={"forbidden_types": ["image/gif"], "quota": {"objects": 2}}).status_code == 200
    problem(store(owner, bucket, "a.gif", pictures.animation(2)), 415)
    assert [store(owner, bucket, name).status_code for name in ("1", "2")] == [201, 201]
    problem(store(owner, bucket, "3"), 409, code="quota-exceeded")
    owner.call("DELETE", f"{bucket}/objects/1", {"oid": "1"})
    assert store(owner, bucket, "3").status_code == 201


def test_conditions_of_writing(owner, bucket):
    tag = store(owner, bucket, "a", picture("1"), headers={"If-None-Match": "*"}).headers["ETag"]
    problem(store(owner, bucket, "a", picture("2"), headers={"If-None-Match": "*"}), 412)
    problem(store(owner, bucket, "a", picture("2")), 409)
    problem(store(owner, bucket, "a", picture("2"), headers={"If-Match": '"0"'}), 412, code="precondition-failed")
    newer = store(owner, bucket, "a", picture("2"), headers={"If-Match": tag})
    assert newer.status_code == 201 and newer.headers["ETag"] != tag
    assert owner.call("GET", f"{bucket}/objects/a").content == picture("2")
    problem(owner.call("PUT", f"{bucket}/metadata/a", json={}, headers={"If-Match": tag}), 412)
    problem(owner.call("DELETE", f"{bucket}/objects/a", headers={"If-Match": tag}), 412)
    assert owner.call("DELETE", f"{bucket}/objects/a", headers={"If-Match": newer.headers["ETag"]}).status_code == 202


class Parts:
    """An upload in parts of one object."""

    def __init__(self, owner, bucket, name):
        self.owner, self.path = owner, f"{bucket}/objects/{name}"
        answer = owner.call_with({"uploads": ""}, "POST", f"{bucket}/objects", {"oid": name})
        assert answer.status_code == 200, answer.text
        self.id = answer.json()["upload_id"]
        assert answer.json()["object_id"] == name

    def call(self, method, query=None, **arguments):
        return self.owner.call_with({"uploadId": self.id, **(query or {})}, method, self.path, **arguments)

    def put(self, number, content, **arguments):
        return self.call("PUT", {"partNumber": number}, data=content, **arguments)

    def there(self):
        return [part["part_number"] for part in self.call("GET").json()["parts"]]


def test_parts_in_any_order_and_again(owner, bucket):
    whole = picture("in parts")
    upload = Parts(owner, bucket, "a/b.jpg")
    md5 = base64.b64encode(hashlib.md5(whole[600:]).digest()).decode()
    assert upload.put(3, whole[600:], headers={"Content-MD5": md5}).status_code == 200
    assert upload.put(1, b"wrong at first").status_code == 200
    problem(upload.call("POST"), 422, code="missing-parts")
    assert upload.put(2, whole[300:600]).status_code == 200
    problem(upload.put(1, whole[:300], headers={"Content-MD5": md5}), 400, code="digest-mismatch")
    assert upload.put(1, whole[:300]).status_code == 200
    assert upload.there() == [1, 2, 3]
    assert owner.call("GET", upload.path).status_code == 404, "nothing is to be seen before its end"
    done = upload.call("POST")
    assert done.status_code == 200 and done.json()["md5"] == hashlib.md5(whole).hexdigest()
    assert owner.call("GET", upload.path).content == whole
    assert upload.call("POST").json() == done.json(), "the answer may have been lost"
    problem(upload.put(4, b"late"), 404)


def test_parts_that_are_given_up(owner, bucket):
    upload = Parts(owner, bucket, "a.jpg")
    upload.put(1, b"x")
    assert upload.call("DELETE").status_code == 204
    problem(upload.call("DELETE"), 404)
    problem(upload.put(1, b"x"), 404)
    problem(upload.call("POST"), 404)


def test_parts_that_cannot_be(owner, bucket):
    upload = Parts(owner, bucket, "a.jpg")
    problem(upload.put(0, b"x"), 422, "/partNumber")
    problem(upload.put(10001, b"x"), 422, "/partNumber")
    problem(owner.call_with({"uploadId": "none", "partNumber": 1}, "PUT", upload.path, data=b"x"), 404)
    problem(owner.call("PUT", upload.path, data=b"x"), 422, "/partNumber")
    problem(owner.call_with({"uploadId": upload.id, "partNumber": 1}, "PUT", f"{bucket}/objects/b.jpg", data=b"x"), 404)
    upload.put(1, b"this is no picture")
    problem(upload.call("POST"), 415)
    assert upload.there() == [1], "it can still be mended"


def test_sixty_megabytes_in_parts(owner, bucket):
    whole = pictures.jpeg(800, 600) + os.urandom(60 * MIB)
    problem(store(owner, bucket, "large.jpg", whole), 413)
    upload = Parts(owner, bucket, "large.jpg")
    for number in reversed(range(8)):
        part = whole[number * 8 * MIB:(number + 1) * 8 * MIB]
        if part:
            assert upload.put(number + 1, part).status_code == 200
    done = upload.call("POST")
    assert done.status_code == 200, done.text
    assert done.json()["size"] == len(whole)
    got = owner.call("GET", upload.path)
    assert hashlib.sha256(got.content).digest() == hashlib.sha256(whole).digest()
    alias = owner.call("GET", bucket).json()["aliases"][0]
    image = requests.get(f"{owner.service.fetch}/api/v1/{alias}/images/large.jpg", params={"rule": "tiny"}, timeout=30)
    assert image.status_code == 200 and pictures.decode(image.content).size == (10, 8)


def test_parts_outlive_a_crash(tmp_path):
    whole = pictures.jpeg(800, 600) + os.urandom(3 * MIB)
    first = Service(tmp_path)
    try:
        owner = Tenant(first, "patient")
        owner.open_shop("patience")
        upload = Parts(owner, owner.bucket_path, "a.jpg")
        assert upload.put(2, whole[2 * MIB:]).status_code == 200
    finally:
        first.kill()
    second = Service(tmp_path)
    try:
        owner.service = second
        assert upload.there() == [2]
        assert upload.put(1, whole[:2 * MIB]).status_code == 200
        assert upload.call("POST").status_code == 200
        assert owner.call("GET", upload.path).content == whole
    finally:
        second.kill()

"""What has had its time goes by itself: expired objects, uploads that were left, bytes that are nobody's."""

import hashlib
import os
import pathlib
import re
import time

import pictures
import pytest
import requests
from service import Service, Tenant

HOUR = 3600


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("house"), "--lifecycle-every-seconds", "1", "--lifecycle-sweep-seconds", "1",
                      "--lifecycle-orphan-seconds", "60", "--upload-abandoned-seconds", "4")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def owner(house):
    tenant = Tenant(house, "mortal")
    tenant.open_shop("mortals")
    return tenant


def blob_of(house, content):
    name = hashlib.sha256(content).hexdigest()
    found = [path for path in pathlib.Path(house.folder, "store").rglob(name) if path.is_file()]
    return found[0] if found else None


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert condition()


def age(path, seconds=2 * HOUR):
    """As if the bytes had come in so long ago."""
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def done(house, chore):
    text = requests.get(f"{house.ops}/metrics", timeout=10).text
    return sum(float(value) for value in re.findall(rf'calotype_lifecycle_done_total{{chore="{chore}"}} (\S+)', text))


def test_what_has_expired_leaves_nothing_behind(house, owner):
    content = pictures.jpeg() + os.urandom(1000)
    soon = int(time.time()) + 2
    answer = owner.call("POST", f"{owner.bucket_path}/objects", {"oid": "brief.jpg", "x-object-expiration": soon}, data=content)
    assert answer.status_code == 201, answer.text
    age(blob_of(house, content))
    assert owner.static("brief.jpg").status_code == 200
    until(lambda: done(house, "remove_expired") >= 1)
    assert time.time() >= soon
    assert owner.static("brief.jpg").status_code == 404
    assert owner.call("DELETE", f"{owner.bucket_path}/delete-markers/brief.jpg").status_code == 404
    until(lambda: blob_of(house, content) is None)


def test_bytes_go_only_when_they_are_nobodys(house, owner):
    shared, recoverable = (pictures.jpeg() + os.urandom(1000) for _ in range(2))
    for name in ("one.jpg", "two.jpg"):
        assert owner.upload(name, shared).status_code == 201
    owner.upload("removed.jpg", recoverable)
    owner.call("DELETE", f"{owner.bucket_path}/objects/one.jpg", {"oid": "one.jpg", "force": True})
    owner.call("DELETE", f"{owner.bucket_path}/objects/removed.jpg", {"oid": "removed.jpg"})
    orphan = pictures.jpeg() + os.urandom(1000)
    owner.upload("orphan.jpg", orphan)
    owner.call("DELETE", f"{owner.bucket_path}/objects/orphan.jpg", {"oid": "orphan.jpg", "force": True})
    for content in (shared, recoverable):
        age(blob_of(house, content))
    young = pictures.jpeg() + os.urandom(1000)
    owner.upload("young.jpg", young)
    owner.call("DELETE", f"{owner.bucket_path}/objects/young.jpg", {"oid": "young.jpg", "force": True})
    age(blob_of(house, orphan))
    until(lambda: blob_of(house, orphan) is None)
    assert blob_of(house, shared) and blob_of(house, recoverable) and blob_of(house, young)
    assert owner.call("DELETE", f"{owner.bucket_path}/delete-markers/removed.jpg").status_code == 200
    assert owner.static("removed.jpg").content == recoverable
    # Bytes that come in again are young: an upload that finds them there can rely on them.
    age(blob_of(house, young))
    assert owner.upload("young.jpg", young).status_code == 201
    time.sleep(3)
    assert owner.static("young.jpg").content == young


def test_uploads_that_were_left_are_forgotten(house, owner):
    part = os.urandom(1000)
    begun = owner.call_with({"uploads": ""}, "POST", f"{owner.bucket_path}/objects", {"oid": "left.jpg"}).json()["upload_id"]
    query = {"uploadId": begun}
    path = f"{owner.bucket_path}/objects/left.jpg"
    assert owner.call_with({**query, "partNumber": 1}, "PUT", path, data=part).status_code == 200
    age(blob_of(house, part))
    assert owner.call_with(query, "GET", path).status_code == 200
    until(lambda: owner.call_with(query, "GET", path).status_code == 404)
    assert owner.call_with(query, "POST", path).status_code == 404
    until(lambda: blob_of(house, part) is None)


def test_a_restart_does_not_stop_it(tmp_path):
    flags = ("--lifecycle-every-seconds", "1")
    first = Service(tmp_path, *flags)
    try:
        owner = Tenant(first, "again")
        owner.open_shop("again")
        soon = int(time.time()) + 6  # when the first one is long gone
        owner.call("POST", f"{owner.bucket_path}/objects", {"oid": "a", "x-object-expiration": soon}, data=pictures.jpeg())
        assert first.stop() == 0, "background work does not hold up the end"
    finally:
        first.kill()
    second = Service(tmp_path, *flags)
    try:
        until(lambda: done(second, "remove_expired") == 1)
    finally:
        second.kill()

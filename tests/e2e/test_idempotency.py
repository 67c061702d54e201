"""Requests with an Idempotency-Key: carried out once, whatever happens to their answers."""

import concurrent.futures
import os
import threading
import uuid

import pictures
import pytest
from service import Service, Tenant


@pytest.fixture(scope="module")
def owner(service):
    tenant = Tenant(service, "once")
    tenant.open_shop("once-only")
    return tenant


def upload(owner, key, content, name=None):
    return owner.call("POST", f"{owner.bucket_path}/objects", {"oid": name} if name else {}, data=content,
                      headers={"Idempotency-Key": key})


def stored(owner):
    return [entry["object_id"] for entry in owner.call("GET", f"{owner.bucket_path}/objects").json()["objects"]]


def test_the_answer_is_given_again(owner):
    key = f'"{uuid.uuid4()}"'
    before = len(stored(owner))
    first = upload(owner, key, pictures.jpeg())
    again = upload(owner, key, pictures.jpeg())
    assert first.status_code == again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert again.json() == first.json() and again.headers["Location"] == first.headers["Location"]
    assert len(stored(owner)) == before + 1


def test_a_key_is_of_one_request(owner):
    key = str(uuid.uuid4())
    assert upload(owner, key, pictures.jpeg(), "mine.jpg").status_code == 201
    for answer in (upload(owner, key, pictures.jpeg(), "other.jpg"), upload(owner, key, pictures.jpeg() + b"x", "mine.jpg")):
        assert answer.status_code == 422 and answer.json()["code"] == "idempotency-key-reused"
    rule = {"name": "once", "format": "jpg"}
    headers = {"Idempotency-Key": key}
    first = owner.call("POST", f"{owner.domain_path}/rules", json=rule, headers=headers)
    assert first.status_code == 201, "another route's keys are its own"
    assert owner.call("POST", f"{owner.domain_path}/rules", json=rule, headers=headers).json() == first.json()
    assert owner.call("POST", f"{owner.domain_path}/rules", json=rule).status_code == 409


def test_a_secret_is_shown_once(owner):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    assert owner.call("POST", f"{owner.path}/access-keys", headers=headers).json()["private_key"]
    again = owner.call("POST", f"{owner.path}/access-keys", headers=headers)
    assert again.status_code == 409 and again.json()["code"] == "already-done" and "PRIVATE" not in again.text


@pytest.mark.parametrize("key", ["", '"open', "x" * 256, '"a"b"'])
def test_what_is_no_key_is_refused(owner, key):
    answer = upload(owner, key, pictures.jpeg())
    assert answer.status_code == 400 and answer.json()["code"] == "invalid-idempotency-key"


def test_many_at_once_make_one(owner):
    key, before = str(uuid.uuid4()), len(stored(owner))
    content = pictures.jpeg() + os.urandom(100_000)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: upload(owner, key, content), range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["object_id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert all(answer.json()["code"] == "request-running" and answer.headers["Retry-After"]
               for answer in answers if answer.status_code == 409)
    assert len(stored(owner)) == before + 1


def test_a_request_that_a_crash_cut_off_is_done_once(tmp_path):
    """Killed at any moment of an upload, and sent again after the restart: one object each."""
    content = pictures.jpeg() + os.urandom(200_000)
    service = Service(tmp_path)
    owner = Tenant(service, "crashing")
    owner.open_shop("crash")
    keys = [str(uuid.uuid4()) for _ in range(5)]
    try:
        for number, key in enumerate(keys):
            killer = threading.Timer(0.002 * (number + 1) ** 2, service.process.kill)
            killer.start()
            try:
                upload(owner, key, content)
            except OSError:
                pass  # it was killed
            killer.join()
            service.process.wait()
            service = Service(tmp_path)
            owner.service = service
            answer = upload(owner, key, content)
            assert answer.status_code == 201, answer.text
            assert upload(owner, key, content).json() == answer.json()
            assert len(stored(owner)) == number + 1
    finally:
        service.kill()

"""What caches may keep and for how long, as http-cache-semantics reads it out of the service's own answers: an independent
reading of RFC 9111 against what docs/api.md promises."""

import json
import os
import pathlib
import subprocess
import time

import pictures
import pytest
from jose import jwt
from service import Tenant
from test_signed_urls import Gallery
from wire import ask

HERE = pathlib.Path(__file__).resolve().parent
NODE = pathlib.Path(os.environ["CALOTYPE_CACHES_NODE"])
WEBP, OLD = [("Accept", "image/webp,*/*")], [("Accept", "*/*")]
NEVER = (False, 0, 0)


def judge(cases):
    done = subprocess.run(["node", HERE / "judge.mjs", NODE], input=json.dumps(cases).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def exchange(base, target, fields=(), method="GET", again=()):
    """A case for judge.mjs out of a real answer; `again`: the fields of requests that come later."""
    answer = ask(base, target, fields, method)

    def shown(more):
        return {"url": "/api/v1" + target, "method": "GET", "headers": {"host": base.removeprefix("http://")} | {name.lower(): value for name, value in more}}

    headers = {}
    for name, value in answer.fields:
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    return answer.status, {"request": {**shown(fields), "method": method}, "response": {"status": answer.status, "headers": headers},
                           "again": [shown(more) for more in again]}


@pytest.fixture(scope="module")
def verdicts(service):
    """Of each kind of answer: its status and what is judged of it."""
    site = Tenant(service, "storable")
    site.open_shop("storable")
    site.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
    site.add_rule("best", {"format": "auto", "actions": [{"resize": {"width": 50}}]})
    site.upload("a.jpg", pictures.jpeg(120, 80))
    site.create(f"{site.domain_path}/buckets", json={"name": "storable-p", "private": True, "statics": True, "cache": {"max_age": 3600}})
    site.call("POST", f"{site.domain_path}/buckets/storable-p/objects", {"oid": "a.jpg"}, data=pictures.jpeg(120, 80))
    signed = Gallery(service, "storable-s")
    signed.call("PUT", signed.bucket_path, json={"cache": {"max_age": 3600}})

    def token(path, metadata=None, **claims):
        return jwt.encode({"rqs": f"GET\\{path}", "metadata": metadata or {}, **claims}, site.private_key, algorithm="RS512")

    def by_query(path, metadata=None, **claims):
        return f"{path}?AccessKeyId={site.key_id}&jwt={token(path, metadata, **claims)}"

    def by_field(path, metadata=None):
        return [("Authorization", f"Bearer {token(path, metadata)}"), ("X-Access-Key-Id", site.key_id)]

    image, private, end = "/storable/images/a.jpg", "/storable-p/statics/a.jpg", int(time.time()) + 100
    rule = {"rule": {"format": "png", "actions": [{"resize": {"width": 20}}]}}
    fetch, mgmt = service.fetch, service.mgmt
    tag = ask(fetch, image + "?rule=plain").get("ETag")
    asked = {
        "rendition": exchange(fetch, image + "?rule=plain", WEBP, again=[WEBP, OLD]),
        "HEAD of a rendition": exchange(fetch, image + "?rule=plain", method="HEAD"),
        "negotiated": exchange(fetch, image + "?rule=best", WEBP, again=[WEBP, OLD]),
        "original": exchange(fetch, "/storable/statics/a.jpg", again=[[], OLD]),
        "token in the address": exchange(fetch, by_query(image, rule)),
        "token that ends": exchange(fetch, by_query(image, rule, exp=end)),
        "token in a field": exchange(fetch, image, by_field(image, rule), again=[by_field(image, {**rule, "n": 1}), []]),
        "private": exchange(fetch, by_query(private)),
        "private, token that ends": exchange(fetch, by_query(private, exp=end)),
        "signed": exchange(fetch, signed.url(lives=100).removeprefix(fetch + "/api/v1")),
        "signed for long": exchange(fetch, signed.url(lives=9999).removeprefix(fetch + "/api/v1")),
        "part": exchange(fetch, image + "?rule=plain", [("Range", "bytes=0-9")]),
        "not modified": exchange(fetch, image + "?rule=plain", [("If-None-Match", tag)]),
        "no object": exchange(fetch, "/storable/images/b.jpg?rule=plain"),
        "no object by token": exchange(fetch, by_query("/storable/images/b.jpg", rule)),
        "no proof": exchange(fetch, private),
        "bad parameter": exchange(fetch, image + "?rule=plain&rule=best"),
        "bad rule": exchange(fetch, by_query(image, {"rule": {"quality": 101}})),
        "condition failed": exchange(fetch, image + "?rule=plain", [("If-Match", '"x"')]),
        "behind the end": exchange(fetch, image + "?rule=plain", [("Range", "bytes=999999-")]),
        "wrong method": exchange(fetch, image + "?rule=plain", method="PUT"),
        "document": exchange(fetch, "/openapi.yaml"),
        "management": exchange(mgmt, f"{site.path}?AccessKeyId={site.key_id}&jwt=" + site.token("GET", site.path)),
        "management, no proof": exchange(mgmt, site.path),
    }
    judged = judge([case for _, case in asked.values()])
    return {name: (status, verdict) for (name, (status, _)), verdict in zip(asked.items(), judged)}


# Kind of answer; status; may be stored by a shared cache, for how many seconds, and how many more while it asks anew;
# the same of a browser's own.
DESIGN = {
    "rendition": (200, (True, 3600, 60), (True, 3600, 60)),
    "HEAD of a rendition": (200, (True, 3600, 60), (True, 3600, 60)),
    "negotiated": (200, (True, 3600, 60), (True, 3600, 60)),
    "original": (200, (True, 3600, 0), (True, 3600, 0)),
    "token in the address": (200, (True, 3600, 60), (True, 3600, 60)),
    "token that ends": (200, (True, 100, 0), (True, 100, 0)),
    "token in a field": (200, NEVER, (True, 3600, 60)),
    "private": (200, NEVER, (True, 3600, 0)),
    "private, token that ends": (200, NEVER, (True, 100, 0)),
    "signed": (200, (True, 100, 0), (True, 100, 0)),
    "signed for long": (200, (True, 3600, 60), (True, 3600, 60)),
    "part": (206, NEVER, NEVER),  # this one keeps no parts
    "not modified": (304, NEVER, NEVER),  # it refreshes what is there and is nothing by itself
    "no object": (404, (True, 10, 0), (True, 10, 0)),
    "no object by token": (404, NEVER, NEVER),
    "no proof": (401, NEVER, NEVER),
    "bad parameter": (400, NEVER, NEVER),
    "bad rule": (422, NEVER, NEVER),
    "condition failed": (412, NEVER, NEVER),
    "behind the end": (416, NEVER, NEVER),
    "wrong method": (405, NEVER, NEVER),
    "document": (200, (True, 300, 0), (True, 300, 0)),
    "management": (200, NEVER, NEVER),
    "management, no proof": (401, NEVER, NEVER),
}
SECONDS_OFF = 8  # between the moment that a token was made and its answer


def is_as_designed(verdict, wanted):
    may_store, seconds, stale = wanted
    slack = SECONDS_OFF if seconds == 100 else 0
    return (verdict["may_store"] == may_store and seconds - slack <= verdict["seconds"] <= seconds
            and verdict["stale_seconds"] == stale)


@pytest.mark.parametrize("kind", DESIGN)
def test_what_is_kept_and_for_how_long(verdicts, kind):
    assert set(verdicts) == set(DESIGN)
    status, judged = verdicts[kind]
    wanted_status, shared, own = DESIGN[kind]
    assert status == wanted_status
    assert is_as_designed(judged["shared"], shared), judged["shared"]
    assert is_as_designed(judged["own"], own), judged["own"]


def test_whom_a_kept_answer_may_serve(verdicts):
    assert verdicts["rendition"][1]["shared"]["serves"] == [True, True]
    assert verdicts["original"][1]["shared"]["serves"] == [True, True]
    assert verdicts["negotiated"][1]["shared"]["serves"] == [True, False], "another Accept"
    assert verdicts["token in a field"][1]["own"]["serves"] == [False, False], "another token, and none"

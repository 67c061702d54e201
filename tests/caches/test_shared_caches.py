"""Clients behind Varnish and nginx, which keep what the answers let them keep: nobody ever gets another's variant, and what
has changed is there when the answers said so."""

import concurrent.futures
import random
import time

import pictures
import pytest
from jose import jwt
from wire import ask

MAX_AGE = 2
ACCEPTS = {"avif": "image/avif,image/webp,image/apng,*/*;q=0.8", "webp": "image/webp,*/*", "webp, written otherwise": "IMAGE/WebP;q=0.9, */*",
           "anything": "*/*", "refuses": "image/webp;q=0,image/avif;q=0,*/*", "none": None}
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "Mozilla/5.0 (iPhone) Safari/604.1",
          "Opera/9.80 (J2ME/MIDP)", "curl/8.0", "Googlebot-Image/1.0"]
CLIENTS = [(accept, agent) for accept in ACCEPTS for agent in AGENTS]


def fields_of(accept, agent):
    return [("User-Agent", agent)] + ([("Accept", ACCEPTS[accept])] if ACCEPTS[accept] else [])


def look(base, target, client, *more):
    return ask(base, target, fields_of(*client) + list(more))


def what(answer):
    return answer.status, answer.get("ETag"), answer.get("Content-Type"), answer.body if answer.status == 200 else b""


class Truth:
    """What the service itself answers to each class of clients."""

    def __init__(self, tenant, target):
        self.by_accept = {accept: what(look(tenant.service.fetch, target, (accept, AGENTS[0]))) for accept in ACCEPTS}

    def of(self, client):
        return self.by_accept[client[0]]


def shuffled(seed):
    clients = CLIENTS * 2
    random.Random(seed).shuffle(clients)
    return clients


def refreshed(cache, target, truth):
    """Whether every class has come to the new truth."""
    return all(what(look(cache.base, target, (accept, AGENTS[1]))) == truth.of((accept, "")) for accept in ACCEPTS)


def follow(cache, tenant, target, old, changed):
    """From the old truth to the new one: old or new, whole, and of the client's own class; then the new one alone."""
    new = Truth(tenant, target)
    assert new.by_accept != old.by_accept
    seen = set()
    while time.monotonic() < changed + MAX_AGE:
        for client in shuffled(1)[:12]:
            got = what(look(cache.base, target, client))
            assert got in (old.of(client), new.of(client)), client
            seen.add(got == new.of(client))
    # Past its age a cache may answer once more with what it has, while it asks anew.
    time.sleep(max(0, changed + MAX_AGE + 0.6 - time.monotonic()))
    end = time.monotonic() + 3
    while not refreshed(cache, target, new):
        assert time.monotonic() < end, "it is still served long after its age"
        time.sleep(0.1)
    for client in shuffled(2):
        assert what(look(cache.base, target, client)) == new.of(client), client
    return new


@pytest.fixture
def shop(tenant):
    tenant.add_rule("best", {"format": "auto", "actions": [{"resize": {"width": 60}}]})
    tenant.upload("a.jpg", pictures.jpeg(200, 100))
    return tenant


def image_of(tenant, rule="best"):
    return f"/{tenant.alias}/images/a.jpg?rule={rule}"


def test_every_client_gets_its_own_variant_and_from_the_cache(cache, shop):
    target = image_of(shop)
    truth = Truth(shop, target)
    assert len({tag for _, tag, _, _ in truth.by_accept.values()}) == 3
    hits = 0
    for client in shuffled(0):
        answer = look(cache.base, target, client)
        assert what(answer) == truth.of(client), client
        assert answer.get("Vary") == "Accept"
        hits += cache.is_hit(answer)
    assert hits >= len(CLIENTS), "most come from the cache"


def test_every_hint_gets_its_own_variant(cache, shop):
    """A client that saves data, or whose screen is denser, is never shown what was kept for another."""
    rule = {"format": "jpg", "actions": [{"resize": {"width": "$w"}}],
            "params": {"w": {"type": "int", "values": [40, 80, 160], "default": 40, "signed": False, "hint": "width"}},
            "when": [{"if": {"client.saveData": {"eq": True}}, "set": {"quality": 20}}]}
    shop.add_rule("hinted", rule)
    target = image_of(shop, "hinted")
    kinds = [[], [("Save-Data", "on")], [("Sec-CH-Width", "75")], [("Sec-CH-Width", "150")], [("Sec-CH-Width", "150"), ("Save-Data", "on")]]
    truths = [what(ask(shop.service.fetch, target, kind)) for kind in kinds]
    assert len({tag for _, tag, _, _ in truths}) == len(kinds)
    hits = 0
    for turn in range(3):
        for kind, truth in zip(kinds, truths):
            answer = ask(cache.base, target, kind)
            assert what(answer) == truth, (turn, kind)
            assert answer.get("Vary") == "Save-Data, Sec-CH-Width"
            hits += cache.is_hit(answer)
    assert hits >= len(kinds), "most come from the cache"


def test_a_changed_rule_reaches_everybody_unmixed(cache, shop):
    target = image_of(shop)
    old = Truth(shop, target)
    for client in shuffled(3):
        assert what(look(cache.base, target, client)) == old.of(client)
    rule = shop.call("GET", f"{shop.domain_path}/rules/best")
    assert shop.call("PUT", f"{shop.domain_path}/rules/best", json={"name": "best", "format": "auto", "actions": [{"resize": {"width": 90}}]},
                     headers={"If-Match": rule.headers["ETag"]}).status_code == 200
    follow(cache, shop, target, old, time.monotonic())


def test_a_changed_rule_under_load(cache, shop):
    target = image_of(shop)
    truths = [Truth(shop, target)]
    end = time.monotonic() + 3 * (MAX_AGE + 1)

    def run(seed):
        got = []
        clients = random.Random(seed)
        while time.monotonic() < end:
            client = clients.choice(CLIENTS)
            got.append((client, what(look(cache.base, target, client))))
        return got

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        running = [pool.submit(run, seed) for seed in range(6)]
        for width in (70, 80):
            time.sleep(MAX_AGE)
            changed = {"name": "best", "format": "auto", "actions": [{"resize": {"width": width}}]}
            assert shop.call("PUT", f"{shop.domain_path}/rules/best", json=changed).status_code == 200
            truths.append(Truth(shop, target))
        answers = [one for future in running for one in future.result()]
    assert len(answers) > 200
    for client, got in answers:
        assert got in [truth.of(client) for truth in truths], client


def test_a_new_upload_and_a_deletion_reach_everybody(cache, shop):
    target, static = image_of(shop), f"/{shop.alias}/statics/a.jpg"
    old, old_static = Truth(shop, target), Truth(shop, static)
    for client in shuffled(4):
        assert what(look(cache.base, target, client)) == old.of(client)
        assert what(look(cache.base, static, client)) == old_static.of(client)
    path = f"{shop.bucket_path}/objects/a.jpg"
    assert shop.call("DELETE", path, {"oid": "a.jpg", "force": True}).status_code == 202
    assert shop.upload("a.jpg", pictures.jpeg(220, 140)).status_code == 201
    changed = time.monotonic()
    old = follow(cache, shop, target, old, changed)
    old_static = follow(cache, shop, static, old_static, changed)

    assert shop.call("DELETE", path, {"oid": "a.jpg"}).status_code == 202
    changed = time.monotonic()
    gone = follow(cache, shop, target, old, changed)
    follow(cache, shop, static, old_static, changed)
    assert {status for status, *_ in gone.by_accept.values()} == {404}


PARTS = ["bytes=0-0", "bytes=0-99", "bytes=100-", "bytes=-50", "bytes=-999999", "bytes=50-999999", "bytes=7-7"]


@pytest.mark.parametrize("kind", ["statics", "images"])
def test_parts_of_what_is_kept_are_slices(cache, shop, kind):
    shop.call("PUT", shop.bucket_path, json={"cache": {"max_age": 60}})
    target = f"/{shop.alias}/statics/a.jpg" if kind == "statics" else image_of(shop)
    for accept in ("webp", "anything"):
        whole = look(shop.service.fetch, target, (accept, AGENTS[0]))
        for _ in range(2):  # the first one fetches it, the second one finds it
            for part in PARTS:
                answer = look(cache.base, target, (accept, AGENTS[0]), ("Range", part))
                first, last = part.removeprefix("bytes=").split("-")
                size = len(whole.body)
                begin = int(first) if first else max(0, size - int(last))
                end = min(int(last), size - 1) if first and last else size - 1
                assert answer.status == 206 and answer.body == whole.body[begin:end + 1], part
                assert answer.get("Content-Range") == f"bytes {begin}-{end}/{size}"
                assert answer.get("ETag") == whole.get("ETag")
        assert cache.is_hit(look(cache.base, target, (accept, AGENTS[0]), ("Range", "bytes=0-9")))
        assert look(cache.base, target, (accept, AGENTS[0]), ("Range", f"bytes={size}-")).status == 416
        assert look(cache.base, target, (accept, AGENTS[0]), ("If-None-Match", whole.get("ETag"))).status == 304
        assert look(cache.base, target, (accept, AGENTS[0]), ("If-None-Match", '"other"')).status == 200
        assert look(cache.base, target, (accept, AGENTS[0]), ("If-Match", '"other"')).status in (200, 412)


def test_what_is_private_is_kept_by_none(cache, shop):
    shop.create(f"{shop.domain_path}/buckets", json={"name": shop.alias + "-p", "private": True, "statics": True})
    path = f"/{shop.alias}-p/statics/a.jpg"
    shop.call("POST", f"{shop.domain_path}/buckets/{shop.alias}-p/objects", {"oid": "a.jpg"}, data=pictures.jpeg(50, 40))
    token = jwt.encode({"rqs": f"GET\\{path}", "metadata": {}}, shop.private_key, algorithm="RS512")
    query = f"{path}?AccessKeyId={shop.key_id}&jwt={token}"
    fields = [("Authorization", f"Bearer {token}"), ("X-Access-Key-Id", shop.key_id)]
    for _ in range(3):
        for answer in (ask(cache.base, query), ask(cache.base, path, fields)):
            assert answer.status == 200 and not cache.is_hit(answer)
        refused = ask(cache.base, path)
        assert refused.status == 401 and not cache.is_hit(refused)


def test_a_rule_in_a_fields_token_is_for_its_bearer_alone(cache, shop):
    path = f"/{shop.alias}/images/a.jpg"
    answers = {}
    for width in (20, 30):
        rule = {"rule": {"format": "png", "actions": [{"resize": {"width": width}}]}}
        token = jwt.encode({"rqs": f"GET\\{path}", "metadata": rule}, shop.private_key, algorithm="RS512")
        fields = [("Authorization", f"Bearer {token}"), ("X-Access-Key-Id", shop.key_id)]
        for _ in range(2):
            answer = ask(cache.base, path, fields)
            assert answer.status == 200 and pictures.decode(answer.body).width == width
        answers[width] = answer.get("ETag")
    assert answers[20] != answers[30]
    assert ask(cache.base, path).status == 404, "there is no rule without a token"


def test_what_was_not_there_is_asked_for_again_soon(cache, shop):
    target = f"/{shop.alias}/statics/later.jpg"
    assert [ask(cache.base, target).status for _ in range(2)] == [404, 404]
    assert shop.upload("later.jpg", pictures.jpeg(30, 20)).status_code == 201
    begun = time.monotonic()
    assert ask(cache.base, target).status == 404, "for ten seconds"
    while ask(cache.base, target).status == 404:
        assert time.monotonic() < begun + 12
        time.sleep(0.5)
    assert time.monotonic() > begun + 7

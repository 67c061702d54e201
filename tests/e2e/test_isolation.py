"""The isolation matrix: three tenants, every route, own, other's, absent and expired credentials. What is another's cannot be
told from what is not there, and nothing that a stranger sends changes anything."""

import json
import re
import time

import pictures
import pytest
import requests
from service import Tenant
from test_openapi import ABSENT, MANAGED, bare, name_of, told_of

GUARDED = [route for route in MANAGED if route["guard"] == "tenant"]
# What names nothing of a tenant in its path, beside the tenant itself.
LISTS = [route for route in GUARDED if route["method"] == "GET" and "{" not in route["pattern"].replace("{tenant}", "")]
POLICY = {"version": "2017-04-04",
          "statements": [{"effect": "Allow", "actions": ["yams:*:get"], "resources": ["yams:*:*:*"]}]}


class House(Tenant):
    """A tenant who owns one of each kind."""

    def __init__(self, service, name):
        super().__init__(service, name)
        self.open_shop(name)
        rule = self.add_rule("small", {"format": "jpg", "actions": [{"resize": {"width": 10}}]})
        self.call("PUT", self.bucket_path, json={"private": True, "default_rule": "small"})
        self.call("PUT", f"{self.domain_path}/rules/small/labels/live", json={"revision": 1})
        self.call("PUT", f"{self.domain_path}/rules/small/rollout", json={"from": 1, "percent": 100})
        assert self.upload("a/b.jpg", pictures.jpeg(30, 20)).status_code == 201
        begun = self.call_with({"uploads": ""}, "POST", f"{self.bucket_path}/objects", {"oid": "parts.jpg"}).json()
        host = self.call("POST", f"{self.path}/distributions", json={"dns_name": f"img.{name}.example"})
        self.upload_id = begun["upload_id"]
        self.values = {
            "tenant": self.id, "domain": self.domain, "bucket": self.bucket, "rule": rule, "object...": "a/b.jpg",
            "label": "live", "revision": "1", "key": self.create(f"{self.path}/access-keys", json={"policies": []}),
            "policy": self.create(f"{self.path}/policies", json={"alias": "some", "policy": POLICY}),
            "watermark": self.create(f"{self.domain_path}/watermarks", {"alias": "mark"}, data=pictures.jpeg(9, 9)),
            "distribution": host.headers["Location"].rsplit("/", 1)[1],
            "webhook": self.create(f"{self.path}/webhooks", json={"url": f"https://{name}.example/"}),
            "signing": self.create(f"{self.path}/signing-keys"),
            "purge": self.call("POST", f"{self.path}/purges", json={"bucket": name}).json()["purge_id"]}

    def snapshot(self):
        """All that the tenant has, as it is told of it."""
        paths = [route["pattern"].replace("{tenant}", self.id) for route in LISTS]
        paths += [f"{self.domain_path}/{kind}" for kind in ("buckets", "rules", "watermarks", "rules/small/labels", "rules/small/rollout")]
        paths += [f"{self.bucket_path}", f"{self.bucket_path}/objects", f"{self.bucket_path}/metadata/a/b.jpg"]
        return {path: self.call("GET", path).text for path in paths}

    def old_token(self, method, path):
        return self.token(method, path, iat=int(time.time()) - 301)


def filled(route, values):
    return re.sub(r"\{([a-z_.]+)\}", lambda match: values[match[1]], route["pattern"])


@pytest.fixture(scope="module")
def houses(service):
    three = [House(service, f"house-{number}") for number in range(3)]
    before = [house.snapshot() for house in three]
    yield three
    assert [house.snapshot() for house in three] == before, "nothing that anybody tried has changed anything"


def send(house, route, path, **arguments):
    """With a body that would do something, were it let in."""
    body = {"name": "taken-over", "alias": "taken-over", "description": "taken over"}
    return house.call(route["method"], path, {"oid": "a/b.jpg", "alias": "taken-over"}, data=json.dumps(body),
                      **({"headers": {"Content-Type": "application/json"}} | arguments))


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
def test_whose_tenant_it_is_not_learns_nothing(service, houses, route):
    for owner in houses:
        path = filled(route, owner.values)
        absent = path.replace(owner.id, ABSENT)
        for stranger in (house for house in houses if house is not owner):
            answers = [send(stranger, route, path), send(stranger, route, absent)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert told_of(answers[0], owner.id) == told_of(answers[1], ABSENT)


@pytest.mark.parametrize("route", [route for route in GUARDED if route["pattern"].count("{") > 1], ids=name_of)
def test_what_is_anothers_is_not_there_in_ones_own_tenant(service, houses, route):
    """One's own tenant in the path, and in it, one by one and all at once, what another owns."""
    own, other = houses[0], houses[1]
    names = [name for name in re.findall(r"\{([a-z_.]+)\}", route["pattern"]) if name != "tenant"]
    # These mean the same to everybody: what they are of is what can be another's.
    names = [name for name in names if name not in ("object...", "label", "revision")]
    for crossed in [[name] for name in names] + [names]:
        theirs = filled(route, {**own.values, **{name: other.values[name] for name in crossed}})
        nobodys = filled(route, {**own.values, **{name: ABSENT for name in crossed}})
        answers = [send(own, route, theirs), send(own, route, nobodys)]
        assert answers[0].status_code == answers[1].status_code, (theirs, answers[0].text, answers[1].text)
        assert answers[0].status_code in (404, 405, 422), (theirs, answers[0].text)
        texts = []
        for answer, ids in zip(answers, ([other.values[name] for name in crossed], [ABSENT])):
            text = json.dumps({key: value for key, value in answer.json().items() if key not in ("request_id", "instance")})
            for each in ids:
                text = text.replace(each, "")
            texts.append(text)
        assert texts[0] == texts[1]


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
def test_an_old_token_opens_nothing(service, houses, route):
    told = set()
    for number, owner in enumerate(houses):
        for signer in (owner, houses[number - 1]):
            for path in (filled(route, owner.values), filled(route, {**owner.values, "tenant": ABSENT})):
                for token in (signer.old_token(route["method"], path),
                              signer.token(route["method"], path, exp=int(time.time()) - 61)):
                    answer = bare(service, route, path, params={"jwt": token, "AccessKeyId": signer.key_id})
                    assert answer.status_code == 401
                    told.add(json.dumps({key: value for key, value in answer.json().items()
                                         if key not in ("request_id", "instance")}))
    assert len(told) == 1


@pytest.mark.parametrize("route", [route for route in GUARDED if route["method"] == "GET"], ids=name_of)
def test_ones_own_is_there(service, houses, route):
    """The positive control: the same paths, by those whom they belong to."""
    for owner in houses:
        path = filled(route, owner.values)
        assert owner.call("GET", path, {"oid": "a/b.jpg"}).status_code == 200, path


def test_what_is_fetched_does_not_cross(service, houses):
    for owner in houses:
        for stranger in (house for house in houses if house is not owner):
            for kind, rule in (("images", "?rule=small"), ("statics", "")):
                told = []
                for alias in (owner.alias, "nobodys"):
                    path = f"/{alias}/{kind}/a/b.jpg"
                    separator = "&" if rule else "?"
                    answer = requests.get(f"{service.fetch}/api/v1{path}{rule}{separator}AccessKeyId={stranger.key_id}"
                                          f"&jwt={stranger.token('GET', path)}", timeout=20)
                    assert answer.status_code == 404
                    told.append(told_of(answer, alias))
                assert told[0] == told[1]
            host = requests.get(f"{service.fetch}/api/v1/{owner.alias}/images/a/b.jpg?rule=small", timeout=20,
                                headers={"Host": f"img.{stranger.alias}.example"})
            assert host.status_code == 404
        path = f"/{owner.alias}/images/a/b.jpg"
        own = requests.get(f"{service.fetch}/api/v1{path}?rule=small&AccessKeyId={owner.key_id}&jwt={owner.token('GET', path)}",
                           timeout=20)
        assert own.status_code == 200

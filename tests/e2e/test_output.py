"""What rules write: sayings about a picture, files below a size, and a quality that is measured."""

import re

import pictures
import pytest
import requests
from service import Tenant


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "writer")
    tenant.open_shop("output-shop")
    tenant.upload("photo.jpg", pictures.jpeg(600, 400))
    return tenant


def fetch(site, rule, **headers):
    return requests.get(f"{site.service.fetch}/api/v1/output-shop/images/photo.jpg", params={"rule": rule},
                        headers=headers, timeout=30)


SMALL = [{"resize": {"width": 300}}]


def test_a_picture_is_told_about(site):
    site.add_rule("told", {"format": "json", "actions": SMALL})
    answer = fetch(site, "told")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert (told["width"], told["height"], told["format"], told["frames"], told["alpha"]) == (300, 200, "jpg", 1, False)
    assert 1 <= len(told["palette"]) <= 8
    assert sum(entry["share"] for entry in told["palette"]) == pytest.approx(1, abs=0.001)
    assert re.fullmatch("#[0-9a-f]{6}", told["dominant"])

    site.add_rule("hashed", {"format": "blurhash", "actions": SMALL})
    hashed = fetch(site, "hashed")
    assert hashed.headers["Content-Type"].startswith("text/plain")
    assert hashed.text == told["blurhash"] and len(hashed.text) == 28
    again = fetch(site, "hashed", **{"If-None-Match": hashed.headers["ETag"]})
    assert again.status_code == 304

    site.add_rule("coloured", {"format": "palette", "actions": SMALL})
    assert fetch(site, "coloured").json() == {"palette": told["palette"]}


def test_a_file_stays_below_its_limit(site):
    site.add_rule("plain", {"format": "jpg", "quality": 90, "actions": SMALL})
    plain = len(fetch(site, "plain").content)
    limit = max(1024, plain * 2 // 3)
    assert limit < plain
    site.add_rule("limited", {"format": "jpg", "quality": 90, "actions": SMALL, "encoder": {"maxBytes": limit}})
    limited = fetch(site, "limited")
    assert len(limited.content) <= limit
    assert pictures.decode(limited.content).size == (300, 200)


def test_a_limit_that_cannot_be_kept_is_refused(site):
    wide = [{"resize": {"width": 3000, "enlarge": True}}]
    site.add_rule("tight", {"format": "jpg", "actions": wide, "encoder": {"maxBytes": 1024}})
    refused = fetch(site, "tight")
    assert refused.status_code == 422 and refused.json()["code"] == "too-many-bytes"

    site.add_rule("shrunk", {"format": "jpg", "actions": SMALL, "encoder": {"maxBytes": 1500, "shrink": True}})
    shrunk = fetch(site, "shrunk")
    assert shrunk.status_code == 200 and len(shrunk.content) <= 1500

    saved = site.call("POST", f"{site.domain_path}/rules",
                      json={"name": "never", "format": "png", "encoder": {"maxBytes": 9000}})
    assert saved.status_code == 422
    assert saved.json()["errors"][0]["pointer"] == "/encoder/maxBytes"


@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
def test_a_quality_that_is_measured(site, kind):
    sizes = []
    for level in ("low", "best"):
        site.add_rule(f"{level}-{kind}", {"format": kind, "quality": f"auto:{level}", "actions": SMALL})
        answer = fetch(site, f"{level}-{kind}")
        assert answer.status_code == 200, answer.text
        sizes.append(len(answer.content))
    # A smooth picture: the least quality may do for both in AVIF.
    assert sizes[0] < sizes[1] or (kind == "avif" and sizes[0] == sizes[1])

"""What is asked for again and again is repeated for a moment, and never a moment too long."""

import time

import pictures
import pytest
import requests
from service import Tenant


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "hot")
    tenant.open_shop("hots")
    tenant.add_rule("large", {"format": "jpg", "quality": 95, "actions": [{"resize": {"width": 500}}]})
    return tenant


def url_of(site, name):
    return f"{site.service.fetch}/api/v1/hots/images/{name}?rule=large"


def repeated(site):
    lines = requests.get(f"{site.service.ops}/metrics", timeout=10).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("calotype_fetch_repeated_total"))


def test_a_hot_rendition_is_the_same_bytes_however_it_is_sent(site):
    """First as it was made, then from memory, then repeated, at last from the kernel's own pages."""
    assert site.upload("a.jpg", pictures.jpeg(1000, 700)).status_code == 201
    before = repeated(site)
    with requests.Session() as http:
        first = http.get(url_of(site, "a.jpg"), timeout=10)
        assert len(first.content) > 8192
        end = time.monotonic() + 0.7
        count = 0
        while time.monotonic() < end:
            again = http.get(url_of(site, "a.jpg"), timeout=10)
            assert again.status_code == 200 and again.content == first.content
            assert again.headers["Content-Length"] == str(len(first.content))
            for name in ("ETag", "Last-Modified", "Cache-Control", "Surrogate-Key", "Content-Type", "Content-Disposition"):
                assert again.headers[name] == first.headers[name]
            assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
            part = http.get(url_of(site, "a.jpg"), headers={"Range": "bytes=5-9"}, timeout=10)
            assert part.status_code == 206 and part.content == first.content[5:10]
            known = http.get(url_of(site, "a.jpg"), headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
            assert known.status_code == 304 and known.content == b""
            head = http.head(url_of(site, "a.jpg"), timeout=10)
            assert head.status_code == 200 and head.headers["Content-Length"] == str(len(first.content))
            count += 1
    assert repeated(site) > before + count / 2, "most were repeated"


@pytest.mark.parametrize("change", ["delete", "replace", "rule"])
def test_a_change_ends_what_is_repeated_at_once(site, change):
    name = f"{change}.jpg"
    assert site.upload(name, pictures.jpeg(1000, 700)).status_code == 201
    with requests.Session() as http:
        for _ in range(20):
            old = http.get(url_of(site, name), timeout=10)
        assert old.status_code == 200
        if change == "delete":
            assert site.call("DELETE", f"{site.bucket_path}/objects/{name}", {"oid": name}).status_code == 202
        elif change == "replace":
            assert site.call("DELETE", f"{site.bucket_path}/objects/{name}", {"oid": name, "force": True}).status_code == 202
            assert site.upload(name, pictures.jpeg(900, 900)).status_code == 201
        else:
            rule = {"format": "jpg", "quality": 95, "actions": [{"resize": {"width": 480}}]}
            assert site.call("PUT", f"{site.domain_path}/rules/large", json=rule).status_code == 200
        new = http.get(url_of(site, name), timeout=10)
    assert new.status_code == (404 if change == "delete" else 200)
    assert change == "delete" or new.headers["ETag"] != old.headers["ETag"]

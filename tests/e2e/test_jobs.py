"""What takes long is made in the background, through the wire."""

import io
import random
import re
import time

import pictures
import pytest
import requests
from PIL import Image
from service import Service, Tenant

LINE_MS = 500


def noisy_animation(frames, side):
    """A GIF whose frames have nothing in common: an encoder has its work with it."""
    noise = random.Random(7)
    shown = [Image.frombytes("P", (side, side), noise.randbytes(side * side)) for _ in range(frames)]
    palette = noise.randbytes(768)
    for one in shown:
        one.putpalette(palette)
    out = io.BytesIO()
    shown[0].save(out, "GIF", save_all=True, append_images=shown[1:], duration=40, loop=0)
    return out.getvalue()


@pytest.fixture(scope="module")
def slow_service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("jobs"), "--delivery-async-cost-ms", str(LINE_MS), "--delivery-async-jobs", "4",
                      "--workers-deadline-ms", "30000")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def site(slow_service):
    tenant = Tenant(slow_service, "patient")
    tenant.open_shop("slow")
    assert tenant.upload("long.gif", noisy_animation(40, 500)).status_code == 201
    assert tenant.upload("photo.jpg", pictures.jpeg(600, 400)).status_code == 201
    tenant.add_rule("moving", {"format": "gif", "actions": [{"resize": {"width": 400}}]})
    tenant.add_rule("small", {"format": "avif", "actions": [{"resize": {"width": 40}}]})
    return tenant


def fetch(site, name, rule, method="GET", **arguments):
    return requests.request(method, f"{site.service.fetch}/api/v1/slow/images/{name}?rule={rule}", timeout=30, **arguments)


def job_of(site, answer):
    told = requests.get(site.service.fetch + answer.headers["Location"], timeout=10)
    assert "no-store" in told.headers["Cache-Control"]
    return told


def wait_for(site, answer, status="done", seconds=60):
    until = time.monotonic() + seconds
    while True:
        told = job_of(site, answer)
        assert told.status_code == 200, told.text
        if told.json()["job"]["status"] not in ("queued", "running"):
            break
        assert int(told.headers["Retry-After"]) >= 1 and time.monotonic() < until, told.text
        time.sleep(0.05)
    assert told.json()["job"]["status"] == status and "Retry-After" not in told.headers
    return told.json()["job"]


def metric(site, name):
    text = requests.get(f"{site.service.ops}/metrics", timeout=10).text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


def rendered(site):
    return metric(site, 'calotype_workers_jobs_total{kind="render",outcome="ok"}')


def test_a_heavy_animation_is_a_job_and_then_a_picture(site):
    before = rendered(site)
    told = fetch(site, "long.gif", "moving")
    assert told.status_code == 202, told.text
    assert told.headers["Cache-Control"] == "no-store" and 1 <= int(told.headers["Retry-After"]) <= 10
    job = told.json()["job"]
    assert told.headers["Location"] == f"/api/v1/jobs/{job['id']}"
    assert job["status"] in ("queued", "running") and job["url"] == "/api/v1/slow/images/long.gif?rule=moving"
    assert "ETag" not in told.headers and "Surrogate-Key" not in told.headers

    head = fetch(site, "long.gif", "moving", "HEAD")
    assert head.status_code == 202 and head.content == b"" and head.headers["Location"] == told.headers["Location"]
    assert fetch(site, "long.gif", "moving").status_code == 202, "it takes longer than that"
    beside = fetch(site, "photo.jpg", "small")
    assert beside.status_code == 200, "a job takes no worker from those who wait"
    assert job_of(site, told).json()["job"]["status"] == "running"

    assert wait_for(site, told) == {"id": job["id"], "status": "done"}
    made = fetch(site, "long.gif", "moving")
    assert (made.status_code, made.headers["Content-Type"]) == (200, "image/gif")
    assert made.headers["ETag"] == f'"{job["id"]}"' and made.headers["Cache-Status"].startswith("calotype; hit")
    assert pictures.decode(made.content).n_frames == 40
    assert rendered(site) == before + 2, "once for all who asked, and the other one"
    known = fetch(site, "long.gif", "moving", headers={"If-None-Match": made.headers["ETag"]})
    assert known.status_code == 304


def test_it_is_told_beforehand(site):
    site.add_rule("told", {"format": "gif", "actions": [{"resize": {"width": 390}}]})
    path = f"{site.bucket_path}/explain/long.gif"
    heavy = site.call_with({"rule": "told"}, "GET", path).json()
    assert heavy["background"] is True and heavy["cost"]["microseconds"] > LINE_MS * 1000
    light = site.call_with({"rule": "small"}, "GET", f"{site.bucket_path}/explain/photo.jpg").json()
    assert light["background"] is False


def test_a_rule_may_want_it_always_or_never(site):
    site.add_rule("later", {"format": "png", "actions": [{"resize": {"width": 50}}], "policy": {"async": "always"}})
    site.add_rule("now", {"format": "gif", "actions": [{"resize": {"width": 375}}], "policy": {"async": "never"}})
    told = fetch(site, "photo.jpg", "later")
    assert told.status_code == 202
    wait_for(site, told)
    assert fetch(site, "photo.jpg", "later").headers["Cache-Status"].startswith("calotype; hit")
    assert fetch(site, "long.gif", "now").status_code == 200


def test_what_is_known_needs_no_job(site):
    site.add_rule("again", {"format": "png", "actions": [{"resize": {"width": 51}}], "policy": {"async": "always"}})
    key = site.call_with({"rule": "again"}, "GET", f"{site.bucket_path}/explain/photo.jpg").json()["cache"]["key"]
    assert fetch(site, "photo.jpg", "again", headers={"If-None-Match": f'"{key}"'}).status_code == 304
    assert requests.get(f"{site.service.fetch}/api/v1/jobs/{key}", timeout=10).status_code == 404


def test_nobody_begins_a_job_without_access(site):
    site.add_rule("closed", {"format": "png", "actions": [{"resize": {"width": 52}}],
                             "policy": {"async": "always", "access": {"require": "jwt"}}})
    begun = metric(site, 'calotype_delivery_jobs_total{outcome="begun"}')
    assert fetch(site, "photo.jpg", "closed").status_code == 401
    assert metric(site, 'calotype_delivery_jobs_total{outcome="begun"}') == begun
    path = "/slow/images/photo.jpg"
    params = {"jwt": site.token("GET", path), "AccessKeyId": site.key_id, "rule": "closed"}
    told = requests.get(f"{site.service.fetch}/api/v1{path}", params=params, timeout=10)
    assert told.status_code == 202
    assert set(wait_for(site, told)) == {"id", "status"}


def test_a_failed_job_says_why_and_so_does_the_picture(site):
    whole = pictures.jpeg(600, 400)
    assert site.upload("broken.jpg", whole[:len(whole) // 2]).status_code == 201
    site.add_rule("whole", {"format": "png", "actions": [{"resize": {"width": 53}}], "policy": {"async": "always"}})
    told = fetch(site, "broken.jpg", "whole")
    assert told.status_code == 202
    code = wait_for(site, told, "failed")["code"]
    refused = fetch(site, "broken.jpg", "whole")
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_too_many_jobs_are_refused(site):
    for n in range(2):
        site.add_rule(f"crowd-{n}", {"format": "gif", "actions": [{"resize": {"width": 380 + n}}]})
    begun = [fetch(site, "long.gif", f"crowd-{n}") for n in range(2)]
    assert [answer.status_code for answer in begun] == [202, 202]
    site.add_rule("crowd-2", {"format": "gif", "actions": [{"resize": {"width": 382}}]})
    refused = fetch(site, "long.gif", "crowd-2")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-jobs")
    assert int(refused.headers["Retry-After"]) >= 1
    for answer in begun:
        wait_for(site, answer)


def test_the_ids_of_jobs_are_no_oracle(site):
    for wrong in ("x", "0" * 63, "F" * 64, "0" * 64):
        told = requests.get(f"{site.service.fetch}/api/v1/jobs/{wrong}", timeout=10)
        assert told.status_code == 404, wrong
    assert requests.post(f"{site.service.fetch}/api/v1/jobs/{'0' * 64}", timeout=10).status_code == 405


def test_what_is_stored_is_made_ahead_also_where_it_is_heavy(site):
    site.add_rule("ready", {"format": "gif", "actions": [{"resize": {"width": 396}}],
                            "policy": {"prewarm": "upload", "access": {"prefixes": ["ready/"]}}})
    assert site.upload("ready/long.gif", noisy_animation(30, 400)).status_code == 201
    path = f"{site.bucket_path}/explain/ready/long.gif"
    until = time.monotonic() + 60
    while site.call_with({"rule": "ready"}, "GET", path).json()["cache"]["kept_in"] is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert fetch(site, "ready/long.gif", "ready").status_code == 200


def test_a_limit_of_a_rule_refuses_what_costs_too_much(site):
    site.add_rule("thrifty", {"format": "gif", "policy": {"limits": {"cost": 100}}})
    refused = fetch(site, "long.gif", "thrifty")
    assert (refused.status_code, refused.json()["code"]) == (422, "too-costly")
    assert "policy.limits.cost" in refused.json()["detail"]


def test_a_restart_forgets_jobs_and_asking_begins_them_anew(tmp_path):
    service = Service(tmp_path, "--delivery-async-cost-ms", str(LINE_MS))
    try:
        tenant = Tenant(service, "restarted")
        tenant.open_shop("slow")
        assert tenant.upload("long.gif", noisy_animation(60, 500)).status_code == 201
        tenant.add_rule("moving", {"format": "gif"})
        told = fetch(tenant, "long.gif", "moving")
        assert told.status_code == 202
        service.kill()
        service = Service(tmp_path, "--delivery-async-cost-ms", str(LINE_MS))
        tenant.service = service
        assert job_of(tenant, told).status_code == 404
        again = fetch(tenant, "long.gif", "moving")
        assert again.status_code == 202 and again.headers["Location"] == told.headers["Location"]
        wait_for(tenant, again)
        assert fetch(tenant, "long.gif", "moving").status_code == 200
        assert service.stop() == 0
    finally:
        service.kill()

"""Hostile pictures, dying workers, a full house, the end: each costs what it must and no more."""

import concurrent.futures
import os
import signal
import socket
import threading
import time

import pictures
import pytest
import requests
from service import Service, Tenant
from wire import place_of

HOSTILE = {
    "truncated.jpg": pictures.jpeg(400, 300)[:2000],
    "text.jpg": b"just some text, nothing to see\n" * 20,
    "huge.png": pictures.huge_png(),
    "liar.jpg": pictures.lying_progressive_jpeg(),
    "vector.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "squeezed.svgz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"<svg" * 40,
    "document.jpg": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "bitmap.bmp": b"BM" + b"\0" * 100,
    "photoshop.psd": b"8BPS\0\x01" + b"\0" * 100,
    "wavelet.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 100,
    "xl.jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 100,
    "empty.jpg": b"",
}
REFUSED_TYPES = {"text.jpg", "vector.svg", "squeezed.svgz", "document.jpg", "bitmap.bmp", "photoshop.psd",
                 "wavelet.jp2", "xl.jxl"}


@pytest.fixture(scope="module")
def rules(shop):
    shop.add_rule("r200", {"format": "jpg", "actions": [{"resize": {"width": 200}}]})
    for over in ("still", "truncate", "reject"):
        shop.add_rule(f"gif-{over}", {"version": "2026-01", "format": "gif", "animation": {"over": over, "maxFrames": 20},
                                      "actions": [{"resize": {"width": 10}}]})
    return shop


def refused(answer):
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:200])
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code and body["title"] and body["detail"] and body["request_id"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_refused_in_under_a_second(rules, name):
    rules.upload("neighbour.jpg", pictures.jpeg())
    started = time.monotonic()
    answer = rules.upload(f"hostile/{name}", HOSTILE[name])
    if answer.status_code == 201:  # a whole header with half a picture may be stored; it cannot be rendered
        answer = rules.image(f"hostile/{name}", "r200")
    assert time.monotonic() - started < 1
    refused(answer)
    if name in REFUSED_TYPES:
        assert answer.status_code == 415
    assert rules.image("neighbour.jpg", "r200").status_code == 200


def test_two_thousand_frames_get_what_the_rule_says(rules):
    assert rules.upload("long.gif", pictures.animation(2000)).status_code == 201
    rules.upload("first.gif", pictures.animation(2))
    assert rules.image("first.gif", "gif-truncate").status_code == 200  # from now on there is a worker for animations
    frames = {}
    for over in ("still", "truncate", "reject"):
        started = time.monotonic()
        answer = rules.image("long.gif", f"gif-{over}")
        assert time.monotonic() - started < 1, over
        if over == "reject":
            refused(answer)
            assert answer.status_code == 422
        else:
            assert answer.status_code == 200, answer.text
            frames[over] = getattr(pictures.decode(answer.content), "n_frames", 1)
    assert frames == {"still": 1, "truncate": 20}


def test_animations_stay_animated(rules):
    rules.add_rule("moving", {"version": "2026-01", "format": "webp", "actions": [{"resize": {"width": 10}}]})
    rules.upload("short.gif", pictures.animation(5))
    image = pictures.decode(rules.image("short.gif", "moving").content)
    assert image.is_animated and image.n_frames == 5 and image.size == (10, 10)


def test_a_killed_worker_costs_its_request_alone(tmp_path):
    service = Service(tmp_path, "--workers-light", "2")
    try:
        tenant = Tenant(service)
        tenant.open_shop("kills")
        tenant.add_rule("slow", {"version": "2026-01", "format": "avif", "quality": 90, "encoder": {"effort": 6},
                                 "actions": [{"blur": 40}]})
        tenant.add_rule("quick", {"format": "jpg", "actions": [{"resize": {"width": 64}}]})
        tenant.add_rule("heavy", {"format": "avif", "actions": [{"resize": {"width": 20}}]})
        for n in range(8):
            assert tenant.upload(f"{n}.jpg", pictures.jpeg(1500 + n, 1000)).status_code == 201
        assert tenant.image("0.jpg", "heavy").status_code == 200  # from now on there is a worker for such

        for death in (signal.SIGKILL, signal.SIGSEGV):
            busy = {}
            thread = threading.Thread(
                target=lambda: busy.update(answer=tenant.image(f"{int(death) % 8}.jpg", "slow")))
            before = wait_for_idle(service, 3)
            thread.start()
            victim = wait_for_busy(service, before)
            os.kill(victim, death)
            others = [tenant.image(f"{n}.jpg", "quick", params={"n": int(death)}) for n in range(8)]
            thread.join(30)
            # The delivery tries once more on another worker; a second death would be the picture's fault: 422. The lane has
            # one worker: on a machine that is busy with other tests the next may not be up in time.
            assert busy["answer"].status_code in (200, 422, 503), busy["answer"].text
            assert [answer.status_code for answer in others] == [200] * 8
        assert service.process.poll() is None
    finally:
        service.kill()


def wait_for_idle(service, count, limit=20):
    """Processor time of each worker, once all of them are up and none has used any for half a second."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = {pid: cpu_of(pid) for pid in service.workers()}
        time.sleep(0.5)
        if len(before) == count and {pid: cpu_of(pid) for pid in service.workers()} == before:
            return before
    raise AssertionError(f"the {count} workers did not come to rest")


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def wait_for_busy(service, before, limit=10):
    """The worker that has begun to work since `before`."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        for pid in service.workers():
            try:
                if pid in before and cpu_of(pid) - before[pid] >= 5:
                    return pid
            except FileNotFoundError:
                continue
        time.sleep(0.01)
    raise AssertionError("no worker became busy")


def test_many_ask_for_one_rendition_at_once(rules):
    rules.upload("crowd.jpg", pictures.jpeg(1200, 900))
    rendered = lambda: sum(float(line.split()[-1]) for line in requests.get(f"{rules.service.ops}/metrics", timeout=10)
                           .text.splitlines() if line.startswith("calotype_workers_jobs_total") and 'kind="render"' in line)
    before = rendered()
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: rules.image("crowd.jpg", "r200"), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert rendered() - before == 1


def test_clients_who_hang_up_take_what_has_not_begun_with_them(tmp_path):
    service = Service(tmp_path, "--workers-light", "2", "--workers-queue-wait-ms", "20000")
    try:
        tenant = Tenant(service)
        tenant.open_shop("gone")
        tenant.add_rule("r", {"format": "jpg", "actions": [{"resize": {"width": 60}}]})
        for n in range(6):
            assert tenant.upload(f"{n}.jpg", pictures.jpeg(300 + n, 200)).status_code == 201

        def series(text):
            return sum(float(line.split()[-1]) for line in requests.get(f"{service.ops}/metrics", timeout=10).text.splitlines()
                       if line.startswith(text))

        def until(claim):
            end = time.monotonic() + 10
            while not claim() and time.monotonic() < end:
                time.sleep(0.02)
            return claim()

        workers = list(wait_for_idle(service, 2))
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        links = [socket.create_connection(place_of(service.fetch), timeout=10) for _ in range(6)]
        for n, link in enumerate(links):
            link.sendall(f"GET /api/v1/gone/images/{n}.jpg?rule=r HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        assert until(lambda: series('calotype_workers_queue_length{lane="light"}') == 4)
        for link in links:
            link.close()
        assert until(lambda: series('calotype_workers_queue_length{lane="light"}') == 0)
        assert series('calotype_workers_jobs_total{kind="render",outcome="abandoned"}') == 4
        assert until(lambda: series('calotype_http_connections{listener="fetch"}') == 0)
        assert until(lambda: service.logged().count('"status":499') == 6)

        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        assert until(lambda: series("calotype_workers_busy") == 0)
        answers = [tenant.image(f"{n}.jpg", "r") for n in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 6
        assert sum("hit" in answer.headers["Cache-Status"] for answer in answers) == 2, "those two had begun"
    finally:
        service.kill()


def test_sigterm_lets_requests_in_flight_end(tmp_path):
    service = Service(tmp_path)
    try:
        tenant = Tenant(service)
        tenant.open_shop("drain")
        tenant.add_rule("slow", {"version": "2026-01", "format": "webp", "encoder": {"effort": 6},
                                 "actions": [{"blur": 30}]})
        tenant.upload("a.jpg", pictures.jpeg(1600, 1200))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(tenant.image, "a.jpg", "slow")
            time.sleep(0.15)
            assert service.stop() == 0
            assert asked.result().status_code == 200
        with pytest.raises(requests.ConnectionError):
            tenant.image("a.jpg", "slow")
    finally:
        service.kill()

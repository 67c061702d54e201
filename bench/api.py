#!/usr/bin/python3
"""What the management API costs where there is much of it: `./dev bench api [--json] [--quick] [--cases listing,...]`.

listing  100,000 objects of one bucket, page by page: a late page must cost what an early one does
upload   2 GB in one request: how much memory the service needs at its peak
webhook  a receiver that is down for a minute: every event must come afterwards, signed, in order for each object
"""

import argparse
import base64
import collections
import hashlib
import http.client
import json
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import pictures  # noqa: E402
from receiver import Receiver, is_signed  # noqa: E402
from service import Service, Tenant  # noqa: E402

THREADS = 8
MIB = 1 << 20


def peak_mb(process):
    """The most resident memory that the process has had."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def say(text):
    print(text, file=sys.stderr, flush=True)


class Connection:
    """One kept connection to the management listener."""

    def __init__(self, service):
        place = urllib.parse.urlsplit(service.mgmt)
        self.http = http.client.HTTPConnection(place.hostname, place.port, timeout=60)

    def send(self, method, target, body=None):
        self.http.request(method, target, body)
        answer = self.http.getresponse()
        return answer.status, answer.read()


def fill(tenant, count):
    """Tiny pictures under names that the service makes."""
    picture, path = pictures.jpeg(8, 8), f"{tenant.bucket_path}/objects"
    left = list(range(count))
    lock = threading.Lock()
    failures = []

    def work():
        connection = Connection(tenant.service)
        target, signed = "", 0.0
        while not failures:
            with lock:
                if not left:
                    return
                left.pop()
            if time.monotonic() - signed > 60:
                token = tenant.token("POST", path)
                target, signed = f"/api/v1{path}?jwt={token}&AccessKeyId={tenant.key_id}", time.monotonic()
            status, body = connection.send("POST", target, picture)
            if status != 201:
                failures.append((status, body))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"bench api: an upload was answered with {failures[0]}")


def bench_listing(folder, quick):
    count = 10_000 if quick else 100_000
    service = Service(folder)
    try:
        tenant = Tenant(service, "list")
        tenant.open_shop("list")
        began = time.monotonic()
        fill(tenant, count)
        filled = time.monotonic() - began
        say(f"listing: {count} objects stored in {filled:.0f} s")
        connection, path = Connection(service), f"{tenant.bucket_path}/objects"
        names, pages, more = set(), [], ""
        while True:
            token = tenant.token("GET", path)
            began = time.monotonic()
            status, body = connection.send("GET", f"/api/v1{path}?jwt={token}&AccessKeyId={tenant.key_id}&max-keys=1000{more}")
            pages.append((time.monotonic() - began) * 1000)
            page = json.loads(body)
            if status != 200:
                raise SystemExit(f"bench api: a page was answered with {status} {page}")
            names.update(entry["object_id"] for entry in page["objects"])
            if "continuation_token" not in page:
                break
            more = "&continuation-token=" + urllib.parse.quote(page["continuation_token"])
        part = max(1, len(pages) // 10)
        first, last = statistics.median(pages[1:1 + part]), statistics.median(pages[-1 - part:-1])
        return {"case": "listing", "objects": count, "listed": len(names), "pages": len(pages),
                "stored_per_second": round(count / filled), "first_tenth_ms": round(first, 2),
                "last_tenth_ms": round(last, 2), "slowest_ms": round(max(pages), 2),
                "last_over_first": round(last / first, 2), "peak_mb": round(peak_mb(service.process), 1)}
    finally:
        service.kill()


def bench_upload(folder, quick):
    size = (200 if quick else 2000) * 1_000_000
    service = Service(folder, "--upload-most-bytes", str(size + MIB))
    try:
        tenant = Tenant(service, "large")
        tenant.open_shop("large")
        before = peak_mb(service.process)
        head, noise = pictures.jpeg(800, 600), bytes(range(256)) * (MIB // 256)
        digest = hashlib.md5()

        def stream():
            left = size
            for part in iter(lambda: head if left == size else noise[:min(left, MIB)], b""):
                digest.update(part)
                left -= len(part)
                yield part

        path = f"{tenant.bucket_path}/objects"
        token = tenant.token("POST", path, {"oid": "large.jpg"})
        connection = Connection(service)
        began = time.monotonic()
        connection.http.timeout = 300
        connection.http.request("POST", f"/api/v1{path}?jwt={token}&AccessKeyId={tenant.key_id}", stream(),
                                {"Content-Length": str(size)})
        answer = connection.http.getresponse()
        body = answer.read()
        if answer.status != 201:
            raise SystemExit(f"bench api: the upload was answered with {answer.status} {body}")
        seconds = time.monotonic() - began
        after = peak_mb(service.process)
        shown = tenant.call("HEAD", f"{path}/large.jpg")
        is_same = shown.headers["Content-MD5"] == base64.b64encode(digest.digest()).decode()
        return {"case": "upload", "bytes": size, "seconds": round(seconds, 1), "mb_per_second": round(size / 1e6 / seconds),
                "idle_mb": round(before, 1), "peak_mb": round(after, 1), "is_same": is_same}
    finally:
        service.kill()


def bench_webhook(folder, quick):
    away, objects = (10 if quick else 60), 20
    service = Service(folder, "--webhooks-addresses", "any")
    receiver = Receiver()
    try:
        tenant = Tenant(service, "told")
        tenant.open_shop("told")
        made = tenant.call("POST", f"{tenant.path}/webhooks",
                           json={"url": receiver.url, "events": ["object.created", "object.deleted"]})
        secret = made.json()["secret"]
        receiver.close()
        gone = time.monotonic()
        sent, picture = 0, pictures.jpeg(8, 8)
        while time.monotonic() - gone < away:
            for number in range(objects):
                name = f"{number}.jpg"
                assert tenant.upload(name, picture).status_code == 201
                dropped = tenant.call("DELETE", f"{tenant.bucket_path}/objects/{name}", {"oid": name, "force": True})
                assert dropped.status_code == 202, dropped.text
                sent += 2
            time.sleep(1)
        receiver.open()
        back = time.monotonic()
        while len({body for _, body in receiver.taken}) < sent and time.monotonic() - back < 300:
            time.sleep(0.2)
        seconds = time.monotonic() - back
        orders = collections.defaultdict(list)
        seen = set()
        bad = 0
        for headers, body in receiver.taken:
            event = json.loads(body)
            bad += not is_signed({name.lower(): value for name, value in headers.items()}, body, secret)
            if event["id"] not in seen:
                orders[event["subject"]].append(event["type"])
            seen.add(event["id"])
        turns = ["object.created", "object.deleted"]
        in_order = all(types == turns * (len(types) // 2) for types in orders.values())
        return {"case": "webhook", "away_s": away, "events": sent, "delivered": len(seen),
                "twice": len(receiver.taken) - len(seen), "seconds_until_all": round(seconds, 1), "in_order": in_order,
                "bad_signatures": bad}
    finally:
        receiver.close()
        service.kill()


CASES = {"listing": bench_listing, "upload": bench_upload, "webhook": bench_webhook}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object a case")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--cases", default=",".join(CASES), help="some of " + ", ".join(CASES))
    words = parser.parse_args()
    for name in words.cases.split(","):
        if name not in CASES:
            parser.error(f"there is no case {name}")
    (ROOT / "build" / "bench").mkdir(parents=True, exist_ok=True)
    for name in words.cases.split(","):
        with tempfile.TemporaryDirectory(dir=ROOT / "build" / "bench") as folder:
            result = CASES[name](pathlib.Path(folder), words.quick)
        if words.json:
            print(json.dumps(result), flush=True)
        else:
            print(f"{result.pop('case'):8}", "  ".join(f"{key} {value}" for key, value in result.items()), flush=True)


if __name__ == "__main__":
    main()

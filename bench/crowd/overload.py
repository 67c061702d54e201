"""More new renditions than can be made, asked for at a steady rate whether answers come or not: `overload` (L-6)."""

import csv
import itertools
import os
import pathlib
import shutil
import statistics
import subprocess
import threading
import time

import pictures
from asking import Fetcher
from service import Tenant

PHOTOS = 100
# Where a picture of 1600x1100 is cut out of one of 1740x1160: each place is another rendition, and none costs more than another.
LEFTS, TOPS = 140, 60
CLIENTS, CACHED_RATE = 8, 50
AGAIN = (429, 503)


def vegeta():
    found = os.environ.get("CALOTYPE_VEGETA") or shutil.which("vegeta")
    if not found or not pathlib.Path(found).exists():
        raise RuntimeError("overload needs vegeta, an open-loop generator: go install github.com/tsenart/vegeta/v12@v12.13.0")
    return found


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


class Attack:
    """Requests at a constant rate, each on time. Their (start in s, status, time in ms), once it has ended."""

    def __init__(self, folder, name, base, targets, rate, seconds):
        self.out = folder / f"{name}.bin"
        file = folder / f"{name}.targets"
        file.write_text("".join(f"GET {base}/api/v1{target}\n" for target in targets))
        self.process = subprocess.Popen([vegeta(), "attack", f"-rate={rate}", f"-duration={seconds}s", f"-targets={file}", "-max-body=0",
                                         "-timeout=30s", "-max-workers=8000", f"-output={self.out}"], stdin=subprocess.DEVNULL)

    def answers(self):
        self.process.wait(120)
        text = subprocess.run([vegeta(), "encode", "-to", "csv", self.out], capture_output=True, text=True, check=True).stdout
        rows = csv.reader(text.splitlines())
        return sorted((int(row[0]) / 1e9, int(row[1]), int(row[2]) / 1e6) for row in rows)


def capacity(service, targets, seconds):
    """New renditions a second that a few patient clients get, and what one of them waits."""
    lock, times, statuses, end = threading.Lock(), [], [], time.monotonic() + seconds

    def run():
        fetcher = Fetcher(service)
        while time.monotonic() < end:
            with lock:
                target = next(targets)
            begun = time.monotonic()
            status, _, _ = fetcher.get(target)
            with lock:
                times.append((time.monotonic() - begun) * 1000)
                statuses.append(status)

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses.count(200) / seconds, times


def recovery(service, targets, normal_ms):
    """Seconds from now until ten new renditions in a row take no more than twice what the slowest usually takes."""
    fetcher, begun, good = Fetcher(service), time.monotonic(), 0
    while good < 10 and time.monotonic() < begun + 30:
        asked = time.monotonic()
        status, _, _ = fetcher.get(next(targets))
        good = good + 1 if status == 200 and (time.monotonic() - asked) * 1000 <= 2 * normal_ms else 0
        if good == 1:
            first = asked
    return round(first - begun, 2) if good == 10 else None


def overload(service, quick):
    tenant = Tenant(service, "overload")
    tenant.open_shop("overload")
    tenant.add_rule("still", {"format": "jpg", "params": {"x": {"type": "int", "min": 0, "max": LEFTS, "default": 0},
                                                          "y": {"type": "int", "min": 0, "max": TOPS, "default": 0}},
                              "actions": [{"crop": {"left": "$x", "top": "$y", "width": 1600, "height": 1100}}, {"resize": {"width": 300}}]})
    photo = pictures.jpeg(1740, 1160)
    for number in range(PHOTOS):
        comment = b"\xff\xfe\x00\x06%04d" % number
        assert tenant.upload(f"{number}.jpg", photo[:2] + comment + photo[2:]).status_code == 201
    targets = iter(f"/overload/images/{photo}.jpg?rule=still&x={x}&y={y}" for y in range(1, TOPS) for x in range(LEFTS)
                   for photo in range(PHOTOS))
    cached = "/overload/images/0.jpg?rule=still"
    Fetcher(service).get(cached)
    capacity(service, targets, 1)
    per_second, times = capacity(service, targets, 4 if quick else 10)
    alone = Attack(service.folder, "alone", service.fetch, [cached], CACHED_RATE, 5).answers()
    rate, seconds = int(4 * per_second), 15 if quick else 60
    flood_targets = list(itertools.islice(targets, min(rate * seconds, PHOTOS * LEFTS * TOPS * 3 // 4)))
    flood = Attack(service.folder, "flood", service.fetch, flood_targets, rate, seconds)
    beside = Attack(service.folder, "beside", service.fetch, [cached], CACHED_RATE, seconds).answers()
    flood.process.wait(120)
    back = recovery(service, targets, percentile(times, 0.99))
    answers = flood.answers()
    good = [ms for _, status, ms in answers if status == 200]
    refused = [ms for _, status, ms in answers if status in AGAIN]
    length = answers[-1][0] - answers[0][0]
    by_status = {str(status): sum(one == status for _, one, _ in answers) for status in sorted({status for _, status, _ in answers})}
    return {"case": "overload", "capacity_per_s": round(per_second, 1), "asked_per_s": round(len(answers) / length, 1), "seconds": round(length, 1),
            "by_status": by_status, "goodput_per_s": round(len(good) / length, 1), "goodput_ratio": round(len(good) / length / per_second, 3),
            "good_p50_ms": round(statistics.median(good), 1) if good else None, "good_p99_ms": percentile(good, 0.99),
            "refused_p50_ms": round(statistics.median(refused), 1) if refused else None, "refused_p99_ms": percentile(refused, 0.99),
            "cached_alone_p99_ms": percentile([ms for _, _, ms in alone], 0.99),
            "cached_p50_ms": round(statistics.median(ms for _, _, ms in beside), 2), "cached_p99_ms": percentile([ms for _, _, ms in beside], 0.99),
            "cached_good": sum(status == 200 for _, status, _ in beside), "cached_asked": len(beside), "recovery_s": back}

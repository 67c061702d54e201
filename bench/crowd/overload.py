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

import photos
from asking import Fetcher
from photographs import photograph
from service import Tenant

PHOTOS = 99
# So much narrower and lower is the picture that is cut out: each place for it is another rendition, and none costs more than another.
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
    for size, (width, height) in photos.SIZES.items():
        crop = {"left": "$x", "top": "$y", "width": width - LEFTS, "height": height - TOPS}
        tenant.add_rule(size, {"format": "jpg", "params": {"x": {"type": "int", "min": 0, "max": LEFTS, "default": 0},
                                                           "y": {"type": "int", "min": 0, "max": TOPS, "default": 0}},
                               "actions": [{"crop": crop}, {"resize": {"width": 300}}]})
    files = {size: photograph(*pixels) for size, pixels in photos.SIZES.items()}
    originals = [(number, size) for number, size in zip(range(PHOTOS), itertools.cycle(files))]
    for number, size in originals:
        assert tenant.upload(f"{number}.jpg", photos.numbered(files[size], number)).status_code == 201
    targets = iter(f"/overload/images/{number}.jpg?rule={size}&x={x}&y={y}" for y in range(1, TOPS) for x in range(LEFTS)
                   for number, size in originals)
    cached = "/overload/images/1.jpg?rule=2mp"
    Fetcher(service).get(cached)
    capacity(service, targets, 1)
    alone = Attack(service.folder, "alone", service.fetch, [cached], CACHED_RATE, 5).answers()
    rounds, patient_seconds, seconds = (1, 4, 10) if quick else (6, 5, 10)
    # What can be made wanders with a shared machine: it is measured before and after each flood.
    capacities, floods, rows, beside, backs = [capacity(service, targets, patient_seconds)], [], [], [], []
    for number in range(rounds):
        rate = int(4 * capacities[-1][0])
        flood = Attack(service.folder, f"flood{number}", service.fetch, list(itertools.islice(targets, rate * seconds)), rate, seconds)
        beside += Attack(service.folder, f"beside{number}", service.fetch, [cached], CACHED_RATE, seconds).answers()
        flood.process.wait(120)
        backs.append(recovery(service, targets, percentile(capacities[-1][1], 0.99)))
        capacities.append(capacity(service, targets, patient_seconds))
        answers = flood.answers()
        length = answers[-1][0] - answers[0][0]
        floods.append((sum(status == 200 for _, status, _ in answers) / length, len(answers) / length))
        rows += answers
    ratios = [good / statistics.mean((before[0], after[0])) for (good, _), before, after in zip(floods, capacities, capacities[1:])]
    good = [ms for _, status, ms in rows if status == 200]
    refused = [ms for _, status, ms in rows if status in AGAIN]
    by_status = {str(status): sum(one == status for _, one, _ in rows) for status in sorted({status for _, status, _ in rows})}
    return {"case": "overload", "rounds": rounds, "seconds": seconds,
            "capacity_per_s": round(statistics.median(per_second for per_second, _ in capacities), 1),
            "asked_per_s": round(statistics.median(asked for _, asked in floods), 1), "by_status": by_status,
            "goodput_per_s": round(statistics.median(made for made, _ in floods), 1), "goodput_ratio": round(statistics.median(ratios), 3),
            "goodput_ratio_least": round(min(ratios), 3), "goodput_ratio_most": round(max(ratios), 3),
            "good_p50_ms": round(statistics.median(good), 1) if good else None, "good_p99_ms": percentile(good, 0.99),
            "refused_p50_ms": round(statistics.median(refused), 1) if refused else None, "refused_p99_ms": percentile(refused, 0.99),
            "cached_alone_p99_ms": percentile([ms for _, _, ms in alone], 0.99),
            "cached_p50_ms": round(statistics.median(ms for _, _, ms in beside), 2), "cached_p99_ms": percentile([ms for _, _, ms in beside], 0.99),
            "cached_good": sum(status == 200 for _, status, _ in beside), "cached_asked": len(beside),
            "recovery_s": None if None in backs else max(backs)}

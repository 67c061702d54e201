"""Whether memory stays flat while a day's mixture goes on: `memory` (L-5)."""

import bisect
import itertools
import random
import threading
import time

import pictures
from asking import Fetcher
from processes import rss_bytes, tree
from service import Tenant

# Of what is asked for: in the cache, known to the client, never made before, stored.
SHARES = (("cached", 0.90), ("known", 0.08), ("uncached", 0.015), ("upload", 0.005))
OBJECTS, WIDTHS, RATE, THREADS = 200, 40, 240, 8


def zipf(count, exponent=1.0):
    """Cumulated weights: the n-th most popular is asked for 1/n as often as the first."""
    return list(itertools.accumulate(1 / (n + 1) ** exponent for n in range(count)))


class Crowd:
    """Clients that keep up a rate and note what went wrong."""

    def __init__(self, service, tenant, seed):
        self.service, self.tenant, self.seed = service, tenant, seed
        self.weights = zipf(OBJECTS * WIDTHS)
        self.fresh = itertools.count()
        self.counts = {name: 0 for name, _ in SHARES}
        self.bad, self.lock, self.is_over = [], threading.Lock(), threading.Event()
        self.tags = {}

    def target(self, rank):
        return f"/{self.tenant.alias}/images/{rank % OBJECTS}.jpg?rule=wide&w={100 + rank // OBJECTS}"

    def once(self, kind, fetcher, chance):
        if kind == "upload":
            number = next(self.fresh)
            status = self.tenant.upload(f"new/{number}.jpg", pictures.jpeg(300 + number % 50, 200 + number // 50 % 50)).status_code
            return status == 201, status
        if kind == "uncached":
            number = next(self.fresh)
            status, _, _ = fetcher.get(f"/{self.tenant.alias}/images/{number % OBJECTS}.jpg?rule=wide&w={200 + number // OBJECTS}")
            return status == 200, status
        rank = bisect.bisect(self.weights, chance.random() * self.weights[-1])
        target = self.target(min(rank, len(self.weights) - 1))
        tag = self.tags.get(target) if kind == "known" else None
        status, headers, _ = fetcher.get(target, {"If-None-Match": tag} if tag else {})
        self.tags[target] = headers.get("ETag")
        return status == (304 if tag else 200), status

    def run(self, number):
        fetcher, chance = Fetcher(self.service), random.Random(self.seed + number)
        begun = time.monotonic()
        for turn in itertools.count():
            wait = begun + turn * THREADS / RATE - time.monotonic()
            if self.is_over.wait(max(0, wait)):
                return
            kind = chance.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
            try:
                is_good, status = self.once(kind, fetcher, chance)
            except OSError as error:
                is_good, status, fetcher = False, str(error), Fetcher(self.service)
            with self.lock:
                self.counts[kind] += 1
                if not is_good:
                    self.bad.append((kind, status))


def slope(points):
    """Of a straight line through (x, y), by least squares."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def memory(service, quick):
    minutes = 1 if quick else 10
    tenant = Tenant(service, "memory")
    tenant.open_shop("memory")
    tenant.add_rule("wide", {"format": "jpg", "params": {"w": {"type": "int", "min": 100, "max": 9999, "default": 100}},
                             "actions": [{"resize": {"width": "$w", "height": 100, "fit": "cover", "enlarge": True}}]})
    for number in range(OBJECTS):
        assert tenant.upload(f"{number}.jpg", pictures.jpeg(400 + number, 300)).status_code == 201
    crowd = Crowd(service, tenant, seed=20261126)
    threads = [threading.Thread(target=crowd.run, args=(number,)) for number in range(THREADS)]
    own, workers, begun = [], [], time.monotonic()
    for thread in threads:
        thread.start()
    while time.monotonic() < begun + minutes * 60:
        time.sleep(1)
        at = (time.monotonic() - begun) / 60
        own.append((at, rss_bytes([service.process.pid]) / 1e6))
        workers.append((at, rss_bytes(tree(service.process.pid)) / 1e6 - own[-1][1]))
    crowd.is_over.set()
    for thread in threads:
        thread.join(60)
    half = [point for point in own if point[0] >= minutes / 2]
    total = sum(crowd.counts.values())
    return {"case": "memory", "minutes": minutes, "seed": crowd.seed, "requests": total, "asked": crowd.counts, "bad": len(crowd.bad),
            "first_bad": crowd.bad[:3], "availability": round(1 - len(crowd.bad) / total, 6), "rss_mb_first": round(own[0][1], 1),
            "rss_mb_last": round(own[-1][1], 1), "rss_mb_peak": round(max(mb for _, mb in own), 1),
            "slope_mb_per_minute_second_half": round(slope(half), 3), "workers_mb_first": round(workers[0][1], 1),
            "workers_mb_last": round(workers[-1][1], 1)}

#!/usr/bin/python3
"""How delivery holds up where many ask at once: `./dev bench delivery [--json] [--quick] [--cases flight,...]`.

flight   500 requests at once for one rendition that nobody has made: it must be made once (D-5)
noisy    one tenant floods renditions of animations and large photos: what another waits for new renditions, beside what it
         waits alone (L-8), and for what is in the cache
cached_vs_nginx  a cached rendition of 20 KB beside nginx serving the same file, whole and as 304s
memory   a day's mixture for ten minutes: does memory stay flat (L-5)
overload four times as many new renditions a second as can be made, whether they are answered or not (L-6)
ceiling  fifty progressive photos of 60 megapixels at once under a memory limit (L-9)
beyond_engine  what a new rendition takes from socket to socket beyond the engine's own time
worker_memory  what a worker needs for photos of 12 and 99 megapixels, beside what their headers announced
"""

import argparse
import concurrent.futures
import itertools
import json
import multiprocessing
import pathlib
import re
import statistics
import sys
import tempfile
import threading
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/e2e", "bench/crowd", "bench/beside")]

import pictures  # noqa: E402
from asking import Fetcher  # noqa: E402
from beyond_engine import beyond_engine  # noqa: E402
from cached import cached_vs_nginx  # noqa: E402
from ceiling import ceiling  # noqa: E402
from memory import memory  # noqa: E402
from overload import overload  # noqa: E402
from service import Service, Tenant  # noqa: E402
from worker_memory import worker_memory  # noqa: E402

STEPS = {"n": {"type": "int", "min": 100, "max": 1600, "step": 1, "default": 100}}


def say(text):
    print(text, file=sys.stderr, flush=True)


def rule(form, width):
    """`n` is how far up the picture reaches: each value cuts off another row or so."""
    return {"format": form, "params": STEPS, "actions": [{"resize": {"width": width, "height": "$n", "fit": "cover"}}]}


def made(service):
    """Renditions that were made, by the service's own count."""
    text = requests.get(f"{service.ops}/metrics", timeout=10).text
    found = re.findall(r'calotype_delivery_answers_total\{origin="rendered"\} (\S+)', text)
    return float(found[0]) if found else 0


def flight(service, quick):
    tenant = Tenant(service, "flight")
    tenant.open_shop("flight")
    tenant.add_rule("wide", {"format": "webp", "actions": [{"resize": {"width": 1200}}]})
    assert tenant.upload("photo.jpg", pictures.jpeg(4000, 3000, Q=85)).status_code == 201
    count = 100 if quick else 500
    barrier = threading.Barrier(count)

    def ask():
        fetcher = Fetcher(service)
        fetcher.http.connect()
        barrier.wait(60)
        status, _, body = fetcher.get("/flight/images/photo.jpg?rule=wide")
        return status, body

    before = made(service)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        answers = [future.result() for future in [pool.submit(ask) for _ in range(count)]]
    return {"case": "flight", "requests": count, "good": sum(status == 200 for status, _ in answers),
            "different_bodies": len({body for _, body in answers}), "renditions_made": int(made(service) - before)}


def flood(fetch, targets, connections, is_over, results):
    """Asks for what was never made, on so many connections, until it is told to stop. A process of its own: its threads must
    not hold up those that measure."""
    class Place:
        pass

    place, counts, lock = Place(), {}, threading.Lock()
    place.fetch = fetch
    numbers = itertools.cycle(range(100, 1601))
    asked = (f"{target}&n={next(numbers)}" for target in itertools.cycle(targets))

    def run():
        fetcher = Fetcher(place)
        while not is_over.is_set():
            with lock:
                target = next(asked)
            status, _, _ = fetcher.get(target)
            with lock:
                counts[status] = counts.get(status, 0) + 1
            if status != 200:  # as a client does that was told to come again later, in a hurry
                time.sleep(0.05)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(counts)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def steady(service, targets, seconds, rate):
    """Asks so often a second, whether answers have come or not; their times in ms, and their statuses."""
    times, statuses, lock = [], [], threading.Lock()

    def ask(target):
        fetcher, begun = Fetcher(service), time.monotonic()
        status, _, _ = fetcher.get(target)
        with lock:
            times.append((time.monotonic() - begun) * 1000)
            statuses.append(status)

    threads, begun = [], time.monotonic()
    for number in range(int(seconds * rate)):
        time.sleep(max(0, begun + number / rate - time.monotonic()))
        threads.append(threading.Thread(target=ask, args=(next(targets),)))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    return times, statuses


def noisy(service, quick):
    loud, calm = Tenant(service, "loud"), Tenant(service, "calm")
    for tenant, alias in ((loud, "loud"), (calm, "calm")):
        tenant.open_shop(alias)
        tenant.add_rule("still", rule("jpg", 300))
        tenant.add_rule("moving", rule("webp", 200))
        assert tenant.upload("photo.jpg", pictures.jpeg(1740, 1160, Q=85)).status_code == 201
    assert loud.upload("moving.gif", pictures.animation(60, 320, 240)).status_code == 201
    assert loud.upload("large.jpg", pictures.jpeg(4000, 3000, Q=85)).status_code == 201
    asked = (f"/calm/images/photo.jpg?rule=still&n={n}" for n in itertools.count(100))
    flooded = [f"/loud/images/{name}" for name in ("moving.gif?rule=moving", "large.jpg?rule=still", "photo.jpg?rule=still")]
    seconds, rate = (10 if quick else 60), 5
    steady(service, asked, 2, rate)
    alone, _ = steady(service, asked, seconds, rate)
    is_over, results = multiprocessing.Event(), multiprocessing.Queue()
    crowd = multiprocessing.Process(target=flood, args=(service.fetch, flooded, 48, is_over, results))
    crowd.start()
    time.sleep(1)
    beside, statuses = steady(service, asked, seconds, rate)
    cached, cached_statuses = steady(service, itertools.repeat("/calm/images/photo.jpg?rule=still&n=100"), seconds / 3, 50)
    is_over.set()
    counts = results.get(timeout=60)
    crowd.join()
    return {"case": "noisy", "asked": len(beside), "good": statuses.count(200), "alone_p50_ms": round(statistics.median(alone), 2),
            "alone_p99_ms": round(percentile(alone, 0.99), 2), "beside_p50_ms": round(statistics.median(beside), 2),
            "beside_p99_ms": round(percentile(beside, 0.99), 2),
            "ratio_p99": round(percentile(beside, 0.99) / percentile(alone, 0.99), 2),
            "cached_good": cached_statuses.count(200), "cached_p99_ms": round(percentile(cached, 0.99), 2),
            "flood": {str(status): count for status, count in sorted(counts.items())}}


CASES = {"flight": flight, "noisy": noisy, "cached_vs_nginx": cached_vs_nginx, "memory": memory, "overload": overload,
         "ceiling": ceiling, "beyond_engine": beyond_engine, "worker_memory": worker_memory}
# A cache of memory that is soon full: from then on nothing may grow.
FLAGS = {"memory": ("--cache-memory-megabytes", "32", "--cache-disk-megabytes", "64")}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench delivery", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object for each case, a line each")
    parser.add_argument("--quick", action="store_true", help="fewer requests, for a first impression only")
    parser.add_argument("--cases", default=",".join(CASES), help="with commas between")
    options = parser.parse_args()
    for name in options.cases.split(","):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(folder, "--connections-per-peer", "0", "--workers-queue", "64", *FLAGS.get(name, ()))
            try:
                say(f"bench: {name}")
                result = CASES[name](service, options.quick)
            finally:
                service.kill()
        print(json.dumps(result) if options.json else "\n".join(f"{key:20} {value}" for key, value in result.items()) + "\n", flush=True)


if __name__ == "__main__":
    main()

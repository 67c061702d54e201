"""What a new rendition costs from socket to socket beyond the engine's own time: `beyond_engine`."""

import pathlib
import re
import statistics
import subprocess
import time

import photos
import requests
from asking import Fetcher
from photographs import ROOT, photograph
from service import Tenant

ENGINE = ROOT / "build/release/bin/bench_engine"


class Engine:
    """The engine as a worker runs it, without a socket: the same picture again and again, from memory to memory."""

    def __init__(self):
        self.process = subprocess.Popen([ENGINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def times_ms(self, path, count):
        self.process.stdin.write(f"{path}\t300\tjpg\t{count}\t-\n")
        self.process.stdin.flush()
        return [int(word) / 1e6 for word in self.process.stdout.readline().split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def worker_ms(service):
    """Processor time of all workers' jobs until now."""
    text = requests.get(f"{service.ops}/metrics", timeout=10).text
    return float(re.search(r"^calotype_workers_cpu_seconds_total (\S+)", text, re.M).group(1)) * 1000


def timed(fetcher, target):
    begun = time.perf_counter()
    status, _, _ = fetcher.get(target)
    assert status == 200, (target, status)
    return (time.perf_counter() - begun) * 1000


def beyond_engine(service, quick):
    """One client that asks for one after another: each of another original, the first time it is asked for. `engine`: alone, one
    picture again and again, which its caches and branch predictors then know; `worker`: what these took of its processor time."""
    rounds, count = (3, 20) if quick else (9, 40)
    tenant, fetcher, engine = Tenant(service, "beyond"), Fetcher(service), Engine()
    tenant.open_shop("beyond")
    tenant.add_rule("small", {"format": "jpg", "quality": 80, "actions": [{"resize": {"width": 300}}]})
    result = {"case": "beyond_engine", "rounds": rounds, "renditions": rounds * count}
    for size, pixels in photos.SIZES.items():
        file = pathlib.Path(service.folder) / f"{size}.jpg"
        file.write_bytes(photograph(*pixels))
        for number in range(rounds * count + 1):
            assert tenant.upload(f"{size}/{number}.jpg", photos.numbered(file.read_bytes(), number)).status_code == 201
        wall, own, worked, cached = [], [], [], []
        fetcher.get(f"/beyond/images/{size}/0.jpg?rule=small")
        for turn in range(rounds):
            own.append(statistics.median(engine.times_ms(file, count)))
            names = [f"/beyond/images/{size}/{number}.jpg?rule=small" for number in range(turn * count + 1, (turn + 1) * count + 1)]
            before = worker_ms(service)
            wall.append(statistics.median(timed(fetcher, name) for name in names))
            worked.append((worker_ms(service) - before) / count)
            cached.append(statistics.median(timed(fetcher, names[-1]) for _ in names))
        figures = {"wall": wall, "engine": own, "worker": worked, "cached_wall": cached,
                   "beyond_engine": [all_of - part for all_of, part in zip(wall, own)],
                   "beyond_worker": [all_of - part for all_of, part in zip(wall, worked)]}
        result |= {f"{size}_{name}_ms": round(statistics.median(values), 3) for name, values in figures.items()}
    engine.end()
    return result | known(service, tenant, fetcher, rounds, count)


def known(service, tenant, fetcher, rounds, count):
    """The same of one original that was asked for a moment ago: each rendition shows another part of it."""
    width, height = photos.SIZES["0.5mp"]
    ranges = {name: {"type": "int", "min": 0, "max": 40, "default": 0} for name in ("x", "y")}
    crop = {"left": "$x", "top": "$y", "width": width - 40, "height": height - 40}
    tenant.add_rule("part", {"format": "jpg", "params": ranges, "actions": [{"crop": crop}, {"resize": {"width": 300}}]})
    places = iter(f"/beyond/images/0.5mp/0.jpg?rule=part&x={number % 40}&y={number // 40}" for number in range(1, 1600))
    timed(fetcher, next(places))
    wall, worked = [], []
    for _ in range(rounds):
        before = worker_ms(service)
        wall.append(statistics.median(timed(fetcher, next(places)) for _ in range(count)))
        worked.append((worker_ms(service) - before) / count)
    return {"known_wall_ms": round(statistics.median(wall), 3), "known_worker_ms": round(statistics.median(worked), 3),
            "known_beyond_worker_ms": round(statistics.median(all_of - part for all_of, part in zip(wall, worked)), 3)}

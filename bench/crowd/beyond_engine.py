"""What a new rendition costs from socket to socket beyond the engine's own time: `beyond_engine`."""

import pathlib
import statistics
import subprocess
import time

import photos
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


def timed(fetcher, target):
    begun = time.perf_counter()
    status, _, _ = fetcher.get(target)
    assert status == 200, (target, status)
    return (time.perf_counter() - begun) * 1000


def beyond_engine(service, quick):
    """One client that asks for one after another; what it needs itself is what a rendition in the cache takes."""
    rounds, count = (3, 20) if quick else (9, 40)
    tenant, fetcher, engine = Tenant(service, "beyond"), Fetcher(service), Engine()
    tenant.open_shop("beyond")
    tenant.add_rule("small", {"format": "jpg", "quality": 80, "actions": [{"resize": {"width": 300}}]})
    result = {"case": "beyond_engine", "rounds": rounds, "renditions": rounds * count}
    for size, pixels in photos.SIZES.items():
        file = pathlib.Path(service.folder) / f"{size}.jpg"
        file.write_bytes(photograph(*pixels))
        for number in range(rounds * count):
            assert tenant.upload(f"{size}/{number}.jpg", photos.numbered(file.read_bytes(), number)).status_code == 201
        wall, own, cached = [], [], []
        fetcher.get(f"/beyond/images/{size}/0.jpg?rule=small")
        for turn in range(rounds):
            own.append(statistics.median(engine.times_ms(file, count)))
            names = [f"/beyond/images/{size}/{number}.jpg?rule=small" for number in range(turn * count, turn * count + count)]
            wall.append(statistics.median(timed(fetcher, name) for name in names))
            cached.append(statistics.median(timed(fetcher, names[-1]) for _ in names))
        beyond = [all_of - part for all_of, part in zip(wall, own)]
        result |= {f"{size}_wall_ms": round(statistics.median(wall), 3), f"{size}_engine_ms": round(statistics.median(own), 3),
                   f"{size}_beyond_ms": round(statistics.median(beyond), 3), f"{size}_beyond_least_ms": round(min(beyond), 3),
                   f"{size}_beyond_most_ms": round(max(beyond), 3), f"{size}_cached_wall_ms": round(statistics.median(cached), 3)}
    engine.end()
    return result

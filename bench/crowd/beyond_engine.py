"""What a new rendition costs from socket to socket beyond the engine's own time: `beyond_engine`."""

import os
import pathlib
import re
import statistics
import subprocess
import time

import photos
import requests
from photographs import ROOT, photograph
from service import Tenant
from stamped import Stamped

ENGINE = ROOT / "build/release/bin/bench_engine"
REST = 3  # seconds: what was uploaded is written to the disk meanwhile


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


class Course:
    """What was seen of renditions of one kind, a value for each round."""

    def __init__(self, service, client):
        self.service, self.client = service, client
        self.wall, self.worker, self.beyond_worker = [], [], []

    def run(self, targets):
        before = worker_ms(self.service)
        wall = statistics.median(self.client.get_ms(target) for target in targets)
        worker = (worker_ms(self.service) - before) / len(targets)
        self.wall.append(wall)
        self.worker.append(worker)
        self.beyond_worker.append(wall - worker)

    def figures(self, name):
        return {f"{name}_{key}_ms": statistics.median(values) for key, values in vars(self).items() if isinstance(values, list)}


def beyond_engine(service, quick):
    """One client that asks for one after another, timed from socket to socket (Stamped). `new`: each of another original, the first
    time that is asked for; `known`: another size of one that was asked for a moment ago; `cached`: one that is in memory.
    `worker`: what these took of the workers' processor time; `engine`: the engine alone, one picture again and again, which
    its caches and branch predictors then know."""
    rounds, count = (3, 20) if quick else (9, 40)
    tenant, engine = Tenant(service, "beyond"), Engine()
    tenant.open_shop("beyond")
    for name, width in (("small", 300), ("other", 310)):
        tenant.add_rule(name, {"format": "jpg", "quality": 80, "actions": [{"resize": {"width": width}}]})
    result = {}
    for size, pixels in photos.SIZES.items():
        file = pathlib.Path(service.folder) / f"{size}.jpg"
        file.write_bytes(photograph(*pixels))
        for number in range(rounds * count + 1):
            assert tenant.upload(f"{size}/{number}.jpg", photos.numbered(file.read_bytes(), number)).status_code == 201
        os.sync()
        time.sleep(REST)
        client = Stamped(service)
        new, known, own, cached = Course(service, client), Course(service, client), [], []
        client.get_ms(f"/beyond/images/{size}/0.jpg?rule=small")
        for turn in range(rounds):
            own.append(statistics.median(engine.times_ms(file, count)))
            names = [f"/beyond/images/{size}/{number}.jpg?rule=" for number in range(turn * count + 1, (turn + 1) * count + 1)]
            new.run([name + "small" for name in names])
            known.run([name + "other" for name in names])
            cached.append(statistics.median(client.get_ms(names[-1] + "small") for _ in names))
        figures = new.figures("new") | known.figures("known")
        figures |= {"engine_ms": statistics.median(own), "cached_ms": statistics.median(cached),
                    "new_beyond_engine_ms": statistics.median(all_of - part for all_of, part in zip(new.wall, own))}
        result |= {f"{size}_{name}": round(value, 3) for name, value in figures.items()}
    engine.end()
    return {"case": "beyond_engine", "rounds": rounds, "renditions": 2 * rounds * count} | result

"""Fifty progressive photos of 60 megapixels at once, under a limit of memory for the whole service: `ceiling` (L-9)."""

import os
import pathlib
import threading
import time

import pictures
from asking import Fetcher
from processes import rss_bytes, tree
from service import Tenant

LIMIT_MB = 768
ROOTS = (pathlib.Path("/sys/fs/cgroup/memory"), pathlib.Path("/sys/fs/cgroup"))


class MemoryGroup:
    """A control group of version 1 or 2 with a limit of memory; gone at its end."""

    def __init__(self, megabytes):
        self.is_old = ROOTS[0].is_dir()
        self.path = ROOTS[0 if self.is_old else 1] / f"calotype-bench-{os.getpid()}"
        try:
            self.path.mkdir()
            (self.path / ("memory.limit_in_bytes" if self.is_old else "memory.max")).write_text(str(megabytes * 1_000_000))
        except OSError as error:
            raise RuntimeError(f"ceiling needs a control group that it can write: {error}") from None

    def take(self, pids):
        for pid in pids:
            (self.path / "cgroup.procs").write_text(str(pid))

    def peak_mb(self):
        file = self.path / ("memory.max_usage_in_bytes" if self.is_old else "memory.peak")
        return round(int(file.read_text()) / 1e6, 1) if file.exists() else None

    def killed(self):
        text = (self.path / ("memory.oom_control" if self.is_old else "memory.events")).read_text()
        return int(dict(line.split() for line in text.splitlines()).get("oom_kill", 0))

    def remove(self, patience=10):
        end = time.monotonic() + patience
        while True:
            try:
                return self.path.rmdir()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


def ceiling(service, quick):
    count = 10 if quick else 50
    tenant = Tenant(service, "ceiling")
    tenant.open_shop("ceiling")
    tenant.add_rule("small", {"format": "jpg", "params": {"n": {"type": "int", "min": 100, "max": 999, "default": 100}},
                              "actions": [{"resize": {"width": 300, "height": "$n", "fit": "cover"}}]})
    large = pictures.encode(pictures.scene(9000, 6700), "JPEG", quality=85, progressive=True)
    assert tenant.upload("large.jpg", large).status_code == 201
    group = MemoryGroup(LIMIT_MB)
    group.take(tree(service.process.pid))
    statuses, times, lock, peaks, is_over = [], [], threading.Lock(), {}, threading.Event()

    def ask(number):
        fetcher, begun = Fetcher(service), time.monotonic()
        try:
            status, _, _ = fetcher.get(f"/ceiling/images/large.jpg?rule=small&n={100 + number}")
        except OSError as error:
            status = str(error)
        with lock:
            statuses.append(status)
            times.append(time.monotonic() - begun)

    def watch():
        while not is_over.wait(0.05):
            for pid in service.workers():
                peaks[pid] = max(peaks.get(pid, 0), rss_bytes([pid]))

    watching = threading.Thread(target=watch)
    watching.start()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    is_over.set()
    watching.join()
    is_alive = service.process.poll() is None
    result = {"case": "ceiling", "limit_mb": LIMIT_MB, "requests": count, "upload_mb": round(len(large) / 1e6, 1),
              "by_status": {str(status): statuses.count(status) for status in sorted(set(statuses), key=str)},
              "slowest_s": round(max(times), 2), "peak_mb": group.peak_mb(), "killed_for_memory": group.killed(),
              "worker_peak_mb": round(max(peaks.values(), default=0) / 1e6, 1), "service_lives": is_alive}
    service.kill()
    group.remove()
    return result

"""Many clients at once: D-5, D-6 and D-7."""

import concurrent.futures
import os
import re
import signal
import socket
import threading
import time
import urllib.parse

import pictures
import requests
from asking import Fetcher
from service import Service, Tenant

SLOW = {"format": "webp", "version": "2026-01", "encoder": {"effort": 6}, "actions": [{"blur": 30}]}


class Figures(dict):
    """What was measured, and what of it is wrong."""

    def __init__(self):
        super().__init__()
        self.wrong = []

    def claim(self, is_so, what):
        if not is_so:
            self.wrong.append(what)

    def result(self):
        return dict(self), self.wrong


def metric(service, name, **labels):
    """The sum of all series of a name that have these labels."""
    total = 0.0
    for line in requests.get(f"{service.ops}/metrics", timeout=10).text.splitlines():
        found = re.fullmatch(re.escape(name) + r"(?:\{(.*)\})? (\S+)", line)
        if found and all(f'{key}="{value}"' in (found.group(1) or "") for key, value in labels.items()):
            total += float(found.group(2))
    return total


def made(service):
    return int(metric(service, "calotype_delivery_answers_total", origin="rendered"))


def jobs(service, **labels):
    """Renderings that were asked of the workers, whatever came of them."""
    return int(metric(service, "calotype_workers_jobs_total", kind="render", **labels))


def open_with(service, target):
    """A connection on which this was asked, and nothing was read."""
    place = urllib.parse.urlsplit(service.fetch)
    link = socket.create_connection((place.hostname, place.port), timeout=30)
    link.sendall(f"GET /api/v1{target} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
    return link


def all_at_once(service, target, count):
    """(status, body) of so many requests whose connections were all open before the first was sent."""
    barrier = threading.Barrier(count)

    def run():
        fetcher = Fetcher(service)
        fetcher.http.connect()
        barrier.wait(60)
        status, _, body = fetcher.get(target)
        return status, body

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


def until(claim, patience, every=0.01):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = claim()
        if found:
            return found
        time.sleep(every)
    return claim()


def cpu_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return sum(int(field) for field in stat.read().rsplit(")", 1)[1].split()[11:13])
    except FileNotFoundError:
        return 0


def busy_worker(service, before):
    return until(lambda: next((pid for pid in service.workers() if pid in before and cpu_of(pid) - before[pid] >= 3), None), 10)


def at_rest(service):
    """Processor time of each worker, once none has used any for a while."""
    def look():
        before = {pid: cpu_of(pid) for pid in service.workers()}
        time.sleep(0.3)
        return before if before and before == {pid: cpu_of(pid) for pid in service.workers()} else None

    return until(look, 20)


def started(folder, *flags):
    return Service(folder, "--connections-per-peer", "0", "--limits-sign-ups-per-hour", "1000", *flags)


def shop_of(service, name, rule=None):
    tenant = Tenant(service, name)
    tenant.open_shop(name)
    if rule:
        tenant.add_rule("r", rule)
    return tenant


def with_followers(service, shop, name, what_happens, followers=50):
    """The first client asks; while its rendition is being made others come, and then something happens."""
    target = f"/{shop.alias}/images/{name}?rule=r"
    before, rest = jobs(service), at_rest(service)
    leader = open_with(service, target)
    worker = busy_worker(service, rest)
    links = [open_with(service, target) for _ in range(followers)]
    what_happens(leader, worker)
    answers = []
    for link in links:
        answer = socket.SocketIO(link, "r")
        head = b""
        while b"\r\n\r\n" not in head:
            part = answer.read(65536)
            if not part:
                break
            head += part
        status = int(head[9:12]) if head else 0
        head, _, body = head.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head).group(1)) if head else 0
        while len(body) < length:
            body += answer.read(65536) or b"" if len(body) < length else b""
        answers.append((status, body))
        link.close()
    leader.close()
    until(lambda: metric(service, "calotype_workers_busy") == 0, 10)
    return answers, jobs(service) - before


def one_flight(folder, _seed):
    figures = Figures()
    service = started(folder)
    try:
        shop = shop_of(service, "flight", SLOW)
        for name in ("crowd.jpg", "left.jpg", "killed.jpg"):
            shop.upload(name, pictures.jpeg(1600 + len(name), 1200))
        before = made(service)
        answers = all_at_once(service, "/flight/images/crowd.jpg?rule=r", 500)
        figures |= {"asked": len(answers), "good": sum(status == 200 for status, _ in answers), "bodies": len({body for _, body in answers}),
                    "made": made(service) - before}
        figures.claim(figures["good"] == 500 and figures["bodies"] == 1 and figures["made"] == 1, "500 requests are not one rendition")

        answers, given = with_followers(service, shop, "left.jpg", lambda leader, _: leader.close())
        figures |= {"leader_left_good": sum(status == 200 for status, _ in answers), "leader_left_bodies": len(set(answers)), "leader_left_jobs": given}
        figures.claim(len(answers) == figures["leader_left_good"] and len(set(answers)) == 1, "those who stayed did not get the picture")
        figures.claim(given == 1, "it was begun again when the first client left")

        answers, given = with_followers(service, shop, "killed.jpg", lambda _, worker: os.kill(worker, signal.SIGKILL))
        figures |= {"worker_killed_good": sum(status == 200 for status, _ in answers), "worker_killed_bodies": len(set(answers)),
                    "worker_killed_jobs": given}
        figures.claim(len(answers) == figures["worker_killed_good"] and len(set(answers)) == 1, "a dead worker cost its clients the picture")
        figures.claim(given <= 2, "more than one successor")
        figures.claim(service.process.poll() is None, "the service ended")
    finally:
        service.kill()
    return figures.result()


def herd(folder, _seed, objects=50, values=20, clients=50):
    """Renditions have no age of their own here (stale ones are a CDN's to serve): what expires all at once is a rule."""
    figures, count = Figures(), objects * values
    rule = {"format": "jpg", "params": {"n": {"type": "int", "min": 1, "max": 99, "default": 50}},
            "actions": [{"resize": {"width": 100, "height": "$n", "fit": "cover"}}]}
    service = started(folder, "--workers-queue", "512", "--workers-queue-wait-ms", "10000")
    try:
        shop = shop_of(service, "herd", rule)
        steady = shop_of(service, "steady", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
        steady.upload("a.jpg", pictures.jpeg(300, 200))
        stored = {shop.upload(f"{number}.jpg", pictures.jpeg(300 + number, 200)).status_code for number in range(objects)}
        figures.claim(stored == {201}, "not all could be stored")

        def round_of_all():
            """Every client asks for everything, each in an order of its own."""
            bodies, statuses, lock = {}, {}, threading.Lock()

            def run(number):
                fetcher = Fetcher(service)
                for step in range(count):
                    name = (number * 7919 + step * 31) % count if number % 2 else (number * 20 + step) % count
                    status, headers, body = fetcher.get(f"/herd/images/{name % objects}.jpg?rule=r&n={50 + name // objects}")
                    with lock:
                        statuses[status] = statuses.get(status, 0) + 1
                        if status == 200:
                            bodies.setdefault((name, headers["ETag"]), set()).add(hash(body))

            threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                begun = time.monotonic()
                status, _, _ = Fetcher(service).get("/steady/images/a.jpg?rule=r")
                waits.append((status, (time.monotonic() - begun) * 1000))
                busy.append(metric(service, "calotype_workers_busy"))
                time.sleep(0.05)
            for thread in threads:
                thread.join()
            return bodies, statuses

        waits, busy = [], []
        cap = int(metric(service, "calotype_workers_up"))
        first, before = made(service), jobs(service)
        round_of_all()
        figures |= {"first_made": made(service) - first, "first_jobs": jobs(service) - before}
        waits.clear()
        changed = {**rule, "name": "r", "quality": 60}
        figures.claim(shop.call("PUT", f"{shop.domain_path}/rules/r", json=changed).status_code == 200, "the rule could not be changed")
        first, before, begun = made(service), jobs(service), time.monotonic()
        bodies, statuses = round_of_all()
        times = sorted(ms for _, ms in waits)
        figures |= {"clients": clients, "keys": count, "after_made": made(service) - first, "after_jobs": jobs(service) - before,
                    "after_seconds": round(time.monotonic() - begun, 2), "after_statuses": statuses, "keys_with_two_bodies": sum(len(one) > 1 for one in bodies.values()),
                    "most_busy_workers": int(max(busy)), "workers": cap, "other_cached_p99_ms": round(times[int(0.99 * len(times))], 1)}
        figures.claim(figures["after_made"] == count and figures["after_jobs"] == count, "not one rendering for each key")
        figures.claim(set(statuses) == {200}, "some were refused")
        figures.claim(figures["keys_with_two_bodies"] == 0, "one tag had two pictures")
        figures.claim(max(busy) <= cap, "more worked at once than there are workers")
        figures.claim({status for status, _ in waits} == {200}, "what was cached suffered")
    finally:
        service.kill()
    return figures.result()


def descriptors(service):
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))


def all_at_rest(service):
    """Nobody works and nobody waits."""
    return metric(service, "calotype_workers_busy") == 0 and metric(service, "calotype_workers_queue_length") == 0


def hang_up(folder, _seed, count=200, joined=40):
    """Jobs may wait for ten seconds here: a queue that is empty sooner was emptied because nobody waited."""
    figures = Figures()
    service = started(folder, "--workers-queue-wait-ms", "10000")
    try:
        shop = shop_of(service, "gone", SLOW)
        for number in range(count + joined):
            shop.upload(f"{number}.jpg", pictures.jpeg(500 + number, 400))
        shop.add_rule("quick", {"format": "jpg", "actions": [{"resize": {"width": 60}}]})
        shop.upload("stay.jpg", pictures.jpeg(300, 200))
        at_rest(service)
        before_fds, logged = descriptors(service), service.logged().count('"status":499')
        links = [open_with(service, f"/gone/images/{number}.jpg?rule=r") for number in range(count)]
        waiting = 0
        for _ in range(20):
            waiting = max(waiting, int(metric(service, "calotype_workers_queue_length")))
            time.sleep(0.005)
        for link in links:
            link.close()
        begun = time.monotonic()
        emptied = until(lambda: metric(service, "calotype_workers_queue_length") == 0, 20)
        emptied_after = time.monotonic() - begun
        asked = time.monotonic()
        stays, _, _ = Fetcher(service).get("/gone/images/stay.jpg?rule=quick")
        waited = time.monotonic() - asked
        rested = until(lambda: all_at_rest(service), 60, 0.05)
        rest_after = time.monotonic() - begun
        dropped, for_nobody = jobs(service, outcome="abandoned"), jobs(service, outcome="ok") - (stays == 200)
        left = until(lambda: metric(service, "calotype_http_connections", listener="fetch") == 0, 10, 0.05)
        gone = service.logged().count('"status":499') - logged
        fetcher, cached = Fetcher(service), 0
        for number in range(count):
            status, headers, _ = fetcher.get(f"/gone/images/{number}.jpg?rule=r")
            figures.claim(status == 200, f"a picture that was asked for before cannot be made: {status}")
            cached += "hit" in headers.get("Cache-Status", "")
        fetcher.http.close()
        figures |= {"clients": count, "waited_in_the_queue": waiting, "dropped_from_the_queue": dropped, "made_for_nobody": for_nobody,
                    "queue_empty_after_s": round(emptied_after, 2), "all_at_rest_after_s": round(rest_after, 2), "logged_as_499": gone,
                    "who_stayed": stays, "who_stayed_waited_s": round(waited, 2), "kept_for_the_next": cached}
        figures.claim(waiting > 0 and dropped > 0, "nothing was dropped")
        figures.claim(emptied and emptied_after < 2, "the queue was not emptied when nobody waited")
        figures.claim(bool(rested), "workers are busy for nobody after a minute")
        figures.claim(stays == 200 and waited < 1, "a client that stayed was left waiting")
        figures.claim(cached >= 1 and cached == for_nobody, "what was made for those who left was not kept")
        figures.claim(gone >= dropped, "who left is not in the log")
        figures.claim(bool(left), "connections of clients who left are still open")
        figures |= joins_who_leave(service, range(count, count + joined), figures)
        fds = until(lambda: descriptors(service) <= before_fds + 5 and descriptors(service), 10, 0.1)
        figures |= {"descriptors_before": before_fds, "descriptors_after": fds or descriptors(service)}
        figures.claim(bool(fds), "descriptors were not given back")
        figures.claim(service.process.poll() is None, "the service ended")
    finally:
        service.kill()
    return figures.result()


def joins_who_leave(service, numbers, figures):
    """While some hang up, others ask for the same: a rendition that is about to be dropped is none the less made for them."""
    targets = [f"/gone/images/{number}.jpg?rule=r" for number in numbers]
    links = [open_with(service, target) for target in targets]
    until(lambda: metric(service, "calotype_workers_queue_length"), 5)

    def come(target, after):
        time.sleep(after)
        return Fetcher(service).get(target)[0]

    with concurrent.futures.ThreadPoolExecutor(len(targets)) as pool:
        # Spread over the time that it takes to see that somebody has gone.
        newcomers = [pool.submit(come, target, 0.2 * place / len(targets)) for place, target in enumerate(targets)]
        for link in links:
            link.close()
        statuses = [newcomer.result() for newcomer in newcomers]
    rested = until(lambda: all_at_rest(service), 60, 0.05)
    figures.claim(set(statuses) == {200}, "who came while others left did not get the picture")
    figures.claim(bool(rested), "workers are busy for nobody after those who came")
    return {"came_while_others_left": len(statuses), "of_them_good": statuses.count(200)}

"""The disk tier after a crash, and after its files were tampered with: P-R and P-6."""

import hashlib
import random
import threading
import time

import pictures
from asking import Fetcher
from crowds import Figures, metric, shop_of, started, until

PHOTOS, STEPS, ROUNDS, CLIENTS = 6, 400, 25, 6
RULE = {"format": "png", "version": "2026-01", "encoder": {"effort": 1}, "params": {"n": {"type": "int", "min": 1, "max": 4000, "default": 1}},
        "actions": [{"resize": {"width": 1200, "height": "$n", "fit": "scale", "enlarge": True}}]}


class Ledger:
    """What was seen behind each tag: never two things."""

    def __init__(self):
        self.by_tag, self.targets, self.lock, self.mixed, self.short = {}, {}, threading.Lock(), [], 0

    def note(self, target, headers, body):
        digest = hashlib.sha256(body).hexdigest()
        with self.lock:
            if int(headers["Content-Length"]) != len(body):
                self.short += 1
            elif self.by_tag.setdefault(headers["ETag"], digest) != digest:
                self.mixed.append(target)
            self.targets[target] = headers["ETag"]


def target_of(number):
    return f"/crash/images/{number % PHOTOS}.jpg?rule=r&n={200 + number // PHOTOS}"


def fill(service, ledger, numbers, is_over):
    """Asks for new renditions on a few connections until it is told to stop, or the service is gone."""
    lock = threading.Lock()

    def run():
        try:
            fetcher = Fetcher(service)
            while not is_over.is_set():
                with lock:
                    target = target_of(next(numbers))
                status, headers, body = fetcher.get(target)
                if status == 200:
                    ledger.note(target, headers, body)
        except (OSError, StopIteration, ValueError):
            return
        except Exception as error:  # pylint: disable=broad-except
            if type(error).__module__ != "http.client":  # an answer that was cut off by the kill
                raise

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    return threads


def check(service, ledger, targets):
    """Asks for these again; how many came from the disk, and how many pictures do not decode."""
    fetcher, from_disk, broken = Fetcher(service), 0, 0
    for target in targets:
        status, headers, body = fetcher.get(target)
        if status != 200:
            broken += 1
            continue
        if headers["ETag"] != ledger.targets.get(target, headers["ETag"]):
            ledger.mixed.append(target)
        ledger.note(target, headers, body)
        from_disk += "detail=disk" in headers["Cache-Status"]
        try:
            pictures.decode(body).load()
        except OSError:
            broken += 1
    return from_disk, broken


def drafts_of(folder):
    """Renditions that are being written and have no name yet."""
    return list((folder / "store" / "renditions" / "tmp").iterdir())


def stocked(service):
    shop = shop_of(service, "crash", RULE)
    for number in range(PHOTOS):
        noise = pictures.Image.effect_noise((600 + number, 400), 60).convert("RGB")
        assert shop.upload(f"{number}.jpg", pictures.encode(noise, "JPEG", quality=90)).status_code == 201


def killed_while_writing(folder, seed):
    figures, ledger, chance = Figures(), Ledger(), random.Random(seed)
    numbers, cut_off, from_disk, broken, checked = iter(range(PHOTOS * 3000)), 0, 0, 0, 0
    service = started(folder)
    try:
        stocked(service)
        for number in range(ROUNDS):
            is_over = threading.Event()
            threads = fill(service, ledger, numbers, is_over)
            if number % 2 == 0:
                time.sleep(chance.uniform(0.05, 0.6))
            else:  # the moment that a file is being written
                time.sleep(chance.uniform(0, 0.1))
                until(lambda: drafts_of(folder), 5, 0)
            service.kill()
            is_over.set()
            for thread in threads:
                thread.join(60)
            cut_off += len(drafts_of(folder))
            service = started(folder)
            known = list(ledger.targets)
            recent, older = known[-60:], known[:-60]
            asked = recent + chance.sample(older, min(40, len(older)))
            disk, bad = check(service, ledger, asked)
            from_disk, broken, checked = from_disk + disk, broken + bad, checked + len(asked)
    finally:
        service.kill()
    figures |= {"kills": ROUNDS, "renditions": len(ledger.by_tag), "checked": checked, "from_disk": from_disk, "files_cut_off": cut_off,
                "broken": broken, "short": ledger.short, "tags_with_two_contents": len(ledger.mixed)}
    figures.claim(broken == 0 and ledger.short == 0, "a picture came broken or not at all")
    figures.claim(not ledger.mixed, "one tag had two contents")
    figures.claim(cut_off > 0, "no kill met a file that was being written")
    figures.claim(from_disk > ROUNDS, "too little came from the disk to prove anything")
    return figures.result()


def damaged_files(folder, seed):
    """Half of the files: a byte changed, cut off, emptied, lengthened, or another's content put in its place."""
    figures, ledger, chance = Figures(), Ledger(), random.Random(seed)
    service = started(folder)
    try:
        stocked(service)
        fetcher = Fetcher(service)
        for number in range(120):
            status, headers, body = fetcher.get(target_of(number))
            figures.claim(status == 200, "could not be made")
            ledger.note(target_of(number), headers, body)
        until(lambda: metric(service, "calotype_delivery_stores_pending") == 0, 20)
        service.stop()
        tags = {tag.strip('"') for tag in ledger.by_tag}
        files = sorted(path for path in (folder / "store").rglob("*") if path.name in tags)
        victims = files[::2]
        for number, path in enumerate(victims):
            content = bytearray(path.read_bytes())
            kind = number % 5
            if kind == 0:
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            elif kind == 1:
                content = content[:chance.randrange(len(content))]
            elif kind == 2:
                content = bytearray()
            elif kind == 3:
                content += b"more"
            else:
                content = bytearray(files[(files.index(path) + 1) % len(files)].read_bytes())
            path.write_bytes(content)
        service = started(folder)
        from_disk, broken = check(service, ledger, list(ledger.targets))
    finally:
        service.kill()
    figures |= {"files": len(files), "damaged": len(victims), "served_from_disk": from_disk, "broken": broken,
                "tags_with_two_contents": len(ledger.mixed)}
    figures.claim(len(files) == 120, "not all were on the disk")
    figures.claim(broken == 0 and not ledger.mixed, "damage was served")
    figures.claim(from_disk == len(files) - len(victims), "what is whole was not used, or what is damaged was")
    return figures.result()

"""What a worker's memory peaks at for photos of 12 and 99 megapixels, beside what their headers announced: `worker_memory`."""

import pathlib
import re

import pictures
from PIL import Image
from processes import tree
from service import Tenant

Image.MAX_IMAGE_PIXELS = None
SIZES = {"12": (4000, 3000), "99": (11500, 8600)}


def workers(service):
    """In MB, of each worker: the most that was resident ever, and what is of its own now."""
    found = {}
    for pid in tree(service.process.pid):
        folder = pathlib.Path("/proc") / str(pid)
        if (folder / "comm").read_text().strip().startswith("calotype-worke"):
            status = (folder / "status").read_text()
            found[pid] = {name: int(re.search(rf"{field}:\s+(\d+)", status).group(1)) / 1000 for name, field in
                          (("peak", "VmHWM"), ("own", "RssAnon"))}
    return found


def photo(width, height, progressive):
    noise = Image.effect_noise((width // 16, height // 16), 60).convert("RGB")
    return pictures.encode(noise.resize((width, height), Image.BICUBIC), "JPEG", quality=85, progressive=progressive)


def worker_memory(service, quick):
    tenant = Tenant(service, "worker-memory")
    tenant.open_shop("worker-memory")
    tenant.add_rule("small", {"format": "jpg", "actions": [{"resize": {"width": 300}}]})
    result = {"case": "worker_memory"}
    for megapixels, (width, height) in SIZES.items():
        for kind in ("baseline", "progressive"):
            name = f"{kind}-{megapixels}.jpg"
            assert tenant.upload(name, photo(width, height, kind == "progressive")).status_code == 201
            told = tenant.call_with({"rule": "small"}, "GET", f"{tenant.bucket_path}/explain/{name}").json()
            before = workers(service)
            assert tenant.image(name, "small").status_code == 200
            after = workers(service)
            # The one that did it: its peak has risen, or else what is its own has risen most.
            pid = max(after, key=lambda one: (after[one]["peak"] - before[one]["peak"], after[one]["own"] - before[one]["own"]))
            result |= {f"{kind}_{megapixels}_budget_mb": round(told["cost"]["memory_bytes"] / 1e6, 1),
                       f"{kind}_{megapixels}_peak_mb": round(after[pid]["peak"], 1),
                       f"{kind}_{megapixels}_risen_by_mb": round(after[pid]["peak"] - before[pid]["peak"], 1),
                       f"{kind}_{megapixels}_own_after_mb": round(after[pid]["own"], 1)}
    return result

"""A cached rendition beside nginx serving the same file: `cached_vs_nginx`, for whole answers and for 304s."""

import getpass
import grp
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import time

import pictures
from service import Tenant

CONNECTIONS = 64


class StaticNginx:
    """nginx as Debian has it, with two workers and its access log, serving one folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "files").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = f"user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};" if os.geteuid() == 0 else ""
        temporary = "\n".join(f"  {name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""
{user}
daemon off;
worker_processes 2;
pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 768; }}
http {{
{temporary}
  types {{ image/jpeg jpg; }}
  access_log {self.folder}/access.log;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{self.port}; root {self.folder}/files; expires 1h; }}
}}
""")
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-e", self.folder / "error.log", "-p", self.folder, "-c", self.folder / "nginx.conf"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("nginx did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def wrk(url, seconds, *fields):
    """Requests a second, and how many did not go well; wrk runs on the same cores as the servers."""
    headers = [word for field in fields for word in ("-H", field)]
    text = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, url], capture_output=True, text=True, check=True).stdout
    errors = re.search(r"Socket errors: (.*)", text)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return float(re.search(r"Requests/sec:\s+(\S+)", text).group(1)), (errors.group(1) if errors else "") + (bad.group(0) if bad else "")


def file_of_20_kb(tenant):
    """A rule whose rendition has about 20 KB, and the rendition."""
    tenant.upload("photo.jpg", pictures.encode(pictures.Image.effect_noise((1200, 800), 40).convert("RGB"), "JPEG", quality=85))
    for width in range(120, 400, 20):
        tenant.add_rule(f"w{width}", {"format": "jpg", "actions": [{"resize": {"width": width}}]})
        answer = tenant.image("photo.jpg", f"w{width}")
        if len(answer.content) > 19_000:
            return answer
    raise RuntimeError("no width gives 20 KB")


def cached_vs_nginx(service, quick):
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is not installed")
    tenant = Tenant(service, "cached")
    tenant.open_shop("cached")
    answer = file_of_20_kb(tenant)
    folder = service.folder / "nginx"
    folder.mkdir()
    nginx = StaticNginx(folder)
    try:
        file = folder / "files" / "photo.jpg"
        file.write_bytes(answer.content)
        stat = file.stat()
        theirs = f"http://127.0.0.1:{nginx.port}/photo.jpg"
        tags = {"calotype": answer.headers["ETag"], "nginx": f'"{int(stat.st_mtime):x}-{stat.st_size:x}"'}
        urls = {"calotype": answer.url, "nginx": theirs}
        rounds, seconds = (3, 2) if quick else (9, 4)
        rates, errors = {}, set()
        for number in range(rounds + 1):
            for kind in ("200", "304"):
                for name in sorted(urls, reverse=number % 2 == 1):
                    fields = [f"If-None-Match: {tags[name]}"] if kind == "304" else []
                    rate, error = wrk(urls[name], 1 if number == 0 else seconds, *fields)
                    errors |= {error} - {""}
                    if number > 0:  # the first round warms up
                        rates.setdefault((name, kind), []).append(rate)
    finally:
        nginx.stop()
    result = {"case": "cached_vs_nginx", "bytes": len(answer.content), "rounds": rounds, "seconds": seconds, "errors": sorted(errors)}
    for kind in ("200", "304"):
        ours, others = rates["calotype", kind], rates["nginx", kind]
        ratios = [mine / other for mine, other in zip(ours, others)]
        result |= {f"calotype_{kind}_per_s": round(statistics.median(ours)), f"nginx_{kind}_per_s": round(statistics.median(others)),
                   f"ratio_{kind}": round(statistics.median(ratios), 3), f"ratio_{kind}_least": round(min(ratios), 3),
                   f"ratio_{kind}_most": round(max(ratios), 3)}
    return result

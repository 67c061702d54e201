"""The services that are measured: how each is installed, started and asked."""

import base64
import getpass
import grp
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from processes import Program

BENCH = pathlib.Path(__file__).resolve().parent.parent
WIDTH = 300
QUALITY = 80
KEPT_MB = 16  # of renditions in Calotype's memory; the others keep nothing there
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through the environment's proxy


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, program, patience=15):
    end = time.monotonic() + patience
    while time.monotonic() < end and program.is_alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}; log: {program.log}")


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return (done.stdout + done.stderr).strip()


def package_version(name):
    return output_of("dpkg-query", "-W", "-f", "${Version}", name)


class Contestant:
    """A service on a port of 127.0.0.1 that makes 300 px wide pictures of the originals that prepare() was given."""

    name = ""
    keeps = True  # what it has made, where the case is "cached"
    asks_one_by_one = False  # a connection of its own for each cold request

    def __init__(self, work):
        self.work = work
        self.program = None
        self.port = 0

    @property
    def pid(self):
        return self.program.pid

    def stop(self):
        if self.program:
            self.program.end()
            self.program = None

    def get(self, path):
        with DIRECT.open(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read()

    def makes(self, kind):
        """Whether it writes this format at all."""
        return kind in ("jpg", "webp")

    def rendered(self):
        """How many renditions it says it has made; None when it does not count them."""
        return None


class Ipx(Contestant):
    name = "ipx"
    keeps = False

    def install(self, modules):
        """`npm ci` of the exact versions in the lock file, unless they are there."""
        modules.mkdir(parents=True, exist_ok=True)
        lock, stamp = BENCH / "package-lock.json", modules / "installed.json"
        self.modules = modules
        if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
            return
        shutil.copy(BENCH / "package.json", modules)
        shutil.copy(lock, modules)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved",
                        "--loglevel", "error"], cwd=modules, check=True, stdout=subprocess.DEVNULL)
        shutil.copy(lock, stamp)

    def prepare(self, originals):
        self.originals = originals

    script = "ipx_server.mjs"

    def start(self):
        self.program = Program(["node", BENCH / self.script, self.originals, self.modules], self.work / f"{self.name}.log",
                               env={**os.environ, "NODE_ENV": "production"})
        self.port = int(self.program.first_line())

    def path(self, kind, size, number, _variant, _is_cached):
        return f"/w_{WIDTH},f_{'jpeg' if kind == 'jpg' else kind},q_{QUALITY}/{size}/{number}.jpg"

    def version(self):
        found = {name: json.loads((self.modules / "node_modules" / name / "package.json").read_text())["version"]
                 for name in ("ipx", "sharp")}
        prebuilt = next((self.modules / "node_modules/@img").glob("sharp-libvips-linux*/versions.json"))
        parts = json.loads(prebuilt.read_text())
        return f"{found['ipx']}, sharp {found['sharp']}, libvips {parts['vips']}, libwebp {parts['webp']}, " \
            f"node {output_of('node', '--version').lstrip('v')}"


class Sharp(Ipx):
    """The same sharp with nothing around it: what any service on top of it must cost at least."""

    name = "sharp"
    script = "sharp_server.mjs"


class Nginx(Contestant):
    name = "nginx"
    # A worker of nginx decodes in its event loop and answers nobody else meanwhile. With connections that are kept, some
    # would stay bound to a busy worker while the other idles; asked one by one, the idle worker takes the next.
    asks_one_by_one = True

    def install(self, _modules):
        self.module = pathlib.Path("/usr/lib/nginx/modules/ngx_http_image_filter_module.so")
        if not self.module.exists():
            raise RuntimeError("nginx has no image filter: apt-get install nginx libnginx-mod-http-image-filter")

    def prepare(self, originals):
        self.originals = originals

    def configuration(self):
        user = f"user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};" if os.geteuid() == 0 else ""
        temporary = "\n".join(f"  {name}_temp_path {self.folder}/{name};"
                              for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""
load_module {self.module};
{user}
daemon off;
worker_processes 2;
pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 256; }}
http {{
{temporary}
  types {{ image/jpeg jpg; }}
  access_log {self.folder}/access.log;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  proxy_cache_path {self.folder}/cache levels=1:2 keys_zone=renditions:10m max_size=1g use_temp_path=off;
  server {{
    listen 127.0.0.1:{self.port};
    location /made/ {{
      alias {self.originals}/;
      image_filter resize {WIDTH} -;
      image_filter_jpeg_quality {QUALITY};
      image_filter_buffer 64M;
    }}
    location /kept/ {{
      proxy_pass http://127.0.0.1:{self.port}/made/;
      proxy_cache renditions;
      proxy_cache_valid 200 1h;
    }}
  }}
}}
"""

    def start(self):
        self.folder = self.work / "nginx"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.port = free_port()
        (self.folder / "nginx.conf").write_text(self.configuration())
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.program = Program([nginx, "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"],
                               self.work / "nginx.log")
        wait_for_port(self.port, self.program)

    def makes(self, kind):
        return kind == "jpg"

    def path(self, _kind, size, number, _variant, is_cached):
        return f"/{'kept' if is_cached else 'made'}/{size}/{number}.jpg"

    def version(self):
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        return f"{output_of(nginx, '-v').rpartition('/')[2]}, libgd {package_version('libgd3')}"


class Calotype(Contestant):
    name = "calotype"
    alias = "bench"

    def __init__(self, work, program, variants):
        super().__init__(work)
        self.binary = program
        self.variants = variants
        self.ports = {}

    def install(self, _modules):
        """Takes copies, so that a build that goes on meanwhile does not change what is measured."""
        folder = self.work / "bin"
        folder.mkdir()
        for part in (self.binary, self.binary.parent / "calotype-worker"):
            if not part.exists():
                raise RuntimeError(f"{part} is not built: ./dev build")
            shutil.copy(part, folder)
        self.binary = folder / self.binary.name

    def start(self):
        self.program = Program([self.binary, "serve", "--data", self.work / "calotype", "--fetch-port", "0", "--mgmt-port",
                                "0", "--ops-port", "0", "--cache-memory-megabytes", str(KEPT_MB)], self.work / "calotype.log")
        self.ports = json.loads(self.program.first_line())
        self.port = self.ports["fetch"]

    def prepare(self, originals):
        """Uploads every original and makes the rules, all through the public API."""
        self.start()
        self._make_tenant()
        for kind in ("jpg", "webp"):
            for variant in range(self.variants):
                # A background changes no pixel of an opaque photo, but it is another rule, so another rendition.
                self._create(f"{self._domain}/rules",
                             {"name": f"{kind}{variant}", "format": kind, "quality": {"default": QUALITY, "webp": QUALITY},
                              "background": f"#0000{variant:02x}", "actions": [{"resize": {"width": WIDTH}}]})
        for photo in sorted(originals.glob("*/*.jpg")):
            self._call("POST", f"{self._bucket}/objects", photo.read_bytes(), "image/jpeg",
                       {"oid": f"{photo.parent.name}/{photo.name}"})
        self.stop()

    def path(self, kind, size, number, variant, _is_cached):
        return f"/api/v1/{self.alias}/images/{size}/{number}.jpg?rule={kind}{variant}"

    def rendered(self):
        with DIRECT.open(f"http://127.0.0.1:{self.ports['ops']}/metrics", timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith('calotype_delivery_answers_total{origin="rendered"}'):
                    return int(float(line.split()[-1]))
        raise RuntimeError("calotype: no count of renditions made among its metrics")

    def version(self):
        commit = output_of("git", "-C", str(BENCH), "describe", "--always", "--dirty")
        packages = ", ".join(f"{name} {package_version(name)}" for name in ("libvips42", "libjpeg62-turbo", "libwebp7"))
        return f"{commit}, {packages}"

    def _make_tenant(self):
        answer = self._post("/tenants", json.dumps({"name": "bench", "admin_email": "bench@example.com"}).encode(),
                            "application/json")
        made = json.loads(answer.read())
        self._key_id = made["access_id"]
        self._key = self.work / "calotype.key"
        self._key.touch(mode=0o600)
        self._key.write_text(made["private_key"])
        tenant = f"/tenants/{made['tenant_id']}"
        self._domain = f"{tenant}/domains/" + self._create(f"{tenant}/domains", {"name": self.alias, "status": "active"})
        self._bucket = f"{self._domain}/buckets/" + self._create(
            f"{self._domain}/buckets", {"name": self.alias, "region": "eu", "statics": True, "cache": {"max_age": 3600}})

    def _create(self, path, body):
        answer = self._call("POST", path, json.dumps(body).encode(), "application/json")
        return answer.headers["Location"].rpartition("/")[2]

    def _call(self, method, path, body, kind, metadata=None):
        claims = {"iat": int(time.time()), "rqs": f"{method}\\{path}", "metadata": metadata or {}}
        parts = [json.dumps(part).encode() for part in ({"alg": "RS512", "typ": "JWT"}, claims)]
        text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        signature = subprocess.run(["openssl", "dgst", "-sha512", "-sign", self._key, "-binary"], input=text,
                                   capture_output=True, check=True).stdout
        token = (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
        return self._post(f"{path}?AccessKeyId={self._key_id}&jwt={token}", body, kind)

    def _post(self, path, body, kind):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['mgmt']}/api/v1{path}", body, {"Content-Type": kind})
        try:
            return DIRECT.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"calotype: POST {path.partition('?')[0]}: {error.code} {error.read()[:400]}") from None

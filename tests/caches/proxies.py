"""Real shared caches in front of a service: Varnish and nginx, on free ports of loopback, with folders of their own."""

import getpass
import grp
import os
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """Started by its constructor; `base` is its address, as the service's own is."""

    def __init__(self, folder, origin):
        self.folder = folder
        self.origin = origin.removeprefix("http://")
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = open(folder / "log", "ab")
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{type(self).__name__} did not start: {(folder / 'log').read_text()[-2000:]}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


class Varnish(Proxy):
    """As it comes: what is kept, for how long and by which Vary is the answers' to say."""

    def command(self):
        host, port = self.origin.split(":")
        (self.folder / "default.vcl").write_text(f'vcl 4.1;\nbackend default {{ .host = "{host}"; .port = "{port}"; }}\n')
        return ["/usr/sbin/varnishd", "-F", "-j", "none", "-n", self.folder / "work", "-f", self.folder / "default.vcl",
                "-a", f"127.0.0.1:{self.port}", "-T", "none", "-s", "malloc,64m", "-p", "default_grace=0", "-p", "default_ttl=0"]

    @staticmethod
    def is_hit(answer):
        return len((answer.get("X-Varnish") or "").split()) == 2


class Nginx(Proxy):
    """proxy_cache with what lets it serve while it asks anew; nothing is kept that does not say for how long."""

    def command(self):
        user = f"user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};" if os.geteuid() == 0 else ""
        temporary = "\n".join(f"  {name}_temp_path {self.folder}/{name};"
                              for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""
{user}
daemon off;
worker_processes 2;
pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 512; }}
http {{
{temporary}
  access_log off;
  proxy_cache_path {self.folder}/cache levels=1:2 keys_zone=all:10m max_size=200m use_temp_path=off;
  server {{
    listen 127.0.0.1:{self.port};
    location / {{
      proxy_pass http://{self.origin};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_cache all;
      proxy_cache_key $host$request_uri;
      proxy_cache_background_update on;
      proxy_cache_use_stale updating error timeout;
      proxy_cache_lock on;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
""")
        return ["/usr/sbin/nginx", "-e", self.folder / "error.log", "-p", self.folder, "-c", self.folder / "nginx.conf"]

    @staticmethod
    def is_hit(answer):
        return answer.get("X-Cache") in ("HIT", "STALE", "UPDATING")

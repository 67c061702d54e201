"""A running Calotype and a tenant's client of it, which knows nothing of the C++ code."""

import json
import os
import pathlib
import select
import signal
import subprocess
import time

import requests
from jose import jwt

BIN = pathlib.Path(os.environ["CALOTYPE_BIN"])


class Service:
    """`calotype serve` on free ports and a folder of its own."""

    def __init__(self, folder, *flags):
        self.folder = pathlib.Path(folder)
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [BIN / "calotype", "serve", "--data", self.folder / "store", "--fetch-port", "0", "--mgmt-port", "0",
             "--ops-port", "0", *flags],
            stdout=subprocess.PIPE, stderr=self.log)
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.kill()
            raise RuntimeError("the service did not start: " + (self.folder / "log").read_text()[-2000:])
        ports = json.loads(line)
        self.fetch = f"http://127.0.0.1:{ports['fetch']}"
        self.mgmt = f"http://127.0.0.1:{ports['mgmt']}"
        self.ops = f"http://127.0.0.1:{ports['ops']}"

    def workers(self):
        """Process ids of its workers."""
        task = pathlib.Path(f"/proc/{self.process.pid}/task")
        children = " ".join((thread / "children").read_text() for thread in task.iterdir()).split()
        return [int(child) for child in children]

    def logged(self):
        return (self.folder / "log").read_text()

    def stop(self, timeout=30):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Tenant:
    """A tenant who has signed up and calls with signed requests, as the published clients do."""

    def __init__(self, service, name="site", algorithm="RS512"):
        self.service = service
        self.algorithm = algorithm
        answer = requests.post(f"{service.mgmt}/api/v1/tenants",
                               json={"name": name, "admin_email": f"{name}@example.com"}, timeout=10)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.id, self.key_id, self.private_key = body["tenant_id"], body["access_id"], body["private_key"]
        self.path = f"/tenants/{self.id}"

    def token(self, method, path, metadata=None, **claims):
        payload = {"iat": int(time.time()), "rqs": f"{method}\\{path}", "metadata": metadata or {}}
        payload.update(claims)
        return jwt.encode(payload, self.private_key, algorithm=self.algorithm)

    def call(self, method, path, metadata=None, **arguments):
        return self.call_with({}, method, path, metadata, **arguments)

    def call_with(self, query, method, path, metadata=None, **arguments):
        """With query parameters, which no token signs."""
        params = {"jwt": self.token(method, path, metadata), "AccessKeyId": self.key_id, **query}
        return requests.request(method, f"{self.service.mgmt}/api/v1{path}", params=params, timeout=30, **arguments)

    def create(self, path, metadata=None, **arguments):
        answer = self.call("POST", path, metadata, **arguments)
        assert answer.status_code == 201, (path, answer.status_code, answer.text)
        return answer.headers["Location"].rsplit("/", 1)[1]

    def open_shop(self, alias):
        """A domain and a bucket, and their paths."""
        self.domain = self.create(f"{self.path}/domains", json={"name": alias, "status": "active"})
        self.domain_path = f"{self.path}/domains/{self.domain}"
        self.alias = alias
        self.bucket = self.create(f"{self.domain_path}/buckets",
                                  json={"name": alias, "region": "eu", "statics": True, "cache": {"max_age": 3600}})
        self.bucket_path = f"{self.domain_path}/buckets/{self.bucket}"

    def add_rule(self, name, rule):
        return self.create(f"{self.domain_path}/rules", json={"name": name, **rule})

    def upload(self, name, content):
        return self.call("POST", f"{self.bucket_path}/objects", {"oid": name}, data=content)

    def image(self, name, rule, **arguments):
        params = {"rule": rule, **arguments.pop("params", {})}
        return requests.get(f"{self.service.fetch}/api/v1/{self.alias}/images/{name}", params=params, timeout=30,
                            **arguments)

    def static(self, name, **arguments):
        return requests.get(f"{self.service.fetch}/api/v1/{self.alias}/statics/{name}", timeout=30, **arguments)


class Operator(Tenant):
    """Whoever holds the key that the installation made at its first start."""

    def __init__(self, service):
        self.service = service
        self.algorithm = "RS512"
        head, _, self.private_key = (service.folder / "store" / "operator.key").read_text().partition("\n\n")
        known = dict(line.split(": ") for line in head.splitlines())
        self.id, self.key_id = known["tenant_id"], known["access_id"]
        self.path = f"/tenants/{self.id}"

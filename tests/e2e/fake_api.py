"""A small stand-in for the objects of a bucket, as the contract has them: it checks each token, keeps what it gets in
memory, and can be slow, busy or forgetful. For tests of the command's side of transfers."""

import base64
import hashlib
import http.server
import json
import threading
import time
import urllib.parse

from jose import jwt

PREFIX = "/api/v1"
OBJECTS = "/tenants/T/domains/D/buckets/B/objects"


class FakeApi:
    def __init__(self, public_key, algorithm):
        self.public_key, self.algorithm = public_key, algorithm
        self.objects, self.uploads, self.seen = {}, {}, []
        self.page = 2  # objects of a page
        self.part_delay = 0
        self.busy = 0  # answers 503 to this many requests
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                outer.handle(self)

            do_GET = do_PUT = do_POST = do_DELETE = handle_any

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, method, **query):
        return sum(1 for name, path, got in self.seen if name == method and all(got.get(k) == v for k, v in query.items()))

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        url = urllib.parse.urlsplit(request.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path = url.path.removeprefix(PREFIX)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, self.public_key, algorithms=[self.algorithm])
        assert request.headers["X-Access-Key-Id"] == "K"
        assert claims["rqs"] == f"{request.command}\\{path}" and abs(claims["iat"] - time.time()) < 10
        sent = request.headers.get("Content-MD5")
        assert sent is None or sent == base64.b64encode(hashlib.md5(body).digest()).decode()
        with self.lock:
            self.seen.append((request.command, path, query))
            is_busy, self.busy = self.busy > 0, max(0, self.busy - 1)
        if is_busy:
            return self.answer(request, 503, {"detail": "busy"}, {"Retry-After": "1"})
        name = urllib.parse.unquote(path[len(OBJECTS) + 1:])
        self.answer(request, *self.act(request.command, name, query, claims["metadata"], body))

    def act(self, method, name, query, metadata, body):
        if method == "POST" and "uploads" in query:
            upload = f"upload-{len(self.uploads) + 1}"
            self.uploads[upload] = {}
            return 200, {"upload_id": upload, "object_id": metadata["oid"]}
        if "uploadId" in query and query["uploadId"] not in self.uploads:
            return 404, {"detail": "there is no such upload", "code": "not-found"}
        if method == "PUT":
            time.sleep(self.part_delay)
            with self.lock:
                self.uploads[query["uploadId"]][int(query["partNumber"])] = body
            return 200, {}
        if method == "POST" and "uploadId" in query:
            parts = self.uploads.pop(query["uploadId"])
            assert sorted(parts) == list(range(1, len(parts) + 1))
            return self.store(name, b"".join(parts[number] for number in sorted(parts)), 200)
        if method == "POST":
            return self.store(metadata["oid"], body, 201)
        if method == "GET" and not name:
            return 200, self.listing(query)
        if name not in self.objects:
            return 404, {"detail": "there is no such object", "code": "not-found"}
        if method == "DELETE":
            assert metadata["oid"] == name and "force" not in metadata
            del self.objects[name]
            return 202, {"object_id": name}
        return 200, self.objects[name]

    def store(self, name, body, status):
        self.objects[name] = body
        return status, {"object_id": name, "size": len(body)}

    def listing(self, query):
        names = sorted(n for n in self.objects if n.startswith(query.get("prefix", ""))
                       and n > query.get("continuation-token", ""))
        page = names[:min(self.page, int(query["max-keys"]))]
        found = [{"object_id": n, "size": len(self.objects[n]), "md5": hashlib.md5(self.objects[n]).hexdigest(),
                  "last_modified": 1764000000000} for n in page]
        return {"objects": found, **({"continuation_token": page[-1]} if len(page) < len(names) else {})}

    @staticmethod
    def answer(request, status, content, headers=None):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

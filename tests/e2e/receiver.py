"""Somebody who is told of events."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


def is_signed(headers, body, secret):
    """As Standard Webhooks describes it. `headers` by names in lower case."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(made, headers["webhook-signature"])


class Receiver:
    """Takes deliveries, or answers what it is told to; can go away and come back on the same port."""

    def __init__(self):
        self.taken, self.tried, self.status, self.delay, self.port = [], [], 200, 0, 0
        self.open()
        self.url = f"http://127.0.0.1:{self.port}/hook?a=1"

    def open(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(outer.delay)
                outer.tried.append(body)
                if outer.status < 300:
                    outer.taken.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def types(self):
        return [json.loads(body)["type"] for _, body in self.taken]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

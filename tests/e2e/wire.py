"""HTTP as it is on the wire: what `requests` would tidy up before a test could see it."""

import calendar
import dataclasses
import email.utils
import http.client
import socket
import time
import urllib.parse

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What differs from answer to answer, whatever it is about.
OF_THE_EXCHANGE = {"date", "x-request-id", "x-schibsted.request.toplevel.uuid", "cache-status", "server-timing"}


@dataclasses.dataclass
class Answer:
    status: int
    fields: list
    body: bytes

    def all(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def get(self, name):
        values = self.all(name)
        assert len(values) < 2, f"{name} stands there {len(values)} times"
        return values[0] if values else None

    def lasting(self):
        """Its fields, but for those that differ from answer to answer."""
        return sorted((key.lower(), value) for key, value in self.fields if key.lower() not in OF_THE_EXCHANGE)


def place_of(base):
    split = urllib.parse.urlsplit(base)
    return split.hostname, split.port


def ask(base, target, fields=(), method="GET", body=b""):
    """One request on a connection of its own, with these field lines as they are."""
    link = http.client.HTTPConnection(*place_of(base), timeout=30)
    try:
        link.putrequest(method, "/api/v1" + target, skip_accept_encoding=True)
        for name, value in fields:
            link.putheader(name, value)
        if body:
            link.putheader("Content-Length", str(len(body)))
        link.endheaders(body or None)
        answer = link.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        link.close()


def talk(base, raw, patience=10):
    """Sends these bytes, then nothing more, and gives all that comes until the connection ends."""
    with socket.create_connection(place_of(base), timeout=patience) as link:
        link.sendall(raw)
        link.shutdown(socket.SHUT_WR)
        got = b""
        while True:
            part = link.recv(65536)
            if not part:
                return got
            got += part


def answers_in(raw, has_bodies=True):
    """The answers that a connection gave, one behind the other."""
    found = []
    while raw:
        head, gap, rest = raw.partition(b"\r\n\r\n")
        assert gap, raw
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1"
        answer = Answer(int(status), [tuple(line.split(": ", 1)) for line in lines], b"")
        length = int(answer.get("Content-Length") or 0) if has_bodies else 0
        answer.body, raw = rest[:length], rest[length:]
        assert len(answer.body) == length
        found.append(answer)
    return found


def seconds_of(date):
    return calendar.timegm(email.utils.parsedate(date))


def imf_date(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


def rfc850_date(seconds):
    at = time.gmtime(seconds)
    return f"{DAYS[at.tm_wday]}, " + time.strftime("%d-%b-%y %H:%M:%S GMT", at)


def asctime_date(seconds):
    return time.asctime(time.gmtime(seconds))

"""Times from socket to socket."""

import socket
import struct
import time
import urllib.parse

SO_TIMESTAMPNS = 35  # of Linux; Python has no name for it


class Stamped:
    """One kept connection whose answers carry the system's time stamp of their coming, so that neither this program nor its being
    woken counts: from right before the request is handed to the system until the last byte of the answer is in this socket."""

    def __init__(self, service):
        place = urllib.parse.urlsplit(service.fetch)
        self.host = place.netloc
        self.socket = socket.create_connection((place.hostname, place.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)

    def get_ms(self, target):
        request = f"GET /api/v1{target} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()
        begun = time.time_ns()
        self.socket.send(request)
        data, length, ended = b"", None, None
        while length is None or len(data) < length:
            part, notes, _, _ = self.socket.recvmsg(1 << 20, 64)
            assert part, "the connection was closed within an answer"
            for level, kind, value in notes:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                    seconds, nanoseconds = struct.unpack("qq", value[:16])
                    ended = seconds * 10**9 + nanoseconds
            data += part
            if length is None and b"\r\n\r\n" in data:
                length = self.length_of(data.split(b"\r\n\r\n")[0])
        return (ended - begun) / 1e6

    @staticmethod
    def length_of(head):
        lines = head.lower().split(b"\r\n")
        assert b" 200" in lines[0], head
        fields = dict(line.split(b": ", 1) for line in lines[1:])
        return len(head) + 4 + int(fields[b"content-length"])

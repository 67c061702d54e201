"""What must not be read in two ways: bytes as an attacker sends them, to both listeners."""

import socket
import time

import pytest
from wire import answers_in, place_of, seconds_of, talk

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"


def get(*lines, target="/api/v1/openapi.yaml", method="GET", version="HTTP/1.1"):
    return "\r\n".join([f"{method} {target} {version}", "Host: h", *lines, "", ""]).encode("latin-1")


CHUNKED = "Transfer-Encoding: chunked"
REFUSED = {
    "length and chunked": (get("Content-Length: 5", CHUNKED) + b"0\r\n\r\n", 400),
    "chunked and length": (get(CHUNKED, "Content-Length: 5", method="POST") + b"0\r\n\r\n", 400),
    "two lengths": (get("Content-Length: 0", "Content-Length: 5"), 400),
    "two equal lengths": (get("Content-Length: 0", "Content-Length: 0"), 400),
    "a list of lengths": (get("Content-Length: 0, 5"), 400),
    "a length with a sign": (get("Content-Length: +0"), 400),
    "a negative length": (get("Content-Length: -1"), 400),
    "a length beyond any number": (get("Content-Length: 18446744073709551617"), 400),
    "space before the colon": (get("Content-Length : 5"), 400),
    "space before the coding's colon": (get("Transfer-Encoding : chunked"), 400),
    "a folded field": (get("X: a", " b"), 400),
    "a folded coding": (get("Transfer-Encoding:", " chunked"), 400),
    "bare line feeds": (b"GET /api/v1/openapi.yaml HTTP/1.1\nHost: h\n\n", 400),
    "one bare line feed": (b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400),
    "a bare return": (get("X: a\rb"), 400),
    "a NUL": (get("X: a\0b"), 400),
    "a control": (get("X: a\x01b"), 400),
    "no name": (get(": b"), 400),
    "no colon": (get("nonsense"), 400),
    "no host": (b"GET /api/v1/openapi.yaml HTTP/1.1\r\n\r\n", 400),
    "two hosts": (get("Host: i"), 400),
    "a host with a user": (b"GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400),
    "unknown coding": (get("Transfer-Encoding: xchunked"), 501),
    "a coding before chunked": (get("Transfer-Encoding: gzip, chunked"), 501),
    "chunked twice in one field": (get("Transfer-Encoding: chunked, chunked"), 501),
    "identity": (get("Transfer-Encoding: identity"), 501),
    "chunked in two fields": (get(CHUNKED, CHUNKED), 400),
    "chunked in HTTP/1.0": (get(CHUNKED, version="HTTP/1.0"), 400),
    "an unknown version": (get(version="HTTP/3.0"), 400),
    "no version": (b"GET /\r\n\r\n", 400),
    "a blank in the target": (get(target="/api/v1/a b"), 400),
    "a fragment": (get(target="/api/v1/openapi.yaml#x"), 400),
    "a proxy's target": (get(target="h:80", method="CONNECT"), 405),
    "a long target": (get(target="/api/v1/" + "a" * 9000), 414),
    "a very long target": (get(target="/api/v1/" + "a" * 100_000), 414),
    "a long field": (get("X: " + "a" * 20_000), 431),
    "many fields": (get(*[f"X-{n}: y" for n in range(150)]), 431),
    "an unknown expectation": (get("Expect: miracles", "Content-Length: 3", method="POST") + b"abc", 417),
}


@pytest.fixture(params=["fetch", "mgmt"])
def base(service, request):
    return getattr(service, request.param)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_once_and_closed(base, name):
    raw, status = REFUSED[name]
    got = answers_in(talk(base, raw + SMUGGLED))
    assert [answer.status for answer in got] == [status]
    answer = got[0]
    assert answer.get("Connection") == "close" and answer.get("Cache-Control") == "no-store"
    assert answer.get("Content-Type") == "application/problem+json" and answer.get("X-Content-Type-Options") == "nosniff"
    assert abs(seconds_of(answer.get("Date")) - time.time()) < 5
    if status == 405:
        assert answer.get("Allow")


BROKEN_CHUNKS = {"no number": b"x\r\nabc\r\n", "a sign": b"+3\r\nabc\r\n0\r\n\r\n", "a prefix": b"0x3\r\nabc\r\n0\r\n\r\n",
                 "beyond any number": b"10000000000000003\r\nabc\r\n0\r\n\r\n", "bare line feed": b"3\nabc\n0\n\n",
                 "no end of the chunk": b"3\r\nabcX0\r\n\r\n"}


@pytest.mark.parametrize("name", BROKEN_CHUNKS)
def test_broken_chunks_end_the_connection(service, name):
    head = get(CHUNKED, "Content-Type: application/json", target="/api/v1/tenants", method="POST")
    got = answers_in(talk(service.mgmt, head + BROKEN_CHUNKS[name] + SMUGGLED))
    assert [answer.status for answer in got] == [400] and got[0].get("Connection") == "close"


def test_what_is_sound_is_answered_in_order(base):
    first, second = get(), get("Connection: close", target="/api/v1/nowhere")
    got = answers_in(talk(base, b"\r\n" + first + get("Content-Length: 3") + b"abc" + second))
    assert [answer.status for answer in got] == [200, 200, 404]
    assert all(answer.get("Date") for answer in got) and got[2].get("Connection") == "close"


def test_a_head_has_no_body_however_it_ends(base):
    raw = talk(base, get(method="HEAD") + get("Connection: close", method="HEAD", target="/api/v1/nowhere"))
    got = answers_in(raw, has_bodies=False)
    assert [answer.status for answer in got] == [200, 404] and all(int(answer.get("Content-Length")) > 0 for answer in got)


@pytest.mark.parametrize("target, status", [("/api/v1/tenants", 413), ("/api/v1/tenants/x/domains/y/buckets/z/objects", 401),
                                            ("/api/v1/nowhere", 404)])
def test_an_expectation_is_decided_before_the_body(service, target, status):
    length = 60_000_000 if status == 413 else 5
    head = get("Expect: 100-continue", f"Content-Length: {length}", method="POST", target=target)
    with socket.create_connection(place_of(service.mgmt), timeout=10) as link:
        link.sendall(head)
        got = b""
        while True:
            part = link.recv(65536)
            if not part:
                break
            got += part
    answers = answers_in(got)
    assert [answer.status for answer in answers] == [status] and answers[0].get("Connection") == "close"


def test_a_body_that_is_expected_is_asked_for(service):
    body = b'{"name": ""}'
    head = get("Expect: 100-continue", f"Content-Length: {len(body)}", "Content-Type: application/json", method="POST",
               target="/api/v1/tenants")
    with socket.create_connection(place_of(service.mgmt), timeout=10) as link:
        link.sendall(head)
        assert link.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(body)
        assert link.recv(65536).startswith(b"HTTP/1.1 422 ")


def test_options_of_the_server(base):
    got = answers_in(talk(base, get("Connection: close", method="OPTIONS", target="*")))
    assert got[0].status == 204 and "GET" in got[0].get("Allow") and got[0].get("Content-Length") is None


def test_an_absolute_target_is_a_path(base):
    got = answers_in(talk(base, get("Connection: close", target="http://other.example/api/v1/openapi.yaml")))
    assert got[0].status == 200

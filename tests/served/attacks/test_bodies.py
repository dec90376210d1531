"""Large bodies are refused before they are read, slow ones are cut off, and neither stops anybody else."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from licet.chapters.checked import look
from licet.web.patience import CONNECTIONS, SECONDS, server
from licet.web.settings import BODY_BYTES
from tests.served.attacks.conftest import Site

SLOW = 30
"""Slow visitors at once; the server has four threads."""


def program(environ, start_response):
    """Says how much came."""
    body = environ["wsgi.input"].read()
    told = str(len(body)).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
    return [told]


@pytest.fixture(scope="module")
def quick() -> Iterator[int]:
    """The port of the real server, around a small program, that waits for two seconds only."""
    made = server(program, body_bytes=BODY_BYTES, seconds=2, host="127.0.0.1", port=0, threads=4)
    running = threading.Thread(target=made.run, daemon=True)
    running.start()
    yield int(made.effective_port)
    made.maintenance(time.time() + 60)
    made.close()
    made.task_dispatcher.shutdown()
    running.join(5)
    for channel in list(made.active_channels.values()):
        channel.close()


def connected(port: int, head: str) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), timeout=20)
    found.sendall(head.encode())
    return found


def request(length: int) -> str:
    return f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"


def closed_after(line: socket.socket, trickle: bytes = b"") -> float:
    """Seconds until the server closes a connection on which a byte comes now and then."""
    start = time.monotonic()
    line.settimeout(0.2)
    while time.monotonic() - start < 20:
        try:
            if trickle:
                line.sendall(trickle)
            if line.recv(1000) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    line.close()
    return time.monotonic() - start


@pytest.mark.long
def test_thirty_slow_visitors_stop_nobody_and_are_sent_away(quick: int) -> None:
    """Some send half a head, some a body that trickles, some nothing; everybody else is answered at once."""
    heads = (request(1000) + "a", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", "", "POST / HT")
    slow = [connected(quick, heads[n % len(heads)]) for n in range(SLOW)]
    spent = []
    for _ in range(20):
        start = time.perf_counter()
        assert httpx.post(f"http://127.0.0.1:{quick}/", content=b"x" * 100, timeout=5).text == "100"
        spent.append(time.perf_counter() - start)
    assert max(spent) < 2, spent
    left = [threading.Thread(target=lambda line=line: ends.append(closed_after(line, b"a")))
            for line in slow if line is slow[0] or line is slow[1]]  # fmt: skip
    ends: list[float] = []
    for one in left:
        one.start()
    others = [closed_after(line) for line in slow[2:]]
    for one in left:
        one.join()
    assert len(ends) == 2 and max(*others, *ends) < 12, (
        "a byte now and then does not hold a connection"
    )


def test_a_body_that_is_whole_in_time_is_taken_however_it_comes(quick: int) -> None:
    line = connected(quick, request(5))
    for sign in b"hello":
        line.sendall(bytes([sign]))
        time.sleep(0.05)
    assert line.recv(1000).endswith(b"5")
    line.sendall(request(2).encode() + b"ok")
    time.sleep(0.1)
    assert line.recv(1000).endswith(b"2"), "and the connection goes on"
    line.close()


def test_a_large_body_is_refused_before_it_is_sent(quick: int) -> None:
    line = connected(quick, request(50 * BODY_BYTES))
    assert b" 413 " in line.recv(1000)
    line.close()


def test_a_body_without_an_end_is_refused_when_it_is_too_large(quick: int) -> None:
    """Chunks for ever: little more than the limit is taken."""
    line = connected(quick, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk, sent = b"10000\r\n" + b"x" * 0x10000 + b"\r\n", 0
    with contextlib.suppress(OSError):
        while sent < 60 * BODY_BYTES:
            line.sendall(chunk)
            sent += len(chunk)
    assert sent < 20 * BODY_BYTES, "what lies in buffers, and no more"
    line.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x" * 20_000 + "\r\n\r\n", b" 431 "),
        ("GET /" + "x" * 20_000 + " HTTP/1.1\r\nHost: x\r\n\r\n", b" 431 "),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b" 400 "),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", b" 501 "),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", b" 400 "),
        ("nonsense\r\n\r\n", b" 400 "),
    ],
)  # fmt: skip
def test_heads_that_two_servers_could_read_in_two_ways(
    quick: int, head: str, status: bytes
) -> None:
    line = connected(quick, head)
    told = line.recv(2000)
    assert status in told.split(b"\r\n")[0] + b" ", told[:200]
    line.close()


def test_how_long_and_how_many() -> None:
    assert SECONDS <= 30 and 100 < CONNECTIONS < 1_000, "a process may have 1,024 files open"


def raw(site: Site, text: str) -> bytes:
    """What the town answers to bytes."""
    place = urlsplit(site.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(text.encode())
        line.settimeout(1)
        found = b""
        with contextlib.suppress(TimeoutError):
            while part := line.recv(65_536):
                found += part
    return found


@pytest.mark.parametrize("path", ["/uses", "/uses.json", "/nothing", "/static/site.css", "/letter"])
def test_an_answer_to_head_has_no_body(site: Site, path: str) -> None:
    """Else whoever shares the connection, as a proxy does, takes the page for the next answer."""
    head = f"{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    found = raw(site, f"HEAD {head}\r\nGET {head}Connection: close\r\n\r\n")
    first, _, rest = found.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 ") and rest.startswith(b"HTTP/1.1 "), rest[:100]
    length = [one for one in first.split(b"\r\n") if one.startswith(b"Content-Length")]
    assert length and length[0] != b"Content-Length: 0"


@pytest.mark.usefixtures("unchanged")
def test_too_many_fields_files_and_parts(site: Site) -> None:
    for place in ("/sign-in", "/letter", "/check"):
        many = httpx.post(f"{site.address}{place}", data={f"f{n}": "x" for n in range(300)})
        assert many.status_code == 413 and "too much at once" in many.text
        same = httpx.post(f"{site.address}{place}", content="a=b&" * 300,
                          headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        assert same.status_code == 413
        files = {f"f{n}": ("x", b"y") for n in range(150)}
        assert httpx.post(f"{site.address}{place}", files=files).status_code == 413
        assert (
            httpx.post(f"{site.address}{place}", content=b"x" * (BODY_BYTES + 1)).status_code == 413
        )


DEEP = 100_000
PASTED = (
    "[" * DEEP, '{"signature":' * 20_000, "9" * 11, "-1", "1" * 5_000, "\u0661", "NaN", '{"signature": NaN}',
    '{"signature": "00"}', '{"proof": 1}', '{"proof": {"proof": []}}', '{"proof": [[1]], "size": "x"}',
    json.dumps({"signature": "00", "receipt_id": "\ud800", "event_id": "e", "content": "{}", "key": "k"}),
    json.dumps({"signature": "zz", "receipt_id": [], "event_id": {}, "content": None, "key": 1}),
    json.dumps({"signature": "00", "receipt_id": "r", "event_id": "e", "content": "[" * 50_000, "key": "k"}),
    json.dumps({"proof": ["x"], "leaf": "\ud800", "checkpoint": "\ud800", "size": 1, "index": 0}),
    json.dumps({"proof": ["x"], "leaf": "[" * 20_000, "checkpoint": "x\n1\nx\n", "size": 1, "index": 0}),
    json.dumps({"proof": "x", "leaf": 1, "checkpoint": 1, "size": 10**30, "index": -(10**30)}),
    json.dumps({"proof": ["x"] * 9_000, "leaf": "{}", "checkpoint": "a\n1\nAA==\n\n\u2014 a AA==\n",
                "size": 1, "index": 0}),
)  # fmt: skip


@pytest.mark.parametrize("given", PASTED, ids=lambda text: text[:20])
def test_what_is_pasted_to_be_checked_is_read_and_refused(site: Site, given: str) -> None:
    """Deep, long, of other kinds: an answer in words."""
    if "\ud800" not in given:
        start = time.monotonic()
        page = site.by("").post("/check", given=given)
        assert page.status_code < 500 and time.monotonic() - start < 5, page.status_code


def test_a_receipt_of_the_own_making_is_read_too(town) -> None:
    """Signed with a key of one's own, with anything in it."""
    from base64 import b64encode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = b64encode(key.public_key().public_bytes_raw()).decode()
    for name in ("\ud800", "x\x00y", "r", "\u202e", "x" * 5_000):
        for content in (
            "[]",
            "1",
            "{}",
            "null",
            '"' + "x" * 10,
            "[" * 50_000,
            json.dumps({"receipt_id": name}),
        ):
            given = {"receipt_id": name, "event_id": "e", "content": content, "key": public,
                     "signature": key.sign(content.encode()).hex()}  # fmt: skip
            assert not look(town, json.dumps(given)).sound

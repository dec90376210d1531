"""Many at once: readers and people who answer letters, each from an address of their own, on loopback.

Nothing that was told as recorded is lost, nothing is recorded that was not told, ledger and log agree, and
fewer than one request in a thousand fails.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.conftest import FULL
from tests.served.visitor import forms_of
from tests.web_permission.conftest import mailed, opened

pytestmark = pytest.mark.long

LETTERS, READINGS, AT_ONCE = (300, 2700, 12) if FULL else (24, 216, 8)
"""An hour of a busy register: answers, pages read, visitors at once; each answer is four requests."""
PAGES = ("/", "/cy/", "/list/1", "/uses", "/uses/early-help", "/uses/early-help/figures",
         "/uses/early-help.json", "/uses/early-help/runs", "/questions", "/vocabulary", "/feed.atom",
         "/by/service/education", "/search?q=help", "/check", "/uses.csv", "/log/checkpoint.txt",
         "/letter", "/sign-in")  # fmt: skip
WORDS = {"yes": "grant", "no": "refuse", "later": "defer"}


@dataclass
class Seen:
    """What every visitor saw together. failed: requests without an answer, or with a fault of the server."""

    asked: int = 0
    failed: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, work: Callable[[], httpx.Response], what: str) -> httpx.Response | None:
        try:
            found = work()
            failed = f"{what}: {found.status_code}" if found.status_code >= 400 else ""
        except httpx.HTTPError as error:
            found, failed = None, f"{what}: {error!r}"
        with self.lock:
            self.asked += 1
            if failed:
                self.failed.append(failed)
        return found


@contextmanager
def somebody(address: str, number: int) -> Iterator[httpx.Client]:
    """A visitor with an address of their own: tries are counted by address."""
    own = httpx.HTTPTransport(local_address=f"127.7.{number // 250}.{number % 250 + 1}")
    with httpx.Client(base_url=address, transport=own, follow_redirects=True, timeout=60) as found:
        yield found


def reads(address: str, number: int, seen: Seen) -> None:
    with somebody(address, number) as reader:
        for page in random.Random(number).choices(PAGES, k=9):
            seen.ask(lambda page=page: reader.get(page), page)


def answers(address: str, number: int, code: str, seen: Seen) -> None:
    """Opens a letter, says something that it offers and keeps the receipt."""
    with somebody(address, number) as parent:
        form = forms_of(parent.get("/letter").text)[0]["fields"]
        page = seen.ask(lambda: parent.post("/letter", data={**form, "code": code}), "letter")
        if page is None or page.status_code >= 400:
            return
        form = next(one for one in forms_of(page.text) if one["action"].endswith("/letter/answer"))
        # Who has two letters and said no with one is offered no yes by the other.
        offered = [word for word in WORDS if f'value="{word}"' in page.text]
        said = random.Random(number).choice(offered)
        sent = {**form["fields"], "answer": said}
        done = seen.ask(lambda: parent.post(form["action"], data=sent), "answer")
        if done is None or done.status_code >= 400:
            return
        kept = seen.ask(lambda: parent.get(f"{done.url.path}.json"), "receipt")
        if kept is not None and kept.status_code == 200:
            with seen.lock:
                seen.answers[kept.json()["event_id"]] = said


def test_an_hour_of_visitors_loses_nothing(asked: Path, address: str) -> None:
    from licet.chapters.witnessing import verify

    codes = [one["code"] for one in mailed(asked) if one["language"] == "en"][-LETTERS:]
    with opened(asked) as store:
        before = store.permissions.snapshot().sequence
    seen, started = Seen(), monotonic()
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        work = [lambda n=n, c=c: answers(address, n, c, seen) for n, c in enumerate(codes)]
        work += [lambda n=n: reads(address, 1000 + n, seen) for n in range(READINGS // 9)]
        random.Random(7).shuffle(work)
        for done in [visitors.submit(one) for one in work]:
            done.result()
    took = monotonic() - started
    print(f"{seen.asked} requests in {took:.1f} s, {len(seen.failed)} failed; {len(codes)} letters")
    assert len(seen.failed) < seen.asked / 1000, seen.failed[:20]
    with opened(asked) as store:
        events = store.permissions.events(first=before + 1)
        store.permissions.verify()
        entry = store.batches.publish()
    assert {event.event_id: event.effect for event in events} == {
        event: WORDS[said] for event, said in seen.answers.items()
    }
    assert len(seen.answers) == len(codes), "every answer that was told as recorded, and no other"
    counts = Counter(event.effect for event in events)
    assert entry is not None and len(counts) == 3
    assert verify(asked).sound

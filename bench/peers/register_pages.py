"""One workspace's pages and answers, each in turn with its bare peer; prints seconds as JSON.

    python bench/peers/register_pages.py WORKSPACE ROUNDS

The bare views know Django, Jinja2 and the values: what the register looks up for a page was looked up
before the clock starts.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from types import ModuleType
from typing import Any

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SEED = 20261102
Seconds = dict[str, dict[str, list[float]]]


def main() -> None:
    root, rounds = Path(sys.argv[1]), int(sys.argv[2])
    from licet.web.serving import prepare

    program = prepare(root)
    bare, paths = _bare(root)
    lists = ("/list/2", "/by/service/health", "/search?q=housing", "/uses.json", "/uses/use-7.json")
    found: Seconds = {}
    for path in (*paths, *(one for one in lists if one not in paths)):
        peers = {"licet": program} | ({"bare": bare} if path in paths else {})
        found[path] = _turns(peers, path, rounds)
    found["answer"] = _answers(root, rounds)
    print(json.dumps(found))


def _turns(peers: dict[str, Any], path: str, rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {f"{name}{kind}": [] for name in peers for kind in ("", " wall")}
    order = list(peers)
    for number in range(rounds + 10):
        random.Random(SEED + number).shuffle(order)
        for name in order:
            wall, processor = perf_counter(), process_time()
            status, size = _ask(peers[name], path)
            wall, processor = perf_counter() - wall, process_time() - processor
            if status != "200" or size < 100:
                raise SystemExit(f"{name} {path}: {status}, {size} bytes")
            if number >= 10:  # the first warm templates and caches
                took[name].append(processor)
                took[f"{name} wall"].append(wall)
    return took


def _ask(program: Any, path: str) -> tuple[str, int]:
    said: list[str] = []
    place, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": place, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT": "text/html",
    }  # fmt: skip
    answer = program(environ, lambda status, headers, *_: said.append(status))
    try:
        return said[0].split()[0], sum(map(len, answer))
    finally:
        if hasattr(answer, "close"):
            answer.close()


def _bare(root: Path) -> tuple[Any, list[str]]:
    """Django without middleware, and one view for each page that renders its template with constants."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    made = dict(_pages(root))

    def view(name: str) -> Callable[..., Any]:
        return lambda request: HttpResponse(made[name]())

    urls = ModuleType("urls")
    urls.urlpatterns = [path(name.lstrip("/"), view(name)) for name in made]  # type: ignore[attr-defined]

    class Bare(WSGIHandler):
        def get_response(self, request: Any) -> Any:
            request.urlconf = urls
            return super().get_response(request)

    with override_settings(MIDDLEWARE=[]):
        program = Bare()
    assert settings.MIDDLEWARE
    return program, list(made)


def _pages(root: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    from licet import flow
    from licet.register.filters import Question
    from licet.report.site import pages
    from licet.report.site.around import Around

    today = datetime.now(UTC).date()
    name, synthetic, notices, log = flow.site_head(root)
    around = Around(name=name, path="", language="en", served=True, nonce="n" * 22, token="t" * 64,
                    synthetic=synthetic, notices=notices, log=log)  # fmt: skip
    found = flow.register_listing(root, Question(), 1, today=today)
    choices = flow.register_choices(root)

    def front() -> str:
        return pages.uses_page(
            around, found.lines, choices, page=1, pages=found.pages, uses=found.uses
        )

    yield "/", front
    entry = flow.register_entry(root, "use-7", today=today)

    def use_page(part: str) -> Callable[[], str]:
        place = "uses/use-7"
        own = around.at(f"{place}/{part}" if part else place, "en")
        return lambda: pages.use_page(own, entry, place, part)

    for part in pages.PARTS:
        yield f"/uses/use-7{'/' if part else ''}{part}", use_page(part)
    yield "/vocabulary", lambda: pages.vocabulary_page(around.at("vocabulary", "en"))


def _answers(root: Path, rounds: int) -> dict[str, list[float]]:
    """One person's answer, recorded whole, in turn with one row of the same columns put in by the ORM."""
    from django.apps import apps
    from django.db import connection, models

    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace
    from licet.permission import NewEvent, Scope

    event = apps.get_model("store", "Event")
    fields = {one.name: one.clone() for one in event._meta.fields}
    meta = type("Meta", (), {"app_label": "store", "db_table": "bench_insert"})
    insert = type("BenchInsert", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    tables = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        if "bench_insert" in tables:
            editor.delete_model(insert)
        editor.create_model(insert)
    insert.objects.bulk_create([insert(**row) for row in event.objects.values()], batch_size=2000)
    row = event.objects.values().last()
    first = row["sequence"] + 1
    took: dict[str, list[float]] = {
        f"{n}{k}": [] for n in ("licet", "insert") for k in ("", " wall")
    }

    def keep(name: str, work: Callable[[], Any]) -> None:
        wall, processor = perf_counter(), process_time()
        work()
        took[name].append(process_time() - processor)
        took[f"{name} wall"].append(perf_counter() - wall)

    with open_store(read_workspace(root)) as store:
        start, people = store.permissions.snapshot().sequence, store.permissions.subjects().height
        for number in range(rounds):
            who = f"person/{(start * 7919 + number) % people}"
            said = NewEvent(
                subject=who, expressed_by=who, relation="self",
                effect="refuse", scope=Scope("health-housing"), at=NOW,
                recorded_by=f"office {start + number}", verified_by="letter", language="en",
            )  # fmt: skip
            keep("licet", lambda said=said: store.permissions.append([said], now=NOW))
            bare = {**row, "sequence": first + number, "event_id": f"bench-{first + number}"}
            keep("insert", lambda bare=bare: insert.objects.create(**bare))
        if store.permissions.snapshot().sequence != start + rounds:
            raise SystemExit("an answer was lost")
    with connection.schema_editor() as editor:
        editor.delete_model(insert)
    return took


if __name__ == "__main__":
    main()

"""What anybody can read without an account: the register's pages, its data, its log, and checking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from licet import flow
from licet.errors import BadInput
from licet.register.entry import RegisterEntry
from licet.register.exports.openapi import ENDINGS as TYPES
from licet.register.filters import FACETS, Question, question_of
from licet.report.site import pages
from licet.report.site.around import Around
from licet.web import addresses  # noqa: F401 - declares what <number:...> is
from licet.web.limits import ADDRESS, tried
from licet.web.views.faults import said
from licet.web.views.pages import READ, around, doing, serving

FORMS = ("text/html", "application/json", "application/ld+json", "text/csv")
"""What a page of the register can be had as; the first where nothing is asked for."""
ENDINGS: Mapping[str, str] = {
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "text/csv": ".csv",
}


NOT_LOOKED_FOR = "Uses cannot be looked for by this. Choose from the lists on the first page."


@doing("read", methods=READ)
def uses(request: Any, page: int = 1) -> Any:
    """Every use, or as data where a machine asks for that."""
    wanted = _wanted(request)
    if request.path_info.strip("/") == "uses" and wanted in ("application/json", "text/csv"):
        return _varied(_data(request, f"uses{ENDINGS[wanted]}"))
    return _varied(_list(request, Question(), page))


@doing("read", methods=READ)
def by(request: Any, facet: str, value: str, page: int = 1) -> Any:
    """The uses of one service, place, state and so on."""
    if facet not in FACETS:
        return said(request, 404)
    return _list(request, Question(**{facet: value}), page, facet=(facet, value))


@doing("read", methods=READ)
def search(request: Any) -> Any:
    """The uses that a form asks for."""
    given = {name: request.GET.get(name, "") for name in FACETS}
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    try:
        asked = question_of(given)
    except BadInput:  # an address says nothing on our pages that somebody else wrote into it
        return said(request, 400, NOT_LOOKED_FOR)
    return _list(request, asked, page, asked=given)


def _list(
    request: Any,
    question: Question,
    page: int,
    *,
    facet: tuple[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
) -> Any:
    root = serving().workspace
    found = flow.register_listing(root, question, page, today=today())
    if found is None or (facet and not found.lines):
        return said(request, 404)
    own = (
        "search"
        if asked is not None
        else pages.page_path("/".join(("by", *facet)) if facet else "", page)
    )
    about = around(request, own)
    kept = {name: value for name, value in (asked or {}).items() if value}

    def searched(number: int) -> str:
        return f"{about.url('search')}?{urlencode({**kept, 'page': number})}"

    text = pages.uses_page(
        about,
        found.lines,
        flow.register_choices(root),
        page=found.page,
        pages=found.pages,
        uses=found.uses,
        facet=facet,
        asked=asked,
        page_url=searched if asked is not None else None,
    )
    return HttpResponse(text)


@doing("read", methods=READ)
def use(request: Any, use: str, part: str = "") -> Any:
    """A page of one use; its first page also as data."""
    wanted = _wanted(request)
    if not part and wanted != FORMS[0]:
        return _varied(_data(request, f"uses/{use}{ENDINGS[wanted]}"))
    entry = _entry(use)
    if entry is None or part not in pages.PARTS:
        return said(request, 404)
    place = f"uses/{use}"
    about = around(request, f"{place}/{part}" if part else place)
    own = replace(about, synthetic=entry.synthetic, notices=entry.marks)
    return _varied(HttpResponse(pages.use_page(own, entry, place, part)))


@doing("read", methods=READ)
def page_file(request: Any, use: str) -> Any:
    """The address that the page has on a written site."""
    return HttpResponseRedirect(around(request, "").url(f"uses/{use}"))


@doing("read", methods=READ)
def data(request: Any, name: str = "", use: str = "", ending: str = "") -> Any:
    """A file of the register: of a use, of all, or of the log."""
    return _data(request, name or f"uses/{use}{ending}")


@doing("read", methods=READ)
def checkpoint(request: Any, size: int) -> Any:
    """An earlier checkpoint of the log."""
    return _data(request, f"log/checkpoints/{size}.txt")


def _data(request: Any, name: str) -> Any:
    found = flow.register_file(serving().workspace, name, today=today())
    if found is None:
        return said(request, 404)
    ending = max((one for one in TYPES if name.endswith(one)), key=len, default="")
    media = TYPES.get(ending, "text/plain")
    text = f"{media}; charset=utf-8" if media.startswith("text/") else media
    answer = HttpResponse(found, content_type=text)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@doing("read", methods=READ)
def text(request: Any, name: str) -> Any:
    """About this register; accessibility."""
    return HttpResponse(pages.text_page(around(request, name), name))


@doing("read", methods=READ)
def vocabulary(request: Any) -> Any:
    """The shared words, also as linked data."""
    if _wanted(request) == "application/ld+json":
        return _varied(_data(request, "vocabulary.jsonld"))
    return _varied(HttpResponse(pages.vocabulary_page(around(request, "vocabulary"))))


@doing("check")
def check(request: Any) -> Any:
    """Check a receipt, a proof or an entry of the log, without any script."""
    about = around(request, "check")
    if request.method != "POST":
        return HttpResponse(pages.check_page(about))
    who = str(request.META.get("REMOTE_ADDR", ""))
    if not tried(ADDRESS, f"check {who}", secret=serving().secret, now=datetime.now(UTC)):
        return said(request, 429)
    given = request.POST.get("given", "")
    try:
        found = flow.check_given(serving().workspace, given)
    except BadInput as error:
        fault = error.faults[0]
        text = " ".join(
            f"{part.rstrip('.')}." for part in (fault.what.capitalize(), fault.todo) if part
        )
        errors = [{"text": text, "href": "#id_given"}]
        return HttpResponse(pages.check_page(about, errors=errors, given=given), status=400)
    return HttpResponse(pages.check_page(about, result=found, given=given))


def today() -> date:
    """The day, UTC."""
    return datetime.now(UTC).date()


def _entry(use: str) -> RegisterEntry | None:
    found: RegisterEntry | None = flow.register_entry(serving().workspace, use, today=today())
    return found


def _wanted(request: Any) -> str:
    return _preferred(request.headers.get("Accept", "*/*"))


@lru_cache(maxsize=256)
def _preferred(accept: str) -> str:
    """Browsers ask for the same, in so many words, on every page."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    return request.get_preferred_type(list(FORMS)) or FORMS[0]


def _varied(answer: Any) -> Any:
    """Whoever keeps the answer for others has to know that it depends on what was asked for."""
    answer.headers["Vary"] = ", ".join(
        dict.fromkeys([*filter(None, [answer.headers.get("Vary")]), "Accept"])
    )
    return answer


urlpatterns = [
    path("", uses),
    path("uses", uses),
    path("list/<number:page>", uses),
    path("search", search),
    path("by/<name:facet>/<name:value>", by),
    path("by/<name:facet>/<name:value>/<number:page>", by),
    path("uses/<name:use>-ruling.json", data, {"ending": "-ruling.json"}),
    *(path(f"uses/<name:use>{one}", data, {"ending": one}) for one in
      (".json", ".jsonld", ".csv", ".csv-metadata.json", ".atrs.json")),
    path("uses/<name:use>.html", page_file),
    path("uses/<name:use>", use),
    *(path(f"uses/<name:use>/{one}", use, {"part": one}) for one in pages.PARTS if one),
    *(path(name, data, {"name": name}) for name in flow.REGISTER_FILES),
    *(path(name, text, {"name": name}) for name in pages.TEXTS),
    path("vocabulary", vocabulary),
    path("check", check),
    *(path(f"log/{name}", data, {"name": f"log/{name}"}) for name in flow.LOG_FILES),
    path("log/checkpoints/<number:size>.txt", checkpoint),
]  # fmt: skip
"""Every address of what anybody may read."""

__all__ = ["Around", "urlpatterns"]

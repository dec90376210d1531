"""The pages of the register: an index of uses, and one page for each use. No script, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence

from licet.report.quality.page import Sheet
from licet.report.register import words
from licet.report.register.data import Entry, Foot
from licet.report.rendering import render
from licet.report.ruling.page import SIGNS, day


def index_page(name: str, entries: Sequence[Entry], foot: Foot) -> str:
    """The front page. name: of the workspace."""
    rows = [
        {
            "id": one["id"],
            "title": one["title"],
            "cells": [
                one["ruling"]["heading"],
                words.status(one),
                words.services(one),
                words.company(one),
                words.dates(one),
            ],
        }
        for one in entries
    ]
    return render(
        "register_index.html",
        name=name,
        heads=["Use", "Ruling", "Status", "Services", "Run by", "Dates"],
        rows=rows,
        refused=sum(len([r for r in one["runs"] if r["kind"] == "run_refused"]) for one in entries),
        notices=_notices(entries),
        synthetic=any(one["synthetic"] for one in entries),
        foot=foot,
        up="",
    )


def use_page(name: str, entry: Entry, foot: Foot) -> str:
    """The page of one use."""
    ruling = entry["ruling"]
    return render(
        "register_use.html",
        name=name,
        e=entry,
        status=words.status(entry),
        services=words.services(entry),
        facts=list(words.facts(entry)),
        whose=list(words.whose(entry)),
        sources=_sources(entry),
        no=list(words.how_to_say_no(entry)),
        valid=day(ruling["expires"]),
        notices=entry["notices"],
        marks=entry["marks"],
        synthetic=entry["synthetic"],
        signs=SIGNS,
        day=day,
        moment=words.moment,
        said=words.said,
        difference=words.difference,
        foot=foot,
        up="../",
    )


def _sources(entry: Entry) -> Sheet | None:
    rows = words.source_rows(entry)
    return Sheet("sources", "Sets of records", words.SOURCE_HEADS, rows) if rows else None


def _notices(entries: Sequence[Entry]) -> list[str]:
    """Each notice once."""
    return list(dict.fromkeys(notice for one in entries for notice in one["marks"]))

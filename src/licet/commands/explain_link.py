"""The command ``licet explain``: a ruling from its figures; for a named officer, why rows are one person."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day, writing_day
from licet.errors import bad

_PERSON = re.compile(r"p[0-9a-f]{24}")
_ROW = re.compile(r"[a-z][a-z0-9_-]*/[^/]+")


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(explain)


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="USE | PERSON | ROW [ROW]", help="A use's file, or what was linked."
        ),
    ],
    evidence: Annotated[Path | None, typer.Option(help="A folder of evidence, for a use.")] = None,
    today: Annotated[str | None, typer.Option(help="Rule for this day: 2026-11-30.")] = None,
    place: Annotated[
        Path | None, typer.Option("--in", metavar="WORKSPACE/USE", help="Where it was linked.")
    ] = None,
    officer: Annotated[
        str, typer.Option("--as", metavar="NAME", help="The post of who looks; it is in the log.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Also a page: FILE.html.")] = None,
) -> None:
    """Every step from answer to ruling; or why rows are one person (--as NAME: personal data)."""
    if not _is_linked(what):
        _use(what, evidence, today)
        return
    from licet.chapters import explaining

    if evidence is not None:
        raise bad("evidence explains a ruling, not rows", "--evidence", "leave it out")
    found = explaining.explain_linked(
        what, place, officer=officer, today=writing_day(today, place or Path())
    )
    if out is not None:
        from licet.files.writing import write_text

        write_text(out, explaining.explanation_page(found))
        print(f"Page with personal data: {out}", file=sys.stderr)
    print(explaining.explanation_text(found))


def _is_linked(what: list[str]) -> bool:
    """Whether this names a person, a row or two, and not the document of a use."""
    if any(one.endswith(".toml") for one in what):
        return False
    if len(what) == 1 and not Path(what[0]).exists():
        return _PERSON.fullmatch(what[0]) is not None or _ROW.fullmatch(what[0]) is not None
    return len(what) == 2


def _use(what: list[str], evidence: Path | None, today: str | None) -> None:
    from licet.chapters.ruling import assess
    from licet.chapters.ruling import explain as explained

    if len(what) != 1:
        allowed = (
            "a use's file, a person (p and 24 hexadecimal figures), a row or two (FEED/RECORD)"
        )
        raise bad(f"{len(what)} things to explain", " ".join(what)[:80], allowed)
    print(explained(assess(Path(what[0]), evidence, today=day(today))))

"""Letters as one printable page per service, and the list that a mailing house needs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from licet.report.permission.notices import Notice
from licet.report.rendering import render
from licet.report.ruling.csv_rows import harmless
from licet.use import Use
from licet.vocabulary import label

COLUMNS = ("letter", "envelope", "language", "to", "about", "address", "postcode", "code")
"""The columns of the list for a mailing house."""


@dataclass(frozen=True)
class Letter:
    """One letter. number: in its service, from 1. envelope: the same for letters that may travel
    together. to: who it is addressed to. lines: of the address, the postcode left out. code: "" where
    there is nothing to answer. notice: which text it has, by default that of its language."""

    number: int
    envelope: int
    language: str
    to: str
    about: str
    lines: tuple[str, ...]
    postcode: str
    code: str
    notice: str = ""


def letters_page(
    use: Use | None,
    service: str,
    letters: Sequence[Letter],
    notices: Mapping[str, Notice],
    day: date,
    marks: Sequence[str] = (),
    *,
    controller: str = "",
    address: str = "",
) -> str:
    """The letters of one service, a sheet of A4 for each. notices: by language. marks: such as that
    the data are made up. use: None for letters about birthdays. address: where the site is served, for
    a link and a picture that a phone can read."""
    name = label("service", service)
    return render(
        "permission_letters.html",
        use=use,
        title=use.title if use else "birthdays",
        controller=use.controller if use else controller,
        service=name,
        day=f"{day.day} {day:%B %Y}",
        letters=[
            _told(letter, notices[letter.notice or letter.language], name, address)
            for letter in letters
        ],
        codes=any(letter.code for letter in letters),
        marks=marks,
    )


def link_of(address: str, code: str) -> str:
    """Where a code can be typed; what follows # stays on the phone and is in no log."""
    return f"{address.rstrip('/')}/letter#{code}"


def picture(link: str) -> str:
    """A QR code as SVG; "" where the package that draws it is not installed."""
    try:
        import segno
    except ImportError:
        return ""
    text: str = segno.make(link, error="m", micro=False).svg_inline(
        scale=2, border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return text


def _told(letter: Letter, notice: Notice, service: str, address: str) -> dict[str, Any]:
    blocks = notice.filled(letter.about, service, letter.code)
    groups: list[tuple[str, list[str]]] = []
    for block in blocks:
        listed = block.kind in ("line", "box")
        if listed and groups and groups[-1][0] == block.kind:
            groups[-1][1].append(block.text)
        elif block.kind != "heading":
            groups.append((block.kind, [block.text]))
    heading = next(block.text for block in blocks if block.kind == "heading")
    site = f"{address.rstrip('/')}/letter" if address and letter.code else ""
    return {
        "of": letter,
        "heading": heading,
        "groups": groups,
        "direction": notice.direction,
        "site": site,
        "qr": picture(link_of(address, letter.code)) if site else "",
    }


def mailing_csv(letters: Sequence[Letter]) -> str:
    """The list of letters for a mailing house."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in letters:
        address = ", ".join(one.lines)
        cells = (one.number, one.envelope, one.language, one.to, one.about, address, one.postcode)
        writer.writerow([harmless(cell) for cell in (*cells, one.code)])
    return out.getvalue()

"""The ruling of a use as the register keeps it, from the assessment's own document.

The document comes under disclosure control (``report.ruling.data``): nothing that is kept back there can
come into the register. It is 20 times as long as what is kept of it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.register.entry import Evidence, Figure, Requirement, Ruled, Ruling, Share
from licet.use import Use

Document = Mapping[str, Any]


def ruled_of(use: Use, document: Document, reasons: Sequence[str], marks: Sequence[str]) -> Ruled:
    """What was ruled on a use.

    document: of the assessment, ``licet-assessment-1``. reasons: in words. marks: what stands on top of
    every page.
    """
    return Ruled(
        licet_version=document["licet_version"],
        use=use,
        use_hash=document["use"]["hash"],
        operator=document["use"]["operator"],
        synthetic=document["synthetic"],
        notices=tuple(document["notices"]),
        marks=tuple(marks),
        ruling=_ruling(document, reasons),
    )


def _ruling(document: Document, reasons: Sequence[str]) -> Ruling:
    ruling = document["ruling"]
    return Ruling(
        kind=ruling["kind"],
        heading=ruling["heading"],
        day=document["today"],
        headline=tuple(document["headline"]),
        reasons=tuple(reasons),
        rules=tuple(dict.fromkeys(one["rule"] for one in ruling["reasons"])),
        floor=ruling["floor"],
        expires=ruling["expires"],
        requirements=tuple(_requirement(one, document) for one in document["requirements"]),
        smaller=_texts(document["smaller_uses"]),
        to_settle=_texts(document["to_settle"]),
        concerns=_texts(document["concerns"]),
        duties=_texts(document["duties"]),
        how_sure=document["how_sure"]["summary"],
        evidence=tuple(_evidence(one) for one in document["evidence"]),
        method=tuple(document["method"]["sentences"]),
    )


def _texts(rows: Sequence[Document]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["text"] for row in rows))


def _requirement(row: Document, document: Document) -> Requirement:
    cells = [one for one in document["findings"] if one["requirement"] == row["requirement"]]
    asked = {(one["evidence"], one["item"]) for one in cells if one["in_force"]}
    wordings = (
        item["wording"] for item in document["matrix"] if (item["evidence"], item["item"]) in asked
    )
    return Requirement(
        id=row["requirement"],
        label=row["label"],
        verdict=row["verdict"],
        consequence=row["consequence"],
        wordings=tuple(dict.fromkeys(wordings)),
        figures=tuple(_figure(one) for one in _in_order(cells)),
    )


def _in_order(cells: Sequence[Document]) -> list[Document]:
    """The whole sample first, comparison groups last, what is in force before the rest."""
    return sorted(cells, key=lambda c: (not c["in_force"], c["group"] != "all", c["reference"]))


def _figure(cell: Document) -> Figure:
    share = cell["share"]
    return Figure(
        share=None if share is None else Share(**{n: share[n] for n in ("point", "low", "high")}),
        **{name: cell[name] for name in Figure.model_fields if name not in ("share", "base_text")},
        base_text=cell["base_text"] or "",
    )


def _evidence(one: Document) -> Evidence:
    fieldwork = one["fieldwork"]
    same = ("id", "title", "counts", "expired", "local", "synthetic", "notice", "hash")
    return Evidence(
        **{name: one[name] for name in same},
        why_not=tuple(one["why_not"]),
        expires=fieldwork["expires"],
        start=fieldwork["start"],
        end=fieldwork["end"],
        interviews=fieldwork["interviews"],
        organisation=fieldwork["organisation"],
    )

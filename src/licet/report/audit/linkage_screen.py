"""A linkage audit on the screen: 80 columns, the errors by group and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from licet.disclosure.counts import count_text
from licet.report.audit import linkage_words as words
from licet.report.linkage.words import plain_name
from licet.report.phrases import SYNTHETIC
from licet.report.screens import columns, plain, wrap

if TYPE_CHECKING:
    from licet.audit.linked.sampling import Review

Document = Mapping[str, Any]
MOST = 12
"""Groups that are named; the page has them all."""


def audit_text(data: Document) -> str:
    """What an audit found. data: as ``linkage_data.document`` makes it."""
    parts = [wrap(plain(data["title"])[:160])]
    if data["synthetic"]:
        parts.append(wrap(SYNTHETIC))
    parts += [wrap(words.answer(data)), ""]
    part = data["clusters"] or data["labels"]
    if part:
        parts += [columns(list(_errors(part)), (28, 14, 14)), ""]
        parts += [wrap(line) for line in words.insufficient(data, part)]
    else:
        parts += [columns(list(_signs(data)), (30, 16)), wrap(words.ESTIMATED)]
    if data["wholly"]:
        parts += ["", columns(list(_wholly(data)), (30, 11, 11)), ""]
    parts.append(wrap(words.CAUTIONS[2]))
    return "\n".join(parts)


def _errors(part: Document) -> Iterator[tuple[str, ...]]:
    """Missed and false of everybody and each group."""
    yield "  Group", "Missed", "False", "Pairs of one person"
    rows: dict[tuple[str | None, str], dict[str, Document]] = {}
    for row in part["rates"]:
        rows.setdefault((row["by"], row["group"]), {})[row["measure"]] = row
    for place, ((by, group), held) in enumerate(rows.items()):
        if place > MOST:
            yield (f"  {len(rows) - place} more on the page.",)
            return
        missed, false = held["missed"], held["false"]
        name = group if by is None else f"{group} ({plain_name(by)})"
        few = "" if missed["enough"] else ", insufficient"
        base = words.NOT_SHOWN if missed["base"] is None else count_text(missed["base"]) + few
        yield f"  {name}"[:28], words.careful(missed), words.careful(false), base


def _signs(data: Document) -> Iterator[tuple[str, ...]]:
    yield "  Sign", "Share"
    for row in data["signs"]["rates"]:
        if row["by"] is None:
            yield f"  {words.label(row['measure'])}"[:30], words.careful(row)


def _wholly(data: Document) -> Iterator[tuple[str, ...]]:
    """Permission, linkage and both of whatever is counted."""
    yield "  Wholly linked", "Let in", "Linked", "Both"
    for row in data["wholly"]:
        if row["by"] is None:
            shares = [words.percent(row[name]) for name in ("permission", "linkage", "both")]
            yield f"  {row['of']}", *shares


def review_text(review: Review) -> str:
    """What was drawn for reviewers, and how many pairs intervals of some widths need."""
    drawn = review.sample.pairs.height
    missed, false = (f"{100 * width:.1f}" for width in review.sample.half_widths)
    parts = [
        wrap(
            f"{drawn:,} pairs of rows for {', '.join(review.reviewers)}, drawn from {review.frame:,}. "
            f"Planned intervals: {missed} points each way for missed matches, {false} for false ones."
        ),
        "",
    ]
    rows = [("  Points each way", "Pairs needed")]
    for width, pairs in review.needed.items():
        rows.append(
            (f"  {100 * width:g}", "more than there are" if pairs is None else f"{pairs:,}")
        )
    parts += [columns(rows, (24,)), ""]
    parts.append(
        wrap(
            "A match that was missed can be drawn if the run kept the pair, or if both rows share a date of "
            "birth, an NHS number, both names, a name and the postcode, or the surname and the year of "
            "birth. What else was missed is seen by no sample. The plan takes the model at its word, with "
            "some doubt; the intervals of the audit do not."
        )
    )
    return "\n".join(parts)

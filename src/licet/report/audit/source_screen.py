"""A source audit on the screen, 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from licet.audit.source import SourceAudit
from licet.audit.standing import NOT_PERMISSION
from licet.report.audit import source_words as words
from licet.report.phrases import SYNTHETIC
from licet.report.screens import columns, wrap

MOST = 8
"""Gaps shown; the page has them all."""


def source_text(found: SourceAudit) -> str:
    """The whole screen."""
    parts = [wrap(words.heading(found))]
    parts += [wrap(SYNTHETIC)] if found.synthetic else []
    parts += [wrap(words.answer(found)), wrap(words.rows_text(found), "  ")]
    parts.append("\n".join(wrap(line, "  ") for line in words.facts(found)))
    parts.append("\n".join(_whole(found)))
    if found.worst:
        parts.append("\n".join(_gaps(found)))
    if found.represented:
        parts.append("\n".join(_over(found)))
    parts.append(wrap(f"Not shown: counts below {found.threshold}, or what would tell them. "
                      f"Everything: --out DIR, --json. {NOT_PERMISSION}"))  # fmt: skip
    return "\n\n".join(parts)


def _whole(found: SourceAudit) -> Iterator[str]:
    rows = [one for one in found.faults if not one.by and (one.count is None or one.count > 0)]
    yield columns([("Field", "Fault", "Rows", "Share")], (24, 16, 12))
    yield columns(
        [
            (words.what(one.field), words.KIND_WORDS[one.kind], words.fault_cells(one)[1],
             f"{words.fault_cells(one)[2]} {words.fault_cells(one)[3]}" if one.shown else "")
            for one in rows
        ],
        (24, 16, 12),
    )  # fmt: skip


def _gaps(found: SourceAudit) -> Iterator[str]:
    yield wrap("Groups with more faulty values than the rest, widest gap first")
    for one in found.worst[:MOST]:
        share, gap = words.percent(one.share.value), words.difference(one)
        fault = f"{words.what(one.field)} {words.KIND_WORDS[one.kind]}"
        yield wrap(
            f"  {one.by.replace('_', ' ')}: {one.group}: {fault}: {share}, {gap} points", "    "
        )
    if len(found.worst) > MOST:
        yield f"  {len(found.worst) - MOST} more on the page."


def _over(found: SourceAudit) -> Iterator[str]:
    yield wrap("Against the population")
    for line in words.over_facts(found):
        yield wrap(f"  {line}", "  ")
    for one in found.represented:
        group, share, expected, times, interval, verdict = words.over_cells(one)
        text = f"{share} of the source, {expected} of the population: {times} {interval}"
        name = f"{one.by.replace('_', ' ')}: {group}"
        yield wrap(f"  {name}: {text} {verdict}", "    ")

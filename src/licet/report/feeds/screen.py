"""What feeds are like on the screen, 80 columns: each feed's facts, its weakest fields, its changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licet.errors import counted
from licet.feeds.profile import Profile
from licet.report.feeds import words
from licet.report.phrases import SYNTHETIC
from licet.report.screens import columns, wrap

TABLE = (24, 11, 16, 11)
MOST = 8
"""Fields and changes shown of each feed; the page has them all."""


def feeds_text(found: Sequence[Profile]) -> str:
    """The whole screen."""
    start = f"{counted(len(found), 'feed keeps its contract', 'feeds keep their contracts')}."
    parts = [wrap(start), *("\n".join(_feed(one)) for one in found)]
    least = max((one.threshold for one in found), default=10)
    parts.append(
        wrap(
            f"Not shown: counts below {least}, or what would tell them. Everything: --out DIR, --json."
        )
    )
    return "\n\n".join(parts)


def _feed(found: Profile) -> Iterator[str]:
    yield wrap(words.title(found))
    if found.feed.synthetic:
        yield wrap(f"  {SYNTHETIC}", "  ")
    for name, text in words.facts(found):
        yield wrap(f"  {name}: {text}", "    ")
    yield ""
    yield columns([("  Field", "Filled", "Missing", "Placeholder", "Invalid")], (24, 11, 11, 11))
    rows = [
        (f"  {words.field_name(one.field)}", *(words.number(n) for n in one.parts.values()))
        for one in found.fields
    ]
    yield columns(rows, (24, 11, 11, 11))
    if found.tables:
        yield ""
        yield columns([("  Lines", *words.TABLE_HEADS[1:])], TABLE)
        yield columns(
            [(f"  {row[0]}", *row[1:]) for row in map(words.table_row, found.tables)], TABLE
        )
    changes = sorted(found.changes, key=lambda one: -(one.rows or 0))
    if changes:
        yield ""
        yield "  Standardisation changed"
        told = [
            (f"  {words.field_name(one.field)}", words.number(one.rows), one.meaning)
            for one in changes[:MOST]
        ]
        yield columns(told, (24, 11))
    if len(changes) > MOST:
        yield f"  {len(changes) - MOST} more on the page."

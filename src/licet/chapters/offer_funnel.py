"""What became of those who were picked out, by group: an audit of the queue, for the next audit.

Audit-only columns are read here alone, joined in memory, and only counts leave. Nobody's name, household or
step is written.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.offer_queue import Queue, queue_of
from licet.files.audit_linkage import feed_rows
from licet.files.feeds import read_feeds
from licet.files.writing import write_together
from licet.identify.funnel import STEPS, Step, steps_of, told

if TYPE_CHECKING:
    from licet.identify.offers import Item


@dataclass(frozen=True)
class Funnel:
    """The steps of every rule of a use, of everybody and by group. threshold: below it nothing is shown."""

    use: str
    title: str
    day: date
    steps: tuple[Step, ...]
    threshold: int


def funnel(root: Path, use: str, *, today: date) -> Funnel:
    """How far those whom each rule or model picked out came, with a leaf in the log.

    Of households that are kept no more there are totals, and no groups.
    """
    with queue_of(root, use, today) as found:
        least = found.workspace.disclosure_threshold
        far, rule = _far(found)
        groups = _groups(found)
        steps: list[Step] = []
        for name in sorted(set(rule.values())):
            own = {item: some for item, some in far.items() if rule[item] == name}
            steps += told(name, "", "", list(own.values()), least)
            for (by, group), items in sorted(groups.items()):
                here = [own[item] for item in sorted(items & own.keys())]
                steps += told(name, by, group, here, least) if here else []
            _log(found, name, steps)
        return Funnel(found.use.id, found.use.title, today, tuple(steps), least)


def _far(found: Queue) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """By name in the queue: how far each came, and what picked it."""
    acts: dict[str, list[tuple[str, str, str]]] = {}
    rule: dict[str, str] = {}
    for item, name, act, by, state in found.store.offers.acts(found.use.id):
        acts.setdefault(item, []).append((act, by, state))
        rule[item] = name
    return {item: steps_of(some) for item, some in acts.items()}, rule


def _groups(found: Queue) -> dict[tuple[str, str], set[str]]:
    """(audit-only column, value): the households of which a record says so; read here, and kept nowhere."""
    held = found.store.offers.rows([one.name for one in found.store.offers.of_use(found.use.id)])
    named = [(name, row) for name, rows in held.items() for row in rows]
    feeds = [pair for pair in read_feeds(found.workspace.root) if pair[1].id in found.feeds]
    if not named or not any(feed.audit_only for _, feed in feeds):
        return {}
    frame = pl.DataFrame(named, schema=["item", "row"], orient="row")
    told = frame.join(feed_rows(feeds), on="row", how="inner").drop("row", "feed")
    long = told.unpivot(index="item", variable_name="by", value_name="group").drop_nulls().unique()
    groups: dict[tuple[str, str], set[str]] = {}
    for item, by, group in long.iter_rows():
        groups.setdefault((by, group), set()).add(item)
    return groups


def _log(found: Queue, rule: str, steps: Sequence[Step]) -> None:
    counts = {one.step: one.count for one in steps if one.rule == rule and not one.by}
    body = {"use": found.use.id, "version": found.use.version, "rule": rule,
            "day": found.today.isoformat(), "counts": counts}  # fmt: skip
    found.store.log.append("offers", body)


def people_of_steps(root: Path, use: str, *, today: date) -> pl.DataFrame:
    """person, rule and a column of 0 and 1 for each of ``STEPS``: of those who are in the queue now.

    For the funnel of a forecast audit within this process; it is never written, printed or logged.
    """
    with queue_of(root, use, today) as found:
        far, _ = _far(found)
        items = found.store.offers.of_use(found.use.id)
        rows = [_line(one, person, far) for one in items for person in one.people]
    kinds: dict[str, Any] = {
        "person": pl.String,
        "rule": pl.String,
        **dict.fromkeys(STEPS, pl.Int8),
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _line(item: Item, person: str, far: Mapping[str, frozenset[str]]) -> tuple[object, ...]:
    return (person, item.round.rule, *(int(name in far[item.name]) for name in STEPS))


def funnel_data(found: Funnel) -> dict[str, Any]:
    """As plain values."""
    steps = [{**asdict(one), "label": STEPS[one.step]} for one in found.steps]
    return {"use": found.use, "title": found.title, "day": found.day.isoformat(),
            "threshold": found.threshold, "steps": steps}  # fmt: skip


COLUMNS = ("rule", "by", "group", "step", "label", "count", "share")


def write_funnel(found: Funnel, folder: Path) -> list[Path]:
    """Write the counts as data and as a table; the paths."""
    data = funnel_data(found)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(data["steps"])
    texts = {
        folder / "review-funnel.json": json.dumps(data, indent=2, ensure_ascii=False) + "\n",
        folder / "review-funnel.csv": out.getvalue(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_together({path: text.encode() for path, text in texts.items()})
    return list(texts)

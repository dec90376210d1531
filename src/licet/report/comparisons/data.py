"""Comparisons as data: tidy CSV and one JSON document. Shares and differences are proportions 0-1.

Columns of ``comparisons.csv``, one row a comparison, one side less the other:

sort                          rest, groups, items, waves, fieldworks, awareness or line
kind, stance                  of the item; whose share: permits or opposes
item, group, wave, evidence   the one side; ``rest`` is everybody known not to be in the group
other_item ... other_evidence the other side
share, base                   of the one side, and of the other
base_about                    yes: in tens, for the exact base would tell how few gave no answer
difference, se, df            df empty: the normal distribution (printed figures), or base_about
low, high, level              the interval of the difference
p                             two-sided, of no difference
family, family_size           among which tests the next two are adjusted
p_benjamini_hochberg, p_holm  adjusted p
appreciably                   higher, lower, or empty
rounding                      how far printed figures may put the difference out
context                       yes: not about licence, or awareness; never read by the gate
about                         which awareness item, waves or fieldworks
shown                         yes, or "not shown": then there is no figure

``batteries.csv`` has a row for each battery and group and, of printed figures, each assumed
correlation between items.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from licet.comparisons import SORTS, BatteryRow, Comparison, Comparisons, Side
from licet.disclosure import coarse, coarse_chance
from licet.report.comparisons.words import NOT_SHOWN, group_label, item_label
from licet.report.json_text import indented
from licet.report.ruling.csv_rows import harmless

FIGURES = ("share", "base", "base_about", "other_share", "other_base", "other_base_about",
           "difference", "se", "df", "low", "high",
           "p", "family", "family_size", "p_benjamini_hochberg", "p_holm", "appreciably",
           "rounding")  # fmt: skip
COLUMNS = ("sort", "kind", "stance", "item", "item_label", "group", "group_label", "wave",
           "evidence", "other_item", "other_group", "other_wave", "other_evidence", *FIGURES,
           "level", "context", "about", "shown")  # fmt: skip
BATTERY_FIGURES = ("mean", "mean_se", "mean_low", "mean_high", "rest", "difference",
                   "smallest_base", "smallest_base_about", "correlation", "se", "low",
                   "high", "p", "items_lower", "items_higher", "truly_expected", "truly_fewest", "truly_most",
                   "chance_of_pattern", "family", "family_size", "p_benjamini_hochberg", "p_holm",
                   "appreciably")  # fmt: skip
BATTERY_COLUMNS = ("battery", "label", "items", "group", "group_label", *BATTERY_FIGURES, "level",
                   "shown")  # fmt: skip


def csv_text(found: Comparisons) -> str:
    """Every comparison as CSV text. Nothing that a spreadsheet would run is left."""
    return _csv(COLUMNS, (row_data(found, row) for row in found.rows))


def batteries_csv(found: Comparisons) -> str:
    """Every battery as CSV text."""
    return _csv(BATTERY_COLUMNS, battery_data(found))


def json_text(found: Comparisons) -> str:
    """Everything as one JSON document."""
    rule = found.request.appreciable
    document = {
        "evidence": found.evidence.id,
        "title": found.evidence.title,
        "synthetic": found.evidence.synthetic,
        "notice": found.evidence.notice,
        "appreciable": {"difference": rule.difference, "level": rule.level},
        "level": found.request.level,
        "seed": found.request.seed,
        "family": found.request.family,
        "families": [{"family": name, "tests": size} for name, size in found.families.items()],
        "sorts": dict(SORTS),
        "disclosure_threshold": found.threshold,
        "notes": list(found.notes),
        "comparisons": [row_data(found, row) for row in found.rows],
        "batteries": list(battery_data(found)),
    }
    return indented(document) + "\n"


def row_data(found: Comparisons, row: Comparison) -> dict[str, Any]:
    """A comparison as data, every figure None where it may not be shown."""
    data = {
        "sort": row.sort,
        "kind": row.kind,
        "stance": row.stance,
        **_side("", row.one),
        "item_label": item_label(found, row.one.item),
        "group_label": group_label(found, row.one.group),
        **_side("other_", row.other),
        "difference": _number(row.value),
        "se": _number(row.se),
        "df": _number(row.df),
        "low": _number(row.low),
        "high": _number(row.high),
        "level": found.request.level,
        "p": _number(row.p),
        "family": row.family,
        "family_size": row.family_size,
        "p_benjamini_hochberg": _number(row.p_benjamini_hochberg),
        "p_holm": _number(row.p_holm),
        "appreciably": row.appreciably,
        "rounding": row.rounding,
        "context": row.context,
        "about": row.about,
        "shown": "yes" if row.shown else NOT_SHOWN,
    }
    if not row.shown:
        return {**data, **dict.fromkeys(FIGURES)}
    return data | coarse_figures(row)


def coarse_figures(row: Comparison) -> dict[str, float | None]:
    """Beside a base in tens, the figures that would tell it, with few decimals; else nothing."""
    sides = [side for side in (row.one, row.other) if side.base_about]
    if not sides:
        return {}
    people = min(side.base for side in sides)
    figures = {"share": row.one.share, "other_share": row.other.share, "difference": row.value}
    figures |= {"se": row.se, "low": row.low, "high": row.high}
    found = {name: _number(coarse(value, people)) for name, value in figures.items()}
    for name in ("p", "p_benjamini_hochberg", "p_holm"):
        found[name] = _number(coarse_chance(getattr(row, name)))
    return found


def _side(prefix: str, side: Side) -> dict[str, Any]:
    return {f"{prefix}{key}": value for key, value in vars(side).items()}


def battery_data(found: Comparisons) -> Iterator[dict[str, Any]]:
    """Every battery in every group as data, once for each assumed correlation."""
    for row in found.batteries:
        about = {
            "battery": row.battery,
            "label": row.label,
            "items": " ".join(row.items),
            "group": row.group,
            "group_label": group_label(found, row.group),
            "level": found.request.level,
            "shown": "yes" if row.shown else NOT_SHOWN,
        }
        if not row.shown:
            yield {**about, **dict.fromkeys(BATTERY_FIGURES)}
            continue
        for figures in _under(row):
            yield {**about, **dict.fromkeys(BATTERY_FIGURES), **figures}


def _under(row: BatteryRow) -> Iterator[dict[str, Any]]:
    means = {
        "mean": row.mean,
        "mean_se": _number(row.mean_se),
        "mean_low": _number(row.mean_low),
        "mean_high": _number(row.mean_high),
        "rest": _number(row.rest),
        "difference": _number(row.value),
        "smallest_base": row.fewest,
        "smallest_base_about": row.fewest_about,
    }
    if not row.under:
        yield means
    for under in row.under:
        pattern = under.leaning
        found = {
            **means,
            "correlation": under.correlation,
            "se": _number(under.se),
            "low": _number(under.low),
            "high": _number(under.high),
            "p": _number(under.p),
            "items_lower": pattern.lower,
            "items_higher": pattern.higher,
            "truly_expected": _number(pattern.expected),
            "truly_fewest": pattern.fewest,
            "truly_most": pattern.most,
            "chance_of_pattern": _number(pattern.chance),
        }
        if row.comparison:
            same = ("family", "family_size", "appreciably")
            found |= {key: getattr(row.comparison, key) for key in same}
            found["p_benjamini_hochberg"] = _number(row.comparison.p_benjamini_hochberg)
            found["p_holm"] = _number(row.comparison.p_holm)
        yield found


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()

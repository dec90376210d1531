"""The table of shares: items by groups, as frames for the analyst and as reports for readers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from licet.disclosure import THRESHOLD, suppress_table
from licet.errors import bad, unknown
from licet.report.json_text import indented
from licet.report.table.cells import (
    NOT_SHOWN,
    Group,
    ItemTable,
    column_name,
    group_name,
    interval_name,
    item_tables,
    share_of_all,
    variable_name,
)

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    import polars as pl

    from licet.survey.intervals import IntervalMethod

_SPREADSHEET_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, eq=False)
class Table:
    """Shares of every option of every item, in everybody and in every group.

    The frames (``to_polars``, ``to_pandas``) hold the analyst's own numbers, all of them, unless
    ``published=True``. Everything made to be read by others (``to_csv``, ``to_json``, ``to_html``,
    ``to_text``, ``chart``, and the display of a notebook) has passed disclosure control with the
    table's threshold: what may not be shown is empty or says "not shown", never 0, and nothing says
    which of these figures were the small ones.

    frame: the long table of ``survey.matrix.matrix``, proportions 0-1. method, level: of the
    intervals. weights: in words. notes: on the design and on reading the answers. labels: wording
    of each item, and of each variable that groups are made by. nets: per item the options of each
    net; a net that is not listed is shown only where every option is. disjoint: sets of groups, of
    several ``by``, of which no two share people: disclosure control needs to know them. synthetic:
    no person gave these answers; notice: what else readers must know; both head every report.
    """

    frame: pl.DataFrame
    method: IntervalMethod = "korn-graubard"
    level: float = 0.95
    threshold: int = THRESHOLD
    title: str = "Survey table"
    weights: str = ""
    notes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    nets: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    disjoint: Sequence[Sequence[Group]] = ()
    synthetic: bool = False
    notice: str = ""

    @cached_property
    def _published(self) -> pl.DataFrame:
        import polars as pl

        found = suppress_table(self.frame, self.threshold, self.nets, self.disjoint)
        kept = pl.when(pl.col("suppressed") == "").then(pl.lit("")).otherwise(pl.lit(NOT_SHOWN))
        return found.with_columns(kept.alias("suppressed"))

    @cached_property
    def item_tables(self) -> list[ItemTable]:
        """Every item as it may be shown."""
        return item_tables(self)

    @property
    def anything_hidden(self) -> bool:
        """Whether disclosure control keeps any figure back."""
        shown = self._published
        return bool((shown["suppressed"] != "").any()) or (
            shown["difference"].null_count() > self.frame["difference"].null_count()
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """What heads every report."""
        made_up = ("SYNTHETIC: no person gave these answers.",) if self.synthetic else ()
        return (*made_up, *((self.notice,) if self.notice else ()))

    def to_polars(self, *, published: bool = False) -> pl.DataFrame:
        """The long table, one row per item, option and group: the analyst's own numbers.

        published: as others may see it, null where a number may not be shown, with a column
        ``suppressed`` that says "not shown" there.
        """
        return self._published if published else self.frame

    def to_pandas(self, *, published: bool = False) -> pd.DataFrame:
        """``to_polars`` as a pandas frame. Refuses if pandas is not installed."""
        try:
            import pandas  # noqa: F401
            import pyarrow  # noqa: F401
        except ImportError:
            raise bad(
                "pandas is not installed",
                "to_pandas",
                "to_polars(), which needs nothing more",
                'install it: pip install "licet[frames]"',
            ) from None
        return self.to_polars(published=published).to_pandas()

    def to_csv(self) -> str:
        """The published table as CSV text, with method and notices in every row. Null is empty.

        Text that a spreadsheet would run as a formula gets an apostrophe before it.
        """
        about = {"interval": self.method, "level": self.level, "notice": " ".join(self.notices)}
        out = io.StringIO()
        writer = csv.DictWriter(out, [*self._published.columns, *about], lineterminator="\n")
        writer.writeheader()
        for row in self._published.iter_rows(named=True):
            writer.writerow({key: _harmless(value) for key, value in {**row, **about}.items()})
        return out.getvalue()

    def to_json(self) -> str:
        """The published table as one JSON document: ``rows`` and all that they rest on."""
        document = {
            "title": self.title,
            "synthetic": self.synthetic,
            "notices": list(self.notices),
            "method": {
                "interval": self.method,
                "level": self.level,
                "weights": self.weights,
                "notes": list(self.notes),
                "disclosure_threshold": self.threshold,
            },
            "labels": dict(self.labels),
            "nets": {
                item: {n: list(o) for n, o in nets.items()} for item, nets in self.nets.items()
            },
            "rows": self._published.to_dicts(),
        }
        return indented(document) + "\n"

    def to_text(self, width: int = 80) -> str:
        """The published table for a screen of ``width`` characters (60 or more)."""
        from licet.report.table.text import text

        return text(self, width)

    def to_html(self) -> str:
        """The published table as one page that needs nothing else, every figure of it."""
        from licet.report.table.page import page

        return page(self)

    def _repr_html_(self) -> str:
        from licet.report.table.page import fragment

        return fragment(self)

    def chart(self, item: str | None = None) -> alt.VConcatChart:
        """Dots and intervals as an Altair chart: groups down, a panel for each option and net.

        item: only this one. Figures that may not be shown say so. ``to_html`` is its twin in words
        and numbers: publish the two together.
        """
        import altair as alt

        names = [table.item for table in self.item_tables]
        if item is not None and item not in names:
            raise unknown("item", item, names, "chart")
        chosen = [table for table in self.item_tables if item in (None, table.item)]
        charts = [self._chart_of(table) for table in chosen]
        said = f"Shares in percent with their {interval_name(self.method, self.level)}"
        return (
            alt.vconcat(*charts, spacing=36)
            .properties(
                title=alt.TitleParams([*self.notices, self.title], subtitle=said, anchor="start"),
                description=f"{self.title}. {said}. The same figures as a table: to_html().",
            )
            .configure(font="system-ui, sans-serif")
            .configure_axis(labelFontSize=12, titleFontSize=12, labelLimit=320)
            .configure_header(labelFontSize=13, labelLimit=320)
        )

    def _chart_of(self, table: ItemTable) -> Any:
        import altair as alt

        names = _unique(table, self.labels)
        rows = []
        for group in table.groups:
            for column in table.columns:
                cell = table.cells[group, column]
                row: dict[str, Any] = {"group": names[group], "option": column_name(column)}
                if cell.shown and cell["estimate"] is not None:
                    ends = {"share": "estimate", "low": "low", "high": "high"}
                    row |= {k: None if cell[c] is None else cell[c] * 100 for k, c in ends.items()}
                    row["people"] = cell["n"]
                else:
                    row["kept_back"] = cell.text
                rows.append(row)
        y = alt.Y("group:N", sort=list(names.values()), title=None)
        x = alt.X("share:Q", scale=alt.Scale(domain=[0, 100]), title="percent")
        tip = [alt.Tooltip(f"{name}:{kind}") for name, kind in _TIPS]
        base = alt.Chart().encode(y=y)
        drawn = base.transform_filter("isValid(datum.share)")
        rule = drawn.mark_rule(strokeWidth=2, color="#1a1a1a").encode(x=alt.X("low:Q"), x2="high:Q")
        dot = drawn.mark_point(size=70, filled=True, opacity=1, color="#0b4f8a").encode(
            x=x, tooltip=tip
        )
        word = base.transform_filter("isValid(datum.kept_back)").mark_text(
            align="left", color="#4a4a4a", fontSize=12
        )
        options = [column_name(column) for column in table.columns]
        layers = alt.layer(rule, dot, word.encode(x=alt.value(4), text="kept_back:N"))
        return (
            layers.properties(width=220, height=alt.Step(22), data=alt.Data(values=rows))
            .facet(
                facet=alt.Facet("option:N", sort=options, title=None),
                columns=2 if len(options) == 4 else 3,
            )
            .properties(title=alt.TitleParams(_lines(table), anchor="start", offset=12))
        )


_TIPS = (
    ("group", "N"),
    ("option", "N"),
    ("share", "Q"),
    ("low", "Q"),
    ("high", "Q"),
    ("people", "Q"),
)


def _unique(table: ItemTable, labels: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """A name for each group that no other has: the variable is added where levels share one."""
    names = [group_name(group) for group in table.groups]
    alone = [
        share_of_all(g) or names.count(n) == 1 for g, n in zip(table.groups, names, strict=True)
    ]
    return {
        group: name if unique else f"{variable_name(group[0], labels)}: {name}"
        for group, name, unique in zip(table.groups, names, alone, strict=True)
    }


def _lines(table: ItemTable) -> list[str]:
    import textwrap

    return [table.item, *textwrap.wrap(table.wording, 90)]


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_SPREADSHEET_FORMULA):
        return "'" + value
    return "" if value is None else value

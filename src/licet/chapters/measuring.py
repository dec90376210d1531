"""Shares from a file or a frame, and printed tables judged again: the stages before any ruling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, bad, unknown
from licet.evidence import Item, PrintedFigure
from licet.files.codebook import read_evidence
from licet.groups import ALL
from licet.licence import Rule
from licet.published import Assumptions
from licet.rejudged import KFrom, PrintedCell, Rejudged, rejudge
from licet.sampling import DesignDeclaration, LonelyPSU
from licet.survey.intervals import IntervalMethod
from licet.vocabulary import SUBJECT_LIST, label

if TYPE_CHECKING:
    from licet.report.table.tables import Table
    from licet.survey.answers import Answers
    from licet.survey.design import Design
    from licet.survey.matrix import Domains

MOST_GROUPS = 30
"""Groups of one column that a table on screen shows."""
PAPER = (
    "Edwards, Gillies, Gorin, Data & Policy 2021, 3:e34; bases partly derived, see its codebook."
)


def table(
    frame: Any,
    items: Iterable[str],
    by: Iterable[str] | None = (),
    *,
    weight: str | None = None,
    strata: str | None = None,
    psu: str | None = None,
    groups: Mapping[str, str] | None = None,
    nets: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    outside: Iterable[str] = (),
    unweighted: bool = False,
    nest: bool | None = None,
    lonely_psu: LonelyPSU = "error",
    interval: IntervalMethod = "korn-graubard",
    level: float = 0.95,
    threshold: int = 10,
    compiled: bool = False,
    **design: Any,
) -> Table:
    """Weighted shares of every option of every item, for everybody and every group.

    frame: pandas, Polars or any frame narwhals knows, or an Answers. items, by: column names; every
    level of a ``by`` column is a group. groups: more groups by expression, {"young": "age < 30"}.
    nets: per item, sums of options by name. outside: options that are no answer ("Refused"), of any
    item. weight, strata, psu: columns of the design; a table
    without weights must say ``unweighted=True``. nest, lonely_psu, and further keys of the design
    (fpc, ssu, ssu_fpc, replicates, replicate_kind, scale, rscales, fay, centre, df): see
    ``DesignDeclaration``. Empty cells and NaN are outside the base. compiled: count by the compiled
    pass, for a million people and more (extra ``fast``). Raises BadInput.

    The Table's columns (``to_polars``): item, option, kind (option or net), by, group, n, count,
    weighted_base, estimate, se, df, deff, kish_base, effective_base, difference, difference_se,
    difference_df (group less the rest), low, high. Shares are proportions 0-1.
    """
    from licet.files import frames
    from licet.report.table.tables import Table
    from licet.survey.intervals import check_level
    from licet.survey.matrix import matrix, question

    items, by = frames.names(items, "items"), frames.names(by, "by")
    outside, groups = frames.names(outside, "outside"), frames.expressions(groups, by)
    nets, threshold = frames.sums(nets, items), frames.threshold_of(threshold)
    check_level(level, "level (--level)")
    _check_asked(items, by, groups, weight, unweighted)
    design |= {"nest": nest, "lonely_psu": lonely_psu, "unweighted": unweighted}
    declared = _declared({"weight": weight, "strata": strata, "psu": psu, **design})
    answers = frames.answers_of(frame).in_sample(declared.weight, declared.columns, items)
    _check_labels(answers, groups)
    drawn = _design(answers, declared, compiled)
    questions = [question(answers, name, nets.get(name), outside) for name in items]
    _check_outside(answers, items, outside)
    domains = _domains(answers, by, groups)
    return Table(
        frame=matrix(drawn, questions, domains, method=interval, level=level, compiled=compiled),
        method=interval,
        level=level,
        nets=nets,
        disjoint=_disjoint(drawn, domains),
        threshold=threshold,
        title=answers.name,
        weights=f"column {weight}" if weight else "none: every person counts once",
        labels={name: answers.labels[name] for name in (*items, *by) if answers.labels.get(name)},
        notes=(*_design_notes(declared), *drawn.notes, *answers.notes),
    )


def _declared(keys: Mapping[str, Any]) -> DesignDeclaration:
    """The design named by arguments; a key that there is not is refused."""
    from licet.files.frames import name

    columns = ("weight", "strata", "psu", "fpc", "ssu", "ssu_fpc")
    named = {key: name(keys.get(key), key) for key in columns}
    return DesignDeclaration(**{**keys, **named})


def _check_asked(
    items: Sequence[str],
    by: Sequence[str],
    groups: Mapping[str, str],
    weight: str | None,
    unweighted: bool,
) -> None:
    """Refuse a table of no item, one that says nothing of weights, and crossed items."""
    from licet.disclosure.tables import crossed
    from licet.groups import columns_of

    if not items:
        raise bad("no item is named", "items", "at least one column name")
    if weight is None and not unweighted:
        raise bad(
            "no weight is named",
            "weight",
            "a column of weights, or unweighted said in so many words",
            'add weight="COLUMN" (--weight COLUMN), or unweighted=True (--unweighted)',
        )
    grouping = {*by}
    for name, expression in groups.items():
        try:
            grouping.update(columns_of(expression))
        except BadInput as error:
            raise error.within(f"group {name!r}") from None
    both = [item for item in items if item in grouping]
    if len(both) > 1:
        raise crossed(both[0], both[1])


def _check_labels(answers: Answers, groups: Mapping[str, str]) -> None:
    """Refuse a group by a label that nobody can have, as a codebook's groups are."""
    from licet.files.agreement import labels_nobody_has

    faults = [
        fault
        for name, expression in groups.items()
        for fault in labels_nobody_has(expression, answers, f"group {name!r}: {expression[:120]}")
    ]
    if faults:
        raise BadInput(*dict.fromkeys(faults))


def _disjoint(design: Design, domains: Domains) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Sets of groups of several variables that share nobody: see ``disclosure.breakdowns``."""
    from licet.disclosure import breakdowns
    from licet.survey.matrix import sharing

    if len(domains.groupings) < 2:
        return ()
    shown = [place for place, show in enumerate(domains.shown) if show][1:]
    overlap = sharing(design, domains)[shown][:, shown]
    sets = [[shown[place] for place in one] for one in breakdowns(overlap)]
    return tuple(
        tuple((domains.by[place], domains.label[place]) for place in one)
        for one in sets
        if len({domains.by[place] for place in one}) > 1
    )


def _check_outside(answers: Answers, items: Sequence[str], outside: Sequence[str]) -> None:
    """Refuse an option that no item has, with the nearest right one."""
    import polars as pl

    if not outside:
        return
    columns = [answers.frame[name].cast(pl.String).drop_nulls().unique() for name in items]
    seen = sorted({option for column in columns for option in column})
    for option in outside:
        if option not in seen:
            raise unknown("option", option, seen, "outside")


def _design_notes(declared: DesignDeclaration) -> tuple[str, ...]:
    if declared.replicates:
        return ()
    named = {
        "strata": declared.strata,
        "clusters": declared.psu,
        "finite population": declared.fpc,
        "second stage": declared.ssu,
    }
    parts = [f"{what}: {column}" for what, column in named.items() if column]
    policy = declared.lonely_psu
    parts += [f"a single PSU in a stratum: {policy}"] if policy != "error" else []
    return ("Taylor linearisation; " + "; ".join(parts) + ".",) if parts else ()


def _design(answers: Answers, declared: DesignDeclaration, compiled: bool) -> Design:
    from importlib.util import find_spec

    from licet.weighting.declaring import design_of

    if compiled and find_spec("numba") is None:
        raise bad(
            "the compiled path is not installed",
            "compiled (--compiled)",
            "the ordinary path, which gives the same figures",
            'leave it out, or install it: pip install "licet[fast]"',
        )
    return design_of(declared, answers.frame)


def _domains(answers: Answers, by: Sequence[str], groups: Mapping[str, str]) -> Domains:
    from licet.survey.matrix import domains_by_column, domains_by_mask, join_domains, masks_of

    frame = answers.without_missing()
    orders = {
        name: tuple(o for o in options if o not in answers.missing.get(name, ()))
        for name, options in answers.options.items()
    }
    domains = domains_by_column(frame, by, orders)
    return join_domains(domains, domains_by_mask(masks_of(frame, groups))) if groups else domains


def paper(assumptions: Assumptions = Assumptions(), *, everything: bool = False) -> Rejudged:
    """The article's Tables 1-3 re-judged; ``everything`` adds the figures printed in its text.

    The precision rule is reported apart: the article prints no base for it to be applied to. Raises
    BadInput for a base of a group that the article does not have.
    """
    with as_file(files("licet.bundled") / "town" / "evidence" / "parents-2021") as folder:
        evidence, _ = read_evidence(folder)
        tables = _printed_in(folder / "figures.csv")
    _check_bases(assumptions, {ALL, *(group.id for group in evidence.groups)})
    cells = [
        PrintedCell(
            table=tables[figure.item, figure.group],
            item=figure.item,
            item_label=_short_label(evidence.item(figure.item)),
            group=figure.group,
            group_label=evidence.group_label(figure.group),
            figure=figure,
            k=evidence.item(figure.item).k,
            kind=evidence.item(figure.item).kind,
        )
        for figure in evidence.figures
    ]
    shown = [c for c in cells if everything or c.table != "prose"]
    return rejudge(sorted(shown, key=lambda c: c.table), assumptions, Rule(precision=False))


def _check_bases(assumptions: Assumptions, known: set[str]) -> None:
    for group in assumptions.bases:
        if group not in known:
            raise unknown("group", group, sorted(known), "--base")


def _short_label(item: Item) -> str:
    return label(SUBJECT_LIST[item.kind], item.subject)


def _printed_in(path: Path) -> dict[tuple[str, str], str]:
    """Which table of the article each figure was printed in."""
    import csv

    with path.open(encoding="utf-8", newline="") as handle:
        return {(row["item"], row["group"]): row["table"] for row in csv.DictReader(handle)}


def judge(
    path: str | Path, assumptions: Assumptions = Assumptions(), *, k: int | None = None
) -> Rejudged:
    """Judge a printed table (percent, base, k or stance): see ``licet judge --help``.

    k: stances, for rows that say none. Two stances that add up to 100 are two, else three are
    assumed. Percent in the table, proportions 0-1 in what comes out. Raises BadInput with every row that
    cannot be read.
    """
    from licet.files.figures import read_printed_table

    rows = read_printed_table(Path(path))
    _check_bases(assumptions, {row.group for row in rows})
    listed: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        listed.setdefault((row.item, row.group), []).append(row.percent)
    guessed = {key: _stances(percents) for key, percents in listed.items()}
    cells = [
        PrintedCell(
            table=Path(path).name,
            item=row.item,
            item_label=row.item,
            group=row.group,
            group_label="All" if row.group == ALL else row.group,
            figure=PrintedFigure(
                item=row.item,
                group=row.group,
                percent=row.percent,
                decimals=row.decimals,
                base=row.base,
                stance=row.stance,
            ),
            k=row.k or k or guessed[row.item, row.group][0],
            k_from="declared" if row.k or k else guessed[row.item, row.group][1],
            kind=row.kind or "",
            deff=row.deff,
        )
        for row in rows
    ]
    return rejudge(cells, assumptions)


def _stances(percents: Sequence[float]) -> tuple[int, KFrom]:
    """Stances of an item whose table does not say k: two if two make up everybody, else three."""
    if len(percents) == 2 and sum(percents) >= 98.5:
        return 2, "two rows"
    return 3, "assumed"


def read_answers(path: str | Path, encoding: str | None = None) -> Answers:
    """The answers in a .sav, .zsav, .dta, .csv, .csv.gz or .parquet file, with their labels.

    encoding: of a file that is not UTF-8. Raises BadInput for a file that is empty, damaged or of another
    kind; a damaged one ends a process of its own, never this one.
    """
    from licet.files.answers import read_answers as reader

    return reader(Path(path), encoding)


def table_of_file(path: str | Path, encoding: str | None = None, **how: Any) -> Table:
    """``table`` on the answers of a file. Refuses groups by a column of over 30 values."""
    answers = read_answers(path, encoding)
    _check_levels(answers, how.get("by") or ())
    return table(answers, **how)


def _check_levels(answers: Answers, by: Sequence[str]) -> None:
    """Refuse an id, a measured number and whatever else makes more groups than can be read."""
    frame = answers.without_missing()
    for name in by:
        if name not in frame.columns:
            continue  # refused later, with the nearest right name
        values = frame[name].drop_nulls()
        levels = values.n_unique()
        if levels <= MOST_GROUPS:
            continue
        what = f"column {name!r} has {levels:,} different values: more groups than can be read"
        first = str(values[0])[:40]
        todo = f'name the groups you need: --group "NAME={name} == {first!r}"'
        if levels > 0.9 * values.len():
            what = f"column {name!r} tells people apart ({levels:,} values): an id is no group"
            todo = "name a column of groups, such as age bands"
        elif values.dtype.is_numeric():
            todo = f'make bands of it: --group "low={name} < {values.sort()[values.len() // 2]}"'
        raise bad(what, "--by", f"a column of at most {MOST_GROUPS} values", todo)


def write_table(table: Table, path: Path) -> None:
    """Write a table as .html, .csv or .json, by the ending of ``path``."""
    from licet.files.writing import write_text

    forms = {".html": table.to_html, ".csv": table.to_csv, ".json": table.to_json}
    if path.suffix.casefold() not in forms:
        raise unknown("form of table", path.suffix, list(forms), f"--out {path}")
    write_text(path, forms[path.suffix.casefold()]())

"""Banner tables and charts from a file, a frame or a folder of evidence, written as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from licet.errors import bad, unknown
from licet.evidence import Evidence, Item
from licet.groups import ALL
from licet.report.banner.tables import (
    BannerColumn,
    BannerPlan,
    BannerTables,
    Compare,
    Family,
    Multiplicity,
    letter,
)
from licet.sampling import DesignDeclaration
from licet.survey.intervals import IntervalMethod

if TYPE_CHECKING:
    from licet.report.banner.build import Asked
    from licet.survey.answers import Answers
    from licet.survey.matrix import Domains

LONGEST_HEADING = 48
"""A variable with a longer label is headed by its name; the label is in the notes."""

Scores = Mapping[str, Mapping[str, float]] | Literal["order"] | None


@dataclass(frozen=True, eq=False)
class Banner(BannerTables):
    """A banner that can be written: to_xlsx, to_docx, to_csv, and to_html as text."""

    def to_xlsx(self, path: str | Path) -> None:
        """An Excel workbook: contents, a sheet per question, every figure, notes. No formulas."""
        from licet.files.writing import write_bytes
        from licet.report.banner.workbook import workbook

        write_bytes(Path(path), workbook(self))

    def to_docx(self, path: str | Path) -> None:
        """A Word document: landscape, a table per question with heads repeated on each page."""
        from licet.files.writing import write_bytes
        from licet.report.banner.word import document

        write_bytes(Path(path), document(self))

    def to_csv(self, folder: str | Path) -> None:
        """table.csv and comparisons.csv in a folder, each with its CSVW metadata beside it."""
        from licet.files.writing import check_folder, write_text
        from licet.report.banner.csvw import files_of

        check_folder(Path(folder))
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, text in files_of(self).items():
            write_text(Path(folder) / name, text)

    def write(self, path: str | Path) -> None:
        """As .xlsx, .docx or .html by the ending of the path; without an ending a folder of CSV."""
        from licet.files.writing import write_text

        path = Path(path)
        forms = {
            ".xlsx": self.to_xlsx,
            ".docx": self.to_docx,
            ".html": lambda path: write_text(path, self.to_html()),
            "": self.to_csv,
        }
        if path.suffix.casefold() not in forms:
            forms_named = [form or "a folder for CSV" for form in forms]
            raise unknown("form of table", path.suffix, forms_named, f"--out {path}")
        forms[path.suffix.casefold()](path)


def banner(
    frame: Any,
    items: Iterable[str] | None = None,
    by: Iterable[str] | None = (),
    *,
    weight: str | None = None,
    groups: Mapping[str, str] | None = None,
    nets: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    first: int | None = None,
    last: int | None = None,
    scores: Scores = None,
    order: Iterable[str] = (),
    outside: Iterable[str] = (),
    unweighted: bool = False,
    compare: Compare = "columns",
    letters: Sequence[float] = (0.95, 0.90),
    multiplicity: Multiplicity = "bh",
    family: Family = "question",
    interval: IntervalMethod = "korn-graubard",
    level: float = 0.95,
    threshold: int = 10,
    title: str = "",
    encoding: str | None = None,
    **design: Any,
) -> Banner:
    """Options of each item down, everybody and every group across, with significance letters.

    frame: a table (pandas, Polars, any that narwhals knows), Answers, the path of a survey file, or
    of a folder of evidence; then items may be left out, nets are its stances and columns its groups.
    items, by: columns. groups: further columns by expression, {"young": "age < 30"}. nets: per item,
    options by name; first, last: a net of so many first or last options of every item. scores: per
    item a number for each option, or "order" for 1, 2, 3, ...: adds a row of means. order: of options,
    for columns without labels. compare, letters
    (one or two confidence levels), multiplicity, family: see ``BannerPlan``. encoding: of a file
    that is not UTF-8. Further keys (strata,
    psu, nest, lonely_psu, replicates, ...): see ``DesignDeclaration``. Raises BadInput.
    """
    from licet.files import frames
    from licet.survey.intervals import check_level

    check_level(level, "level (--level)")
    plan = _plan(compare, letters, multiplicity, family, frames.threshold_of(threshold))
    by, outside = frames.names(by, "by"), frames.names(outside, "outside")
    groups = frames.expressions(groups, by)
    named = None if items is None else frames.names(items, "items")
    asked_for = _Wanted(first, last, scores, frames.names(order, "order"), outside, nets)
    evidence, answers, sources = _source(frame, encoding)
    if evidence is not None:
        if weight or unweighted or design:
            where = "weight, design"
            raise bad("the codebook declares the design", where, "", "leave them out")
        declared = evidence.design
        assert declared is not None
    else:
        if not named:
            raise bad("no item is named", "items (--items)", "at least one column name")
        _check_weight(weight, unweighted)
        declared = DesignDeclaration(weight=weight, unweighted=unweighted, **design)
    made = _Made(evidence, answers, declared, named, by, groups, asked_for)
    tables = made.build(plan, interval, level)
    found = replace(tables, title=title or tables.title, sources=sources)
    return Banner(**{one.name: getattr(found, one.name) for one in fields(found)})


def _check_weight(weight: str | None, unweighted: bool) -> None:
    if weight is None and not unweighted:
        raise bad(
            "no weight is named",
            "weight",
            "a column of weights, or unweighted said in so many words",
            'add weight="COLUMN" (--weight COLUMN), or unweighted=True (--unweighted)',
        )


def _plan(
    compare: Any, letters: Sequence[float], multiplicity: Any, family: Any, threshold: int
) -> BannerPlan:
    from licet.survey.intervals import check_level

    for name, word, words in (
        ("comparison", compare, get_args(Compare)),
        ("multiplicity", multiplicity, get_args(Multiplicity)),
        ("family", family, get_args(Family)),
    ):
        if word not in words:
            raise unknown(name, word, words, name)
    levels = sorted((float(level) for level in letters), reverse=True)
    if not 1 <= len(levels) <= 2:
        raise bad(f"{len(levels)} levels of letters", "letters", "one or two, for example 0.95")
    for one in levels:
        check_level(one, "letters (--letters)")
    if len(set(levels)) < len(levels):
        what, where = f"the level {levels[0]:g} is named twice", "letters (--letters)"
        raise bad(what, where, "two different ones, or one: 95,90", f"write {100 * levels[0]:g}")
    lower = levels[1] if len(levels) == 2 else None
    return BannerPlan(compare, levels[0], lower, multiplicity, family, threshold)


def _source(frame: Any, encoding: str | None) -> tuple[Evidence | None, Answers, dict[str, str]]:
    """Evidence if it is a folder of it, the answers, and the hashes of the files."""
    from licet.files import frames
    from licet.files.answers import read_answers
    from licet.files.codebook import read_evidence

    if not isinstance(frame, str | Path):
        return None, frames.answers_of(frame), {}
    path = Path(frame)
    if path.is_dir() and encoding:
        todo = 'write encoding = "..." below [answers] in the codebook'
        raise bad("an encoding for a folder", "encoding (--encoding)", "for a survey file", todo)
    if not path.is_dir():
        answers = read_answers(path, encoding)
        return None, answers, {path.name: _sha256(path)}
    evidence, found = read_evidence(path)
    if found is None:
        raise bad(
            "printed figures hold no answers to tabulate",
            str(path),
            "evidence with answers, or a survey file",
            "licet judge and licet chart read printed figures",
        )
    return evidence, found, dict(evidence.files)


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Wanted:
    """What rows are asked for besides the options."""

    first: int | None
    last: int | None
    scores: Scores
    order: Sequence[str]
    outside: Sequence[str]
    nets: Mapping[str, Mapping[str, Sequence[str]]] | None

    def check(self, answers: Answers, items: Sequence[str], *, declared: bool) -> None:
        """Refuse what does not fit the items. declared: a codebook says it."""
        from licet.report.banner.wanted import check_wanted, declared_already

        if declared:
            declared_already(self.nets or {}, self.order, self.outside)
        else:
            check_wanted(answers, items, self.nets or {}, self.order, self.outside)


@dataclass(frozen=True)
class _Made:
    """All that a banner is made from."""

    evidence: Evidence | None
    answers: Answers
    declared: DesignDeclaration
    items: Sequence[str] | None
    by: Sequence[str]
    groups: Mapping[str, str]
    wanted: _Wanted

    def build(self, plan: BannerPlan, method: IntervalMethod, level: float) -> BannerTables:
        """Design, questions and columns, then the tables with what is to be said of them."""
        from licet.report.banner.build import build
        from licet.weighting.declaring import design_of

        asked_of = self._items()
        columns = [column for column, _ in asked_of]
        answers = self.answers.in_sample(self.declared.weight, self.declared.columns, columns)
        self._check_crossed(columns)
        self.wanted.check(answers, columns, declared=self.evidence is not None)
        design = design_of(self.declared, answers.frame)
        asked = [self._asked(answers, column, item) for column, item in asked_of]
        domains, heads = self._domains(answers)
        tables = build(
            design,
            asked,
            domains,
            _columns(domains, heads),
            plan,
            method=method,
            level=level,
            title=self.evidence.title if self.evidence else answers.name,
        )
        weight = self.declared.weight
        return replace(
            tables,
            weights=f"column {weight}" if weight else "none: every person counts once",
            notes=(
                *_design_notes(self.declared),
                *design.notes,
                *answers.notes,
                *self._long(heads),
            ),
            notices=self._notices(),
        )

    def _items(self) -> list[tuple[str, Item | None]]:
        """The column of each item, with its declaration if there is one."""
        if self.evidence is None:
            from licet.report.banner.wanted import spelled_out

            names = spelled_out(self.items or (), self.answers.frame.columns)
            return [(name, None) for name in names]
        known = {item.id: item for item in self.evidence.items}
        for name in self.items or ():
            if name not in known:
                raise unknown("item", name, list(known), "items (--items)")
        chosen = [known[name] for name in self.items] if self.items else list(known.values())
        return [(item.column or item.id, item) for item in chosen]

    def _check_crossed(self, columns: Sequence[str]) -> None:
        from licet.disclosure.tables import crossed
        from licet.groups import columns_of

        grouping = {*self.by}
        for expression in self.groups.values():
            grouping.update(columns_of(expression))
        both = [column for column in columns if column in grouping]
        if len(both) > 1:
            raise crossed(both[0], both[1])

    def _asked(self, answers: Answers, column: str, item: Item | None) -> Asked:
        from licet.files.stances import say_nothing
        from licet.report.banner.questions import asked_item, asked_stances, with_doubts

        wanted = self.wanted
        if item is not None and item.collapse is not None:
            return asked_stances(answers, column, item, wanted.scores)
        nets = dict((wanted.nets or {}).get(column, {}))
        asked = asked_item(
            answers,
            column,
            nets,
            wanted.outside,
            wanted.first,
            wanted.last,
            wanted.scores,
            wanted.order,
        )
        return with_doubts(asked, say_nothing(asked.question.coded.levels))

    def _domains(self, answers: Answers) -> tuple[Domains, dict[str, tuple[str, str]]]:
        """Groups, and for each by the heading and (for a group by expression) the label."""
        from licet.survey.matrix import (
            domains_by_column,
            domains_by_mask,
            join_domains,
            masks_of,
        )

        frame = answers.without_missing()
        orders = {
            name: tuple(o for o in options if o not in answers.missing.get(name, ()))
            for name, options in answers.options.items()
        }
        domains = domains_by_column(frame, self.by, orders)
        heads = {name: (answers.labels.get(name) or name, "") for name in self.by}
        expressions = dict(self.groups)
        labels = {name: name for name in expressions}
        if self.evidence is not None:
            expressions = {g.id: g.expression for g in self.evidence.groups} | expressions
            labels |= {g.id: g.label for g in self.evidence.groups}
        if expressions:
            masks = domains_by_mask(masks_of(frame, expressions))
            domains = join_domains(domains, masks)
            heads |= {name: ("Groups", labels[name]) for name in expressions}
        return domains, heads

    def _long(self, heads: Mapping[str, tuple[str, str]]) -> list[str]:
        """Labels of variables that are too long to head their columns."""
        return [
            f"{by}: {heading.rstrip('.')}."
            for by, (heading, _) in heads.items()
            if len(heading) > LONGEST_HEADING
        ]

    def _notices(self) -> tuple[str, ...]:
        if self.evidence is None:
            return ()
        made_up = ("SYNTHETIC: no person gave these answers.",) if self.evidence.synthetic else ()
        return (*made_up, *((self.evidence.notice,) if self.evidence.notice else ()))


def _columns(domains: Domains, heads: Mapping[str, tuple[str, str]]) -> tuple[BannerColumn, ...]:
    """One for each shown domain, lettered anew under each heading."""
    found = [BannerColumn(ALL, ALL, "", "Total")]
    used: dict[str, int] = {}
    for place, shown in enumerate(domains.shown):
        if not shown or place == 0:
            continue
        by, level = domains.by[place], domains.label[place]
        long, label = heads[by]
        heading = by if len(long) > LONGEST_HEADING else long
        found.append(BannerColumn(by, level, heading, label or level, letter(used.get(heading, 0))))
        used[heading] = used.get(heading, 0) + 1
    return tuple(found)


def _design_notes(declared: DesignDeclaration) -> tuple[str, ...]:
    named = {
        "strata": declared.strata,
        "clusters": declared.psu,
        "finite population": declared.fpc,
        "second stage": declared.ssu,
    }
    parts = [f"{what}: {column}" for what, column in named.items() if column]
    if declared.lonely_psu != "error":
        parts.append(f"a single PSU in a stratum: {declared.lonely_psu}")
    if declared.replicates or not parts:
        return ()
    return ("Taylor linearisation; " + "; ".join(parts) + ".",)

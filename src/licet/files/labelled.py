"""SPSS and Stata files: codes with value labels become the label text.

A column is text if at least half of its distinct codes that are not missing have labels; else it
keeps its numbers and its missing codes become null. So an age with ``97 = "97 or older"`` stays a
number, while a trust scale with refusals at 98 and 99 becomes text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.files.survey_process import read_foreign
from licet.files.values import plain, whole_if_possible

if TYPE_CHECKING:
    import polars as pl

    from licet.survey.answers import Answers

Code = float | int | str


@dataclass(frozen=True)
class _Labels:
    """What a file says of one column: labels by code, and which codes it marks as missing."""

    labels: Mapping[Any, str]
    ranges: tuple[tuple[Any, Any], ...] = ()
    tags: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    def missing(self, code: Code) -> bool:
        """Whether the file marks the code as missing. Tags are Stata's .a to .z."""
        if code in self.tags:
            return True
        return any(
            isinstance(code, str) == isinstance(low, str) and low <= code <= high
            for low, high in self.ranges
        )

    def text(self, code: Code) -> str:
        """The label of a code, else the code as text: ``3``, ``2.5``, ``.d``."""
        label = self.labels.get(code, "")
        if label:
            return label
        return f".{code}" if code in self.tags else plain(code)


def read_spss(path: Path, encoding: str | None = None) -> Answers:
    """Answers of a .sav or .zsav file. User-missing values keep their labels and are listed."""
    return _read(path, *read_foreign(path, "sav", encoding))


def read_stata(path: Path, encoding: str | None = None) -> Answers:
    """Answers of a .dta file. Tagged missing values (.a to .z) keep their labels, are listed."""
    return _read(path, *read_foreign(path, "dta", encoding))


def _read(path: Path, columns: dict[str, Any], facts: dict[str, dict[str, Any]]) -> Answers:
    import polars as pl

    from licet.survey.answers import Answers

    frame: dict[str, pl.Series] = {}
    options: dict[str, tuple[str, ...]] = {}
    missing: dict[str, frozenset[str]] = {}
    notes: list[str] = []
    for name, values in columns.items():
        about = _about(name, facts)
        made = _convert(_series(name, values, about), about)
        frame[name] = made.series
        if made.options:
            options[name] = made.options
        if made.missing:
            missing[name] = made.missing
        notes += [f"{name}: {note}" for note in about.notes]
    wording = {n: str(label) for n, label in facts["column_names_to_labels"].items() if label}
    return Answers(pl.DataFrame(frame), options, missing, wording, path.name, tuple(notes))


def _about(name: str, facts: dict[str, dict[str, Any]]) -> _Labels:
    labels = facts["variable_value_labels"].get(name) or {}
    ranges = tuple((entry["lo"], entry["hi"]) for entry in facts["missing_ranges"].get(name, ()))
    numeric = facts["readstat_variable_types"].get(name) != "string"
    tags = frozenset(facts["missing_user_values"].get(name, ()) if numeric else ())
    return _Labels({code: str(label).strip() for code, label in labels.items()}, ranges, tags)


def _series(name: str, values: Any, about: _Labels) -> pl.Series:
    """The column as one Polars type; a column with Stata tags stays a column of Python objects."""
    import polars as pl

    if about.tags:
        return pl.Series(name, list(values), dtype=pl.Object)
    series = pl.Series(name, values, strict=False)
    if series.dtype.is_float():
        return series.fill_nan(None)
    if series.dtype == pl.String:
        return series.replace("", None)
    return series.cast(pl.Float64) if series.dtype == pl.Null else series


@dataclass(frozen=True)
class _Made:
    series: pl.Series
    options: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()


def _convert(series: pl.Series, about: _Labels) -> _Made:
    """Text or numbers, by the rule of this module."""
    import polars as pl

    unmarked = not about.labels and not about.ranges and not about.tags
    if unmarked or series.dtype.is_temporal():
        return _Made(whole_if_possible(series))
    codes = _distinct(series)
    valid = [code for code in codes if not about.missing(code)]
    named = [code for code in valid if about.labels.get(code)]
    declared = [code for code in about.labels if not about.missing(code)]
    is_text = series.dtype == pl.String
    if is_text or (declared and 2 * len(named) >= len(valid) and (named or not valid)):
        return _texts(series, codes, about)
    gone = [code for code in codes if about.missing(code)]
    return _Made(whole_if_possible(_mapped(series, dict.fromkeys(gone), number=True)))


def _distinct(series: pl.Series) -> list[Any]:
    import polars as pl

    if series.dtype == pl.Object:
        return list({value for value in series.to_list() if value is not None})
    found: list[Any] = series.drop_nulls().unique(maintain_order=True).to_list()
    return found


def _texts(series: pl.Series, codes: list[Any], about: _Labels) -> _Made:
    every = (
        sorted({*codes, *about.labels}, key=_order) if about.labels else sorted(codes, key=_order)
    )
    text = {code: about.text(code) for code in every}
    _tell_apart(text, about)
    marks = frozenset(text[code] for code in every if about.missing(code))
    options = tuple(dict.fromkeys(text[code] for code in every)) if about.labels else ()
    return _Made(_mapped(series, text, number=False), options, marks)


def _tell_apart(text: dict[Any, str], about: _Labels) -> None:
    """Note labels that several codes share; a missing code never shares one with an answer."""
    shared: dict[str, list[Any]] = {}
    for code, label in text.items():
        shared.setdefault(label, []).append(code)
    for label, codes in shared.items():
        if len(codes) < 2:
            continue
        answers = [code for code in codes if not about.missing(code)]
        if answers and len(answers) < len(codes):
            for code in codes:
                if about.missing(code):
                    text[code] = f"{label} ({plain(code)})"
            about.notes.append(f"{label!r} is an answer and a missing mark; the mark has its code")
        if len(answers) > 1 or not answers:
            listed = ", ".join(plain(code) for code in answers or codes)
            about.notes.append(f"the codes {listed} share the label {label!r} and count as one")


def _mapped(series: pl.Series, changes: Mapping[Any, Any], number: bool) -> pl.Series:
    """The column with its codes exchanged. Numbers not named stay; null stays null."""
    import polars as pl

    kind = pl.Float64 if number else pl.String
    if series.dtype == pl.Object:
        values = [changes.get(value, value) for value in series.to_list()]
        return pl.Series(series.name, values, dtype=kind, strict=False)
    if not changes:
        return series
    old = pl.Series(list(changes), dtype=series.dtype, strict=False)
    new = pl.Series(list(changes.values()), dtype=series.dtype if number else kind)
    keep = old.is_not_null()
    if number:
        return series.replace(old.filter(keep), new.filter(keep))
    return series.replace_strict(
        old.filter(keep), new.filter(keep), default=None, return_dtype=kind
    )


def _order(code: Any) -> tuple[int, float, str]:
    """Numbers in order, then text."""
    return (1, 0.0, code) if isinstance(code, str) else (0, float(code), "")

"""Answers as a form exports them, brought back into one column for each item.

Flipped codes become the right labels, arms and sets become one column, and three things that an
empty cell may mean are told apart: not asked (null), asked and left empty (``No answer``), and an
option such as refused, which stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from licet.errors import BadInput, Fault, counted, nearest
from licet.instrument.document import NOT_ANSWERED, Instrument, Statement
from licet.instrument.form import Column, codes, columns, draws_of, question_codes
from licet.survey.answers import Answers

IDS = ("respondent", "instanceID", "KEY", "_uuid", "_id")
"""Columns that may tell people apart, the first that is there."""

DRAWN = {"flip": "_flip", "order": "_order", "set": "_set"}
"""What was drawn for each person, and the column that keeps it for checks of order effects."""


def realign(answers: Answers, instrument: Instrument, keep: Sequence[str] = ()) -> Answers:
    """One row for each person who consented, one column for each item.

    Columns: respondent, mode, ``_flip``, ``_order``, ``_set`` (where drawn), questions, items, and
    those named in ``keep``, such as weights; all others are left out, metadata of devices too.
    Refuses with all faults: columns missing, unknown options or draws, answers of another
    instrument, and answers where the draws say that nobody was asked.
    """
    frame, faults = _named(answers.frame, {*needed_columns(instrument), *IDS})
    faults += _missing(frame.columns, instrument, keep)
    _refuse(faults)
    people, notes = _who_consented(frame, instrument)
    read = [name for name in people.columns if name in {*needed_columns(instrument), *IDS}]
    text = pl.DataFrame([_text(people[name]) for name in read])
    faults = [*_of_another(text, instrument), *_draws(text, instrument)]
    made = [_respondent(text, faults), _mode(text, instrument, faults)]
    for draw, column in DRAWN.items():
        if draw in draws_of(instrument):
            made.append(text[draw].alias(column))
    made += _questions(text, instrument, faults)
    for item, statements in instrument.items.items():
        made.append(_item(item, statements, text, instrument, faults))
    _refuse(faults)
    made += [people[name] for name in keep]
    said = (*notes, *_made_up(made[0]), *_left(frame, made, instrument))
    return _answers(pl.DataFrame(made), instrument, answers, said)


def _made_up(respondents: pl.Series) -> Iterable[str]:
    """A warning about people who were simulated; their ids are numbers, as no form gives them."""
    if respondents.len() and respondents.cast(pl.String).str.contains(r"^uuid:\d{6}$").all():
        yield "SYNTHETIC: these answers were simulated. Say synthetic = true in their codebook."


def _refuse(faults: Iterable[Fault]) -> None:
    found = list(dict.fromkeys(faults))
    if found:
        raise BadInput(*found)


def _answers(
    frame: pl.DataFrame, instrument: Instrument, before: Answers, notes: Sequence[str]
) -> Answers:
    options = {
        item: (*instrument.scales[several[0].scale].options, NOT_ANSWERED)
        for item, several in instrument.items.items()
    }
    labels = {item: several[0].wording for item, several in instrument.items.items()}
    labels |= {question.id: question.wording for question in instrument.questions}
    return Answers(frame, options, {}, labels, before.name, (*before.notes, *notes))


def plain_name(column: str, known: Iterable[str]) -> str:
    """The name without the groups it stands in: ``asked/page__trust/trust_police``, or with ``-``."""
    last = column.replace("/", "-").split("-")[-1]
    return last if last in known else column


def _named(frame: pl.DataFrame, known: Iterable[str]) -> tuple[pl.DataFrame, list[Fault]]:
    names: dict[str, list[str]] = {}
    for column in frame.columns:
        names.setdefault(plain_name(column, known), []).append(column)
    faults = [
        Fault(
            f"{len(several)} columns are called {name!r}: {', '.join(several[:4])}",
            f"column {name!r}",
            "each name once, with or without its groups before it",
            "export again, or take one of them out",
        )
        for name, several in names.items()
        if len(several) > 1
    ]
    return frame.rename({several[0]: name for name, several in names.items()}), faults


def needed_columns(instrument: Instrument) -> tuple[str, ...]:
    """Every column that an export must have."""
    own = [column.name for column in columns(instrument)]
    questions = [question.id for question in instrument.questions]
    return ("instrument", "mode", "consent", *draws_of(instrument), *own, *questions)


def _missing(known: Sequence[str], instrument: Instrument, keep: Sequence[str]) -> list[Fault]:
    needed = needed_columns(instrument)
    faults = []
    for name in (*needed, *keep):
        if name not in known:
            near = nearest(name, [k for k in known if k not in needed])
            todo = (
                f"rename {near!r} if that is meant" if near else "export every column of the form"
            )
            what = f"there is no column {name!r}"
            faults.append(Fault(what, f"column {name!r}", f"{len(needed)} columns", todo))
    taken = {"respondent", "mode", *DRAWN.values(), *instrument.items}
    for name in keep:
        if name in (*needed, *taken):
            what = f"{name!r} is a column of the form"
            faults.append(Fault(what, "keep", "columns that others added", "it is kept anyway"))
    return faults


def _text(series: pl.Series) -> pl.Series:
    """Cells as text without surrounding spaces; whole numbers without a point; empty is null."""
    if series.dtype == pl.Boolean:
        series = series.cast(pl.Int8)
    if series.dtype.is_float():
        values = [None if v is None or v != v else f"{v:.15g}" for v in series.to_list()]
        return pl.Series(series.name, values, dtype=pl.String)
    text = series.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _who_consented(
    frame: pl.DataFrame, instrument: Instrument
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows of people who said yes; of the others nothing is read but that they did not."""
    consent = instrument.consent
    coded = codes((consent.yes, consent.no))
    said, strange = _decode(_text(frame["consent"]), coded)
    _refuse(_strangers("consent", strange, coded))
    agreed = (said == consent.yes).fill_null(False)
    if not agreed.any():
        todo = "check that this is the right file"
        raise BadInput(Fault("nobody consented", "column 'consent'", repr(consent.yes), todo))
    left = int((~agreed).sum())
    note = (f"{counted(left, 'person', 'people')} who did not consent: left out.",) if left else ()
    return frame.filter(agreed), note


def _decode(text: pl.Series, coded: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """Labels from codes, or from labels as they are; and the cells that are neither."""
    labels = {code: option for option, code in coded.items()} | {o: o for o in coded}
    found = text.replace_strict(labels, default=None, return_dtype=pl.String)
    return found, text.filter(text.is_not_null() & found.is_null())


def _strangers(name: str, strange: pl.Series, coded: Mapping[str, str]) -> list[Fault]:
    faults = []
    for word in strange.unique(maintain_order=True).head(5).to_list():
        near = nearest(word, coded)
        times = int((strange == word).sum())
        faults.append(
            Fault(
                f"{word[:40]!r} is no option of {name!r}: {times:,} answers",
                f"column {name!r}",
                ", ".join(f"{code} or {option!r}" for option, code in coded.items()),
                f"write {near!r} if that is meant" if near else "correct the file, or its export",
            )
        )
    return faults


def _of_another(text: pl.DataFrame, instrument: Instrument) -> Iterator[Fault]:
    stamps = text["instrument"].unique(maintain_order=True).to_list()
    for stamp in [stamp for stamp in stamps if stamp != instrument.stamp][:3]:
        yield Fault(
            f"answers to another questionnaire: {str(stamp)[:80] if stamp else 'not said'}",
            "column 'instrument'",
            instrument.stamp,
            "realign with the instrument.toml that this form was written from",
        )


def _draws(text: pl.DataFrame, instrument: Instrument) -> Iterator[Fault]:
    for name, values in draws_of(instrument).items():
        wrong = text[name].filter(~text[name].is_in(list(values)).fill_null(False))
        if len(wrong):
            first = wrong.head(1).item()
            said = f"{first[:40]!r}" if first else "nothing"
            yield Fault(
                f"the draw {name!r} says {said}: {len(wrong):,} people",
                f"column {name!r}",
                ", ".join(values),
                "export the calculated columns of the form too",
            )


def _respondent(text: pl.DataFrame, faults: list[Fault]) -> pl.Series:
    """Who is who: an id of the export, else the number of the row."""
    name = next((name for name in IDS if name in text.columns), None)
    if name is None:
        return pl.Series("respondent", range(1, text.height + 1), dtype=pl.Int64)
    ids = text[name].alias("respondent")
    doubled = int((ids.is_duplicated() & ids.is_not_null()).sum())
    if doubled:
        what = f"the same id stands for several people: {doubled:,} rows"
        todo = "take out answers that were sent twice"
        faults.append(Fault(what, f"column {name!r}", "each person once", todo))
    if ids.null_count():
        what = f"the id is missing: {ids.null_count():,} rows"
        faults.append(Fault(what, f"column {name!r}", "an id for each person"))
    return ids


def _mode(text: pl.DataFrame, instrument: Instrument, faults: list[Fault]) -> pl.Series:
    coded = codes(instrument.modes)
    said, strange = _decode(text["mode"], coded)
    faults += _strangers("mode", strange, coded)
    return said.alias("mode")


def _questions(
    text: pl.DataFrame, instrument: Instrument, faults: list[Fault]
) -> Iterator[pl.Series]:
    """What people are: labels, or whole numbers; no value where they did not say."""
    for question in instrument.questions:
        cells = text[question.id]
        if question.number:
            numbers = cells.cast(pl.Int64, strict=False)
            low, high = question.number
            wrong = cells.filter(
                cells.is_not_null() & ~numbers.is_between(low, high).fill_null(False)
            )
            if len(wrong):
                what = (
                    f"{wrong.head(1).item()[:40]!r} is not {low} to {high}: {len(wrong):,} people"
                )
                where = f"column {question.id!r}"
                faults.append(Fault(what, where, f"whole numbers from {low} to {high}"))
            yield numbers
            continue
        coded = question_codes(question)
        said, strange = _decode(cells, coded)
        faults += _strangers(question.id, strange, coded)
        yield said.set(said.is_in(list(question.unknown)), None)


def _item(
    item: str,
    statements: Sequence[Statement],
    text: pl.DataFrame,
    instrument: Instrument,
    faults: list[Fault],
) -> pl.Series:
    """The labels of one item from all its columns; null where a person was not asked."""
    ids = {statement.id for statement in statements}
    own = [column for column in columns(instrument) if column.statement.id in ids]
    label = pl.Series(item, [None] * text.height, dtype=pl.String)
    asked = pl.Series([False] * text.height, dtype=pl.Boolean)
    for column in own:
        here = _led_to(column, text)
        said, strange = _decode(text[column.name], column.codes)
        faults += _strangers(column.name, strange, column.codes)
        astray = int((text[column.name].is_not_null() & ~here).sum())
        if astray:
            draws = " and ".join(f"{draw} = {value}" for draw, value in column.draws)
            faults.append(
                Fault(
                    f"{astray:,} answers where nobody was asked",
                    f"column {column.name!r}",
                    f"answers only where {draws}",
                    "the columns of draws and of answers do not belong together: export again",
                )
            )
        label = label.zip_with(label.is_not_null(), said)
        asked = asked | here
    return label.set(label.is_null() & asked, NOT_ANSWERED)


def _led_to(column: Column, text: pl.DataFrame) -> pl.Series:
    """Who was asked by this column, from what was drawn for them."""
    here = pl.Series([True] * text.height, dtype=pl.Boolean)
    for draw, value in column.draws:
        here = here & (text[draw] == value).fill_null(False)
    return here


def _left(
    frame: pl.DataFrame, made: Sequence[pl.Series], instrument: Instrument
) -> tuple[str, ...]:
    used = {series.name for series in made} | {column.name for column in columns(instrument)}
    used |= {"instrument", "consent", *DRAWN, *(f"draw_{draw}" for draw in DRAWN), *IDS}
    left = [name for name in frame.columns if name not in used]
    if not left:
        return ()
    more = f" and {len(left) - 8} more" if len(left) > 8 else ""
    return (f"Columns that are not of the form, left out: {', '.join(left[:8])}{more}.",)

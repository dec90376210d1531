"""Made-up answers in the form of an export, to try a questionnaire before anybody is asked.

Drawn evenly from the options: they say nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from licet.instrument.document import Instrument
from licet.instrument.form import codes, columns, draws_of, question_codes


def made_up(
    instrument: Instrument, people: int, random: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What people would say (labels and numbers, nobody left anything out), and their draws."""
    drawn = {
        name: random.choice(values, people).tolist()
        for name, values in draws_of(instrument).items()
    }
    said: dict[str, list[object]] = {
        "mode": random.choice(instrument.modes, people).tolist(),
        "consent": [instrument.consent.yes] * people,
    }
    for question in instrument.questions:
        if question.number:
            low, high = question.number
            said[question.id] = random.integers(low, high + 1, people).tolist()
        else:
            said[question.id] = random.choice(question.options, people).tolist()
    for item, statements in instrument.items.items():
        options = instrument.scales[statements[0].scale].options
        said[item] = random.choice(options, people).tolist()
    return pl.DataFrame(said), pl.DataFrame(drawn)


def export(
    instrument: Instrument, said: pl.DataFrame, drawn: pl.DataFrame, groups: str = "-"
) -> pl.DataFrame:
    """What a form would send: codes as text, columns named after the groups they stand in.

    said: labels by ``mode``, ``consent``, question and item. drawn: by draw. groups: what the
    export writes between a group and a column, empty for no groups.
    """
    people = said.height
    consent = instrument.consent
    agreed = (said["consent"] == consent.yes).fill_null(False)
    made = [
        pl.Series("KEY", [f"uuid:{place:06}" for place in range(1, people + 1)]),
        pl.Series("instrument", [instrument.stamp] * people),
    ]
    made += [drawn[name].alias(name) for name in draws_of(instrument)]
    made.append(_coded(said["mode"], codes(instrument.modes)))
    made.append(_coded(said["consent"], codes((consent.yes, consent.no))))
    for column in columns(instrument):
        here = agreed
        for draw, value in column.draws:
            here = here & (drawn[draw] == value)
        cells = _coded(said[column.statement.column], column.codes)
        parts = ("asked", f"page__{column.statement.block}", column.name)
        name = groups.join(parts) if groups else column.name
        made.append(cells.set(~here, None).alias(name))
    for question in instrument.questions:
        values = said[question.id]
        cells = (
            values.cast(pl.String) if question.number else _coded(values, question_codes(question))
        )
        name = groups.join(("asked", "page__about_you", question.id)) if groups else question.id
        made.append(cells.set(~agreed, None).alias(name))
    return pl.DataFrame(made)


def _coded(labels: pl.Series, coded: Mapping[str, str]) -> pl.Series:
    return labels.cast(pl.String).replace_strict(coded, default=None, return_dtype=pl.String)

"""The worse a refuser's details are written, the more often a no may miss: never beyond what is stated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

from licet.chapters.linking import link
from tests.linkage.conftest import Made
from tests.linkage.town import TODAY, Person, answer, drawn, typo


def worse(person: Person, noise: float, draw: np.random.Generator) -> dict[str, object]:
    """The details of a person as somebody wrote them in a hurry."""
    found: dict[str, object] = {"nhs": None}
    for name in ("given", "family", "street"):
        if draw.random() < noise:
            found[name] = typo(getattr(person, name), draw)
    if draw.random() < noise:
        found["birth"] = person.birth.replace(
            year=person.birth.year - 1, day=min(person.birth.day, 28)
        )
    if draw.random() < noise / 2:
        found |= {"house": None, "street": None, "postcode": None}
    if draw.random() < noise / 2:
        found["middle"] = None
    return found


def test_noise_lets_nobody_through_beyond_the_stated_rate(
    published: Made, tmp_path: Path, full: bool
) -> None:
    levels = (0.0, 0.3, 0.6, 0.9)
    for turn in range(40 if full else 1):
        noise = levels[-1 - turn % 4]
        case = published.again(tmp_path / f"noise-{turn}")
        draw = np.random.default_rng([31, turn])
        answers = drawn(case.town, draw, (5, 3, 1, 1))
        refusers = {n for n, word in answers.items() if word == "no"}
        details = {n: worse(case.town.people[n], noise, draw) for n in refusers}
        answer(case.root, case.town, answers, draw, known=0.8, changes=details)
        found = link(case.use, today=TODAY)
        rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
        stated = json.loads((found.folder / "report.json").read_text())["reach"]
        theirs = case.town.rows_of(refusers)
        through = len(rows & theirs) / len(theirs)
        assert stated["compared"] and stated["refusal_missed_high"] < 1
        assert through <= stated["refusal_missed_high"]
        assert through == 0, "nobody here is like another: a yes never means a refuser's row"

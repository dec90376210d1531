"""For each parameter: a run passes, the condition is accepted in the browser, the same run is refused."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.conditions import PARAMETERS
from tests.linkage.conftest import Made
from tests.linkage.test_conditions import CASES, licensed, with_company
from tests.linkage.town import TODAY, USE, answer, drawn, made, make_workspace
from tests.served.conftest import served
from tests.served.visitor import Visitor
from tests.tiers import few

WORDS = "We would like to see this written down, so that everybody is held to it."
TYPED = {"maximum_age", "minimum_licence", "review_by", "retention"}


class Place:
    """A served town that was linked. parent, auditor, owner: signed in."""

    def __init__(self, case: Made, address: str) -> None:
        self.case = case
        self.parent = Visitor(address).sign_in("parent")
        self.auditor = Visitor(address).sign_in("auditor")
        self.owner = Visitor(address).sign_in("owner")

    def accept(self, parameter: str, value: str) -> int:
        """Proposed, opened and accepted, each in its form."""
        sent = self.parent.send(f"/uses/{USE}/ask", words=WORDS, sort="proposal")
        found = re.search(r"Its name is q-(\d+)", sent.text)
        assert found, sent.text[:2000]
        number = int(found[1])
        self.auditor.send(f"/staff/questions/{number}", words="", move="open")
        typed = parameter in TYPED
        fields = {
            "words": WORDS, "move": "accept", "value": value if typed else "",
            "condition": f"{parameter}=" if typed else f"{parameter}={value}",
        }  # fmt: skip
        shown = self.owner.send(f"/staff/answers/{number}", **fields)
        assert "What would follow" in shown.text, shown.text[-3000:]
        again = self.owner.send(f"/staff/answers/{number}", **fields, seen=f"{parameter}={value}")
        assert "The answer is published" in again.text
        return number

    def end(self, number: int) -> None:
        """End the condition of an item."""
        self.owner.send(f"/staff/answers/{number}", words="Families asked for it to end.")

    def refused(self) -> NotLinked:
        """The refusal of the run that passed before."""
        with pytest.raises(NotLinked) as found:
            link(self.case.use, today=TODAY)
        return found.value


@contextmanager
def standing(folder: Path, *, told: bool) -> Iterator[Place]:
    """A linked town that is served. told: everybody was told and may object; else everybody was asked."""
    state = random.getstate()
    root, town = folder / "town", made(30, 3)
    make_workspace(root, town)
    (book,) = (root / "evidence").glob("*/codebook.toml")
    text = book.read_text("utf-8").replace("synthetic = false", "synthetic = true", 1)
    book.write_text(text, encoding="utf-8")
    draw = np.random.default_rng(5)
    case = Made(root, town, {} if told else drawn(town, draw, (6, 2, 1, 1)))
    if told:
        licensed(case)
        link(case.use, today=TODAY)
    else:
        answer(root, town, case.answers, draw)
        with_company(case)
    random.setstate(state)
    with served(root, "--demo") as address:
        found = Place(case, address)
        yield found
        for visitor in (found.parent, found.auditor, found.owner):
            visitor.close()


@pytest.fixture(scope="module")
def asked_first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town with a company in its use."""
    with standing(tmp_path_factory.mktemp("asked"), told=False) as found:
        yield found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town where everybody was told and may object: another floor than before can be agreed on."""
    with standing(tmp_path_factory.mktemp("told"), told=True) as found:
        yield found


@pytest.mark.parametrize("parameter", few(PARAMETERS, 0))
def test_the_same_run_is_refused_naming_the_condition(
    request: pytest.FixtureRequest, parameter: str
) -> None:
    place: Place = request.getfixturevalue("told" if parameter == "floor" else "asked_first")
    value = {**CASES, "floor": "ask_first"}[parameter]
    assert not link(place.case.use, today=TODAY).new
    number = place.accept(parameter, value)
    found = place.refused()
    assert f"{parameter} = {value}, agreed on " in "\n".join(found.reasons)
    place.end(number)
    assert not link(place.case.use, today=TODAY).new

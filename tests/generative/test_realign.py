"""Whatever a form draws, realigned answers are what people meant, and nothing is made up for others.

The form is filled in by a plain reader of XLSForm rows that shares no code with the realignment: it
draws, follows `relevant`, shows each list of choices and writes the code of the label it means.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.evidence import Population
from licet.files.answers import read_answers
from licet.instrument.document import (
    NOT_ANSWERED,
    Block,
    Consent,
    GroupOfPeople,
    Instrument,
    Question,
    Scale,
    Statement,
    Step,
    Vignette,
)
from licet.instrument.form import form
from licet.instrument.realigning import realign
from licet.instrument.simulation import export, made_up
from licet.instrument.template import template
from licet.survey.answers import Answers

STANCES = ("Yes fully", "Yes a bit", "In between", "No, rather not", "No, never", "1 of 5")
SCALES = st.integers(2, 6)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Any questionnaire: sets, blocks, flips, orders, cases, items of several statements."""
    sets = tuple(f"part{n}" for n in range(draw(st.sampled_from([0, 2, 3, 5]))))
    sizes = draw(st.lists(SCALES, min_size=1, max_size=2))
    scales = {f"scale{n}": _scale(size, draw(st.booleans())) for n, size in enumerate(sizes)}
    blocks, statements, cases = [], [], []
    for b in range(draw(st.integers(1, 3))):
        order = draw(st.sampled_from(["as written", "rotated"]))
        blocks.append(
            Block(id=f"block{b}", title=f"Block {b}", order=order, flip=draw(st.booleans()))
        )
        for i in range(draw(st.integers(1, 3))):
            scale = draw(st.sampled_from(sorted(scales)))
            case = None
            if draw(st.booleans()):
                case = f"case{b}_{i}"
                cases.append(Vignette(id=case, text="Somebody joins two lists."))
            who: list[str | None] = [None]
            if sets and draw(st.booleans()):
                who = list(draw(st.lists(st.sampled_from(sets), min_size=1, unique=True)))
            for n, name in enumerate(who):
                keys = {"id": f"q{b}_{i}_{n}", "item": f"item{b}_{i}", "set": name, "scale": scale}
                statements.append(_statement(f"block{b}", vignette=case, **keys))
    used = {s.set for s in statements}
    for name in sets:
        if name not in used:
            statements.append(_statement("block0", id=f"only_{name}", set=name, scale="scale0"))
    return Instrument(
        id="any",
        title="Any",
        version=draw(st.integers(1, 9)),
        purpose="early_intervention",
        population=Population(people="parents", area="UK"),
        introduction="Hello.",
        consent=Consent(wording="Will you?", yes="Yes", no="No", farewell="Goodbye."),
        explanation=(Step(heading="What?", text="A list."),),
        modes=("Web", "Paper"),
        sets=sets,
        flipped_codes=draw(st.sampled_from(["option", "place"])),
        scales=scales,
        vignettes=tuple(cases),
        blocks=tuple(blocks),
        statements=tuple(statements),
        questions=(
            Question(id="age", wording="How old?", number=(16, 99), source="us", version=1),
            Question(
                id="home",
                wording="Who?",
                options=("One", "Two", "Not said"),
                unknown=("Not said",),
                source="us",
                version=1,
            ),
        ),
        groups=(GroupOfPeople(id="one", label="One", when='home == "One"'),),
    )


def _scale(size: int, silent: bool) -> Scale:
    options = STANCES[:size]
    last = ("Not sure", "Not said") if silent else ()
    lists = {"permits": options[:1], "opposes": options[1:]}
    outside = {"dont_know": last[:1], "outside": last[1:]}
    return Scale(options=(*options, *last), **lists, **outside)


def _statement(block: str, **keys: Any) -> Statement:
    said = {
        "kind": "trust",
        "subject": "police",
        "wording": "How much?",
        "source": "us",
        "version": 1,
    }
    return Statement(block=block, **said, **keys)


class Filling:
    """One person in front of the form: what is shown, and what is sent."""

    def __init__(self, instrument: Instrument, random: np.random.Generator) -> None:
        self.form, self.random = form(instrument), random
        self.statements = {statement.id: statement for statement in instrument.statements}
        self.lists: dict[str, dict[str, str]] = {}
        for row in self.form.choices:
            self.lists.setdefault(row["list_name"], {})[row["label"]] = row["name"]

    def fill(self, meant: dict[str, Any], separator: str, labels: bool) -> dict[str, str | None]:
        """The row that is sent. meant: label or number by mode, consent, question and item."""
        values: dict[str, Any] = {}
        sent: dict[str, str | None] = {}
        path: list[str] = []
        hidden: list[bool] = [False]
        self.shown: list[str] = []
        for row in self.form.survey:
            kind, name = row["type"], row["name"]
            gone = hidden[-1] or not self._holds(row.get("relevant"), values)
            if kind == "begin_group":
                path.append(name)
                hidden.append(gone)
            elif kind == "end_group":
                assert path.pop() == name
                hidden.pop()
            elif kind == "calculate":
                values[name] = self._result(row["calculation"], values)
                sent[separator.join([*path, name])] = str(values[name])
            elif kind != "note":
                cell = None if gone else self._answer(kind, name, meant, labels)
                values[name] = cell if not labels else self._code(kind, cell)
                sent[separator.join([*path, name])] = cell
        return sent

    def _answer(self, kind: str, name: str, meant: dict[str, Any], labels: bool) -> str | None:
        statement = self.statements.get(name.split("__")[0])
        if statement:
            self.shown.append(statement.id)
        said = meant[statement.column if statement else name]
        if said is None or not kind.startswith("select_one"):
            return None if said is None else str(said)
        shown = self.lists[kind.removeprefix("select_one ")]
        return said if labels else shown[said]

    def _code(self, kind: str, label: str | None) -> str | None:
        return (
            self.lists[kind.removeprefix("select_one ")][label]
            if kind[:6] == "select" and label
            else label
        )

    def _result(self, text: str, values: dict[str, Any]) -> Any:
        text = re.sub(r"\bif\(", "choose(", text)
        known = {
            "once": lambda x: x,
            "random": self.random.random,
            "choose": lambda c, a, b: a if c else b,
        }
        return eval(self._python(text), {"__builtins__": {}}, known | {"values": values})

    def _holds(self, text: str | None, values: dict[str, Any]) -> bool:
        return not text or bool(eval(self._python(text), {"__builtins__": {}}, {"values": values}))

    @staticmethod
    def _python(text: str) -> str:
        return re.sub(r"\$\{(\w+)\}", r"values.get('\1')", text).replace(" = ", " == ")


def people_of(
    instrument: Instrument, count: int, random: np.random.Generator
) -> list[dict[str, Any]]:
    """What made-up people mean; some leave questions empty, some do not take part."""
    people = []
    for _ in range(count):
        meant: dict[str, Any] = {
            "mode": str(random.choice(instrument.modes)),
            "consent": "No" if random.random() < 0.2 else "Yes",
            "age": int(random.integers(16, 100)) if random.random() < 0.9 else None,
            "home": str(random.choice(["One", "Two", "Not said"])),
        }
        for item, statements in instrument.items.items():
            options = instrument.scales[statements[0].scale].options
            meant[item] = None if random.random() < 0.1 else str(random.choice(options))
        people.append(meant)
    people[0]["consent"] = "Yes"
    return people


@given(
    instrument=instruments(),
    seed=st.integers(0, 2**32 - 1),
    separator=st.sampled_from(["/", "-"]),
    labels=st.booleans(),
)
def test_what_people_meant_comes_home(
    instrument: Instrument,
    seed: int,
    separator: str,
    labels: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    random = np.random.default_rng(seed)
    people = people_of(instrument, 12, random)
    filling = Filling(instrument, random)
    rows, shown = [], []
    for meant in people:
        rows.append(filling.fill(meant, separator, labels))
        shown.append(filling.shown)
    path = tmp_path_factory.mktemp("export") / "export.csv"
    pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).write_csv(path)
    home = realign(read_answers(path), instrument).frame
    agreed = [(m, s) for m, s in zip(people, shown, strict=True) if m["consent"] == "Yes"]
    assert home.height == len(agreed)
    statements = {statement.id: statement for statement in instrument.statements}
    for row, (meant, seen) in zip(home.iter_rows(named=True), agreed, strict=True):
        assert row["mode"] == meant["mode"]
        assert row["age"] == meant["age"]
        assert row["home"] == (None if meant["home"] == "Not said" else meant["home"])
        asked = [statements[name].column for name in seen]
        assert len(asked) == len(set(asked)), "nobody is asked an item twice"
        for item in instrument.items:
            expected = (meant[item] or NOT_ANSWERED) if item in asked else None
            assert row[item] == expected
        for block in instrument.blocks:
            own = [name for name in seen if statements[name].block == block.id]
            written = [s.id for s in instrument.statements_of(block) if s.id in own]
            turned = block.order == "rotated" and row["_order"] == "rotated"
            assert own == (written[::-1] if turned else written)


@given(instrument=instruments(), seed=st.integers(0, 2**32 - 1))
def test_made_up_exports_are_those_of_the_form(instrument: Instrument, seed: int) -> None:
    random = np.random.default_rng(seed)
    said, drawn = made_up(instrument, 20, random)
    frame = export(instrument, said, drawn, groups="")
    sent = Filling(instrument, random).fill(said.to_dicts()[0], "", False)
    names = set(Filling(instrument, random).fill(said.to_dicts()[0], "\t", False))
    plain = {name.split("\t")[-1] for name in names if not name.startswith("draw_")}
    assert {*frame.columns} - {"KEY"} == plain
    assert sent
    home = realign(Answers(frame), instrument).frame
    for item, statements in instrument.items.items():
        sets = {statement.set for statement in statements}
        for row, meant, draw in zip(
            home[item],
            said[item],
            drawn["set"] if "set" in drawn.columns else [None] * 20,
            strict=True,
        ):
            assert row == (meant if sets & {None, draw} else None)


@given(seed=st.integers(0, 2**32 - 1), place=st.integers(0, 10_000))
def test_a_cell_that_was_never_an_option_is_refused(seed: int, place: int) -> None:
    random = np.random.default_rng(seed)
    instrument = template(("police", "education"), ("save_money",))
    frame = export(instrument, *made_up(instrument, 5, random))
    coded = [
        name for name in frame.columns if name.split("-")[-1].split("__")[0] in instrument.items
    ]
    name = coded[place % len(coded)]
    cells = frame[name].to_list()
    cells[place % 5] = "9"
    with pytest.raises(BadInput) as refused:
        realign(Answers(frame.with_columns(pl.Series(name, cells, dtype=pl.String))), instrument)
    assert name.split("-")[-1] in str(refused.value)


@pytest.mark.parametrize("sets", [2, 3, 5])
def test_equal_parts_of_the_people_see_each_arm(sets: int, full: bool) -> None:
    """Each draw of flip, order and set is as frequent as it should be: 5 standard errors."""
    count = 20_000 if full else 1000
    keys = template(("police",), ("save_money",)).model_dump()
    keys["sets"] = tuple(f"part{n}" for n in range(sets))
    first = keys["statements"][0] | {"subject": "stored"}
    kept = [statement | {"set": None} for statement in keys["statements"]]
    kept += [first | {"id": f"only{n}", "set": f"part{n}"} for n in range(sets)]
    instrument = Instrument(**keys | {"statements": tuple(kept)})
    filling = Filling(instrument, np.random.default_rng(20))
    meant: dict[str, Any] = dict.fromkeys(instrument.items)
    meant |= {question.id: None for question in instrument.questions}
    meant |= {"mode": None, "consent": instrument.consent.yes}
    seen: dict[tuple[str, ...], int] = {}
    for _ in range(count):
        sent = filling.fill(meant, "-", False)
        drawn = tuple(str(sent[name]) for name in ("flip", "order", "set"))
        seen[drawn] = seen.get(drawn, 0) + 1
    arms = 4 * sets
    assert len(seen) == arms
    error = (count * (1 / arms) * (1 - 1 / arms)) ** 0.5
    assert all(abs(times - count / arms) < 5 * error for times in seen.values())

"""The form: accepted by pyxform without a warning, and everybody sees exactly one arm."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from licet.errors import BadInput
from licet.files.xlsform import form_workbook, try_form
from licet.instrument.document import Instrument
from licet.instrument.form import arms, columns, form
from licet.instrument.template import template
from licet.vocabulary import PROCESSORS, REASONS, SERVICES

EVERYTHING = template(tuple(SERVICES), tuple(REASONS), tuple(PROCESSORS))
SMALL = template(("police", "education"), ("offer_unasked",))


@pytest.mark.parametrize("made", [EVERYTHING, SMALL], ids=["everything", "small"])
@pytest.mark.parametrize("meaning", ["option", "place"])
def test_pyxform_accepts_it_without_a_warning(made: Instrument, meaning: str) -> None:
    changed = Instrument(**made.model_dump() | {"flipped_codes": meaning})
    assert try_form(form_workbook(form(changed))) == ()


def test_odk_validate_accepts_it(tmp_path: Path) -> None:
    import pyxform.xls2xform as xls2xform

    if not shutil.which("java"):
        pytest.skip("no Java: ODK Validate is not run. Next: apt-get install default-jre-headless")
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_workbook(form(SMALL)))
    assert xls2xform.convert(path, validate=True).warnings == []


def test_the_workbook_holds_what_the_form_says_and_is_the_same_each_time() -> None:
    import openpyxl

    data = form_workbook(form(SMALL))
    assert data == form_workbook(form(SMALL))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["survey", "choices", "settings"]
    rows = list(book["survey"].values)
    assert len(rows) == 1 + len(form(SMALL).survey)
    assert [row[1] for row in rows[1:]] == [row["name"] for row in form(SMALL).survey]


def test_each_draw_is_made_once() -> None:
    rows = {row["name"]: row for row in form(SMALL).survey if row["type"] == "calculate"}
    for name in ("draw_flip", "draw_order", "draw_set"):
        assert rows[name]["calculation"] == "once(random())"
    assert SMALL.stamp in rows["instrument"]["calculation"]


def test_the_flipped_list_shows_the_options_the_other_way_round() -> None:
    shown: dict[str, list[tuple[str, str]]] = {}
    for row in form(SMALL).choices:
        shown.setdefault(row["list_name"], []).append((row["name"], row["label"]))
    written, flipped = shown["scale_trust"], shown["scale_trust_flipped"]
    assert flipped == [*reversed(written[:5]), *written[5:]]
    placed = Instrument(**SMALL.model_dump() | {"flipped_codes": "place"})
    codes = [r["name"] for r in form(placed).choices if r["list_name"] == "scale_trust_flipped"]
    assert codes == ["1", "2", "3", "4", "5", "6", "7"]


def test_names_of_a_form_are_unique_and_every_reference_has_an_answer() -> None:
    names = [row["name"] for row in form(EVERYTHING).survey if row["type"] != "end_group"]
    assert len(set(names)) == len(names)
    listed = {row["list_name"] for row in form(EVERYTHING).choices}
    used = {r["type"].split()[1] for r in form(EVERYTHING).survey if r["type"].startswith("select")}
    assert used == listed


def test_a_block_has_an_arm_for_each_way_of_showing_it() -> None:
    counts = {block.id: len(arms(block)) for block in SMALL.blocks}
    assert counts == {
        "knowing": 1,
        "reasons": 4,
        "services": 4,
        "operators": 2,
        "worries": 4,
        "first": 2,
    }
    assert len(columns(SMALL)) == 2 + 4 + 8 + 4 + 16 + 4


def test_texts_cannot_refer_to_answers() -> None:
    keys = SMALL.model_dump() | {"introduction": "Hello ${age}, = 1+1 <b>&amp;</b>"}
    workbook = form_workbook(form(Instrument(**keys)))
    assert try_form(workbook) == ()
    from pyxform.xls2xform import convert

    xform = convert(io.BytesIO(workbook), file_type=".xlsx").xform
    texts = [t.text for t in ElementTree.fromstring(xform).iter() if t.text]
    assert "Hello $ {age}, = 1+1 <b>&amp;</b>" in texts


def test_a_form_that_pyxform_refuses_is_bad_input(tmp_path: Path) -> None:
    broken = form(SMALL)
    rows = ({"type": "select_one nowhere", "name": "x", "label": "x"},)
    workbook = form_workbook(type(broken)(rows, broken.choices, broken.settings))
    with pytest.raises(BadInput, match="pyxform refuses"):
        try_form(workbook)

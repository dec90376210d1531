"""Tables of answers and texts of notices: what is read, and every fault with its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.files.permissions import COLUMNS, notice_path, read_notice, read_permissions
from licet.files.use import read_use
from licet.instrument.reading_age import reading_age
from licet.report.permission.notices import ENGLISH, PLACES, make_notice
from licet.use import FLOORS, Use
from tests.docs.runner import ROOT

HEADER = "subject,given,birth,records,expressed_by,relation,use,effect,at,channel"
GOOD = "a/1,Ann,2012-04-05,a/1; b/2,mum,parental_responsibility,early-help,yes,2026-01-25T12:21:00Z,web"


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def use() -> Use:
    return read_use(ROOT / "src/licet/bundled/town/uses/early-help.toml")


def test_a_row_is_read(tmp_path: Path) -> None:
    own = "c/3,,,,,self,early-help,no,2026-01-26,"
    found = read_permissions(table(tmp_path, GOOD, "", own))
    first, second = found.read
    assert (first.number, second.number) == (2, 4) and not found.faults
    assert first.effect == "grant" and first.records == ("a/1", "b/2")
    assert first.at == datetime(2026, 1, 25, 12, 21, tzinfo=UTC)
    assert first["expressed_by"] == "mum" and first["street"] == ""
    assert second.effect == "refuse" and second.at == datetime(2026, 1, 26, 12, tzinfo=UTC)


def test_semicolons_other_zones_and_columns_in_any_order(tmp_path: Path) -> None:
    header = "at;effect;use;relation;subject;version;valid_until"
    row = "2026-01-25T12:21:00+02:00;defer;early-help;self;a/1;3;2027-01-01"
    (found,) = read_permissions(table(tmp_path, row, header=header)).read
    assert found.at == datetime(2026, 1, 25, 10, 21, tzinfo=UTC) and found.effect == "defer"
    assert found.version == 3 and found.valid_until == date(2027, 1, 1)


FAULTS = [
    (GOOD.replace("2012-04-05", "5/4/2012"), "'5/4/2012' is no date"),
    (GOOD.replace(":00Z", ":00"), "is no time"),
    (GOOD.replace("2026-01-25T12:21:00Z", "2026-02-30"), "is no time"),
    (GOOD.replace(",yes,", ",jes,"), "unknown effect 'jes'"),
    (GOOD.replace("parental_responsibility", "mother"), "unknown relation 'mother'"),
    (GOOD.replace(",web", ",fax"), "unknown channel 'fax'"),
    (GOOD.replace("a/1; b/2", "a1"), "'a1' is no row of a feed"),
    (GOOD.replace("early-help", ""), "use is empty"),
    (GOOD.replace("mum", ""), "nobody is named who said this"),
    (GOOD.replace("parental_responsibility", "self"), "somebody else said this"),
    (GOOD.replace("Ann", "A" * 300), "given is too long"),
    (GOOD.replace("Ann", "A\x07n"), "control characters"),
]


def test_all_faults_at_once_each_with_its_row(tmp_path: Path) -> None:
    found = read_permissions(table(tmp_path, GOOD, *(row for row, _ in FAULTS)))
    assert len(found.read) == 1 and len(found.faults) == len(FAULTS)
    for number, (fault, (_, what)) in enumerate(zip(found.faults, FAULTS, strict=True), start=3):
        assert what in fault.what
        assert f"answers.csv: row {number}: " in fault.where
    assert found.wrong == {"a/1"}


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (HEADER.replace("effect", "efect"), "there is no column 'effect'"),
        (HEADER.replace("given", "first_name"), "unknown column 'first_name'"),
        (HEADER.replace("given", "birth"), "the column 'birth' is there twice"),
    ],
)
def test_a_wrong_header(tmp_path: Path, header: str, what: str) -> None:
    with pytest.raises(BadInput, match=what) as refused:
        read_permissions(table(tmp_path, GOOD, header=header))
    assert "row 1" in str(refused.value)


def test_no_such_table(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        read_permissions(tmp_path / "none.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(BadInput, match="the file is empty"):
        read_permissions(tmp_path / "empty.csv")
    with pytest.raises(BadInput, match="the table has no rows"):
        read_permissions(table(tmp_path))
    with pytest.raises(BadInput, match="row 2 has 11 cells"):
        read_permissions(table(tmp_path, GOOD + ",more"))
    (tmp_path / "cp.csv").write_bytes(f"{HEADER}\n{GOOD}".replace("Ann", "Zoë").encode("cp1252"))
    with pytest.raises(BadInput, match="line 2 is not UTF-8"):
        read_permissions(tmp_path / "cp.csv")


def test_the_columns_of_the_town_are_known() -> None:
    from licet.synthetic.town.answering import COLUMNS as TOWN

    assert set(TOWN) <= set(COLUMNS)


def test_where_a_notice_is(tmp_path: Path) -> None:
    path = notice_path(tmp_path, "early-help", "pl", told=False)
    assert path == tmp_path / "notices" / "early-help-pl.txt"
    assert (
        notice_path(tmp_path, "early-help", "pl", told=True).name == "early-help-pl-objection.txt"
    )
    assert read_notice(path) is None


@pytest.mark.parametrize("floor", FLOORS)
def test_the_english_notice_is_plain(floor) -> None:
    """Without the use's own words, which are the authority's."""
    start = date(2026, 7, 1) if floor == "objection" else None
    bare = use().model_copy(update={"title": "", "summary": ""})
    notice = make_notice(ENGLISH[floor], "en", bare, start)
    told = ". ".join(one.text.rstrip(".") for one in notice.blocks if one.kind != "code")
    assert reading_age(told.replace("families@exampleton.example", "us")) <= 9


def test_a_notice_is_the_same_for_everybody() -> None:
    notice = make_notice(ENGLISH["ask_first"], "en", use())
    other = make_notice(ENGLISH["ask_first"], "en", use())
    assert notice.hash == other.hash and "{person}" in notice.text and "{code}" in notice.text
    assert make_notice(ENGLISH["ask_first"], "cy", use()).hash != notice.hash
    changed = use().model_copy(update={"summary": "Something else."})
    assert make_notice(ENGLISH["ask_first"], "en", changed).hash != notice.hash
    said = notice.filled("Ann {code} Lee", "Education", "ABCD")
    heading, code = (next(b.text for b in said if b.kind == kind) for kind in ("heading", "code"))
    assert heading == "May we use records about Ann {code} Lee?" and code == "ABCD"


def test_what_a_use_says_is_never_filled_in_again() -> None:
    sly = use().model_copy(update={"summary": "Say {code}. {person} {nonsense}"})
    text = make_notice(ENGLISH["ask_first"], "en", sly).text
    assert "{nonsense}" in text and text.count("{code}") == 2


def test_which_way_a_notice_is_written() -> None:
    notice = make_notice("# {person}\n\n{code}\n", "ur", use())
    assert notice.direction == "rtl" and replace(notice, language="pl").direction == "ltr"


@pytest.mark.parametrize(
    ("text", "start", "what"),
    [
        ("# {persn}\n\n{code}", None, "nothing is known to put for {persn}"),
        ("# {person}", None, "the code must stand once"),
        ("# {person}\n\nYour code is {code}.", None, "the code must stand once"),
        ("# {person}\n\n{code}\n\n{code}", None, "the code must stand once"),
        ("{person}\n\n{code}", None, "a notice has one heading"),
        ("# {person}\n\n{code}", date(2026, 7, 1), "does not say from when"),
    ],
)
def test_a_wrong_notice(text: str, start: date | None, what: str) -> None:
    with pytest.raises(BadInput) as refused:
        make_notice(text, "en", use(), start)
    assert what in str(refused.value)


def test_every_place_of_the_english_notices_is_known() -> None:
    used = {place for place in PLACES if any(f"{{{place}}}" in text for text in ENGLISH.values())}
    assert used == set(PLACES)

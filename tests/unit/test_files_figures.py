"""Printed tables: good forms are read as printed, bad ones refused with row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.evidence import Stance
from licet.files.figures import read_figures, read_printed_table

GOOD_TABLES = {
    "commas": b"item,group,percent,base\ntrust,all,55,843\n",
    "semicolons": b"item;group;percent;base\ntrust;all;55;843\n",
    "tabs": b"item\tgroup\tpercent\tbase\ntrust\tall\t55\t843\n",
    "mark and line ends": b"\xef\xbb\xbfitem,group,percent,base\r\ntrust,all,55,843\r\n",
    "names in any form": b" Item ,GROUP,Pct, n \ntrust,all,55,843\n",
    "share as name": b"item,group,share,base\ntrust,All,55,843\n",
    "sign as name": b"item;group;%;base\ntrust;all;55 %;843\n",
    "other columns": b"table,item,group,percent,base,note\nt1,trust,all,55%,843,seen\n",
    "thousands": b'item,group,percent,base\ntrust,all,55,"843"\n',
    "blank rows": b"\nitem,group,percent,base\n\ntrust,all,55,843\n,,,\n\n",
    "empty columns at the end": b"item,group,percent,base,,\ntrust,all,55,843,,\n",
    "other order": b"base,percent,group,item\n843,55,all,trust\n",
}


@pytest.mark.parametrize("name", GOOD_TABLES)
def test_every_usual_form_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(GOOD_TABLES[name])
    (figure,) = read_figures(path)
    assert (figure.item, figure.group, figure.percent) == ("trust", "all", 55)
    assert (figure.base, figure.decimals, figure.stance) == (843, 0, Stance.PERMITS)


PERCENTS = {
    "55": (55.0, 0),
    "55 %": (55.0, 0),
    "55%": (55.0, 0),
    "55.0": (55.0, 1),
    "55,0": (55.0, 1),
    "55.25 %": (55.25, 2),
    "0": (0.0, 0),
    "100.0": (100.0, 1),
    "007": (7.0, 0),
}


@pytest.mark.parametrize("cell", PERCENTS)
def test_percentages_keep_the_decimals_printed(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f'item,percent,base\na,"{cell}","1,234"\nb,50,"12 345"\n')
    first, second = read_printed_table(path)
    assert (first.percent, first.decimals) == PERCENTS[cell]
    assert (first.base, second.base) == (1234, 12345)


def test_a_table_to_judge_may_say_more(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "Label;Group;Percent;N;K;Stance;Kind;Deff\n"
        "Trusts police;;48,5;900;3;Opposes;trust;1,5\nTrusts police;lone;50;90;;;;\n"
    )
    first, second = read_printed_table(path)
    assert (first.item, first.group, first.k, first.kind) == ("Trusts police", "all", 3, "trust")
    assert (first.stance, first.deff, first.row) == (Stance.OPPOSES, 1.5, 2)
    assert (second.group, second.k, second.stance) == ("lone", None, Stance.PERMITS)
    assert (second.kind, second.deff, second.row) == (None, None, 3)


HEAD = "item,group,percent,base,stance\n"
BAD_TABLES: dict[str, tuple[bytes | str, list[str]]] = {
    "empty": ("", ["the file is empty"]),
    "blank": (" \n\n", ["the file is empty"]),
    "only separators": (",,,\n,,,\n", ["column 'item' is missing"]),
    "no rows": (HEAD, ["the table has no rows"]),
    "no base": ("item,group,percent\na,all,5\n", ["the column 'base' is missing"]),
    "no group": ("item,percent,base\na,5,10\n", ["the column 'group' is missing"]),
    "misspelled": ("item,group,percnt,base\na,all,5,9\n", ["'percnt'", "write 'percent'"]),
    "misspelled stance": (
        "item,group,percent,base,stnce\na,all,5,9,opposes\n",
        ["'stnce'", "write 'stance'"],
    ),
    "two columns": ("item,group,percent,pct,base\na,all,5,5,9\n", ["two columns for 'percent'"]),
    "over 100": (HEAD + "a,all,101,10,\n", ["row 2, column 'percent'", "outside 0 to 100"]),
    "below 0": (HEAD + "a,all,-5,10,\n", ["outside 0 to 100"]),
    "no number": (HEAD + "a,all,many,10,\n", ["row 2, column 'percent'", "not a percentage"]),
    "empty percent": (HEAD + "a,all,,10,\n", ["row 2, column 'percent'", "empty"]),
    "infinite": (HEAD + "a,all,inf,10,\n", ["row 2, column 'percent'"]),
    "exponent": (HEAD + "a,all,1e1,10,\n", ["not a percentage"]),
    "part of a person": (HEAD + "a,all,5,10.5,\n", ["column 'base'", "positive whole number"]),
    "no people": (HEAD + "a,all,5,0,\n", ["column 'base'", "positive whole number"]),
    "minus": (HEAD + "a,all,5,-3,\n", ["column 'base'", "positive whole number"]),
    "bad thousands": (HEAD + 'a,all,5,"1,23",\n', ["column 'base'"]),
    "stance": (HEAD + "a,all,5,10,permit\n", ["column 'stance'", "write 'permits'"]),
    "empty item": (HEAD + ",all,5,10,\n", ["row 2, column 'item'", "empty"]),
    "empty group": (HEAD + "a,,5,10,\n", ["row 2, column 'group'", "empty"]),
    "twice": (HEAD + "a,all,5,10,\nb,all,5,10,\na,all,6,10,\n", ["row 4 repeats row 2"]),
    "ragged": (HEAD + "a,all,5\n", ["row 2 has 3 cells, the header has 5"]),
    "decimal comma": (HEAD + "a,all,55,0,10,\n", ["row 2 has 6 cells", '"55,0"']),
    "not utf-8": (b"item,group,percent,base\na,all,5,10\n\xe9,all,5,10\n", ["line 3"]),
    "utf-16": ("item,group".encode("utf-16"), ["UTF-16"]),
    "open quotes": (HEAD + '"a,all,5,10,\n', ["row 2"]),
    "long field": (HEAD + "a" * 200_000 + ",all,5,10,\n", ["row 2"]),
    "proportions": (HEAD + "a,all,0.55,10,\nb,all,0.4,10,\n", ["look like proportions"]),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_every_wrong_table_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    data, said = BAD_TABLES[name]
    path = tmp_path / "figures.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(BadInput) as caught:
        read_figures(path)
    for words in ["figures.csv", *said]:
        assert words in str(caught.value)


JUDGED = {
    "k": ("item,percent,base,k\na,5,10,1\n", "column 'k'"),
    "kind": ("item,percent,base,kind\na,5,10,trst\n", "write 'trust'"),
    "deff": ("item,percent,base,deff\na,5,10,0.9\n", "column 'deff'"),
    "base": ("item,percent,base\na,5,\n", "the base is missing"),
    "group": ("item,gruop,percent,base\na,x,5,10\n", "write 'group'"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_wrong_table_to_judge_is_refused(name: str, tmp_path: Path) -> None:
    text, said = JUDGED[name]
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        read_printed_table(path)


def test_all_faults_of_a_table_are_told_at_once_but_not_without_end(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(HEAD + "a,all,x,y,z\n")
    with pytest.raises(BadInput) as caught:
        read_figures(path)
    assert len(caught.value.faults) == 3
    path.write_text(HEAD + "".join(f"i{n},all,x,10,\n" for n in range(500)))
    with pytest.raises(BadInput, match="and 450 more faults"):
        read_figures(path)

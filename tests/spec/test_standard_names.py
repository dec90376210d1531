"""Names come from every language and every habit of writing. Small letters, marks taken off Latin
letters, apostrophes gone. A hyphen makes one given name, a space makes a middle name; family names
keep their words and their particles. Other scripts stay as they are. Words for nothing are missing.
"given first" and "family first" are names in one column.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from tests.spec.tables import Row, cases

TITLE = "Names of feeds"

TABLE = """
written        | given or whole name         | family name   | given       | middle     | family
-------------- | --------------------------- | ------------- | ----------- | ---------- | ------------
in parts       | Anna                        | Smith         | anna        |            | smith
in parts       | ANNA MARIA                  | SMITH-JONES   | anna        | maria      | smith jones
in parts       | Anne-Marie                  | Smith Jones   | annemarie   |            | smith jones
in parts       | Łukasz                      | Żółć          | lukasz      |            | zolc
in parts       | Søren                       | Øster         | soren       |            | oster
in parts       | Zoë                         | Weiß          | zoe         |            | weiss
in parts       | Þór                         | Đặng          | thor        |            | dang
in parts       | İpek                        | Yıldız        | ipek        |            | yildiz
in parts       | Siân                        | O’Brien       | sian        |            | obrien
in parts       | Siân                        | O Brien       | sian        |            | obrien
in parts       | Mairi                       | Mc Donald     | mairi       |            | mcdonald
in parts       | Ludwig                      | van der Berg  | ludwig      |            | van der berg
in parts       | Ludwig                      | Van-Der-Berg  | ludwig      |            | van der berg
in parts       | Abdul Rahman                | al-Hassan     | abdulrahman |            | al hassan
in parts       | Abdul-Rahman                | Al Hassan     | abdulrahman |            | al hassan
in parts       | Zia-ur-Rahman Ali           | Khan          | ziaurrahman | ali        | khan
in parts       | Mr. John                    | Smith Jr.     | john        |            | smith
in parts       | Dr Prof Jane                | St. John      | jane        |            | st john
in parts       | Miss                        | Khan          |             |            | khan
in parts       | Elizabeth (Liz)             | Hall          | elizabeth   |            | hall
in parts       | محمد                        | علي           | محمد        |            | علي
in parts       | Ольга                       | Йовчева       | ольга       |            | йовчева
in parts       | अनिता                         | शर्मा           | अनिता         |            | शर्मा
in parts       | ＡＮＮＡ                        | ｷﾑ            | anna        |            | キム
in parts       | Baby                        | Smith         |             |            | smith
in parts       | Baby of Sarah               | Smith         |             |            | smith
in parts       | Twin 2                      | Smith         |             |            | smith
in parts       | n/k                         | Unknown       |             |            |
in parts       | N/A                         | TEST          |             |            |
in parts       | test                        | -             |             |            |
in parts       | Li Na                       | Null          | li          | na         |
in parts       | not known                   | ?             |             |            |
given first    | Anna Smith                  |               | anna        |            | smith
given first    | Mrs Anna Maria Smith        |               | anna        | maria      | smith
given first    | Maria de la Cruz            |               | maria       |            | de la cruz
given first    | Ludwig van der Berg         |               | ludwig      |            | van der berg
given first    | Salman bin Abdulaziz        |               | salman      |            | bin abdulaziz
given first    | SMITH, Anna Maria           |               | anna        | maria      | smith
given first    | van der Berg, Dr Łukasz Jan |               | lukasz      | jan        | van der berg
given first    | John Smith Jr               |               | john        |            | smith
given first    | Sukarno                     |               |             |            | sukarno
given first    | 王小明                         |               |             |            | 王小明
family first   | Nguyen Thi Mai              |               | thi         | mai        | nguyen
family first   | Wang Xiao-Ming              |               | xiaoming    |            | wang
family first   | de Souza Ana                |               | ana         |            | de souza
family first   | SMITH, Anna                 |               | anna        |            | smith
"""


def feed(fields: dict[str, str], **more: object) -> Feed:
    declared = {
        "id": "school", "service": "education", "title": "School roll",
        "extract": date(2026, 9, 1), "one_record_per_person": True,
        "location": {"kind": "csv", "path": "a.csv"}, "fields": {"record": "id", **fields},
    }  # fmt: skip
    return Feed(**(declared | more))


@pytest.mark.parametrize("row", cases(TABLE))
def test_names(row: Row) -> None:
    if row["written"] == "in parts":
        fields = {"given": "first", "family": "last"}
        cells = {"first": row["given or whole name"], "last": row["family name"]}
    else:
        fields = {"name": "whole", "name_order": row["written"].replace(" ", "_")}
        cells = {"whole": row["given or whole name"]}
    frame = pl.DataFrame({"id": ["1"], **{name: [cell] for name, cell in cells.items()}})
    found = standardise(feed(fields), frame).rows.row(0, named=True)
    parts = {name: found[name] or "" for name in ("given", "middle", "family")}
    assert parts == {name: row[name] for name in parts}


def test_a_word_for_nothing_can_be_a_name_here_and_another_word_can_be_none() -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "last": ["Null", "Ghost"]})
    declared = feed({"family": "last"}, formats={"kept": ("Null",), "empty": ("ghost",)})
    assert standardise(declared, frame).rows["family"].to_list() == ["null", None]

"""Whatever is done to a good file, its reader gives a value or a clear refusal, nothing else.

Codebooks, uses, settings, figures and survey files are damaged at random: flipped and lost bytes,
lost, doubled and swapped lines, huge numbers, odd signs, cuts. 10,000 in all in the full tier.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyreadstat
import pytest

from licet.errors import BadInput, Fault
from licet.files.answers import read_answers
from licet.files.codebook import read_evidence
from licet.files.drafts import draft_codebook
from licet.files.figures import read_figures, read_printed_table
from licet.files.use import read_use
from licet.files.use_draft import UseFacts, draft_use
from licet.files.workspace import check_workspace, read_workspace
from tests.factories import (
    ASKED_POLICE,
    CODEBOOK_HEAD,
    LONE_PARENTS,
    PRINTED_POLICE,
    TRUST_SCALE,
)

HEAD = CODEBOOK_HEAD.replace('area = "UK"\n', 'area = "UK"\nchild_ages = [0, 15]\n')
HEAD += "interviews = 30\nresponse_rate = 0.5\n"
CODEBOOK = f"""\
{HEAD}[answers]
file = "answers.csv"
id = "person"
[design]
weight = "w"
strata = "region"
{TRUST_SCALE}outside = ["Refused"]
{ASKED_POLICE}[[groups]]
id = "young"
label = "Young parents"
when = 'age in [20, 21, 22] or (age < 25 and region == "r1é") or not age > 30'
"""
PRINTED = f"""\
[printed]
file = "figures.csv"
deff = 1.5
[printed.other_bases]
lone = [8]
{PRINTED_POLICE}{LONE_PARENTS}"""
FIGURES = "item,group,percent,base,stance,note\n" + "".join(
    f'police,{group},{percent},"{base}",{stance},n\n'
    for group, percent, base, stance in [
        ("all", "55", "1,234", "permits"),
        ("lone", "43.5 %", "93", "permits"),
        ("all", '"20,0"', "843", "opposes"),
    ]
)
SETTINGS = (
    'name = "Town"\n[gate]\nsmallest_base = 30\nconfidence = 0.99\n[disclosure]\nthreshold = 20\n'
)
ODD = ["\u202e", "\u0000", "\ud7ff", "é", "漢", "\ufeff", "\u2028", "٣", "999999999999999999999999",
       "-1", "1e999", "nan", "inf", '"', "'", "[", "]]", "{", "=", "#", ",", ";", "\t", "\\", "%",
       "__class__", "self", "..", "/etc/passwd", "0x10", "true", "2025-02-30", "a.b.c"]  # fmt: skip

VALUES = ["3", "-1", "1.5", "true", '""', "[]", "[[]]", "{}", "{a = 1}", '[1, "a"]', '{self = 1}',
          "2025-01-01", "12:00:00", '["Trust"]', "[2025-01-01]", "9999999999999", '"\\u0000"']  # fmt: skip
"""TOML values of every type, of which a key takes one or two."""

Read = Callable[[Path], Any]


def frame() -> pl.DataFrame:
    people = range(30)
    return pl.DataFrame(
        {
            "person": [float(1 + n) for n in people],
            "police": [[1.0, 2.0, 3.0, 9.0][n % 4] for n in people],
            "region": [f"r{n % 3}é" for n in people],
            "age": [20.0 + n for n in people],
            "w": [0.5 + n / 10 for n in people],
        }
    )


def labelled(path: Path, extension: str) -> bytes:
    labels = {"police": {1.0: "Trust", 2.0: "Neither", 3.0: "Distrust", 9.0: "Refused"}}
    if extension == "dta":
        tagged = pl.Series("police", [1.0, 2.0, "d", None] * 7 + [1.0, 2.0], dtype=pl.Object)
        stata = labels["police"] | {"d": "Don't know"}
        pyreadstat.write_dta(
            frame().with_columns(tagged),
            str(path),
            variable_value_labels={"police": stata},
            missing_user_values={"police": ["d"]},
        )
    else:
        pyreadstat.write_sav(
            frame(),
            str(path),
            compress=extension == "zsav",
            variable_value_labels=labels,
            missing_ranges={"police": [9.0]},
        )
    return path.read_bytes()


def table() -> bytes:
    words = {1.0: "Trust", 2.0: "Neither", 3.0: "Distrust", 9.0: "Refused"}
    return frame().with_columns(pl.col("police").replace_strict(words)).write_csv().encode()


def parquet() -> bytes:
    buffer = io.BytesIO()
    frame().with_columns(pl.col("region").cast(pl.Categorical)).write_parquet(buffer)
    return buffer.getvalue()


def evidence(path: Path) -> None:
    read_evidence(path.parent)


def figures(path: Path) -> None:
    for read in (read_figures, read_printed_table):
        try:
            read(path)
        except BadInput:
            continue
    read_evidence(path.parent)


def settings(path: Path) -> None:
    assert isinstance(check_workspace(path.parent), list)
    read_workspace(path.parent)


def codebook_folder(folder: Path) -> None:
    """A good evidence folder of printed figures; one file of it is then damaged."""
    head = CODEBOOK.split("[answers]")[0]
    (folder / "codebook.toml").write_text(head + PRINTED)
    (folder / "figures.csv").write_text(FIGURES)
    (folder / "answers.csv").write_bytes(table())


def kinds(folder: Path) -> Iterator[tuple[str, bytes, Read, bool]]:
    """The name, the good bytes, the reader of each kind of file, and whether it is text."""
    yield "codebook.toml", CODEBOOK.encode(), evidence, True
    printed = CODEBOOK.split("[answers]")[0] + PRINTED
    yield "codebook.toml of figures", printed.encode(), evidence, True
    yield "use.toml", draft_use(UseFacts(), date(2026, 11, 30)).encode(), read_use, True
    yield "figures.csv", FIGURES.encode(), figures, True
    yield "licet.toml", SETTINGS.encode(), settings, True
    yield "survey.csv", table(), read_answers, True
    yield "draft.csv", table(), draft_codebook, True
    yield "survey.csv.gz", gzip.compress(table(), mtime=0), read_answers, False
    yield "survey.parquet", parquet(), read_answers, False
    for extension in ("sav", "zsav", "dta"):
        path = folder / f"good.{extension}"
        yield f"survey.{extension}", labelled(path, extension), read_answers, False


NAMES = (
    "codebook.toml", "codebook.toml of figures", "use.toml", "figures.csv", "licet.toml",
    "survey.csv", "draft.csv", "survey.csv.gz", "survey.parquet", "survey.sav", "survey.zsav", "survey.dta",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_read_or_refused(name: str, full: bool, tmp_path: Path) -> None:
    codebook_folder(tmp_path)
    found = {kind[0]: kind[1:] for kind in kinds(tmp_path)}
    assert set(found) == set(NAMES)
    good, read, is_text = found[name]
    path = tmp_path / name.split()[0]
    path.write_bytes(good)
    read(path)  # the undamaged file must be read
    random = np.random.default_rng(list(name.encode()))
    refusals: list[Fault] = []
    for _ in range(-(-(10_000 if full else 200) // len(NAMES))):
        path.write_bytes(damaged(good, is_text, random))
        try:
            read(path)
        except BadInput as error:
            refusals += error.faults
    assert refusals and all(fault.what and fault.where for fault in refusals)


def damaged(good: bytes, is_text: bool, random: np.random.Generator) -> bytes:
    """The bytes with one to four faults, for text often in whole lines and words."""
    data = good
    for _ in range(int(random.integers(1, 5))):
        data = (_text_fault if is_text and random.random() < 0.7 else _byte_fault)(data, random)
    return data


def _byte_fault(data: bytes, random: np.random.Generator) -> bytes:
    place = int(random.integers(0, len(data) + 1))
    length = int(random.integers(1, 9))
    match int(random.integers(0, 6)):
        case 0:
            return data[:place] + random.bytes(length) + data[place + length :]
        case 1:
            return data[:place] + random.bytes(length) + data[place:]
        case 2:
            return data[:place] + data[place + length :]
        case 3:
            return data[:place] + b"\xff\xff\xff\x7f" + data[place + 4 :]
        case 4 if random.random() < 0.3:
            return data[:place]
        case _:
            flip = bytes(
                byte ^ (1 << int(random.integers(0, 8))) for byte in data[place : place + 1]
            )
            return data[:place] + flip + data[place + 1 :]


def _text_fault(data: bytes, random: np.random.Generator) -> bytes:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    first, second = (int(n) for n in random.integers(0, len(lines), 2))
    odd = ODD[int(random.integers(0, len(ODD)))]
    match int(random.integers(0, 8)):
        case 6 | 7 if "=" in lines[first] or lines[first].startswith("["):
            key = lines[first].split("=")[0].strip("[] ")
            lines[first] = f"{key} = {VALUES[int(random.integers(0, len(VALUES)))]}"
        case 0:
            del lines[first]
        case 1:
            lines.insert(first, lines[second])
        case 2:
            lines[first], lines[second] = lines[second], lines[first]
        case 3:
            place = int(random.integers(0, len(lines[first]) + 1))
            lines[first] = lines[first][:place] + odd + lines[first][place:]
        case 4:
            words = lines[first].split(" ")
            words[int(random.integers(0, len(words)))] = odd
            lines[first] = " ".join(words)
        case _:
            lines[first] = lines[first].replace("1", "9" * int(random.integers(1, 40)))
    return "\n".join(lines).encode("utf-8", "surrogateescape")

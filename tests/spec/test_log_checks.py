"""Whatever is changed in an exported log is found, and the finding names the file and where it can the
lines. "Signed anew" is what a keeper can do who rewrites the log and signs it again: only somebody who
kept an earlier checkpoint finds that out. SHA256SUMS is made right again in each case, as whoever means
harm would.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from licet.log import export
from licet.log.checkpoint import make_key
from tests.spec.tables import Row, cases
from tests.unit.test_log_cases import (
    NEW_SEED,
    ORIGIN,
    SEED,
    STRANGER,
    checkpoint,
    leaves,
    town,
)

TITLE = "What a check of the log finds"

TABLE = """
done to a log of 12 leaves       | earlier checkpoints | result | part       | lines
-------------------------------- | ------------------- | ------ | ---------- | -----
nothing                          | 5, 9                | sound  |            |
nothing                          |                     | sound  |            |
a leaf is changed                | 5, 9                | broken | history    | 6-9
a leaf is changed                | 9                   | broken | history    | 1-9
a leaf is changed                |                     | broken | root       | 1-12
a leaf is dropped                | 5, 9                | broken | history    | 6-9
two leaves change places         | 5, 9                | broken | history    | 6-9
a leaf is put in                 | 5, 9                | broken | history    | 6-9
a leaf is added at the end       | 5, 9                | broken | root       | 13
the last leaf is dropped         | 5, 9                | broken | size       |
the last leaf is changed         | 5, 9                | broken | root       | 10-12
a line is no leaf                | 5, 9                | broken | leaf       | 7
a line end is dropped            | 5, 9                | broken | file       | 12
line ends are CRLF               | 5, 9                | broken | leaf       | 1
an empty line at the end         | 5, 9                | broken | leaf       | 13
the size is changed              | 5, 9                | broken | signature  |
the name is changed              | 5, 9                | broken | signature  |
the signature is a stranger's    | 5, 9                | broken | signature  |
the key is a stranger's          | 5, 9                | broken | signature  |
the key is damaged               | 5, 9                | broken | key        |
the key file has another line    | 5, 9                | broken | key        |
an earlier checkpoint is forged  | 5, 9                | broken | signature  |
an earlier one of another log    | 5, 9                | broken | checkpoint |
changed and signed anew          | 5, 9                | broken | history    | 6-9
changed and signed anew          |                     | sound  |            |
cut and signed anew              | 5, 9                | broken | history    |
changed, signed with a new key   | 5, 9                | broken | history    | 6-9
"""

Files = dict[str, bytes]


def edited(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        lines = files[export.LEAVES].splitlines()
        files[export.LEAVES] = b"".join(line + b"\n" for line in change(lines))

    return edit


def signed_anew(
    change: Callable[[list[bytes]], list[bytes]], seed: bytes = SEED
) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        edited(change)(files)
        files[export.CHECKPOINT] = checkpoint(files[export.LEAVES].splitlines(), seed)
        files[export.KEY] = make_key(ORIGIN, seed).text.encode() + b"\n"

    return edit


def replaced(name: str, before: str, after: str) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        assert before.encode() in files[name]
        files[name] = files[name].replace(before.encode(), after.encode())

    return edit


def put(name: str, data: Callable[[], bytes]) -> Callable[[Files], None]:
    return lambda files: files.update({name: data()})


def with_line(lines: list[bytes], place: int, line: bytes) -> list[bytes]:
    return [*lines[:place], line, *lines[place + 1 :]]


def changed(lines: list[bytes]) -> list[bytes]:
    return with_line(lines, 6, leaves(1, start=30)[0])


CHANGES: dict[str, Callable[[Files], None]] = {
    "nothing": lambda files: None,
    "a leaf is changed": edited(changed),
    "a leaf is dropped": edited(lambda lines: [*lines[:6], *lines[7:]]),
    "two leaves change places": edited(lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]]),
    "a leaf is put in": edited(lambda lines: [*lines[:6], lines[6], *lines[6:]]),
    "a leaf is added at the end": edited(lambda lines: [*lines, lines[0]]),
    "the last leaf is dropped": edited(lambda lines: lines[:-1]),
    "the last leaf is changed": edited(lambda lines: with_line(lines, 11, lines[0])),
    "a line is no leaf": edited(lambda lines: with_line(lines, 6, b"{}")),
    "a line end is dropped": lambda files: files.update({export.LEAVES: files[export.LEAVES][:-1]}),
    "line ends are CRLF": replaced(export.LEAVES, "\n", "\r\n"),
    "an empty line at the end": edited(lambda lines: [*lines, b""]),
    "the size is changed": replaced(export.CHECKPOINT, "\n12\n", "\n11\n"),
    "the name is changed": replaced(export.CHECKPOINT, f"{ORIGIN}\n12", "log.example/city\n12"),
    "the signature is a stranger's": put(export.CHECKPOINT, lambda: checkpoint(leaves(12), STRANGER)),
    "the key is a stranger's": put(export.KEY, lambda: make_key(ORIGIN, STRANGER).text.encode() + b"\n"),
    "the key is damaged": replaced(export.KEY, "+A", "+B"),
    "the key file has another line": replaced(export.KEY, "\n", "\n\n"),
    "an earlier checkpoint is forged": put("checkpoints/9.txt", lambda: checkpoint(leaves(9), STRANGER)),
    "an earlier one of another log": put("checkpoints/9.txt", lambda: checkpoint(leaves(9), SEED, "other.example")),
    "changed and signed anew": signed_anew(changed),
    "cut and signed anew": signed_anew(lambda lines: lines[:8]),
    "changed, signed with a new key": signed_anew(changed, NEW_SEED),
}  # fmt: skip


@pytest.mark.parametrize("row", cases(TABLE))
def test_what_a_check_finds(row: Row) -> None:
    files = town(earlier=[int(size) for size in row["earlier checkpoints"].split(",") if size])
    CHANGES[row["done to a log of 12 leaves"]](files)
    files[export.SUMS] = export.sums(files)
    found = export.verify_folder(files)
    assert ("sound" if found.sound else "broken") == row["result"]
    if row["part"]:
        first = next(finding for finding in found.findings if finding.part == row["part"])
        span = "-".join(map(str, dict.fromkeys(first.lines or ())))
        assert span == row["lines"]
    else:
        assert found.signature == "valid"
        assert len(found.grown_from) == row["earlier checkpoints"].count(",") + bool(
            row["earlier checkpoints"]
        )

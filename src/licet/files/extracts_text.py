"""A large CSV file as a table of text, with the line and byte of what cannot be read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import BadInput, Fault, bad
from licet.files.delimited import ragged, sniff
from licet.files.reading import MEGABYTE, read_bytes, shown
from licet.files.tables import LARGEST_TEXT, _names, _unpacked

if TYPE_CHECKING:
    import polars as pl

_UTF8 = ("", "utf-8", "utf8", "utf-8-sig")


def read_text_table(path: Path, encoding: str = "", delimiter: str = "") -> pl.DataFrame:
    """Every cell as text. encoding "" is UTF-8; delimiter "" is seen from the header.

    Refuses an empty file, mixed encodings (line and byte), a name that stands twice in the header,
    unfinished quotes, and rows with more or fewer cells than the header.
    """
    import polars as pl

    data = _unpacked(read_bytes(path, LARGEST_TEXT), path)
    if not data.strip():
        raise bad("the file is empty", shown(path), "a header and at least one row")
    text = _decoded(data, path, encoding.casefold())
    if b"\x00" in text[:MEGABYTE] or b"\x00" in text:
        raise bad("the file holds NUL signs: it is no text", shown(path), "a CSV file")
    delimiter = delimiter or sniff(text[:100_000].decode("utf-8", "ignore"))
    header = next(
        csv.reader(io.StringIO(text[:1_000_000].decode("utf-8", "ignore")), delimiter=delimiter)
    )
    names = _names(header, path)
    _check_widths(text, path, delimiter, len(names))
    try:
        frame = pl.read_csv(text, separator=delimiter, infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError as error:
        first = (str(error).splitlines() or [""])[0][:160]
        raise bad(f"the file cannot be read ({first})", shown(path), "a CSV file") from None
    frame.columns = names
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _decoded(data: bytes, path: Path, encoding: str) -> bytes:
    """The text as UTF-8 bytes. Refuses another encoding than the declared one."""
    data = data.removeprefix(b"\xef\xbb\xbf") if encoding in _UTF8 else data
    if encoding in _UTF8:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(_not_utf8(data, error.start, path)) from None
        return data
    try:
        text = data.decode(encoding)
    except LookupError:
        raise bad(
            f"unknown encoding {encoding!r}", "location.encoding", '"utf-8", "cp1252", "latin-1"'
        ) from None
    except UnicodeError as error:
        where = _place(data, getattr(error, "start", 0))
        raise bad(f"{where} is not {encoding} text", shown(path), encoding) from None
    if not encoding.startswith("utf"):
        _check_not_mixed(data, path, encoding)
    return text.removeprefix("\ufeff").encode("utf-8")


def _not_utf8(data: bytes, start: int, path: Path) -> Fault:
    """Mixed encodings where lines before or after are UTF-8 beyond ASCII; else another encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault("the file is UTF-16, not UTF-8", shown(path), "", 'add encoding = "utf-16"')
    where = f"{shown(path)}: {_place(data, start)}"
    other = _first_utf8_line(data)
    if other:
        return Fault(
            f"the encodings are mixed: line {other} is UTF-8, {_place(data, start)} is not",
            where,
            "one encoding throughout",
            "ask the service for the extract in UTF-8: nobody can tell which letters were meant",
        )
    todo = 'name the encoding in [location], for example encoding = "cp1252"'
    return Fault(f"{_place(data, start)} is not UTF-8", where, "UTF-8", todo)


def _check_not_mixed(data: bytes, path: Path, encoding: str) -> None:
    """Refuse UTF-8 lines in a file of a declared encoding of single bytes."""
    other = _first_utf8_line(data)
    if not other:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"the encodings are mixed: line {other} is UTF-8, {_place(data, error.start)} is not"
        todo = "ask the service for the extract in one encoding"
        raise bad(what, f"{shown(path)}: line {other}", f"{encoding} throughout", todo) from None
    todo = 'write encoding = "utf-8"'
    raise bad(f"the file is UTF-8, not {encoding}", shown(path), "the encoding it has", todo)


def _first_utf8_line(data: bytes) -> int:
    """The first line that is UTF-8 and not ASCII; 0 if there is none."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return number
    return 0


def _place(data: bytes, start: int) -> str:
    """Line and byte: ``line 7, byte 12 (0xE9)``."""
    line = data.count(b"\n", 0, start) + 1
    column = start - data.rfind(b"\n", 0, start)
    return f"line {line}, byte {column} (0x{data[start]:02X})"


def _check_widths(text: bytes, path: Path, delimiter: str, width: int) -> None:
    """Refuse rows with another number of cells than the header, and unfinished quotes.

    Without quotes, delimiters are counted in compiled code; with them every row is read.
    """
    import polars as pl

    if b'"' not in text:
        lines = pl.Series(
            text.decode("utf-8").splitlines() if b"\r" in text else text.decode("utf-8").split("\n")
        )
        counts = lines.str.count_matches(delimiter, literal=True)
        wrong = ((counts != width - 1) & (lines.str.strip_chars() != "")).arg_true()
        if wrong.len():
            number = int(wrong[0])
            cells = str(lines[number]).split(delimiter)
            raise ragged(path, number + 1, cells, width, delimiter)
        return
    reader = csv.reader(
        io.StringIO(text.decode("utf-8"), newline=""), delimiter=delimiter, strict=True
    )
    try:
        for cells in reader:
            if len(cells) != width and any(cell.strip() for cell in cells):
                raise ragged(path, reader.line_num, cells, width, delimiter)
    except csv.Error as error:
        where = f"{shown(path)}: line {reader.line_num}"
        allowed = 'cells in plain text; a cell with quotes in it as "say ""this"""'
        raise bad(f"line {reader.line_num} cannot be read ({error})", where, allowed) from None

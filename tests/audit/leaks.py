"""No file that an audit writes holds a person: a search of all files of a folder, whatever their kind."""

from __future__ import annotations

import gzip
import html
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SHORTEST = 5
"""Characters of an id that is looked for: a shorter one stands in any page by chance."""
_PACKED = {".xlsx", ".docx", ".ods", ".zip"}


def assert_no_people(folder: Path, ids: Iterable[object]) -> None:
    """Fail if any file below a folder holds any of these: ids of persons or rows, names, scores.

    Looks at the text of every file as it is, with HTML and JSON read as they mean, inside spreadsheets and
    packed files, in columns of Parquet, and at the names of files. ids: at least ``SHORTEST`` characters.
    """
    wanted = sorted({str(one) for one in ids})
    short = [one for one in wanted if len(one) < SHORTEST]
    assert not short, f"ids too short to be looked for: {len(short)}"
    assert wanted, "nothing to look for"
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    assert files, f"no file in {folder}"
    found = {}
    for path in files:
        text = "\0".join([path.name, *texts_of(path)])
        held = sum(one in text for one in wanted)
        if held:
            found[path.relative_to(folder).as_posix()] = held
    assert not found, f"files that hold people: {found}"


def texts_of(path: Path) -> list[str]:
    """What a file says, in every way that it can be read."""
    return list(_texts(path.name, path.read_bytes()))


def _texts(name: str, data: bytes) -> Iterator[str]:
    ending = Path(name).suffix.casefold()
    if ending in _PACKED:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in packed.namelist():
                yield from _texts(part, packed.read(part))
        return
    if ending == ".gz":
        yield from _texts(Path(name).stem, gzip.decompress(data))
        return
    if ending == ".parquet":
        yield from _columns(data)
        return
    text = data.decode("utf-8", errors="replace")
    yield text
    if ending in {".html", ".xml", ".svg", ".rels"}:
        yield html.unescape(text)
    if ending == ".json":
        yield "\n".join(_values(json.loads(text)))


def _columns(data: bytes) -> Iterator[str]:
    import polars as pl

    frame = pl.read_parquet(io.BytesIO(data))
    yield "\n".join(frame.columns)
    for column in frame:
        yield "\n".join(str(value) for value in column.to_list())


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    else:
        yield str(value)

"""The search of what was written: nothing known is found, anything else is, in whatever file and column."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from licet.chapters.searching import strange_texts

ROWS = pl.DataFrame({
    "row": ["a/1", "a/2", "b/1"], "given": ["ann", None, "bo"], "feed": ["a", "a", "b"], "n": [1, 2, 3]
})  # fmt: skip
MENTIONS = pl.DataFrame({"row": ["b/1", "a/1"], "family": ["li", "ng"]})
KNOWN = (ROWS, MENTIONS)


def written(folder: Path, **frames: pl.DataFrame) -> list[Path]:
    for name, frame in frames.items():
        if name.startswith("part"):
            frame.write_ipc(folder / f"{name}.arrow")
        else:
            frame.write_parquet(folder / f"{name}.parquet")
    return sorted(folder.iterdir())


def test_what_is_known_is_not_found(tmp_path: Path) -> None:
    paths = written(
        tmp_path,
        part1=ROWS.head(2),
        part2=ROWS.tail(1),
        whole=ROWS,
        mentions=MENTIONS.sort("row"),
        other_order=ROWS.reverse(),
        other_name=pl.DataFrame(
            {"person": ["li", "ann", None], "feeds": [["a", "b"], ["a"], None]}
        ),
        numbers=pl.DataFrame({"n": [1]}),
        nothing=ROWS.clear(),
    )
    assert strange_texts(paths, KNOWN) == {}


@pytest.mark.parametrize(
    "frame",
    [
        ROWS.with_columns(given=pl.Series(["ann", "zz", "bo"])),
        ROWS.with_columns(given=pl.Series(["ann", None, "zz"])),
        ROWS.tail(1).with_columns(row=pl.lit("zz")),
        MENTIONS.with_columns(family=pl.Series(["zz", "li"])),
        pl.DataFrame({"feeds": [["a", "zz"], ["a"], ["b"]]}),
        pl.DataFrame({"beside": ["ann", "zz"]}),
        pl.concat([ROWS, ROWS.head(1).with_columns(given=pl.lit("zz"))]),
    ],
)
@pytest.mark.parametrize("name", ["whole", "part9"])
def test_one_strange_text_is_found_and_its_file_named(
    tmp_path: Path, frame: pl.DataFrame, name: str
) -> None:
    paths = written(
        tmp_path, part1=ROWS.head(2), part2=ROWS.tail(1), mentions=MENTIONS, **{name: frame}
    )
    found = {path.stem: count for path, count in strange_texts(paths, KNOWN).items()}
    assert found == {name: 1}

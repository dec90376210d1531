"""TOML documents, uses and writing: every fault is one clear refusal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.files import writing
from licet.files.toml import read_toml
from licet.files.use import read_use
from licet.files.writing import write_bytes, write_text
from tests.powerless import powerless

USE = """\
id = "early-help"
title = "Early help"
controller = "Council"
services = ["education", "police"]
reasons = ["offer_unasked"]
purpose = "early_intervention"
intended_action = "offer_of_support"
start = 2026-01-01
end = 2027-01-01
[population]
people = "parents"
area = "UK/England/Exampleton"
"""

TOML_FAULTS = {
    "syntax": (b'a = "x"\nb = \n', "line 2"),
    "twice": (b"a = 1\na = 2\n", "the key 'a' is given twice (first in line 1)"),
    "table twice": (b"[a]\n[a]\n", "given twice"),
    "not utf-8": (b'a = "x"\nb = "\xe9"\n', "line 2 is not UTF-8"),
    "utf-16": ("a = 1".encode("utf-16"), "UTF-16"),
    "too deep": (b"a" + b".a" * 500 + b" = 1", "too deeply"),
    "deep brackets": (b"a = " + b"[" * 50_000, "valid TOML"),
    "huge number": (b"a = " + b"9" * 5000, "too many digits"),
    "infinite": (b"a = inf", "inf is not a number"),
    "not a number": (b"a = [1.0, nan]", "nan is not a number"),
    "self": (b"self = 1", "unknown key 'self'"),
}


@pytest.mark.parametrize("name", TOML_FAULTS)
def test_wrong_toml_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    data, said = TOML_FAULTS[name]
    path = tmp_path / "use.toml"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        read_toml(path)
    text = str(caught.value)
    assert "use.toml" in text
    if name == "deep brackets":  # the parser may stop at depth or at the missing bracket
        assert "deeply" in text or said in text
    else:
        assert said in text


def test_a_missing_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "early-help.toml").write_text("a = 1")
    with pytest.raises(BadInput, match=r"write 'early-help\.toml'"):
        read_toml(tmp_path / "early-hlp.toml")
    with pytest.raises(BadInput, match="no such folder"):
        read_toml(tmp_path / "nowhere" / "a.toml")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder, not a file"):
        read_toml(tmp_path)


def test_impossible_paths_are_refused() -> None:
    for name in ("a\0b.toml", "x" * 5000 + ".toml"):
        with pytest.raises(BadInput, match="cannot be read"):
            read_toml(Path(name))


def test_something_that_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    with pytest.raises(BadInput, match="not an ordinary file"):
        read_toml(pipe)


def test_a_file_over_five_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_bytes(b"#" * 5_000_001)
    with pytest.raises(BadInput, match="at most 5 MB"):
        read_toml(path)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "closed.toml"
    path.write_text("a = 1")
    path.chmod(0)
    with powerless(), pytest.raises(BadInput, match="may not be read"):
        read_toml(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(path) == {"a": 1}


def test_a_use_is_read_from_the_top_level(tmp_path: Path) -> None:
    path = tmp_path / "early-help.toml"
    path.write_text(USE)
    use = read_use(path)
    assert (use.id, use.services) == ("early-help", ("education", "police"))


def test_the_faults_of_a_use_name_file_key_and_the_nearest_word(tmp_path: Path) -> None:
    path = tmp_path / "early-help.toml"
    wrong = USE.replace('"police"', '"polise"').replace("people =", "peeple =")
    path.write_text(wrong + "titel = 1\n")
    with pytest.raises(BadInput) as caught:
        read_use(path)
    text = str(caught.value)
    assert text.count("early-help.toml: ") == len(caught.value.faults) >= 3
    assert "write 'police'" in text and "write 'people'" in text
    assert "population: titel" in text


def test_writing_replaces_the_whole_file_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "one\n")
    path.chmod(0o600)
    write_text(path, "two é\n")
    assert path.read_bytes() == "two é\n".encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_places_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cases = {
        tmp_path: "folder, not a file",
        tmp_path / "nowhere" / "a.txt": "does not exist",
        tmp_path / "file" / "a.txt": "does not exist",
        tmp_path / ("x" * 300): "cannot be written",
    }
    for path, said in cases.items():
        with pytest.raises(BadInput, match=said):
            write_bytes(path, b"x")
    with pytest.raises(BadInput, match="half a character"):
        write_text(tmp_path / "a.txt", "a\ud800")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file"]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(BadInput, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]

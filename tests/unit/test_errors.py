"""Messages say what, where, what is allowed and what to do."""

from __future__ import annotations

import pytest

from licet.errors import BadInput, Fault, LicetError, bad, nearest, unknown


def test_a_fault_shows_only_what_it_has() -> None:
    assert str(Fault("no weight")) == "no weight"
    whole = str(Fault("no weight", "codebook.toml", "a column", 'add weight = "w"'))
    assert whole.splitlines() == [
        "no weight",
        "  where:   codebook.toml",
        "  allowed: a column",
        '  do:      add weight = "w"',
    ]


def test_places_are_put_one_before_the_other() -> None:
    assert Fault("x", "key").within("file").where == "file: key"
    assert Fault("x").within("file").where == "file"
    error = BadInput(Fault("a", "k"), Fault("b")).within("file")
    assert [fault.where for fault in error.faults] == ["file: k", "file"]


def test_bad_input_holds_all_its_faults_and_never_none() -> None:
    error = BadInput(Fault("a"), Fault("b"))
    assert isinstance(error, LicetError) and isinstance(error, ValueError)
    assert str(error) == "a\nb"
    with pytest.raises(ValueError, match="at least one fault"):
        BadInput()
    assert bad("a", "b", "c", "d").faults == (Fault("a", "b", "c", "d"),)


@pytest.mark.parametrize(
    ("word", "found"),
    [("polise", "police"), ("POLICE", "police"), ("Eduction", "education"), ("xyz", None)],
)
def test_the_nearest_word(word: str, found: str | None) -> None:
    assert nearest(word, ["police", "education"]) == found


def test_an_unknown_word_names_the_nearest_and_the_allowed() -> None:
    (fault,) = unknown("service", "polise", ["police", "education"], "services").faults
    assert fault.what == "unknown service 'polise'"
    assert fault.allowed == "police, education"
    assert fault.todo == "write 'police' if that is meant"
    assert unknown("service", "?", []).faults[0].allowed == "none is declared"
    assert unknown("service", "?", ["a"]).faults[0].todo == "use one of the allowed words"


def test_long_lists_and_long_words_are_cut() -> None:
    (fault,) = unknown("column", "q" * 500, [f"c{n}" for n in range(100)]).faults
    assert fault.allowed.endswith("c29, ... 100 in all")
    assert len(fault.what) < 110


def test_many_faults_that_differ_by_their_place_alone_are_told_as_one() -> None:
    many = [
        Fault("unknown breakdown 'nope'", f"frame: row {row}: by", "all, town")
        for row in range(2, 52)
    ]
    said = str(BadInput(*many[:25], Fault("another", "here"), *many[25:]))
    assert said.count("unknown breakdown") == 1
    assert "frame: row 2: by (and 49 more like it)" in said and "another" in said
    assert len(BadInput(*many).faults) == 50
    assert str(BadInput(*many[:3])).count("unknown breakdown") == 3

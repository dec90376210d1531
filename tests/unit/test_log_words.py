"""The words of the log, as they are published: other programs read them, so they never change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licet.errors import BadInput
from licet.log import forms
from licet.log.checkpoint import MOST_SIGNATURES, read_note
from licet.log.outcomes import OUTCOMES
from licet.log.verified import Finding, Verified, verified_data, verified_text

FOUND = Verified((), "town/log", 1, b"\x01" * 32, "valid", "", "town+0+A", (("old", 2),))


def test_what_a_check_found_as_data() -> None:
    assert verified_data(FOUND) == {
        "sound": True,
        "origin": "town/log",
        "size": 1,
        "root": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "signature": "valid",
        "signature_not_checked_because": None,
        "key": "town+0+A",
        "grown_from": [{"checkpoint": "old", "size": 2}],
        "findings": [],
    }
    nothing = verified_data(Verified((Finding("leaf", "leaves.jsonl", "odd", (1, 1), (0, 4)),)))
    assert nothing["root"] is None and nothing["signature"] == "not checked"
    assert nothing["findings"] == [
        {"part": "leaf", "file": "leaves.jsonl", "lines": (1, 1), "bytes": (0, 4), "text": "odd"}
    ]
    assert verified_data(replace(FOUND, unchecked="why"))["signature_not_checked_because"] == "why"


@pytest.mark.parametrize("left_out", ["origin", "size", "root"])
def test_a_checkpoint_that_cannot_be_read_whole_is_not_shown(left_out: str) -> None:
    assert "root:" in verified_text(FOUND)
    assert "root:" not in verified_text(replace(FOUND, **{left_out: None}))


def test_twenty_findings_are_shown_and_more_are_counted() -> None:
    twenty = (Finding("leaf", "leaves.jsonl", "odd"),) * 20
    assert "in all" not in verified_text(Verified(twenty))
    more = verified_text(Verified((*twenty, twenty[0])))
    assert more.count("broken:") == 20 and "... 21 findings in all" in more


def test_the_words_of_a_ruling() -> None:
    """The glossary's words for the screen."""
    assert dict(OUTCOMES) == {
        "licensed": "LICENSED",
        "ask_all_the_same": "LICENSED, BUT ASK EACH FAMILY",
        "ask_instead": "NO LICENCE: ASK EACH FAMILY",
        "refused": "NOT PERMITTED",
        "not_known": "NOT KNOWN",
    }


LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""


@pytest.mark.parametrize(
    ("form", "fits", "misfits"),
    [
        (forms.WHOLE, [1, LARGEST], [0, -1, True, 1.0, "1", LARGEST + 1]),
        (forms.COUNT, [None, 0, 10, LARGEST], [1, 9, -1, LARGEST + 1]),
        (forms.DAY, ["2026-11-30"], ["2026-11-31", "2026-1-1", 20261130, None]),
        (forms.NAMES, [[], ["a", "b"], ("a",)], ["a", ["a", "a"], ["a", "b c"], ["b c", "a"], {}]),
        (forms.NAMES, [[f"n{k}" for k in range(forms.MOST_PARTS)]], [[f"n{k}" for k in range(forms.MOST_PARTS + 1)]]),
        (forms.COUNTS, [{}, {"a": 0, "b": None}], [[], {"a": 1}, {"a": 0, "b": 1}, {"a b": 0}, {"a": 0, "b c": 0}]),
        (forms.COUNTS, [{f"n{k}": 0 for k in range(forms.MOST_PARTS)}], [{f"n{k}": 0 for k in range(forms.MOST_PARTS + 1)}]),
        (forms.one_of(["a", "b"]), ["a", "b"], ["c", 1, None]),
        (
            forms.TEXT,
            ["plain", "é", "a b"],
            ["", " ", "a\nb", "a\u2028b", "a\u2029b", "a\ud800", "a\ue000", "a\u0378", "a\u202eb", "a\u061cb", "\u2069a", "a\U000e0000", "a\U000e0fff"],
        ),
    ],
)  # fmt: skip
def test_what_fits_a_form(form: forms.Form, fits: list[object], misfits: list[object]) -> None:
    assert [value for value in fits if not form.fits(value)] == []
    assert [value for value in misfits if form.fits(value)] == []


def test_a_figure_has_its_three_words_and_perhaps_shares() -> None:
    least = {"requirement": "trust:police", "group": "all", "verdict": "granted"}
    shares = {"share": "0.6", "low": "0.5", "high": "0.7"}
    for figure in (least, least | shares, least | {"share": "0.6"}):
        assert forms.FIGURES.fits([figure])
    for wrong in ({**least, "more": "x"}, {**least, "high": "7"}, {**least, "low": "-"}, shares):
        assert not forms.FIGURES.fits([wrong])


NOTE = "town/log\n1\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n"
SIGNED = "\u2014 town AAAAAAA="


@pytest.mark.parametrize(
    "line",
    [
        "- town AAAAAAA=",
        "\u2014 town",
        "\u2014 AAAAAAA=",
        "\u2014 to+wn AAAAAAA=",
        "\u2014 to\u2028wn AAAAAAA=",
        "\u2014 to\u2029wn AAAAAAA=",
        "\u2014 to\x7fwn AAAAAAA=",
        "\u2014 to\u0378wn AAAAAAA=",
        "\u2014 town AAAAAA==",
        "\u2014 town AAAAAAA=!",
        f"\u2014 {'t' * 201} AAAAAAA=",
    ],
)
def test_a_line_that_is_no_signature_is_refused(line: str) -> None:
    """Four bytes are the id of a key; without a fifth there is no signature."""
    with pytest.raises(BadInput):
        read_note(f"{NOTE}{line}\n".encode())


def test_a_note_has_a_limit_of_signatures_and_of_a_name() -> None:
    whole = f"{NOTE}{SIGNED}\n"
    assert len(read_note(whole.encode()).signatures) == 1
    assert read_note(f"{NOTE}\u2014 {'t' * 200} AAAAAAA=\n".encode())
    most = NOTE + f"{SIGNED}\n" * MOST_SIGNATURES
    assert len(read_note(most.encode()).signatures) == MOST_SIGNATURES
    with pytest.raises(BadInput):
        read_note(f"{most}{SIGNED}\n".encode())

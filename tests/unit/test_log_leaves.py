"""Leaves: canonical JSON read and written alike, narrow bodies, sentences, batches of permissions."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from licet.disclosure import THRESHOLD
from licet.errors import BadInput
from licet.licence import Verdict
from licet.log import forms
from licet.log.canonical import canonical, read_canonical
from licet.log.kinds import KINDS
from licet.log.leaves import (
    Leaf,
    event_salt,
    read_leaf,
    salted,
    salted_root,
    sentence,
    write_leaf,
)
from licet.log.tree import Place, extend, inclusion, leaf_hash, verify_inclusion
from tests.unit.test_log_cases import BODIES, START

# RFC 8785, sections 3.2.2 to 3.2.4: the sample and its bytes.
SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
BYTES = """
7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d
62 65 72 73 22 3a 5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35
2c 30 2e 30 30 32 2c 31 65 2d 32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66
5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d"""
# RFC 8785, section 3.2.3: keys in the order of their UTF-16 units.
KEYS = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
ORDER = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_the_sample_of_the_standard() -> None:
    assert canonical(json.loads(SAMPLE)) == bytes.fromhex(BYTES)


def test_keys_in_the_order_of_the_standard_by_both_writers() -> None:
    written = canonical(KEYS)
    assert list(json.loads(written)) == ORDER
    assert read_canonical(written) == KEYS


def test_every_sign_is_read_back_as_it_was_written() -> None:
    for start in range(0, 0x110000, 0x1000):
        signs = (chr(n) for n in range(start, start + 0x1000) if not 0xD800 <= n < 0xE000)
        data = canonical({"a": "".join(signs)})
        assert canonical(read_canonical(data)) == data


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {1: 2}, object()]
)
def test_what_json_cannot_say_is_not_written(value: Any) -> None:
    with pytest.raises(BadInput, match="cannot be written to the log"):
        canonical(value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a":1,"a":1}', "given twice"),
        ('{"a":1, "b":2}', "canonical form, from byte 7"),
        ('{"b":1,"a":1}', "canonical form, from byte 2"),
        ('{"a":1}\n', "canonical form, from byte 7"),
        ('{"a":1}\r', "canonical"),
        (' {"a":1}', "canonical"),
        ('{"a":0.5}', "written as text"),
        ('{"a":1e3}', "written as text"),
        ('{"a":-0}', "canonical"),
        ('{"a":NaN}', "written as text"),
        ('{"a":9007199254740992}', "beyond"),
        ('{"a":' + "9" * 5000 + "}", "beyond"),
        (r'{"a":"\u0041"}', "canonical"),
        (r'{"a":"\/"}', "canonical"),
        (r'{"a":"\ud800"}', "half a character"),
        ("[" * 100_000, "deeply"),
        ("{", "not JSON, from character 1"),
        ("", "not JSON"),
        ('\ufeff{"a":1}', "not JSON"),
    ],
)
def test_json_is_read_in_one_form_only(text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_canonical(text.encode())


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(BadInput, match="byte 2 is not UTF-8"):
        read_canonical(b'{"\xff":1}')


def test_writing_without_the_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc8785", None)
    with pytest.raises(BadInput, match=r"install licet\[link\]"):
        canonical({})


def test_all_faults_of_a_body_at_once() -> None:
    body = {**BODIES["run_finished"], "pseudonym": "p-1", "count": {}, "excluded": {"refused": 3}}
    del body["run"]
    with pytest.raises(BadInput) as caught:
        write_leaf("run_finished", datetime(2026, 11, 30), body)  # noqa: DTZ001 - the fault meant
    text = str(caught.value)
    for part in (
        "run is left out",
        "'pseudonym' cannot be said",
        "write 'counts'",
        "does not fit",
        "without its zone",
    ):
        assert part in text
    assert len(caught.value.faults) == 5


def test_an_unknown_kind_is_refused_when_written_and_kept_when_read() -> None:
    with pytest.raises(BadInput, match="'run_finished'"):
        write_leaf("run_finish", START, {})
    data = canonical(
        {"kind": "answer\x1b", "at": "2026-11-30T09:00:00Z", "body": {"question": "q1"}}
    )
    leaf = read_leaf(data)
    assert leaf.kind == "answer\x1b"
    assert (
        leaf.sentence == "A leaf of a kind that this version of Licet does not know: 'answer\\x1b'."
    )


def test_moments_are_in_utc_and_whole_seconds() -> None:
    at = datetime(2026, 11, 30, 10, 0, 0, 999_999, timezone(timedelta(hours=1)))
    leaf = read_leaf(write_leaf("sealed", at, BODIES["sealed"]))
    assert leaf.at == datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-11-30T09:00:00+00:00"},
        {"at": "2026-11-31T09:00:00Z"},
        {"at": "2026-11-30T09:00:60Z"},
        {"at": "٢026-11-30T09:00:00Z"},
        {"at": 5},
        {"kind": 5},
        {"body": []},
        {"more": 1},
    ],
)
def test_what_is_no_leaf_is_refused(change: dict[str, Any]) -> None:
    value = {"kind": "sealed", "at": "2026-11-30T09:00:00Z", "body": BODIES["sealed"]}
    assert read_leaf(canonical(value)).kind == "sealed"
    with pytest.raises(BadInput):
        read_leaf(canonical(value | change), "line 1")


def test_a_leaf_has_a_greatest_size() -> None:
    with pytest.raises(BadInput, match="at most"):
        read_leaf(b" " * 1_000_001)
    many = {f"{'x' * 90}{n}": "a" * 64 for n in range(1000)}
    body = {**BODIES["run_finished"], "outputs": many}
    assert len(write_leaf("run_finished", START, body)) < 1_000_000
    body["outputs"] = many | {"one-more": "a" * 64}
    with pytest.raises(BadInput, match="does not fit"):
        write_leaf("run_finished", START, body)


def test_small_counts_are_those_that_reports_keep_back() -> None:
    assert forms.SMALLEST_COUNT == THRESHOLD


def test_people_write_freely_under_few_keys_only() -> None:
    free = {key for kind in KINDS.values() for key, form in kind.keys.items() if form.free}
    assert free == {"title", "reasons", "reason", "role", "published", "figures", "value"}


@pytest.mark.parametrize(
    "odd", ["x" * 1001, "a\U000e0041b", "a\u202eb", "a\x1bb", "a\u2028b", "a\nb", " ", 5]
)
def test_free_text_is_one_line_that_shows_all_it_holds(odd: object) -> None:
    assert forms.TEXT.fits("x" * 1000) and forms.TEXT.fits("می\u200cخواهم")
    assert not forms.TEXT.fits(odd)


def test_verdicts_are_those_of_licence() -> None:
    assert [word for word in Verdict if not forms.VERDICT.fits(str(word))] == []
    assert not forms.VERDICT.fits("permit")


def test_no_kind_has_a_key_for_a_person() -> None:
    keys = {key for kind in KINDS.values() for key in kind.keys}
    assert not keys & {
        "person",
        "subject",
        "pseudonym",
        "name",
        "row",
        "record",
        "household",
        "birth",
        "address",
    }


def test_sentences_are_made_of_keys_that_are_always_there() -> None:
    for name, kind in KINDS.items():
        body = {key: BODIES[name][key] for key in kind.required}
        assert "{" not in sentence(Leaf(name, START, body))
        assert set(kind.more) <= set(kind.optional)


def test_counts_kept_back_are_never_zero_in_a_sentence() -> None:
    text = sentence(Leaf("run_finished", START, BODIES["run_finished"]))
    assert "persons 1,200, households not shown" in text and "refused 0" in text


def test_a_batch_is_shown_to_one_person_without_telling_of_others() -> None:
    salt = bytes(range(32))
    events = [b"event %d" % number for number in range(7)]
    sealed = salted_root(events, salt)
    own = event_salt(salt, 4)
    nodes: dict[Place, bytes] = {}
    data = [salted(event, event_salt(salt, index)) for index, event in enumerate(events)]
    extend(nodes, 0, map(leaf_hash, data))
    proof = inclusion(lambda level, index: nodes[level, index], 4, 7)
    assert verify_inclusion(leaf_hash(salted(b"event 4", own)), 4, 7, proof, sealed)
    assert not verify_inclusion(leaf_hash(salted(b"event 5", own)), 4, 7, proof, sealed)
    assert salted(b"event 5", own) not in data, "one person's salt does not open another's event"
    assert salted_root(events, bytes(32)) != sealed
    with pytest.raises(ValueError, match="32 bytes"):
        salted_root(events, b"short")

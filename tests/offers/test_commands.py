"""``licet review`` as it is typed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.identify.town import Case
from tests.linkage.conftest import Typed
from tests.linkage.town import TODAY, USE, store_of
from tests.offers.reviewers import POSTS, queue
from tests.tiers import few

DAY = ("--today", TODAY.isoformat())
AS = ("--as", POSTS[0], "--reviewer", "early shift")


def item_of(text: str) -> str:
    found = re.search(r"^Item: ([0-9a-f]{24})$", text, re.MULTILINE)
    assert found, text
    return found[1]


@pytest.mark.long
def test_the_whole_way(town: Case, typed: Typed, tmp_path: Path) -> None:
    use = str(town.use)
    seen = typed("review", "next", use, *AS, *DAY)
    assert seen.returncode == 0 and "PERSONAL DATA" in seen.stdout
    name = item_of(seen.stdout)
    assert item_of(typed("review", "next", use, *AS, *DAY).stdout) == name
    said = ("--decision", "offer", "--because", "Both are recent.")
    done = typed("review", "decide", name, "--use", use, *AS, *said, *DAY)
    assert done.returncode == 0, done.stderr
    if "second reviewer" in done.stdout:  # the lot: each reviewer is somebody else
        while item_of((two := typed("review", "next", use, "--as", POSTS[1], *DAY)).stdout) != name:
            typed("review", "decide", item_of(two.stdout), "--use", use, "--as", POSTS[1],
                  "--decision", "no_offer", "--because", "It does not fit.", *DAY)  # fmt: skip
        done = typed("review", "decide", name, "--use", use, "--as", POSTS[1], *said, *DAY)
    assert "The letter is written" in done.stdout
    with store_of(town.root) as store:
        code = store.offers.code(name)
    took = typed("review", "outcome", code, "--use", use, "--took-up", "yes", *DAY)
    assert took.stdout == "You took the offer.\n"
    counts = typed("review", "counts", use, *DAY)
    assert "taken up: fewer than 10" in counts.stdout
    funnel = typed("review", "funnel", use, "--out", str(tmp_path / "out"), "--json", *DAY)
    found = json.loads(funnel.stdout[funnel.stdout.index("{") :])
    assert {one["step"]: one["count"] for one in found["steps"] if not one["by"]}[
        "taken_up"
    ] is None
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "review-funnel.csv", "review-funnel.json",
    ]  # fmt: skip
    told = counts.stdout + funnel.stdout
    assert not any(one.name in told or one.key in told for one in queue(town))


def test_the_command_that_is_told_decides_as_it_stands(town: Case, typed: Typed) -> None:
    seen = typed("review", "next", str(town.use), *AS, *DAY)
    said = seen.stdout.strip().splitlines()[-1]
    words = shlex.split(said.replace("offer|no_offer|second", "no_offer").replace("...", "No."))
    done = typed(*words[1:])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    few([
        (("next", "{use}"), "nobody is named who looks"),
        (("next", "{use}", "--as", "jo@council.example"), "nobody is named who looks"),
        (("next", "{use}", "--as", "School ofice"), "unknown post 'School ofice'"),
        (("decide", "0" * 24, "--use", "{use}", *AS, "--decision", "sanction", "--because", "x"),
         "unknown decision 'sanction'"),
        (("decide", "0" * 24, "--use", "{use}", *AS, "--decision", "offer", "--because", "x"),
         "not in the queue"),
        (("outcome", "ABCD-EFGH-JKMN-PQRS", "--use", "{use}", "--took-up", "yes"), "does not work"),
        (("outcome", "ABCD-EFGH-JKMN-PQRS", "--use", "{use}"), "unknown outcome ''"),
        (("counts", "nowhere/uses/x.toml"), "lies in no workspace"),
    ], 1),
)  # fmt: skip
def test_bad_input_is_one_clear_message(
    town: Case, typed: Typed, words: tuple[str, ...], told: str
) -> None:
    before = queue(town)
    done = typed("review", *(word.format(use=town.use) for word in words), *DAY)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr
    assert done.stderr.count("licet:") == 1 and queue(town) == before


@pytest.mark.long
def test_no_command_gives_more_than_one_household(town: Case, typed: Typed) -> None:
    shown = typed("review", "--help").stdout
    known = set(re.findall(r"^  ([a-z]+)  ", shown, re.MULTILINE))
    assert known == {"next", "decide", "counts", "outcome", "funnel"}
    seen = typed("review", "next", str(town.use), *AS, *DAY).stdout
    held = item_of(seen)
    others = [one for one in queue(town) if one.name != held]
    with store_of(town.root) as store:
        rows = store.offers.rows([one.name for one in others])
    numbers = {town.town.owner[row] for some in rows.values() for row in some}
    names = {p.given for p in town.town.people if p.number in numbers}
    assert others and not any(re.search(rf"\b{name}\b", seen, re.IGNORECASE) for name in names)
    assert USE in seen

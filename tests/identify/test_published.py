"""Rules in the register: what is published of them, and what may not be changed afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licet.chapters.publishing import publish
from licet.chapters.registering import publish_site
from licet.chapters.rules import is_published
from licet.chapters.workspaces import check
from licet.errors import BadInput
from tests.identify.town import Case
from tests.linkage.town import TODAY, USE, store_of


def told(case: Case) -> list[tuple[int, str]]:
    return [
        (b["rule_version"], b["rule_hash"]) for kind, b in case.leaves() if kind == "rule_published"
    ]


def test_a_rule_is_published_once_as_it_stands(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    first = case.rule.hash()
    assert told(case) == [(1, first)]
    publish(case.root, today=TODAY)
    assert told(case) == [(1, first)]
    case.edit(("617", "700"))
    with pytest.raises(
        BadInput, match=r"version 1 of meals is published already.*(?s:.*)version = 2"
    ):
        publish(case.root, today=TODAY)
    assert told(case) == [(1, first)]
    case.edit(('id = "meals"', 'id = "meals"\nversion = 2'))
    publish(case.root, today=TODAY)
    assert told(case) == [(1, first), (2, case.rule.hash())]
    case.edit(("version = 2", "version = 1"))
    with pytest.raises(BadInput, match="version 2 of meals is published already"):
        publish(case.root, today=TODAY)
    with store_of(case.root) as store:
        leaves = [entry.leaf for entry in store.log.entries()]
    assert not is_published(leaves, USE, "meals", first), "an earlier form stands no more"
    assert is_published(leaves, USE, "meals", told(case)[1][1])
    assert not is_published(leaves, "another", "meals", told(case)[1][1])


def test_a_rule_that_does_not_fit_publishes_nothing_at_all(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    text, before = case.document.read_text("utf-8"), case.leaves()
    for edit, said in (
        (('use = "early-help"', 'use = "early-hlp"'), "unknown use 'early-hlp'"),
        (("earnings < 617", "earnings < upper(1)"), "a call"),
        (('table = "meals"', 'table = "meels"'), "unknown table 'meels'"),
        (("earnings < 617", "ethnicity = 'a'"), "meals.toml: criteria[1]"),
    ):
        case.edit(edit)
        with pytest.raises(BadInput) as error:
            publish(case.root, today=TODAY)
        assert said in str(error.value) and "meals.toml" in str(error.value)
        case.document.write_text(text, encoding="utf-8")
    assert case.leaves() == before


def test_a_workspace_is_checked_with_its_rules(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    assert "1 use, their evidence and 1 rule" in " ".join(check(case.root, today=TODAY).split())
    case.edit(('table = "meals"', 'table = "meels"'), ("earnings < 617", "earnins < 617"))
    with pytest.raises(BadInput) as error:
        check(case.root, today=TODAY)
    assert len(error.value.faults) == 2
    assert "unknown table 'meels'" in str(error.value) and "earnins" in str(error.value)
    case.document.write_text("id = 3", encoding="utf-8")
    with pytest.raises(BadInput, match=r"meals\.toml"):
        check(case.root, today=TODAY)


def test_anybody_can_read_the_rule_in_the_register(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    site = publish_site(case.root, today=TODAY).folder
    entry = json.loads((site / "uses" / f"{USE}.json").read_text("utf-8"))
    (rule,) = entry["rules"]
    assert (rule["hash"], rule["kind"], rule["capacity"]) == (case.rule.hash(), "entitlement", 1)
    assert rule["takes"] == "free school meals: 2 criteria, all of them"
    assert [one["counted"] for one in rule["criteria"]] == [
        "1 line or more, within 90 days, where earnings < 617",
        "1 line or more, within 180 days, where status = 'paid'",
    ]
    page = (site / "uses" / f"{USE}.html").read_text("utf-8")
    for text in ("Who may be offered support", "A child&#39;s school meals are paid for.", "School office, desk 2",
                 "Families who moved here this month are not in it.", "nothing follows from it"):  # fmt: skip
        assert text in page, text

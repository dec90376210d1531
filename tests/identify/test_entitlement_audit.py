"""The audit of a rule of entitlement: from the use to the leaf in the log, and what a failure does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters import auditing
from licet.chapters.auditing_entitlement import (
    Rates,
    _rates,
    audit_entitlement,
    last_linkage_audit,
    looser,
    rates_of,
    row_shares,
)
from licet.chapters.grounds import NotLinked, permitted_ground
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from licet.chapters.run_people import people_of_run
from licet.errors import BadInput
from licet.files.use import read_use
from licet.identify.criteria import Robust
from tests.audit.leaks import assert_no_people
from tests.identify.town import AS_OF, Case
from tests.linkage.conftest import Typed
from tests.linkage.left import states
from tests.linkage.town import TODAY, USE, edit_use

DAY = TODAY.isoformat()
CARE = "".join(
    f"""
[care.{name}]
source = "Report on the first year, Exampleton"
day = 2026-10-01
measured = "cases read by a second person"
people = {people}
found = 30
"""
    for name, people in (("review", 60), ("appeal", 60), ("monitoring", 60))
)
ROBUST = '\n[robust]\nby = ["ethnicity"]\nfound_at_least = 0.8\ngap = 0.15\n'


def truth_of(case: Case, to: Path) -> Path:
    """Who is behind each row, as a file."""
    rows = sorted(case.town.owner)
    people = [f"true-person-{case.town.owner[row]}" for row in rows]
    pl.DataFrame({"row": rows, "person": people}).write_csv(to)
    return to


def changed(case: Case, more: str) -> Case:
    """The next version of the rule, published."""
    text = case.document.read_text("utf-8").replace('id = "meals"', 'id = "meals"\nversion = 2')
    case.document.write_text(text + more, encoding="utf-8")
    publish(case.root, today=TODAY)
    return case


def audited(case: Case, **more: Path) -> auditing.Done:
    return audit_entitlement(case.use, as_of=AS_OF, today=TODAY, **more)


def last_audit(case: Case) -> dict[str, object]:
    return [body for kind, body in case.leaves() if kind == "audit"][-1]


@pytest.mark.long
def test_a_rule_that_bears_wrong_links_passes_and_is_logged_as_it_stands(
    many: Case, tmp_path: Path
) -> None:
    case = changed(many.again(tmp_path / "town"), CARE + ROBUST)
    truth = truth_of(case, tmp_path / "truth.csv")
    done = audited(case, truth=truth)
    told = json.loads(done.json)
    assert {gate["id"]: gate["standing"] for gate in told["gates"]} == dict.fromkeys(("G0", "G6", "G7"), "PASS"), done.text  # fmt: skip
    assert done.status == 0 and done.logged == (USE,)
    body = last_audit(case)
    assert (body["audit"], body["standing"], body["audited"]) == ("entitlement", "pass", "meals")
    assert body["plan_hash"] == case.rule.hash() == told["rule_hash"]
    assert body["passed"] == ["G0", "G6", "G7"] and body["looser"] == ["found_at_least", "gap"]
    assert any("'a' less the rest" in reason for reason in told["gates"][1]["all"])
    assert_no_people(
        done.paths["page"].parent, [*case.town.owner, *pl.read_csv(truth)["person"].unique()]
    )
    again = audited(case, truth=truth)
    assert again.json == done.json, "the same seed draws the same"


def test_what_the_linkage_audit_of_this_run_measured_is_taken_from_its_report_as_logged(
    many: Case, tmp_path: Path
) -> None:
    case = many.again(tmp_path / "town")
    truth, robust = truth_of(case, tmp_path / "truth.csv"), Robust(by=("ethnicity",))

    def told(given: Path | None = None) -> Rates | None:
        with permitted_ground(case.use, TODAY) as ground:
            people = people_of_run(ground, case.use)
            return rates_of(ground, case.use, people, robust, given)

    assert told() is None
    done = auditing.linkage(case.use, truth=truth, by=["ethnicity"], today=TODAY)
    found, measured = told(), told(truth)
    assert (
        found is not None
        and measured is not None
        and found.basis == f"as the linkage audit of {DAY} measured"
    )
    assert found.whole.keys() == {"missed", "false"}
    for name, share in measured.whole.items():  # what is printed is made of rounded counts
        assert found.whole[name] == pytest.approx(share, abs=0.01) and share > 0.01
    assert {key for key in found.groups if key[1] != "ethnicity"} == set()
    with permitted_ground(case.use, TODAY) as ground:
        assert last_linkage_audit(ground, "another-run") is None
    report = done.paths["data"]
    report.write_text(report.read_text("utf-8") + "\n", encoding="utf-8")
    assert told() is None, "a report that is not the one in the log"
    robust = Robust(by=("ethnicity",), missed=0.0001)
    assert told() is None, "and what a rule declares does not stand in for it"


def test_a_figure_kept_back_counts_by_its_upper_end_and_a_group_of_few_pairs_not_at_all() -> None:
    def row(
        measure: str, value: float | None, high: float, group: str = "", enough: bool = True
    ) -> dict[str, object]:
        return {"measure": measure, "value": value, "high": high, "group": group, "enough": enough,
                "by": "ethnicity" if group else None}  # fmt: skip

    rows = [row("missed", 0.04, 0.05), row("false", None, 0.011), row("recall", 0.9, 0.95),
            row("missed", 0.06, 0.07, "a"), row("false", None, 0.03, "a"),
            row("missed", 0.5, 0.9, "b", enough=False)]  # fmt: skip
    found = _rates(rows, "so")
    assert found is not None and found.whole == {"missed": 0.04, "false": 0.011}
    assert found.groups == {("missed", "ethnicity", "a"): 0.06, ("false", "ethnicity", "a"): 0.03}
    assert _rates(rows[:1], "so") is None, "one of both is not enough"


def test_rows_are_as_wrong_as_the_worst_group_of_their_person() -> None:
    """p is in a by one row and in b by another; q in b; r in no group that is known; s in c, kept back."""
    held = pl.DataFrame({"row": ["1", "2", "3", "4", "5"], "person": ["p", "p", "q", "r", "s"],
                         "ethnicity": ["a", "b", "b", None, "c"]})  # fmt: skip
    rates = Rates({"missed": 0.05, "false": 0.01}, {
        ("missed", "ethnicity", "a"): 0.02, ("missed", "ethnicity", "b"): 0.2, ("missed", "sex", "c"): 0.9,
    })  # fmt: skip
    by = Robust(by=("ethnicity",))
    assert row_shares(held, rates, "missed", by).tolist() == [0.2, 0.2, 0.2, 0.05, 0.05]
    assert row_shares(held, rates, "false", by).tolist() == [0.01] * 5
    least = Robust(by=("ethnicity",), missed=0.1, false=0.02)
    assert row_shares(held, rates, "missed", least).tolist() == [0.2, 0.2, 0.2, 0.1, 0.1]
    assert row_shares(held, rates, "false", least).tolist() == [0.02] * 5
    assert np.all(row_shares(held, rates, "missed", Robust()) == 0.05)


@pytest.mark.parametrize(
    ("robust", "standing"),
    [("missed = 0.75\nfalse = 0.1", "FAIL"), ("missed = 0.0001", "PASS")],
)
def test_it_passes_or_fails_by_what_wrong_links_leave(
    robust: str, standing: str, many: Case, tmp_path: Path
) -> None:
    case = changed(
        many.again(tmp_path / "town"), CARE + f'\n[robust]\nby = ["ethnicity"]\n{robust}\n'
    )
    told = json.loads(audited(case).json)
    assert told["gates"][1]["standing"] == standing, told["gates"][1]
    assert told["links"]["basis"] == "as the rule declares"


def test_nothing_known_of_links_or_of_care_settles_nothing(many: Case, tmp_path: Path) -> None:
    case = many.again(tmp_path / "town")
    done = audited(case)
    gates = {gate["id"]: gate for gate in json.loads(done.json)["gates"]}
    assert [gates[g]["standing"] for g in ("G0", "G6", "G7")] == [
        "PASS",
        "UNDETERMINED",
        "UNDETERMINED",
    ]
    assert "licet audit linkage" in gates["G6"]["settling"][0] and done.status == 4
    assert "[care.review]" in " ".join(gates["G7"]["settling"])


@pytest.mark.long
def test_what_is_said_not_to_exist_fails_and_suspends_until_it_is_mended(
    many: Case, tmp_path: Path
) -> None:
    case = changed(many.again(tmp_path / "town"), '\n[care]\nappeal = "none"\n')
    done = audited(case)
    assert done.status == 3 and last_audit(case)["failed"] == ["G7"]
    assert states(case) == ["sealed"]  # type: ignore[arg-type]
    with pytest.raises(NotLinked, match="suspended by the audit: An audit fails: entitlement"):
        audited(case)
    # A later version is linked, so that what was mended can be audited; only then it is decided on.
    edit_use(case.root, "version = 2\n", "version = 3\n")
    text = case.document.read_text("utf-8").replace('\n[care]\nappeal = "none"\n', CARE + ROBUST)
    case.document.write_text(text.replace("version = 2", "version = 3"), encoding="utf-8")
    publish(case.root, today=TODAY)
    link(case.use, today=TODAY)
    with pytest.raises(BadInput, match="less strict"):
        case.decided("build")
    assert audited(case, truth=truth_of(case, tmp_path / "t.csv")).standing is Standing.PASS
    assert case.leaves()[-1][0] != "suspension"


def test_bad_input(many: Case, tmp_path: Path) -> None:
    case = many.again(tmp_path / "town")

    def said(more: str, **given: object) -> str:
        before, text = case.leaves(), case.document.read_text("utf-8")
        case.document.write_text(text + more, encoding="utf-8")
        with pytest.raises(BadInput) as error:
            audit_entitlement(case.use, **({"as_of": AS_OF, "today": TODAY} | given))  # type: ignore[arg-type]
        case.document.write_text(text, encoding="utf-8")
        assert case.leaves() == before and not (case.root / "reports").exists()
        return str(error.value)

    assert "unknown audit-only column 'ethnicty'" in said('\n[robust]\nby = ["ethnicty"]\n')
    assert "after the day of the audit" in said(CARE.replace("2026-10-01", "2026-12-24"))
    assert "is still to come" in said("", as_of=date(2026, 12, 24))
    text = case.document.read_text("utf-8").replace('gives = "free school meals"\n', "")
    case.document.write_text(text.replace('"entitlement"', '"criteria"'), encoding="utf-8")
    assert "is no entitlement" in said("")


def test_tolerances_that_let_more_pass_are_named() -> None:
    assert (
        looser(Robust()) == looser(Robust(found_at_least=0.95, gap=0.01, wrong_at_most=0.0)) == []
    )
    assert looser(Robust(found_at_least=0.5, gap=0.2, wrong_at_most=0.5)) == [
        "found_at_least",
        "wrong_at_most",
        "gap",
    ]


@pytest.mark.long
def test_the_command(many: Case, tmp_path: Path, typed: Typed) -> None:
    case = changed(many.again(tmp_path / "town"), CARE + ROBUST)
    words = ("audit", "entitlement", str(case.use), "--as-of", AS_OF.isoformat(), "--today", DAY)
    said = typed(*words, "--truth", str(truth_of(case, tmp_path / "truth.csv")))
    assert said.returncode == 0, said.stdout + said.stderr
    told = " ".join(said.stdout.split())
    for part in ("G6 PASS", "the share still found", "may be linked", "A pass is not permission"):
        assert part in told, told
    assert "Logged beside: early-help" in said.stderr
    assert read_use(case.use).version == 2

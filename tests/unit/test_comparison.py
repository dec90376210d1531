"""Two uses side by side: the same evidence, each ruled on its own, and what differs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from licet import cli, flow
from licet.report.ruling.two_uses import comparison_text
from licet.report.screens import WIDTH
from tests import factories
from tests.unit.test_report_cases import bundled, example, of_readings


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        cli.main(["compare", *arguments, "--today", "2021-12-01"])
    out, err = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, out, err


def uses(root: Path) -> tuple[str, str]:
    shutil.copytree(bundled() / "town", root)
    return str(root / "uses" / "early-help.toml"), str(root / "uses" / "early-help-wide.toml")


def test_two_uses_are_shown_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = uses(tmp_path / "town")
    status, out, _ = shown(capsys, first, second)
    assert status == 0, "a comparison is no ruling"
    assert out.startswith("Example only.\n\nA: ")
    lines = out.splitlines()
    assert "   NO LICENCE: ASK EACH FAMILY." in out and "   NOT PERMITTED as proposed." in out
    assert "Police                not in this use             absent: Black 28 [13,48]" in lines
    assert "Against the company   not in this use             refused: all 55 [51,59]" in lines
    assert "Only in A: nothing." in lines
    flat = " ".join(out.split())
    assert "Only in B: police and the company (to be licensed); warehousing (analytics);" in flat
    assert "Run by: in-house in A, company in B." in lines
    assert max(map(len, lines)) <= WIDTH


def test_the_order_of_uses_is_the_order_of_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = uses(tmp_path / "town")
    _, out, _ = shown(capsys, second, first)
    assert "Police                absent: Black 28 [13,48]    not in this use" in out.splitlines()
    assert "Only in B: nothing." in out and "Run by: company in A, in-house in B." in out


def test_each_item_agrees_with_its_own_ruling() -> None:
    pair = (example("early-help"), example("health-housing"))
    text = comparison_text(*pair)
    for found in pair:
        for key in found.use.requirements:
            assert f"{found.ruling.weakest(key).verdict}: " in text
    assert "not measured: all" in text


def test_a_use_beside_itself_has_nothing_of_its_own() -> None:
    found = of_readings(factories.use(), factories.reading(factories.LICENSED))
    text = comparison_text(found, found)
    assert "Only in A: nothing.\nOnly in B: nothing." in text
    assert " in A, " not in text


def test_groups_duties_and_declarations_that_differ_are_named() -> None:
    cells = factories.LICENSED | factories.everywhere({"demand:ask_first": "granted"})
    evidence = factories.reading(cells)
    plain = factories.use()
    other = factories.use(
        id="other",
        permission_model="ask_first",
        services=("education", "police"),
        end=date(2027, 1, 1),
    )
    text = " ".join(
        comparison_text(of_readings(plain, evidence), of_readings(other, evidence)).split()
    )
    assert "Only in B: police (to be licensed)." in text
    assert "From, until: 2026-01-01 to 2030-12-31 in A, 2026-01-01 to 2027-01-01 in B." in text
    assert "Permission: " in text


def test_uses_of_different_workspaces_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = uses(tmp_path / "one")[0], uses(tmp_path / "two")[1]
    status, _, said = shown(capsys, first, second)
    assert status == 2 and "different workspaces" in said
    alone = tmp_path / "alone.toml"
    shutil.copy(second, alone)
    assert shown(capsys, first, str(alone))[0] == 2
    evidence = str(tmp_path / "one" / "evidence")
    assert shown(capsys, str(alone), str(alone), "--evidence", evidence)[0] == 0


def test_from_python(tmp_path: Path) -> None:
    first, second = map(Path, uses(tmp_path / "town"))
    text = flow.compare(first, second, today=date(2021, 12, 1))
    assert text.startswith("Example only.") and "B: Early help" in text

"""Workspaces: settings only tighten, all faults are told at once, a new one is made whole."""

from __future__ import annotations

import os
import time
from importlib.resources import files
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.files import workspace as workspaces
from licet.files.workspace import check_workspace, find_workspace, init_workspace, read_workspace
from tests.factories import PRINTED_CODEBOOK as CODEBOOK
from tests.factories import SETTINGS, town
from tests.factories import USE_TEXT as USE


def test_a_workspace_without_settings_has_those_of_licet(tmp_path: Path) -> None:
    found = read_workspace(town(tmp_path / "w"))
    assert (found.name, found.area, found.floor) == ("Town", "UK/England", "objection")
    assert (found.baseline_minimum, found.widest_half_width, found.smallest_base) == (0.5, 0.2, 10)
    assert (found.confidence, found.disclosure_threshold) == (0.95, 10)
    assert found.required_groups == () and not found.strict
    assert [path.name for path in found.uses] == ["early-help.toml"]
    assert check_workspace(tmp_path / "w") == []


def test_a_change_is_seen_whenever_the_file_was_written(tmp_path: Path) -> None:
    settings = town(tmp_path / "w") / "licet.toml"
    for seconds in (10, 10, 0, 0):  # long ago, and now
        for name in ("Town", "Moor"):
            settings.write_text(SETTINGS.replace("Town", name), encoding="utf-8")
            then = time.time_ns() - seconds * 10**9 - (name == "Moor")
            os.utime(settings, ns=(then, then))
            assert [read_workspace(tmp_path / "w").name for _ in range(2)] == [name, name]


def test_settings_may_be_tightened(tmp_path: Path) -> None:
    text = SETTINGS + (
        '[gate]\nfloor = "ask_first"\nbaseline_minimum = 0.6\nwidest_half_width = 0.1\n'
        'smallest_base = 30\nconfidence = 0.99\nstrict = true\nrequired_groups = ["lone"]\n'
        "[disclosure]\nthreshold = 20\n"
    )
    found = read_workspace(town(tmp_path / "w", text))
    terms = found.terms
    assert (terms.floor, terms.required_groups, terms.threshold) == ("ask_first", ("lone",), 20)
    assert (terms.rule.baseline_minimum, terms.rule.widest_half_width) == (0.6, 0.1)
    assert (terms.rule.smallest_base, terms.rule.strict) == (30, True)
    assert (found.confidence, found.disclosure_threshold) == (0.99, 20)


REFUSED = {
    "[gate]\nbaseline_minimum = 0.4": [
        "gate.baseline_minimum",
        "fewer than half",
        "never loosened",
    ],
    "[gate]\nbaseline_minimum = 60": ["from 0 to 1: 0.6"],
    "[gate]\nwidest_half_width = 0.3": ["gate.widest_half_width", "decides nothing"],
    "[gate]\nsmallest_base = 9": ["gate.smallest_base", "from 10"],
    "[gate]\nsmallest_base = 10.5": ["not a whole number"],
    "[gate]\nconfidence = 0.9": ["gate.confidence", "one time in twenty"],
    "[gate]\nconfidence = true": ["not a number"],
    '[gate]\nfloor = "none"': ["unknown floor", "objection, ask_first"],
    "[gate]\nfloor = []": ["unknown floor"],
    "[gate]\nstrict = 1": ["gate.strict"],
    "[gate]\nrequired_groups = 1": ["gate.required_groups"],
    "[gate]\nrequired_groups = [1]": ["gate.required_groups"],
    "[gate]\nbaselin_minimum = 0.6": ["write 'baseline_minimum'"],
    "gate = 3": ["not a table"],
    "[disclosure]\nthreshold = 5": ["disclosure.threshold", "who somebody is"],
    "[disclosur]\nthreshold = 20": ["write 'disclosure'"],
}


@pytest.mark.parametrize("text", REFUSED)
def test_looser_or_wrong_settings_are_refused_with_the_reason(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_workspace(town(tmp_path / "w", SETTINGS + text + "\n"))
    for words in ["licet.toml", *REFUSED[text]]:
        assert words in str(caught.value)


def test_all_faults_of_the_settings_are_told_at_once(tmp_path: Path) -> None:
    text = "[gate]\nconfidence = 0.5\nsmallest_base = 1\n[disclosure]\nthreshold = 1\n"
    with pytest.raises(BadInput) as caught:
        read_workspace(town(tmp_path / "w", text))
    assert len(caught.value.faults) == 4  # the name is missing as well


def test_the_next_workspace_upwards_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = town(tmp_path / "w")
    for path in (root, root / "uses", root / "uses" / "early-help.toml", root / "new" / "x.toml"):
        found = find_workspace(path)
        assert found is not None and found.root == root
    monkeypatch.chdir(root / "evidence")
    here = find_workspace(Path())
    assert here is not None and here.name == "Town"
    assert find_workspace(tmp_path / "elsewhere.toml") is None


CHECKS = {
    "settings": ({"settings": "[gate]\nconfidence = 0.5\n"}, ["gate.confidence", "name"]),
    "use": ({"use": USE.replace('"police"', '"polise"')}, ["early-help.toml", "write 'police'"]),
    "evidence": ({"codebook": CODEBOOK.replace("k = 3", "k = 9")}, ["parents/codebook.toml"]),
    "group": ({"use": USE.replace('"lone"', '"loan"')}, ["affected_groups", "write 'lone'"]),
    "the whole sample as a group": (
        {"use": USE.replace('"lone"', '"all"')},
        ["affected_groups", "take 'all' out"],
    ),
    "required group": (
        {"settings": SETTINGS + '[gate]\nrequired_groups = ["loan"]\n'},
        ["gate.required_groups", "write 'lone'"],
    ),
    "purpose": ({"use": USE.replace("early_intervention", "evaluation")}, ["no evidence fits"]),
    "area": ({"use": USE.replace("UK/England", "France")}, ["no evidence fits"]),
    "services": ({"use": USE.replace('"police"', '"tax"')}, ["no evidence fits"]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_checking_a_workspace_tells_what_is_wrong(name: str, tmp_path: Path) -> None:
    changes, said = CHECKS[name]
    text = "\n".join(map(str, check_workspace(town(tmp_path / "w", **changes))))
    for words in said:
        assert words in text


def test_all_files_are_checked_at_once(tmp_path: Path) -> None:
    root = town(tmp_path / "w", "x = 1\n", USE + "y = 1\n", "z = 1\n")
    (root / "uses" / "second.toml").write_bytes(b"\xff")
    text = "\n".join(map(str, check_workspace(root)))
    for name in ("licet.toml", "early-help.toml", "second.toml", "codebook.toml"):
        assert name in text


def test_ids_must_differ_and_something_must_be_there(tmp_path: Path) -> None:
    root = town(tmp_path / "w")
    (root / "uses" / "copy.toml").write_text(USE)
    second = root / "evidence" / "second"
    second.mkdir()
    for name in ("codebook.toml", "figures.csv"):
        (second / name).write_text((root / "evidence" / "parents" / name).read_text())
    text = "\n".join(map(str, check_workspace(root)))
    assert "two codebooks have the id 'parents'" in text
    assert "the id 'early-help' is also that of copy.toml" in text
    empty = tmp_path / "empty"
    empty.mkdir()
    text = "\n".join(map(str, check_workspace(empty)))
    for words in ("no file 'licet.toml'", "no use is declared", "no such folder"):
        assert words in text


def test_a_group_too_small_to_survey_is_known(tmp_path: Path) -> None:
    use = USE.replace('["lone"]', '["lone", "roma"]')
    use += '[unsurveyed_groups.roma]\nlabel = "Roma parents"\nwhy = "too few"\n'
    assert check_workspace(town(tmp_path / "w", use=use)) == []


def test_the_bundled_town_is_copied_whole_and_has_no_fault(tmp_path: Path) -> None:
    source = files("licet.bundled") / "town"
    target = tmp_path / "town"
    names = init_workspace(target, source)
    found = {str(p.relative_to(target)) for p in target.rglob("*") if p.is_file()}
    assert set(names) == found and "licet.toml" in names
    assert (target / "licet.toml").read_bytes() == (source / "licet.toml").read_bytes()
    assert check_workspace(target) == []
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_every_setting_shown_in_the_bundled_town_may_be_switched_on(tmp_path: Path) -> None:
    text = (files("licet.bundled") / "town" / "licet.toml").read_text(encoding="utf-8")
    lines = [line.removeprefix("# ") if " = " in line else line for line in text.splitlines()]
    target = tmp_path / "town"
    init_workspace(target, files("licet.bundled") / "town")
    (target / "licet.toml").write_text("\n".join(lines))
    assert read_workspace(target).disclosure_threshold >= 10


def test_an_empty_folder_may_become_a_workspace(tmp_path: Path) -> None:
    target = tmp_path / "town"
    target.mkdir()
    init_workspace(target, town(tmp_path / "source"))
    assert check_workspace(target) == []


def test_places_for_a_workspace_that_are_refused(tmp_path: Path) -> None:
    source = town(tmp_path / "source")
    (tmp_path / "file").write_text("x")
    cases = {
        source: "the folder is not empty",
        tmp_path / "file": "this is a file",
        tmp_path / "nowhere" / "town": "no such folder",
    }
    for target, said in cases.items():
        with pytest.raises(BadInput, match=said):
            init_workspace(target, source)


def test_a_failed_copy_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workspaces, "write_bytes", full)
    source = town(tmp_path / "source")
    with pytest.raises(BadInput, match="No space left"):
        init_workspace(tmp_path / "town", source)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]

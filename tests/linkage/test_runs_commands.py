"""``licet link`` as it is typed: exit status, one message, nothing of Python in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from licet.chapters.linking import link
from tests.linkage.conftest import Made, Typed
from tests.linkage.left import delivery, new_version
from tests.linkage.town import TODAY, edit_use


def _edited(case: Made) -> tuple[str, ...]:
    edit_use(case.root, 'title = "', 'title = "Much more: ')
    return ()


def _refused(case: Made) -> tuple[str, ...]:
    new_version(case, ('status = "proposed"', 'status = "refused"'))
    return ()


def _undetermined(case: Made) -> tuple[str, ...]:
    new_version(case, ('purpose = "early_intervention"', 'purpose = "evaluation"'))
    return ()


def _unknown_feed(case: Made) -> tuple[str, ...]:
    return ("--arrived", f"school={delivery(case)}")


def _no_file(case: Made) -> tuple[str, ...]:
    return ("--arrived", str(case.root / "education-2026-12.csv"))


def _engine(case: Made) -> tuple[str, ...]:
    return ("--engine", "abacus")


@pytest.mark.parametrize(
    ("prepare", "status", "words"),
    [
        (_edited, 3, "was edited after version 1"),
        (_refused, 3, "The use was refused"),
        (_undetermined, 4, ""),
        (_unknown_feed, 2, "no run in force"),
        (_no_file, 2, "there is no file"),
        (_engine, 2, "unknown engine"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_status(
    prepare: object, status: int, words: str, answered: Made, tmp_path: Path, typed: Typed
) -> None:
    case = answered.again(tmp_path / "town")
    given = prepare(case)  # type: ignore[operator]
    done = typed("link", str(case.use), *given, "--today", TODAY.isoformat())
    assert done.returncode == status, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr
    assert "fault of Licet" not in done.stderr


def test_nobody_was_asked(published: Made, tmp_path: Path, typed: Typed) -> None:
    case = published.again(tmp_path / "town")
    done = typed("link", str(case.use), "--today", TODAY.isoformat())
    assert done.returncode == 5 and "licet permission invite" in done.stderr


def test_pairs_are_announced_before_they_are_compared(answered: Made, tmp_path: Path) -> None:
    said: list[str] = []
    link(answered.again(tmp_path / "town").use, today=TODAY, say=said.append)
    pairs = next(n for n, text in enumerate(said) if "pairs to compare" in text)
    assert pairs < next(n for n, text in enumerate(said) if "scored pairs" in text)

"""A record that its family disputes and wants left out never enters a run: the gate's own door, not a
clean-up after it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from licet.chapters import linking
from licet.chapters.grounds import permitted_ground
from licet.permission.voices import Voice
from licet.store.disputes import Told
from tests.linkage.conftest import Made
from tests.linkage.town import TODAY, store_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def disputed(case: Made, row: str) -> tuple[set[str], set[str], str]:
    """The rows let in before and after somebody disputes a row, or all of a service; a second run's id."""
    with permitted_ground(case.use, TODAY) as ground:
        before = set(linking._admitted(ground).rows["row"])
        first = linking._run_id(ground, {}, "duckdb", None)
    person = next(
        p for p in case.town.people
        if p.guardian is not None and any(r.startswith("education/") for r in case.town.rows_of({p.number}) & before)
    )  # fmt: skip
    (own,) = (r for r in case.town.rows_of({person.number}) if r.startswith("education/"))
    with store_of(case.root) as store:
        subject = store.permissions.pseudonym(person.handle)
        voice = Voice("k", "a", subject, "v", "guardian", "clerk", "seen", "", NOW)
        told = Told(own if row else "", "name", "It is spelled otherwise.")
        store.disputes.raise_by(voice, "education", told, hold=True, at=NOW)
    with permitted_ground(case.use, TODAY) as ground:
        found = linking._admitted(ground)
        assert linking._run_id(ground, {}, "duckdb", None) != first, "it is another run"
    after = set(found.rows["row"])
    reasons = dict(found.excluded.filter(feed="education").select("reason", "rows").iter_rows())
    assert ("held_out" in reasons) == bool(row)
    assert own not in set(found.fits["row"]) and own not in set(found.mentions["row"])
    return before, after, own


@pytest.mark.parametrize("row", ["one record", ""])
def test_what_is_disputed_is_not_let_in(answered: Made, tmp_path: Path, row: str) -> None:
    before, after, own = disputed(answered.again(tmp_path / "town"), row)
    assert before - after == {own} and not after - before

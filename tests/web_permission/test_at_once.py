"""A no given at 10:00 is in no output of the run at 10:01: by form, ledger, gate and linker.

On SQLite and on PostgreSQL. The same way a disputed record is held out until it is settled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.inviting import written_notices
from licet.chapters.linking import link
from licet.engines.zone import read_rows
from licet.files.runs import current
from licet.files.use import read_use
from licet.permission.invitations import Recipient
from tests.linkage.conftest import (
    equal_rows_are_trained_on_once,
    global_random_state_stays_untouched,
)
from tests.linkage.town import (
    TODAY,
    Person,
    Town,
    event,
    identity,
    made,
    make_workspace,
    store_of,
    use_of,
)
from tests.served.conftest import served
from tests.store.conftest import new_database, postgresql
from tests.web_permission.conftest import PASSWORD, answer, visiting
from tests.web_permission.test_mine import added, says

__all__ = [
    "equal_rows_are_trained_on_once",
    "global_random_state_stays_untouched",
    "postgresql",
]
SAID = datetime(2025, 12, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A linked town on one database, and two children of it with the codes of their letters."""

    root: Path
    url: str
    town: Town
    children: tuple[Person, ...]
    codes: tuple[str, ...]

    @property
    def use(self) -> Path:
        return use_of(self.root)

    def rows(self, person: Person) -> set[str]:
        """The rows of a person that are in some output of the run in force."""
        folder = self.root / "runs" / "early-help" / current(self.root, "early-help")
        crosswalk = set(pl.read_parquet(folder / "crosswalk.parquet")["row"])
        assert set(read_rows(folder)["row"]) == crosswalk
        return crosswalk & self.town.rows_of({person.number})


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
)
def case(request, tmp_path_factory, models) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("at-once")
    url = f"sqlite:///{folder}/licet.sqlite3"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LICET_DATABASE", url)
        town = made(30, 3)
        root = folder / "town"
        make_workspace(root, town)
        children = tuple(
            p for p in town.people if p.guardian is not None and len(town.rows_of({p.number})) > 1
        )[:3]
        known = {
            p.number: sorted(town.rows_of({p.number}) if p in children else []) for p in town.people
        }
        with store_of(root) as store:
            told = [event(p, "grant", at=SAID) for p in town.people]
            store.permissions.append(
                told, [identity(p, known[p.number]) for p in town.people], now=SAID, sign=False
            )
            notice = written_notices(root, read_use(use_of(root)), "ask_first", TODAY)["en"]
            readers = [Recipient(identity(c, known[c.number]), f"{c.handle} holder", "parental_responsibility", "f")
                       for c in children]  # fmt: skip
            made_letters = store.invitations.make(
                "early-help", 1, "education", readers, {"en": notice.hash}, by="office"
            )
        link(use_of(root), today=TODAY)
        yield Case(root, url, town, children, tuple(one.code for one in made_letters))


def test_a_no_is_in_no_output_of_the_next_run(case: Case) -> None:
    child, code = case.children[0], case.codes[0]
    assert case.rows(child), "the child is linked before"
    with served(case.root, LICET_DATABASE=case.url) as address, visiting(address) as somebody:
        done = answer(somebody, code, "no")
        assert "You said no" in done.text
        assert not case.rows(child), "the run in force followed before the receipt was shown"
    before = current(case.root, "early-help")
    link(case.use, today=TODAY)
    assert current(case.root, "early-help") != before
    assert not case.rows(child)
    folder = case.root / "runs" / "early-help" / current(case.root, "early-help")
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert child.given.encode() not in data and child.middle.encode() not in data, path.name
    with store_of(case.root) as store:
        assert store.permissions.verify().events and not store.log.verify().findings


@pytest.mark.long
def test_a_disputed_record_is_held_out_until_it_is_settled(case: Case) -> None:
    child, code = case.children[1], case.codes[1]
    before = case.rows(child)
    row = next(one for one in sorted(before) if one.startswith("education/"))
    with served(case.root, LICET_DATABASE=case.url) as address, visiting(address) as family:
        family.send("/sign-up", login="cautious", password=PASSWORD)
        key = added(family, code)
        said = family.send(f"/mine/{key}/wrong", service="education", record=row.partition("/")[2],
                           field="birth", claim="Born a day later.", hold="yes")  # fmt: skip
        assert "left out of everything" in said.text
        assert case.rows(child) == before - {row}, "at once, and nothing else"
        link(case.use, today=TODAY)
        assert case.rows(child) == before - {row}
        excluded = (
            case.root / "runs" / "early-help" / current(case.root, "early-help") / "report.json"
        )
        assert "held_out" in excluded.read_text("utf-8")
        family.send("/mine/wrong", step="withdraw")
        link(case.use, today=date.fromordinal(TODAY.toordinal() + 1))
        assert case.rows(child) == before


@pytest.mark.long
def test_every_record_of_a_service_may_be_held_out(case: Case) -> None:
    child, code = case.children[2], case.codes[2]
    before = case.rows(child)
    with served(case.root, LICET_DATABASE=case.url) as address, visiting(address) as family:
        family.send("/sign-up", login="more cautious", password=PASSWORD)
        key = added(family, code)
        said = family.send(f"/mine/{key}/wrong", service="education", record="", field="other",
                           claim="All of it is about somebody else.", hold="yes")  # fmt: skip
        assert "left out" in said.text
        rest = {row for row in before if not row.startswith("education/")}
        assert case.rows(child) == rest != before
        assert "You said no" in says(family, key, "no").text
        assert not case.rows(child)
    link(case.use, today=date.fromordinal(TODAY.toordinal() + 1))
    assert not case.rows(child)


def test_no_marker_of_a_person_is_in_the_public_log(case: Case) -> None:
    from licet.chapters.noticing import seal_batches

    assert seal_batches(case.root, at=datetime.now(UTC))
    with store_of(case.root) as store:
        text = "\n".join(entry.data.decode() for entry in store.log.entries())
    assert '_batch"' in text
    for person in case.town.people:
        assert person.given not in text and person.handle not in text
    assert not re.search(r"[sva]-[0-9a-f]{32}", text), "nor a pseudonym"

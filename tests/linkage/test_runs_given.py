"""``licet.link``: the same people as the command finds, refused as the command refuses, nothing left."""

from __future__ import annotations

import copy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import licet
from licet.chapters import releasing, searching
from licet.chapters.deciding import decide
from licet.chapters.linking import link
from licet.chapters.witnessing import write_export
from licet.errors import BadInput
from licet.files.runs import RunPlace
from licet.log import export
from tests.conftest import FULL
from tests.linkage.conftest import Made
from tests.linkage.left import leak, leaves, new_version
from tests.linkage.town import ANSWERS, FEEDS, NOW, TODAY, USE, edit_use, event, identity, store_of

pytestmark = pytest.mark.long


def documents(case: Made) -> list[Path]:
    return [case.root / "feeds" / f"{feed}.toml" for feed in FEEDS]


def read(case: Made, feed: str) -> pl.DataFrame:
    path = case.root / "feeds" / "data" / f"{feed}.csv"
    return pl.read_csv(path, infer_schema_length=0)


def tables(case: Made, kind: str) -> list[tuple[licet.Feed, Any]]:
    held = {
        "polars": lambda feed: read(case, feed),
        "pandas": lambda feed: pd.read_csv(case.root / "feeds" / "data" / f"{feed}.csv", dtype=str),
    }[kind]
    return [
        (licet.read_feed(path), held(feed))
        for path, feed in zip(documents(case), FEEDS, strict=True)
    ]


def said(case: Made) -> tuple[list[licet.NewEvent], list[licet.Identity]]:
    told = {n: word for n, word in case.answers.items() if word != "absent"}
    people = case.town.people
    events = [event(people[n], ANSWERS[word]) for n, word in told.items()]
    return events, [identity(people[n]) for n in told]


def ruled(case: Made, **changes: Any) -> licet.Assessment:
    return licet.assess(case.use, **{"today": TODAY, "vary": False, **changes})


def partition(crosswalk: pl.DataFrame) -> set[frozenset[str]]:
    groups = crosswalk.group_by("person").agg("row")["row"].to_list()
    return {frozenset(rows) for rows in groups}


def commanded(case: Made) -> pl.DataFrame:
    return pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Whatever happens, no file of a run stays behind."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield
    assert not [path for path in place.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["documents", "pandas", "mixed", *(["polars"] if FULL else [])])
def test_the_same_people_as_by_the_command(kind: str, linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    given: list[Any] = documents(case) if kind == "documents" else []
    given = given or tables(case, "pandas" if kind == "pandas" else "polars")
    if kind == "mixed":
        given = [documents(case)[0], *given[1:]]
    found = licet.link(ruled(case), given, case.root, today=TODAY)
    assert partition(found.crosswalk) == partition(commanded(case))
    assert set(found.persons["person"]) == set(found.crosswalk["person"])
    assert found.households is not None and found.households.height
    folder = next((case.root / "runs").rglob("persons.parquet")).parent
    theirs = pl.read_parquet(folder / "relationships.parquet")
    assert (found.relationships.height, found.relationships.columns) == (
        theirs.height, theirs.columns,
    )  # fmt: skip
    assert found.report["use"] == USE and "counts" not in found.report
    assert found.model.settings["comparisons"] and found.run == found.manifest["run"]


@pytest.mark.long
def test_what_people_said_may_be_handed_over_too(answered: Made) -> None:
    """Neither a workspace nor a database is named; the numbers of records are not known here."""
    found = licet.link(ruled(answered), tables(answered, "polars"), said(answered), today=TODAY)
    rows = set(found.crosswalk["row"])
    yes = {n for n, word in answered.answers.items() if word == "yes"}
    assert rows and rows <= answered.town.rows_of(yes)


def test_the_log_has_the_run_its_proof_and_its_end(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    before = len(leaves(case))
    with store_of(case.root) as store:
        found = licet.link(ruled(case), documents(case), store, today=TODAY)
    told = leaves(case)[before:]
    assert [kind for kind, _ in told] == ["run_started", "run_finished", "destroyed"]
    assert {body["run"] for _, body in told} == {found.run}
    assert told[-1][1]["why"] == "handed_over"
    assert export.verify_proof(found.proof, None)[0].sound
    assert set(told[0][1]["inputs"]) == set(FEEDS)
    with store_of(case.root) as store:
        again = licet.link(ruled(case), documents(case), store, today=TODAY)
    assert again.run != found.run and partition(again.crosswalk) == partition(found.crosswalk)


@pytest.mark.long
def test_a_frozen_model_on_the_plain_engine(answered: Made) -> None:
    first = licet.link(ruled(answered), documents(answered), said(answered), today=TODAY)
    given = (ruled(answered), documents(answered), said(answered))
    found = licet.link(*given, "memory", today=TODAY, model=first.model)
    assert partition(found.crosswalk) == partition(first.crosswalk)
    assert found.model.settings == first.model.settings
    with pytest.raises(BadInput, match="trains no model"):
        licet.link(*given, "memory", today=TODAY)
    with pytest.raises(BadInput, match="unknown engine"):
        licet.link(*given, "sqlite", today=TODAY)


def test_a_permit_alone_is_ruled_again(answered: Made) -> None:
    permit = ruled(answered).ruling
    given = (tables(answered, "polars"), said(answered))
    found = licet.link(permit, *given, today=TODAY, use=answered.use)
    assert found.crosswalk.height
    with pytest.raises(BadInput, match="does not say what is done"):
        licet.link(permit, *given, today=TODAY)


def _edited_permit(case: Made) -> Any:
    found = ruled(case)
    permit = copy.copy(found.ruling)
    object.__setattr__(permit, "expires", date(2040, 1, 1))
    return replace(found, ruling=permit)


def _edited_use(case: Made) -> Any:
    found = ruled(case)
    return replace(found, use=found.use.model_copy(update={"title": "Much more"}))


def _edited_document(case: Made) -> Any:
    edit_use(case.root, 'title = "', 'title = "Much more: ')
    return ruled(case)


def _of_another(case: Made) -> Any:
    found = ruled(case)
    return replace(found, use=found.use.model_copy(update={"id": "another"}))


def _refused(case: Made) -> Any:
    edit_use(case.root, 'status = "proposed"', 'status = "refused"')
    return ruled(case)


def _undetermined(case: Made) -> Any:
    edit_use(case.root, 'purpose = "early_intervention"', 'purpose = "evaluation"')
    return ruled(case)


def _what_if(case: Made) -> Any:
    return ruled(case, settings=licet.Settings(deff=1.0))


REFUSED: dict[str, tuple[Callable[[Made], Any], date, str, int]] = {
    "no permit but a dictionary": (lambda case: {"kind": "Permit"}, TODAY, "no_permit", 3),
    "no permit but a file": (lambda case: case.root / "permit.json", TODAY, "no_permit", 3),
    "nothing": (lambda case: None, TODAY, "no_permit", 3),
    "a permit edited by hand": (_edited_permit, TODAY, "edited", 3),
    "a use edited after its ruling": (_edited_use, TODAY, "edited", 3),
    "a use edited after it was published": (_edited_document, TODAY, "edited", 3),
    "a permit of another use": (_of_another, TODAY, "another_use", 3),
    "refused": (_refused, TODAY, "refusal", 3),
    "undetermined": (_undetermined, TODAY, "undetermined", 4),
    "expired": (ruled, date(2029, 9, 2), "not_in_force", 4),
    "a what-if": (_what_if, TODAY, "supposed", 3),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_leaf(name: str, answered: Made, tmp_path: Path) -> None:
    make, on, why, status = REFUSED[name]
    case = answered.again(tmp_path / "town")
    permit = make(case)
    before = len(leaves(case))
    with pytest.raises(licet.NotLinked) as refused:
        licet.link(permit, documents(case), case.root, today=on)
    assert (refused.value.why, refused.value.status) == (why, status)
    ((kind, body),) = leaves(case)[before:]
    assert (kind, body["why"]) == ("run_refused", why) and body["reasons"]


def test_a_permit_of_another_use_beside_it(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    permit = ruled(case).ruling
    other = licet.read_use(case.use).model_copy(update={"id": "another"})
    given, evidence = (documents(case), case.root), case.root / "evidence"
    with pytest.raises(licet.NotLinked, match="not of another") as refused:
        licet.link(permit, *given, today=TODAY, use=other, evidence=evidence)
    assert refused.value.why == "another_use"


def test_nobody_was_asked(published: Made) -> None:
    with pytest.raises(licet.NotLinked, match="Nobody has been asked") as refused:
        licet.link(ruled(published), documents(published), ([], []), today=TODAY)
    assert refused.value.status == 5


def test_what_was_decided_binds_where_its_log_is_handed_over(
    answered: Made, tmp_path: Path
) -> None:
    """Permissions as values have no log of their own."""
    case = answered.again(tmp_path / "town")
    decide(case.use, "stop", role="Head of Early Help", because="Not now.", today=TODAY)
    with store_of(case.root) as store:
        write_export(tmp_path / "log", store.log.export())
    for log in (case.root, tmp_path / "log"):
        with pytest.raises(licet.NotLinked, match=r"decided on .*: stop") as refused:
            licet.link(ruled(case), documents(case), said(case), today=TODAY, log=log)
        assert (refused.value.why, refused.value.status) == ("decided_stop", 3)
    with pytest.raises(licet.BadInput, match="no log is here"):
        licet.link(ruled(case), documents(case), said(case), today=TODAY, log=case.root / "feeds")


def _short(case: Made) -> list[Any]:
    return documents(case)[:2]


def _broken(case: Made) -> list[Any]:
    found = tables(case, "polars")
    return [(found[0][0], found[0][1].drop("birth")), *found[1:]]


def _dates(case: Made) -> list[Any]:
    found = tables(case, "polars")
    return [(found[0][0], found[0][1].with_columns(birth=pl.lit("soon"))), *found[1:]]


BAD: dict[str, tuple[Callable[[Made], Any], str]] = {
    "a service without a feed": (_short, "no feed brings records of"),
    "a column is missing": (_broken, "rows of early_years"),
    "dates of another form": (_dates, "rows of early_years"),
    "twice the same": (lambda case: [*documents(case), documents(case)[0]], "given twice"),
    "a contract without rows": (lambda case: [licet.read_feed(documents(case)[0])], "is no feed"),
    "rows that are no table": (lambda case: [(documents(case)[0], 7), *documents(case)[1:]], "table"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_feeds(name: str, answered: Made) -> None:
    make, text = BAD[name]
    with pytest.raises(BadInput, match=text):
        licet.link(ruled(answered), make(answered), said(answered), today=TODAY)


def test_bad_permissions(answered: Made, tmp_path: Path) -> None:
    for given, text in (({}, "holds no permissions"), (tmp_path, "no workspace")):
        with pytest.raises(BadInput, match=text):
            licet.link(ruled(answered), documents(answered), given, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.long
def test_a_no_that_came_while_it_ran_is_followed(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    yes = [n for n, w in case.answers.items() if w == "yes" and case.town.rows_of({n})][:4]
    real, told = releasing.write_zone, []

    def slow(*given: Any) -> None:
        real(*given)
        if not told:
            told.append(1)
            with store_of(case.root) as store:
                events = [event(case.town.people[n], "withdraw", 9) for n in yes]
                store.permissions.append(events, now=NOW, sign=False)

    monkeypatch.setattr(releasing, "write_zone", slow)
    found = licet.link(ruled(case), documents(case), case.root, today=TODAY)
    assert told and not set(found.crosswalk["row"]) & case.town.rows_of(yes)


def test_a_run_that_fails_leaves_nothing(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    leak(monkeypatch, releasing)
    with pytest.raises(searching.Leak):
        licet.link(ruled(case), documents(case), case.root, today=TODAY)
    assert leaves(case)[-1][0] == "run_failed"


@pytest.mark.long
def test_answers_to_an_earlier_version_count_as_they_do_for_the_command(
    answered: Made, tmp_path: Path
) -> None:
    """A new version that changes nothing families decide about; a store alone does not know that."""
    case = answered.again(tmp_path / "town")
    new_version(case, ('team = "', 'team = "New '))
    by_command = link(case.use, today=TODAY)
    found = licet.link(ruled(case), documents(case), case.root, today=TODAY)
    theirs = pl.read_parquet(by_command.folder / "crosswalk.parquet")
    assert partition(found.crosswalk) == partition(theirs)
    with store_of(case.root) as store, pytest.raises(licet.NotLinked) as refused:
        licet.link(ruled(case), documents(case), store, today=TODAY)
    assert refused.value.why == "no_permitted_row"


def test_not_while_another_program_links_the_use(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    with RunPlace(case.root, USE, "").held(), pytest.raises(BadInput, match="another program"):
        licet.link(ruled(case), documents(case), case.root, today=TODAY)


def test_nothing_heavy_is_loaded_before_it_is_called() -> None:
    heavy = ("duckdb", "splink", "django", "cryptography", "pandas")
    program = (
        "import sys, licet; licet.link; licet.Feed; licet.NotLinked; print(sorted(sys.modules))"
    )
    command = [sys.executable, "-c", program]
    held = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [name for name in heavy if f"'{name}'" in held] == []

"""``licet permission invite``: letters to a service's own clients, recorded as sent."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl
import pytest

from licet.chapters import inviting
from licet.chapters.feeding import standard_feed
from tests.unit.permission_town import (  # noqa: F401
    DAY,
    SERVICES,
    USE,
    app,
    events,
    flow_publish,
    known,
    letters,
    published,
    say,
    subjects,
    town,
)

# ruff: noqa: F811


def test_inviting_writes_letters_and_records_that_they_were_asked(town: Path, say) -> None:
    screen = say("invite", USE, "--today", DAY)
    assert "families are asked first" in screen and "No notice is written in pl, ur" in screen
    folder = town / "letters" / "early-help" / DAY
    assert folder.stat().st_mode & 0o077 == 0, "codes are secret"
    sent = {service: letters(town, service) for service in SERVICES}
    asked = events(town)
    assert {event.effect for event in asked} == {"request"}
    assert len(asked) == sum(map(len, sent.values()))
    codes = [one["code"] for of in sent.values() for one in of]
    assert len(set(codes)) == len(codes)
    for service, of in sent.items():
        page = (folder / f"letters-{service}.html").read_text("utf-8")
        assert page.count('<article class="letter"') == len(of)
        assert all(one["code"] in page for one in of)
    (notice,) = {event.notice_hash for event in asked}
    text = (town / "store" / "notices" / f"{notice}.txt").read_text("utf-8")
    assert text.startswith("# May we use records about {person}?")


def test_each_service_writes_to_its_own_clients_alone(town: Path, say) -> None:
    """Deleting the feeds of the other services changes no letter of a service but its codes."""
    say("invite", USE, "--today", DAY)
    records = subjects(town)["records"].to_list()
    assert all(len({row.partition("/")[0] for row in of}) == 1 for of in records)
    before = [{k: v for k, v in one.items() if k != "code"} for one in letters(town)]
    shutil.rmtree(town / "store")
    shutil.rmtree(town / "letters")
    for name in ("early_years.csv", "social_work.parquet"):
        path = town / "feeds" / "data" / name
        if path.suffix == ".csv":
            path.write_text("\n".join(path.read_text("utf-8").splitlines()[:2]) + "\n", "utf-8")
        else:
            pl.read_parquet(path).head(1).write_parquet(path)
    say("invite", USE, "--today", DAY, status=2)  # the register went with the store
    flow_publish(town)
    say("invite", USE, "--today", DAY)
    assert [{k: v for k, v in one.items() if k != "code"} for one in letters(town)] == before


def test_who_is_written_to_goes_by_age(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    births = dict(subjects(town).select("subject", "birth").iter_rows())
    voices: dict[str, set[str]] = {}
    for event in events(town):
        voices.setdefault(event.subject, set()).add(event.relation)
    wanted = {13: {"parental_responsibility"}, 16: {"self", "parental_responsibility"}}
    seen = set()
    for subject, found in voices.items():
        born = births[subject]
        if born is None:
            assert found == wanted[13], "treated as the youngest"
            continue
        age = 2026 - born.year - ((born.month, born.day) > (6, 2))
        stage = next((limit for limit in wanted if age < limit), 99)
        assert found == wanted.get(stage, {"self"})
        seen.add(stage)
    assert seen == {13, 16, 99}
    addressed = [one["to"] for one in letters(town)]
    assert any(to.startswith("The parent or carer of ") for to in addressed)
    assert any(not to.startswith("The parent") for to in addressed)


def test_a_young_persons_letter_travels_by_itself(town: Path, say) -> None:
    """Letters to the holders of one address share an envelope, and nobody else's is in it."""
    say("invite", USE, "--today", DAY)
    envelopes: dict[str, list[dict[str, str]]] = {}
    for one in letters(town):
        envelopes.setdefault(one["envelope"], []).append(one)
    shared = [of for of in envelopes.values() if len(of) > 1]
    assert shared
    for of in shared:
        assert len({(one["address"], one["postcode"]) for one in of}) <= 2  # as it is written
        assert all(one["to"].startswith("The parent or carer of ") for one in of)


def test_inviting_again_asks_only_who_is_new(town: Path, say) -> None:
    path = town / "feeds" / "data" / "education.csv"
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(rows[:-5]) + "\n", "utf-8")
    say("invite", USE, "--today", "2026-06-01")
    first = len(events(town))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    say("invite", USE, "--today", DAY)
    new = letters(town)
    assert 1 <= len(new) <= 10 and len(events(town)) == first + len(new)
    assert not (town / "letters" / "early-help" / DAY / "mailing-early_years.csv").exists()
    assert "Nobody is left to ask" in say("invite", USE, "--today", DAY)
    assert len(events(town)) == first + len(new)


def test_letters_that_cannot_be_written_are_not_recorded(
    town: Path, say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(files):
        raise OSError(28, "No space left on device", "letters")

    monkeypatch.setattr(inviting, "write_together", full)
    with pytest.raises(AssertionError, match="No space left"):
        say("invite", USE, "--today", DAY)
    assert events(town) == () and subjects(town).is_empty()


def test_a_folder_with_letters_is_never_written_over(town: Path, say) -> None:
    (town / "out").mkdir()
    (town / "out" / "x").touch()
    assert "the folder is not empty" in say("invite", USE, "--out", "out", "--today", DAY, status=2)
    assert events(town) == ()
    say("invite", USE, "--out", "new/letters", "--today", DAY)
    assert (town / "new" / "letters" / "letters-education.html").exists()


def test_nobody_is_asked_about_a_use_that_is_not_permitted(town: Path, say) -> None:
    said = say("invite", "uses/early-help-wide.toml", "--today", DAY, status=3)
    assert said.startswith("NOT PERMITTED.") and "Nobody is asked about it." in said
    said = say("invite", "uses/health-housing.toml", "--today", DAY, status=4)
    assert said.startswith("NOT KNOWN.") and events(town) == ()


def test_nobody_is_asked_about_a_use_that_is_not_in_the_register_as_it_is(town: Path, say) -> None:
    path = town / USE
    text = path.read_text("utf-8")
    path.write_text(text.replace("Early help for families", "Some help for families"), "utf-8")
    assert "edited after version 1 was published" in say("invite", USE, "--today", DAY, status=2)
    path.write_text(text.replace("version = 1", "version = 2"), "utf-8")
    assert "version 2 of early-help is not in the" in say("invite", USE, "--today", DAY, status=2)


def test_letters_in_the_languages_of_the_use(town: Path, say) -> None:
    """Who reads Urdu gets Urdu once there is a notice, and none in English."""
    held = standard_feed(town / "feeds" / "education.toml")[1].audit
    urdu = set(held.filter(pl.col("language") == "ur")["row"])
    assert urdu
    say("invite", USE, "--today", "2026-06-01")
    assert not urdu & set(subjects(town)["handle"]), "who is not written to is not in the ledger"
    (town / "notices").mkdir()
    text = "# {person} کے ریکارڈ\n\nآپ کا کوڈ:\n\n{code}\n\n[ ] ہاں\n\n[ ] نہیں\n"
    (town / "notices" / "early-help-ur.txt").write_text(text, "utf-8")
    assert "No notice is written in pl:" in say("invite", USE, "--today", DAY)
    new = letters(town)
    assert {one["language"] for one in new} == {"ur"}
    reads = dict(subjects(town).select("handle", "languages").iter_rows())
    assert any(reads.get(row) == ["ur"] for row in urdu)
    page = (town / "letters/early-help" / DAY / "letters-education.html").read_text("utf-8")
    assert 'lang="ur" dir="rtl"' in page
    (town / "notices" / "early-help-ur.txt").write_text("# {persn}\n\n{code}\n", "utf-8")
    said = say("invite", USE, "--today", DAY, status=2)
    assert "early-help-ur.txt" in said and "{person}" in said


def test_families_are_told_where_the_floor_is_objection(
    town: Path, say, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = inviting.assess

    def lax(*arguments, **named):
        found = real(*arguments, **named)
        object.__setattr__(found.ruling, "floor", "objection")  # only the gate makes a Permit
        return found

    monkeypatch.setattr(inviting, "assess", lax)
    say("invite", USE, "--today", "2026-06-01")
    told = [event for event in events(town) if event.effect == "notify"]
    assert len(told) == sum(len(letters(town, s, "2026-06-01")) for s in SERVICES)
    page = (town / "letters/early-help/2026-06-01/letters-education.html").read_text("utf-8")
    assert "We will not start before 1 July 2026" in page


def test_names_are_data_and_never_markup_or_formulas(town: Path, say) -> None:
    path = town / "feeds" / "data" / "education.csv"
    rows = path.read_text("utf-8").splitlines()
    reader = list(csv.reader(rows))
    place = reader[0].index("forename")
    reader[1][place], reader[2][place] = "<b>Ann", "=cmd()"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(reader)
    say("invite", USE, "--today", DAY)
    page = (town / "letters/early-help" / DAY / "letters-education.html").read_text("utf-8")
    assert "<b>Ann" not in page
    cells = [cell for one in letters(town) for cell in one.values()]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)

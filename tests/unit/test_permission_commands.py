"""``licet permission``: asking, recording, taking back, looking up, and every refusal."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from licet import flow
from licet.chapters import inviting, permitting
from licet.chapters.feeding import standard_feed
from licet.chapters.stores import open_store
from licet.commands import permission as cli_permission
from licet.commands import publish as cli_publish
from licet.errors import BadInput
from licet.files.town import PERMISSIONS, write_town
from licet.files.workspace import find_workspace

RUNNER = CliRunner()
DAY = "2026-06-02"
USE = "uses/early-help.toml"
SERVICES = ("education", "early_years", "social_work")


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    cli_permission.add_to(made)
    cli_publish.add_to(made)
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, app: typer.Typer) -> Path:
    """A workspace of which every use is published, with feeds of 500 made-up people."""
    folder = tmp_path_factory.mktemp("permission")
    flow.init(folder / "town")
    write_town(folder / "small", 500, 1)
    for name in ("feeds", "permissions"):
        shutil.copytree(folder / "small" / name, folder / "town" / name, dirs_exist_ok=True)
    said = RUNNER.invoke(app, ["publish", str(folder / "town"), "--today", DAY])
    assert said.exit_code == 0, said.exception
    return folder / "town"


@pytest.fixture
def town(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(published, tmp_path / "town")
    monkeypatch.chdir(tmp_path / "town")
    monkeypatch.delenv("LICET_DATABASE", raising=False)
    return tmp_path / "town"


@pytest.fixture
def say(app: typer.Typer):
    def said(*words: str, status: int = 0) -> str:
        found = RUNNER.invoke(app, ["permission", *words])
        if isinstance(found.exception, BadInput):
            assert status == 2, str(found.exception)
            return str(found.exception)
        assert found.exit_code == status, (found.output, found.exception)
        return found.output

    return said


def letters(town: Path, service: str = "education", day: str = DAY) -> list[dict[str, str]]:
    path = town / "letters" / "early-help" / day / f"mailing-{service}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def events(town: Path):
    with open_store(find_workspace(town)) as store:
        return store.permissions.events()


def subjects(town: Path) -> pl.DataFrame:
    with open_store(find_workspace(town)) as store:
        return store.permissions.subjects()


# Asking


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


def flow_publish(town: Path) -> None:
    from licet.chapters.publishing import publish

    publish(town, today=date.fromisoformat(DAY))


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
    reads = subjects(town).select("handle", "languages").rows()
    named = {handle for handle, languages in reads if languages == ["ur"]}
    assert named and named <= urdu
    asked = {event.subject for event in events(town)}
    known = dict(subjects(town).select("handle", "subject").iter_rows())
    assert not {known[one] for one in named} & asked
    (town / "notices").mkdir()
    text = "# {person} کے ریکارڈ\n\nآپ کا کوڈ:\n\n{code}\n\n[ ] ہاں\n\n[ ] نہیں\n"
    (town / "notices" / "early-help-ur.txt").write_text(text, "utf-8")
    assert "No notice is written in pl:" in say("invite", USE, "--today", DAY)
    new = letters(town)
    assert {one["language"] for one in new} == {"ur"}
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


# Answers with codes


def test_a_code_answers_once(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    code = letters(town)[0]["code"]
    said = say("record", code.lower().replace("-", " "), "yes", "--channel", "phone")
    assert "You said yes" in said and "use early-help version 1" in said
    assert "not the legal basis" in said and "A no stops every new run at once." in said
    event = events(town)[-1]
    assert event.effect == "grant" and event.verified_by == "invitation code"
    assert event.notice_hash == events(town)[0].notice_hash and event.language == "en"
    said = say("record", code, "no", status=2)
    assert "used before" in said and f"withdraw {code}" in said
    assert len(events(town)) == sum(len(letters(town, s)) for s in SERVICES) + 1


def test_a_used_code_takes_its_yes_back(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    first, second = (one["code"] for one in letters(town)[:2])
    say("record", first, "yes")
    said = say("withdraw", first)
    assert "took back every yes" in said and "Nothing: records were not joined" in said
    assert events(town)[-1].effect == "withdraw" and events(town)[-1].scope.version is None
    assert "You said no:" in say("withdraw", second)
    assert events(town)[-1].effect == "refuse", "nothing was given, so nothing is taken back"
    assert "used before" in say("record", second, "yes", status=2)


def test_a_wrong_code(town: Path, say) -> None:
    said = say("record", "AAAA-BBBB-CCCC-DDDD", "yes", status=2)
    assert "nobody was sent this code" in said and "do:" in said
    assert "nobody was sent this code" in say("withdraw", "AAAABBBBCCCCDDDD", status=2)
    say("invite", USE, "--today", DAY)
    code = letters(town)[0]["code"]
    assert "about the use 'early-help'" in say(
        "record", code, "no", "--use", "immigration", status=2
    )


def test_a_code_of_an_older_version_gives_no_yes(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    path = town / USE
    path.write_text(path.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    code = letters(town)[0]["code"]
    assert "the code is of version 1" in say("record", code, "yes", status=2)
    say("record", code, "no")


# Answers by handle


@pytest.fixture
def known(town: Path, say) -> str:
    """The handle of a client of education who reads English."""
    say("invite", USE, "--today", DAY)
    return str(subjects(town).filter(pl.col("handle").str.starts_with("education/"))["handle"][0])


YES = ("--use", "early-help", "--verified", "passport at the desk")


def test_an_answer_by_handle(town: Path, say, known: str) -> None:
    said = say("record", known, "yes", *YES, "--out", "r.json", "--until", "2030-01-01")
    assert "2030-01-01" in said and "Checked who: yes" in said
    event = events(town)[-1]
    assert (event.relation, event.scope.version, event.recorded_by) == ("self", 1, "office")
    assert event.subject == event.expressed_by and event.notice_hash == events(town)[0].notice_hash
    holder = ("--relation", "parental_responsibility", "--said-by", f"{known} holder")
    say("record", known, "later", "--use", USE, *holder)
    assert events(town)[-1].expressed_by == events(town)[0].expressed_by or known not in said
    assert "took back" in say("withdraw", known, "--use", "early-help")
    said = say("record", known, "yes", "--use", "early-help", "--unverified")
    assert "counts only once somebody has checked" in said
    said = say("record", known, "no", "--everything", *holder)
    assert "everything" in said and "You said no" in said


def test_an_authoritys_yes_needs_somebody_independent(town: Path, say, known: str) -> None:
    words = ("record", known, "yes", *YES, "--relation", "corporate_parent", "--said-by", "council")
    say(*words, "--independent", "reviewing officer")
    assert events(town)[-1].independent == "reviewing officer"
    say(*words)
    assert events(town)[-1].independent == ""


REFUSED = [
    (("record", "{known}x", "yes", *YES), "nobody is known as"),
    (("record", "{known}", "perhaps"), "unknown answer 'perhaps'"),
    (("record", "{known}", "no"), "which use is this about?"),
    (("record", "{known}", "yes", "--use", "early-hlp"), "write 'early-help' if that is meant"),
    (("record", "{known}", "yes", "--use", "early-help"), "nobody has checked who says yes"),
    (("record", "{known}", "yes", "--everything", "--verified", "x"), "a yes is to one use"),
    (("record", "{known}", "yes", *YES, "--service", "police"), "unknown service of this use"),
    (("record", "{known}", "yes", *YES, "--language", "fr"), "no notice of early-help is written"),
    (("record", "{known}", "yes", *YES, "--at", "2199-01-01"), "still to come"),
    (("record", "{known}", "yes", *YES, "--at", "soon"), "'soon' is no time"),
    (("record", "{known}", "yes", *YES, "--at", "2026-01-01T10:00"), "with its time zone"),
    (("record", "{known}", "yes", *YES, "--until", "2020-01-01"), "it ends (2020-01-01) before"),
    (("record", "{known}", "yes", *YES, "--relation", "deputy"), "who says this?"),
    (("record", "{known}", "yes", *YES, "--said-by", "mum"), "somebody else says this"),
    (("record", "{known}", "no", "--use", "early-help", "--relation", "mum", "--said-by", "m"),
     "unknown relation 'mum'"),
    (("record", "{known}", "no", "--use", "early-help", "--channel", "fax"), "unknown channel"),
    (("record", "{known}", "no", "--use", "early-help", "--until", "2030-01-01"),
     "only a yes can have an end"),
    (("record", "{known}", "no", "--use", "early-help", "--out", "none/r.json"),
     "the receipt cannot be written there"),
    (("record", "{known}", "no", "--use", "early-help", "--today", "2199-01-01"), "still to come"),
    (("withdraw", "{known}"), "which use is this about?"),
    (("show", "{known}", "--counts"), "one subject, or counts of all?"),
    (("receipt",), "which receipt?"),
    (("receipt", "0000"), "there is no receipt '0000'"),
]  # fmt: skip


def test_every_refusal_says_what_to_do_and_records_nothing(town: Path, say, known: str) -> None:
    before = events(town)
    for words, what in REFUSED:
        said = say(*(word.replace("{known}", known) for word in words), status=2)
        assert what in said, words
        assert "where:" in said and ("allowed:" in said or "do:" in said), said
    assert events(town) == before


def test_a_no_given_by_one_holder_is_not_told_to_another(town: Path, say, known: str) -> None:
    """Receipt and notice are the same whatever somebody else has said."""
    holder = ("--relation", "parental_responsibility", "--said-by")
    words = ("withdraw", known, "--use", "early-help", *holder)

    def told(name: str) -> str:
        return re.sub(r"(Receipt |Event: +|When: +)\S.*", "", say(*words, name))

    assert told("mother") == told("father")


# Runs follow


def fake_run(town: Path, use: str = "early-help") -> None:
    folder = town / "runs" / use / "r-1"
    folder.mkdir(parents=True)
    manifest = {"run": "r-1", "use": use, "day": DAY, "outputs": {"persons.parquet": "0" * 64}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder.parent / "current").write_text("r-1\n", "utf-8")


def test_a_no_is_followed_at_once_and_says_what_was_given_out(
    town: Path, say, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run(town)
    followed = []

    def follow(path, *, today):
        followed.append((path.stem, len(events(town))))

    monkeypatch.setattr(permitting.arriving, "follow", follow)
    (town / "t.csv").write_text(HEAD + GOOD.replace(",yes,", ",no,") + "\n", "utf-8")
    say("import", "t.csv")
    assert followed.pop() == ("early-help", len(events(town))), "a table is followed too"
    count = len(events(town))
    say("record", known, "yes", *YES)
    assert followed == []
    said = say("withdraw", known, "--use", "early-help")
    assert followed == [("early-help", count + 2)], "after the ledger has it"
    assert f"early-help, run r-1 of {DAY}: persons.parquet (in use; made anew" in said
    say("record", known, "later", "--use", "early-help")
    assert len(followed) == 2


def test_a_withdrawal_takes_rows_out_of_the_run_in_force(town: Path, say, app: typer.Typer) -> None:
    """From table to withdrawal with nothing in between put in place of anything."""
    from licet.chapters.linking import link

    say("import", PERMISSIONS)
    day = date.fromisoformat(DAY)
    before_linking = random.getstate()  # Splink names its tables from it
    run = link(town / USE, today=day).folder
    random.setstate(before_linking)
    before = pl.read_parquet(run / "crosswalk.parquet")
    with open_store(find_workspace(town)) as store:
        known = store.permissions.subjects().explode("records").drop_nulls("records")
    row, subject = (
        known.join(before, left_on="records", right_on="row").select("records", "subject").row(0)
    )
    words = ["permission", "withdraw", subject, "--use", "early-help", "--relation", "guardian"]
    done = RUNNER.invoke(app, [*words, "--said-by", "gran"])
    assert done.exit_code == 0, done.exception
    after = pl.read_parquet(run / "crosswalk.parquet")
    assert row in before["row"].to_list() and row not in after["row"].to_list()
    assert f"early-help, run {run.name} of {DAY}" in " ".join(done.stdout.split())
    assert "rows left" not in done.stdout and "For the office: early-help" in done.stderr


def test_a_run_that_cannot_follow_loses_no_answer(
    town: Path, say, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run(town)

    def follow(path, *, today):
        raise BadInput(*permitting.bad("the run is locked", "runs").faults)

    monkeypatch.setattr(permitting.arriving, "follow", follow)
    said = say("record", known, "no", "--use", "early-help", status=2)
    assert "the answer is recorded, but a run cannot follow it yet" in said
    assert "the run is locked" in said and events(town)[-1].effect == "refuse"


# Tables


def test_the_answers_of_the_town(town: Path, say) -> None:
    rows = len((town / PERMISSIONS).read_text("utf-8").splitlines()) - 1
    said = say("import", PERMISSIONS)
    assert said.startswith(f"{rows} rows read, {rows} recorded now.")
    assert len(events(town)) == rows
    assert f"{rows} rows read, 0 recorded now." in say("import", PERMISSIONS)
    assert len(events(town)) == rows
    people = subjects(town)
    assert people.filter(pl.col("given").str.contains("[A-Z]")).is_empty(), "standard form"
    assert people["postcode"].drop_nulls().str.contains(r"^[A-Z0-9]+ [0-9][A-Z]{2}$").all()
    counts = say("show", "--counts", "--use", "early-help", "--today", DAY)
    assert "may be used A holder of responsibility said yes." in counts
    shown = json.loads(say("show", "--counts", "--today", DAY, "--json"))
    numbers = [row["subjects"] for use in shown for row in use["counts"]]
    assert all(n is None or n == 0 or (n >= 10 and n % 5 == 0) for n in numbers)


def test_a_yes_on_a_notice_that_nobody_could_read_does_not_count(town: Path, say) -> None:
    """The use has no notice in Somali: whoever reads only that has read none."""
    head = "subject,given,family,birth,language,relation,use,effect,at,verified_by\n"
    rows = "a,Ann,Lee,1990-01-02,so,self,early-help,yes,2026-01-25,desk\n"
    rows += "b,Bea,Lee,1990-01-02,pl,self,early-help,yes,2026-01-25,desk\n"
    (town / "t.csv").write_text(head + rows, "utf-8")
    assert "Notices in pl are not in notices/" in say("import", "t.csv")
    assert [event.language for event in events(town)] == ["en", "pl"]
    assert "in no language known to be read" in " ".join(say("show", "a", "--today", DAY).split())
    follows = json.loads(say("show", "b", "--today", DAY, "--json"))["decisions"]
    assert {d["outcome"] for d in follows if d["use"] == "early-help"} == {"granted"}


GOOD = "a,Ann,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,"
HEAD = "subject,given,family,birth,relation,use,effect,at,verified_by,service\n"


def test_a_table_with_faults_is_told_whole_and_records_nothing(town: Path, say) -> None:
    rows = [
        GOOD,
        "b,Bea,Lee,1990-13-02,self,early-help,yes,2026-01-25,desk,",
        "c,Cat,Lee,1990-01-02,self,early-hlp,yes,2026-01-25,desk,",
        "d,Dan,Lee,1990-01-02,self,early-help,yes,2199-01-25,desk,",
        "e,Eve,Lee,1990-01-02,self,early-help,withdraw,2026-01-25,desk,",
        "f,Fay,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,police",
        "g,Gus,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,polce",
        "h,,,,self,early-help,no,2026-01-25,,",
    ]
    (town / "t.csv").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    said = say("import", "t.csv", status=2)
    wanted = [
        (3, "'1990-13-02' is no date"),
        (4, "unknown use 'early-hlp'"),
        (5, "still to come"),
        (6, "was ever given by this person"),
        (7, "early-help joins no records of 'police'"),
        (8, "unknown service 'polce'"),
        (9, "nobody is known as 'h', and no details are given"),
    ]
    places = [int(number) for number in re.findall(r"t\.csv: row (\d+)", said)]
    assert places == [number for number, _ in wanted]
    for _, what in wanted:
        assert what in said
    assert events(town) == () and subjects(town).is_empty()


def test_a_yes_to_a_use_of_several_versions_says_to_which(town: Path, say) -> None:
    path = town / USE
    path.write_text(path.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    (town / "t.csv").write_text(HEAD + GOOD + "\n", "utf-8")
    assert "which version of 'early-help'?" in say("import", "t.csv", status=2)
    assert events(town) == ()


def test_details_that_are_told_again_keep_what_was_known(town: Path, say) -> None:
    head = HEAD.replace("verified_by", "postcode").replace("service", "records")
    (town / "t.csv").write_text(
        head
        + "a,Ann,Lee,1990-01-02,self,early-help,yes,2026-01-25,zz1 1zz,education/1\n"
        + "a,,LEE-Roy,,self,early-help,no,2026-01-26,,early_years/2\n",
        "utf-8",
    )
    say("import", "t.csv")
    (one,) = subjects(town).to_dicts()
    assert (one["given"], one["family"]) == ("ann", "lee roy") and one["postcode"] == "ZZ1 1ZZ"
    assert one["birth"].isoformat() == "1990-01-02"
    assert one["records"] == ["education/1", "early_years/2"]


# Looking up


def test_a_history_is_for_the_office(town: Path, say, known: str) -> None:
    say("record", known, "yes", *YES)
    said = say("show", known, "--today", DAY)
    assert said.startswith(f"{known} (s-") and "Asked" in said and "Yes: The person" in said
    assert "checked: passport at the desk" in said and "For the office alone" in said
    data = json.loads(say("show", known, "--today", DAY, "--json"))
    assert data["events"][-1]["effect"] == "grant" and data["decisions"]


def test_a_receipt_can_be_checked(town: Path, say, known: str) -> None:
    said = say("record", known, "yes", *YES, "--out", "r.json")
    held = json.loads((town / "r.json").read_text("utf-8"))
    again = say("receipt", held["receipt_id"])
    assert again.strip() in said and say("receipt", held["event_id"]) == again
    assert json.loads(say("receipt", held["event_id"], "--json")) == held
    assert "is GENUINE" in say("receipt", "--verify", "r.json")
    assert "is GENUINE" in say("receipt", held["receipt_id"], "--verify", "r.json")
    assert "NOT GENUINE" in say("receipt", "00", "--verify", "r.json", status=3)
    for key, value in (
        ("content", held["content"].replace("You said yes", "You said no")),
        ("signature", "00" * 64),
        ("event_id", "0" * 32),
        ("receipt_id", "0" * 20),
    ):
        (town / "false.json").write_text(json.dumps({**held, key: value}), "utf-8")
        assert "NOT GENUINE" in say("receipt", "--verify", "false.json", status=3), key
    for wrong in ("{", "[]", '{"receipt_id": 1}', json.dumps({**held, "signature": "xyz"})):
        (town / "false.json").write_text(wrong, "utf-8")
        assert "this is no receipt" in say("receipt", "--verify", "false.json", status=2)

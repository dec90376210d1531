"""The officer's way: sign in with two factors, draft, ruling, answer, accept a condition, a run refused."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.linkage.town import USE
from tests.served.browser.conftest import Opens
from tests.served.browser.place import Place, digits
from tests.served.browser.steps import follow, press, said
from tests.web_permission.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.long]
ANSWER = "We agree with this, and everybody can hold us to it from now on."
CONDITIONS = {
    True: ("No extract is older than so many days", "maximum_age", "1"),
    False: ("Records are joined by person alone", "scope", "person"),
}
"""What is accepted with scripts and without: as the form offers it, its parameter, its value."""


@pytest.fixture(scope="module")
def working(place: Place) -> Iterator[None]:
    """The program that does what is queued."""
    command = [sys.executable, "-m", "licet", "work", str(place.root)]
    with (place.root / "worked.txt").open("w") as said:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            yield
        finally:
            program.terminate()
            program.wait(20)


def sign_in(view: Any, name: str) -> None:
    """A password, then six digits, which are set up at the first time."""
    view.goto("/staff/answers")
    view.get_by_label("Name").fill(name)
    view.get_by_label("Password", exact=True).fill(PASSWORD)
    press(view, "Sign in")
    assert "/second-factor" in view.url, "a password alone opens nothing"
    code = view.get_by_label("Six digits that your app shows now")
    code.fill("000000")
    press(view, "Go on")
    assert view.title().startswith("Error:")
    code.fill(digits(view.content()))
    press(view, "Go on")
    assert view.url.endswith("/staff/answers"), "where the officer wanted to go"


def draft(view: Any, place: Place, name: str) -> None:
    """A use is drafted: its ruling is seen before anything is kept."""
    follow(view, "Draft a use")
    press(view, "See the ruling")
    assert view.title().startswith("Error:")
    for label, text in (("Short name", name), ("Title", "A drafted use"),
                        ("The body that answers for it", "Exampleton")):  # fmt: skip
        view.get_by_role("textbox", name=label).fill(text)
    for group in ("Whose records are joined", "Why", "Purpose", "Whose records",
                  "What is done with the records", "What may follow for a family", "Who runs it"):  # fmt: skip
        box = view.get_by_role("group", name=group, exact=True)
        box.locator("input").first.check()
    path = place.root / "uses" / f"{name}.toml"
    press(view, "See the ruling")
    assert re.match("NOT|NO LICENCE|LICENSED", view.locator(".site-ruling").inner_text())
    assert not path.exists()
    press(view, "Keep this use")
    assert f"kept as uses/{name}.toml" in said(view)
    path.unlink()


def answer(view: Any, number: int) -> None:
    """A question is answered, for everybody to read."""
    follow(view, "Questions to answer")
    follow(view, f"Question q-{number}", exact=True)
    view.get_by_label("The answer").fill(ANSWER)
    press(view, "Publish the answer")
    told = said(view)
    assert "The answer is published" in told and ANSWER in told


def accept(view: Any, number: int, offered: str, parameter: str, value: str) -> None:
    """A condition is accepted into a parameter; what would follow is seen first."""
    follow(view, "Questions to answer")
    follow(view, f"Proposed condition q-{number}", exact=True)
    view.get_by_label("Accept: a condition binds").check()
    options = view.get_by_label("The condition", exact=True).locator("option")
    (wanted,) = [text for text in options.all_inner_texts() if text.startswith(offered)]
    view.get_by_label("The condition", exact=True).select_option(wanted)
    if parameter == "maximum_age":
        view.get_by_label("Number or day").fill(value)
    view.get_by_label("The answer in words").fill(ANSWER)
    press(view, "Go on")
    assert "What would follow" in said(view)
    press(view, "Accept it")
    assert "A condition binds" in said(view)


def run(view: Any) -> str:
    """How a run ended, as the page tells it."""
    follow(view, "Runs", exact=True)
    press(view, re.compile(r"^Run\s+Early help"))
    assert "It is queued" in said(view)
    for _ in range(240):
        row = view.get_by_role("table").last.get_by_role("row").nth(1).inner_text()
        if re.search("Done|Refused|Failed", row):
            return row
        time.sleep(0.25)
        follow(view, "Look again")
    raise AssertionError("it did not end")


def test_from_a_draft_to_a_run_that_a_condition_refuses(
    place: Place, opens: Opens, scripts: bool, working: None
) -> None:
    offered, parameter, value = CONDITIONS[scripts]
    question = place.asked("question", "Who in the office will see our records?")
    proposal = place.asked("proposal", "Please write down what you said about our records.")
    view = opens(scripts=scripts)
    sign_in(view, "officer" if scripts else "officer without scripts")
    draft(view, place, f"drafted-{parameter.replace('_', '-')}")
    answer(view, question)
    assert "Done" in run(view), "the run passes"
    accept(view, proposal, offered, parameter, value)
    refused = run(view)
    assert "Refused" in refused and f"{parameter} = {value}, agreed on" in refused
    # Everybody reads it; the officer ends it again.
    reader = opens(scripts=scripts)
    reader.goto(f"/uses/{USE}/changed")
    assert "It is in force" in said(reader)
    reader.goto(f"/uses/{USE}/runs")
    assert f"{parameter} = {value}" in said(reader)
    view.goto(f"/questions/{proposal}")
    follow(view, "End its condition")
    view.get_by_label("Why the condition ends").fill("Families asked for it to end.")
    press(view, "End the condition")
    assert "The answer is published" in said(view)

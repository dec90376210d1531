"""The parent's whole way in a real browser, on a small phone, with scripts and without."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from licet.chapters.linking import link
from tests.linkage.town import TODAY
from tests.served.conftest import served
from tests.web.conftest import browser
from tests.web_permission.conftest import PASSWORD
from tests.web_permission.test_at_once import Case, case, equal_rows_are_trained_on_once

pytestmark = pytest.mark.browser
__all__ = ["browser", "case", "equal_rows_are_trained_on_once"]


@pytest.fixture(scope="module", autouse=True)
def while_a_browser_runs() -> Iterator[None]:
    """Django takes every test beside Playwright for an asynchronous one; none is."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def global_random_state_stays_untouched() -> Iterator[None]:
    """Splink names its own tables from the global state: it is put back."""
    before = random.getstate()
    yield
    random.setstate(before)


@pytest.fixture(params=["with scripts", "without"])
def phone(request, browser: Any) -> Iterator[Any]:
    """A page of a small phone. Whatever a script does wrong fails the test."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=request.param == "with scripts"
    )
    view = context.new_page()
    view.on("pageerror", lambda error: pytest.fail(str(error)))
    view.on(
        "console",
        lambda said: (
            said.type == "error" and "status of 4" not in said.text and pytest.fail(said.text)
        ),
    )
    yield view
    context.close()


@pytest.mark.parametrize("case", ["sqlite"], indirect=True)
def test_find_read_sign_up_say_no_receipt_next_run(case: Case, phone: Any, request) -> None:
    scripts = "without" not in request.node.name
    number = 1 if scripts else 2
    child, code = case.children[number], case.codes[number]
    assert case.rows(child)
    with served(case.root, LICET_DATABASE=case.url) as address:
        phone.goto(f"{address}/letter")
        phone.get_by_role("link", name="Make an account").click()
        phone.get_by_label("Choose a name").fill(f"phone {number}")
        phone.get_by_label("Choose a password").fill(PASSWORD)
        phone.get_by_role("button", name="Make the account").click()
        phone.goto(f"{address}/mine")
        phone.get_by_label("Code").fill("ABCD")
        phone.get_by_role("button", name="Add").click()
        assert "Error:" in phone.title() and phone.get_by_label("Code").input_value() == "ABCD"
        phone.get_by_label("Code").fill(code)
        phone.get_by_role("button", name="Add").click()
        assert "You now speak for this person" in phone.content()
        phone.get_by_role("link", name=re.compile("Early help")).first.click()
        phone.get_by_label("No", exact=True).check()
        phone.get_by_role("button", name="Send my answer").click()
        assert "You said no" in phone.content() and "/mine/receipt/" in phone.url
        with phone.expect_download() as kept:
            phone.get_by_role("link", name="Keep this receipt as a file").click()
        assert '"refuse' in Path(kept.value.path()).read_text("utf-8").replace("\\", "")
        assert not case.rows(child)
    link(case.use, today=TODAY)
    assert not case.rows(child)

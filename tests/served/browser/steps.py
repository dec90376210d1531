"""What people do on a page: press a button, follow a link. The next page is there when these return."""

from __future__ import annotations

import re
from typing import Any


def press(view: Any, name: str | re.Pattern[str]) -> None:
    """Press the button of a form."""
    with view.expect_navigation():
        view.get_by_role("button", name=name).first.click()


def follow(view: Any, name: str | re.Pattern[str], *, exact: bool = False, role: str = "") -> None:
    """Follow a link. role: only within what has this role, as "main"."""
    inside = view.get_by_role(role) if role else view
    with view.expect_navigation():
        inside.get_by_role("link", name=name, exact=exact).first.click()


def said(view: Any) -> str:
    """What the page says."""
    return str(view.get_by_role("main").inner_text())

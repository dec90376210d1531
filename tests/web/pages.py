"""What is asked of every page in a browser: no sideways scrolling, figures that say what they are, no fault."""

from __future__ import annotations

from typing import Any

TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
SIDEWAYS = """[...document.querySelectorAll('.stack')]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => table.getAttribute('aria-label'))"""
"""Tables that a reader of a narrow screen would have to push sideways."""
LABELS = """[...document.querySelectorAll('.stack td')]
    .filter(cell => getComputedStyle(cell).display !== 'none')
    .map(cell => getComputedStyle(cell, '::before').content)"""
"""What stands beside each figure once heads of columns are gone."""


def fits(view: Any, width: int) -> None:
    """The page is no wider than a window of this width, in pixels."""
    view.set_viewport_size({"width": width, "height": 800})
    wide = view.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{wide} px wide on a page of {width} px"


def look(view: Any) -> None:
    """On a narrow screen every table is read from top to bottom, and each figure says what it is."""
    assert view.evaluate(SIDEWAYS) == [], "every table is read from top to bottom"
    for label in view.evaluate(LABELS):
        assert label not in ("", '""', "none", "normal"), "each figure says what it is"


def fault(view: Any) -> None:
    """No fault that axe knows of."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()

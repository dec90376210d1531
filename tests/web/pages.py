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


HINTLESS = """[...document.querySelectorAll('.scroll')]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .filter(table => ![...table.querySelectorAll('.hint')].some(one => one.offsetHeight > 0)
        || !getComputedStyle(table).backgroundImage.includes('gradient'))
    .map(table => table.innerText.slice(0, 60))"""
"""Tables that are cut at the edge of a narrow screen without a word or a shadow to say so."""
SMALLEST = """Math.min(99, ...[...document.querySelectorAll('svg text')]
    .map(text => text.getBoundingClientRect().height))"""
HIDDEN = """what => new Promise(tell => requestAnimationFrame(() => requestAnimationFrame(() => tell(
    [...document.querySelectorAll(what)].filter(one => !one.checkVisibility()).length))))"""
"""How many of these cannot be seen, because they lie in a part that is folded up; once all is drawn."""
EVERYTHING = "main figure, main table, main dl"
PARTS = ".fold > .in, .fold > .scroll"


def unfold(view: Any) -> None:
    """Open everything that is folded up."""
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def readable(view: Any) -> None:
    """The words of charts can be read on a telephone."""
    assert view.evaluate(SMALLEST) >= 8, "the words of charts can be read on a telephone"


def folded(view: Any) -> None:
    """On a narrow screen only the summary is open; elsewhere, and in print, everything that it leaves out.

    Left as it was: folded, on a narrow screen.
    """
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    view.set_viewport_size({"width": 360, "height": 800})
    tall = view.evaluate("document.documentElement.scrollHeight")
    assert tall < 6000, f"{tall} px: a telephone shows the summary and a list of parts"
    assert view.evaluate(HIDDEN, EVERYTHING) > 0
    view.emulate_media(media="print")
    assert view.evaluate(HIDDEN, EVERYTHING) == 0, "paper holds everything"
    view.emulate_media(media="screen")
    view.set_viewport_size({"width": 1200, "height": 800})
    assert view.evaluate(HIDDEN, PARTS) == 0, "a wide screen has room for every part"
    view.set_viewport_size({"width": 360, "height": 800})
    link = view.locator("nav a").first
    link.click()
    assert view.evaluate("document.querySelector('.fold').open"), (
        "a link opens the part it leads to"
    )


def look(view: Any) -> None:
    """On a narrow screen every table is read from top to bottom, and each figure says what it is."""
    assert view.evaluate(HINTLESS) == [], "what goes on beyond the edge says so"
    assert view.evaluate(SIDEWAYS) == [], "every table is read from top to bottom"
    for label in view.evaluate(LABELS):
        assert label not in ("", '""', "none", "normal"), "each figure says what it is"


def fault(view: Any) -> None:
    """No fault that axe knows of."""
    from axe_playwright_python.sync_playwright import Axe

    options = {
        "runOnly": {"type": "tag", "values": list(TAGS)},
        "resultTypes": ["violations"],
        "preload": False,  # it would fetch style sheets, late, and from files in vain
    }
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()

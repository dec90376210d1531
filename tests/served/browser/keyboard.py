"""A form filled and sent by Tab, arrows, Space and Enter alone. Whatever has the focus can be seen to have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Filled = Mapping[str, str]
"""Names of fields and what is said in each."""
KEY = """one => one.type === 'radio' ? `${one.form.action} ${one.name}` : [...document.all].indexOf(one)"""
STOPS = f"""() => [...new Set(
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.type !== 'hidden' && !one.disabled && one.checkVisibility()).map({KEY}))]"""
"""The places that a keyboard stops at: a group of radios is one."""
AT = """() => {
  const one = document.activeElement;
  const picked = one.type === 'radio' || one.type === 'checkbox';
  const drawn = picked ? getComputedStyle(one.labels[0], '::before') : getComputedStyle(one);
  const outlined = drawn.outlineStyle !== 'none' && parseFloat(drawn.outlineWidth) > 0;
  return {key: (KEY)(one), tag: one.localName, kind: one.type || '', name: one.name || '',
          value: one.value || '', text: one.textContent.trim(), id: one.id, checked: one.checked || false,
          outside: !one.closest('main'), seen: outlined || drawn.boxShadow !== 'none'};
}""".replace("KEY", KEY)
"""What has the focus, and whether that can be seen."""
MOST = 60
"""Steps within one field."""


def send(view: Any, filled: Filled, button: str) -> None:
    """Fill the form and press its button. The page is opened anew before; the next one is there after."""
    left = dict(filled)
    for _ in range(len(view.evaluate(STOPS)) + 2):
        at = step(view)
        if at["tag"] == "button" and at["text"].startswith(button) and not at["outside"]:
            assert not left, f"not reached by Tab before the button: {sorted(left)}"
            with view.expect_navigation():
                view.keyboard.press("Enter")
            return
        name = at["id"] if at["id"] in left else at["name"]
        if name in left and _said(view, at, left[name]):
            del left[name]
    raise AssertionError(f"the button {button!r} cannot be reached by Tab")


def walk(view: Any) -> None:
    """Every place can be reached by Tab, is seen where one is, and none holds the keyboard."""
    wanted = set(view.evaluate(STOPS))
    seen = {step(view)["key"] for _ in range(len(wanted) + 2)}
    assert wanted <= seen, f"{len(wanted - seen)} of {len(wanted)} places are not reached"


def step(view: Any) -> dict[str, Any]:
    """Tab on; what has the focus now."""
    view.keyboard.press("Tab")
    at: dict[str, Any] = view.evaluate(AT)
    assert at["seen"] or at["tag"] == "body", f"nobody sees the focus on {at}"
    return at


def _said(view: Any, at: dict[str, Any], wanted: str) -> bool:
    """Say something in the field that has the focus. False where it is another of the same name."""
    if at["kind"] == "checkbox":
        if at["value"] not in (wanted, "on"):
            return False
        view.keyboard.press("Space")
        return True
    if at["kind"] == "radio" or at["tag"] == "select":
        _choose(view, at, wanted)
        return True
    view.keyboard.press("Control+A")
    view.keyboard.insert_text(wanted)
    return True


def _choose(view: Any, at: dict[str, Any], wanted: str) -> None:
    if at["tag"] == "select":
        view.keyboard.press("Home")
    elif at["value"] == wanted:
        view.keyboard.press("Space")
    for _ in range(MOST):
        now = view.evaluate(AT)
        if now["value"] == wanted and (now["checked"] or now["tag"] == "select"):
            return
        view.keyboard.press("ArrowDown")
    raise AssertionError(f"{wanted!r} cannot be chosen of {at['name']}")

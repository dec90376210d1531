"""Every form of a page with all that can be typed or chosen in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = ("text", "textarea", "search", "password")


@dataclass
class Form:
    """action: where it goes. kinds: of fields, by name. values: as the form stands. choices: what may be
    chosen."""

    action: str
    method: str
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, text: str = "") -> dict[str, str]:
        """With the first of every choice, and a text in every field that is typed."""
        chosen = {name: next(filter(None, found), "") for name, found in self.choices.items()}
        typed = {name: text for name, kind in self.kinds.items() if kind in TYPED}
        return {**self.values, **chosen, **typed}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        name = given.get("name", "")
        if not self.forms or not (name or tag == "option"):
            return
        form = self.forms[-1]
        if tag in ("input", "button"):
            kind = given.get("type", "text")
            if kind in ("radio", "checkbox", "submit"):
                form.choices.setdefault(name, []).append(given.get("value", ""))
            else:
                form.values[name] = given.get("value", "")
            form.kinds[name] = kind
        elif tag in ("textarea", "select"):
            self.inside = name
            form.kinds[name] = tag
            form.values[name] = ""
            if tag == "select":
                form.choices[name] = []
        elif tag == "option" and self.inside:
            form.choices[self.inside].append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.inside and self.forms[-1].kinds[self.inside] == "textarea":
            self.forms[-1].values[self.inside] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self.inside = ""


def forms_on(text: str) -> list[Form]:
    """The forms of a page that are sent, but for signing out."""
    reader = _Reader()
    reader.feed(text)
    return [one for one in reader.forms if one.method == "post" and "sign-out" not in one.action]

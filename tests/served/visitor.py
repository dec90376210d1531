"""Somebody with a browser that runs no scripts: keeps cookies, fills forms, follows where it is sent."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx


class _Forms(HTMLParser):
    """Every form of a page: where it goes, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": {}, "buttons": []})
        elif self.forms and tag == "input" and given.get("name"):
            if given.get("type") in ("radio", "checkbox") and "checked" not in dict(attrs):
                return
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")
        elif self.forms and tag == "textarea":
            self._area = given.get("name")
            self.forms[-1]["fields"][self._area] = ""
        elif self.forms and tag == "select":
            self._select = given.get("name")
        elif self.forms and tag == "option" and self._select and "selected" in given:
            self.forms[-1]["fields"][self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1]["fields"][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def words_of(text: str) -> set[str]:
    """The words of a page: a name like Chan is no part of Change."""
    return set(re.findall(r"[^\W\d_]+", text))


def forms_of(text: str) -> list[dict[str, Any]]:
    """The forms of a page."""
    parser = _Forms()
    parser.feed(text)
    return parser.forms


class Visitor:
    """A client of a running site. address: "http://127.0.0.1:8000"."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A page."""
        return self.client.get(path, **more)

    def send(self, path: str, form: int | None = None, **fields: Any) -> httpx.Response:
        """Open a page, fill its form as a person would, send it. form: which one; None takes the one
        that has the first of the fields."""
        page = self.get(path)
        found = [one for one in forms_of(page.text) if not one["action"].endswith("/sign-out")]
        if form is None:
            first = next(iter(fields), "csrfmiddlewaretoken")
            form = next((n for n, one in enumerate(found) if first in one["fields"]), 0)
        assert found, f"no form on {path}: {page.status_code}"
        chosen = found[form]
        return self.client.post(chosen["action"] or path, data={**chosen["fields"], **fields})

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send what no form of ours would, with the right token: what a forger with an account could."""
        token = next(
            (
                one["fields"]["csrfmiddlewaretoken"]
                for one in forms_of(self.get("/sign-in").text)
                if "csrfmiddlewaretoken" in one["fields"]
            ),
            "",
        )
        return self.client.post(path, data={"csrfmiddlewaretoken": token, **fields})

    def sign_in(self, login: str, password: str = "three words here") -> Visitor:
        """Signed in, or the test fails."""
        answer = self.send("/sign-in", login=login, password=password)
        assert login.casefold() in answer.text and "Sign out" in answer.text, answer.text[:2000]
        return self

    def close(self) -> None:
        """Leave."""
        self.client.close()

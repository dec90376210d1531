"""What stands around every page of the register: whose it is, its language, where its links lead.

The same pages are served by ``licet serve`` and written by ``licet publish``. They differ in what is
around them: a served page has sign-in and forms, a written one has links to files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from licet.register.sentences import day, moment
from licet.report.site import environment


@dataclass(frozen=True)
class Log:
    """The checkpoint that a page shows. size: leaves; root and key in base64."""

    origin: str
    size: int
    root: str
    key: str


@dataclass(frozen=True)
class Around:
    """name: of the body. path: of this page in the site's own terms, without language: "uses/x".
    served: whether it has forms. languages: of the public pages. person: name of who is signed in.
    role: theirs, "" for nobody. nonce: of the page's scripts. token: against forged forms. notices:
    said on top of every page. menu: (path, English text) of what this person may open."""

    name: str
    path: str = ""
    language: str = "en"
    languages: Sequence[str] = ("en", "cy")
    served: bool = False
    person: str = ""
    role: str = ""
    nonce: str = ""
    token: str = ""
    synthetic: bool = False
    notices: Sequence[str] = ()
    menu: Sequence[tuple[str, str]] = ()
    log: Log | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def at(self, path: str, language: str | None = None) -> Around:
        """The same around another page."""
        return replace(self, path=path, language=language or self.language)

    def url(self, path: str, language: str | None = None) -> str:
        """Where a link to a page or file of the site leads. path: "uses/x" or "uses/x.json"."""
        chosen = self.language if language is None else language
        prefix = "" if chosen == "en" or _is_file(path) else f"{chosen}/"
        if self.served:
            return f"/{prefix}{path}"
        return f"{self.up}{prefix}{_file(path)}"

    @property
    def own_file(self) -> str:
        """The file that this page is written to."""
        return file_of(self.path, self.language)

    @property
    def up(self) -> str:
        """From a written page to the folder of the site."""
        return "../" * self.own_file.count("/")

    def asset(self, name: str) -> str:
        """A file that the page needs to be seen: "site.css"."""
        return f"/static/{name}" if self.served else f"{self.up}static/{name}"

    @property
    def direction(self) -> str:
        """As HTML says it: "ltr" or "rtl"."""
        return "rtl" if self.language in environment.RIGHT_TO_LEFT else "ltr"

    def page(self, template: str, **values: object) -> str:
        """A template filled with values and with what is around it."""
        _ = environment.translator(self.language)
        values = {"day": _dated(day, _), "moment": _dated(moment, _), **values}
        return environment.render(
            template,
            around=self,
            _=_,
            url=self.url,
            asset=self.asset,
            own_names=environment.NAMES,
            own_name=environment.own_name,
            draft=not environment.reviewed(self.language),
            dated=lambda text: _months(text, _),
            told_in=lambda text: environment.told_in(self.language, text),
            **values,
        )


def file_of(path: str, language: str) -> str:
    """The file that a page is written to in a language."""
    return _file(path) if language == "en" else f"{language}/{_file(path)}"


def _dated(written: Any, _: Callable[[str], str]) -> Callable[[Any], str]:
    """What writes a day, with the name of the month in the page's language."""
    return lambda given: _months(written(given), _)


def _months(text: str, _: Callable[[str], str]) -> str:
    return " ".join(_(word) if word.isalpha() else word for word in text.split(" "))


def _file(path: str) -> str:
    """The file of a page: a page without an ending is HTML, a folder's page is its index."""
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if _is_file(path) else f"{path}.html"


def _is_file(path: str) -> bool:
    """Whether a path is a file as it stands, and no page: those have no ending, and a language."""
    return "." in path.rpartition("/")[2] or path.startswith("log/")

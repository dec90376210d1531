"""The templates of the register's site, static or served: one environment for both.

Macros are GOV.UK's; the brand is our own. Text in a template is English and is put into the page's
language by ``_("...")``, from ``languages/*.po``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from licet.errors import bad
from licet.report.screens import plain

HERE = Path(__file__).parent
TEMPLATES, LANGUAGES, ASSETS = HERE / "templates", HERE / "languages", HERE / "assets"
NAMES: Mapping[str, str] = {"en": "English", "cy": "Cymraeg"}
"""Languages of public pages, each by its own name."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "ur"})
"""Languages that notices may be in, of those that are written from right to left."""
PLACE = re.compile(r"{(\w+)}")
FEWEST = 10
"""Letters that a text with places to fill has at least, to be known by them."""


def own_name(language: str) -> str:
    """A language by its own name; its code where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    try:
        return NAMES.get(language) or str(Locale.parse(language).get_display_name()).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """English texts and what stands for them in a language; nothing for English."""
    path = LANGUAGES / f"{language}.po"
    if language == "en" or not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as held:
        messages = read_po(held, locale=language)
    return {str(one.id): str(one.string) for one in messages if one.id and one.string}


def reviewed(language: str) -> bool:
    """Whether a speaker of the language has read its catalogue: its header says so."""
    path = LANGUAGES / f"{language}.po"
    if language == "en":
        return True
    return path.exists() and "X-Reviewed-By:" in path.read_text(encoding="utf-8")


def translator(language: str) -> Callable[[str], str]:
    """English text -> text of the language; English where nobody has put it into words yet.

    A text that is filled already, such as "It is sent. Its name is q-3.", is known by its places to fill.
    """
    held = catalogue(language)
    if not held:
        return lambda text: text

    def told(text: str) -> str:
        found = held.get(text)
        return _filled(language, str(text)) if found is None else found

    return told


def told_in(language: str, text: str) -> bool:
    """Whether somebody has put a text into the words of a language."""
    return language == "en" or text in catalogue(language) or bool(_form_of(language, str(text)))


def _filled(language: str, text: str) -> str:
    found = _form_of(language, text)
    if found is None:
        return text
    held, (welsh, values) = catalogue(language), found
    words = {name: held.get(value, _lower(held, value)) for name, value in values.items()}
    return welsh.format(**words)


def _lower(held: Mapping[str, str], value: str) -> str:
    """A word of the catalogue that stands with a small letter in the middle of a sentence."""
    found = held.get(value[:1].upper() + value[1:])
    return f"{found[:1].lower()}{found[1:]}" if found else value


def _form_of(language: str, text: str) -> tuple[str, Mapping[str, str]] | None:
    """The translated text with places to fill that an English one was made of, and what fills them."""
    for form, welsh in _forms(language):
        if found := form.fullmatch(text):
            return welsh, found.groupdict()
    return None


@cache
def _forms(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every text with places to fill, the most telling first."""
    found = []
    for english, welsh in catalogue(language).items():
        pieces = PLACE.split(english)
        said = sum(map(len, pieces[::2]))
        if len(pieces) > 1 and said >= FEWEST:
            held = (re.escape(p) if n % 2 == 0 else f"(?P<{p}>.+?)" for n, p in enumerate(pieces))
            found.append((said, re.compile("".join(held)), welsh))
    return tuple((form, welsh) for _, form, welsh in sorted(found, key=lambda one: -one[0]))


def environment(**options: Any) -> Any:
    """A Jinja2 environment. options: as Django's Jinja2 backend gives them; its loader is kept."""
    try:
        from jinja2 import (
            ChainableUndefined,
            ChoiceLoader,
            Environment,
            FileSystemLoader,
            PackageLoader,
            PrefixLoader,
        )

        macros = PackageLoader("govuk_frontend_jinja")
    except (ImportError, ValueError):
        todo = "pip install 'licet[web]'"
        raise bad("the register's pages need the package govuk-frontend-jinja", todo=todo) from None
    loaders = [options.pop("loader", None), FileSystemLoader(TEMPLATES)]
    found = Environment(
        **{
            **options,
            "loader": ChoiceLoader(
                [one for one in loaders if one] + [PrefixLoader({"govuk_frontend_jinja": macros})]
            ),
            "undefined": ChainableUndefined,  # the macros read parameters that nobody gave
            "autoescape": True,
            "finalize": lambda value: plain(value) if type(value) is str else value,
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    )
    return found


@cache
def _site() -> Any:
    return environment(auto_reload=False)


def render(template: str, **values: object) -> str:
    """A template of the site filled with values."""
    text: str = _site().get_template(template).render(**values)
    return text

"""The templates of the register's site, static or served: one environment for both.

Macros are GOV.UK's; the brand is our own. Text in a template is English and is put into the page's
language by ``_("...")``, from ``languages/*.po``.
"""

from __future__ import annotations

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
    """English text -> text of the language; English where nobody has put it into words yet."""
    held = catalogue(language)
    return lambda text: held.get(text, text)


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

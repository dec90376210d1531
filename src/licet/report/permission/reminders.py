"""Letters before the thirteenth and sixteenth birthday: what changes, and that nothing need be done now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from licet.errors import bad
from licet.permission.voices import BIRTHDAYS
from licet.report.permission.notices import Notice, kept_notice

PLACES = ("person", "service", "controller", "month", "age", "change")
"""What may stand in braces in a letter of a workspace's own: ``notices/birthday-LANGUAGE.txt``."""

ENGLISH = """\
# {person} turns {age} in {month}

You get this letter because {service} holds a record about {person}, and because we asked your family \
about the use of records before. Nothing is joined to write it.

## What changes

{change}

## What you can do

You need not do anything now. We will write again after the birthday, with a code to answer with. You \
can say no at any time before that, and you do not have to tell us why.

Signed: {controller}
"""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def reminder(
    text: str, language: str, *, controller: str, age: int, own: bool, birthday: date
) -> Notice:
    """A letter, filled in but for person and service. own: to the young person, or to who answers.

    text: ``ENGLISH``, or a workspace's own. Raises BadInput for a place that is not known, and for a
    language other than English, whose text must say itself what changes.
    """
    if "{change}" in text and language != "en":
        what = "the sentences of {change} are English: say in the letter's own words what changes"
        raise bad(what, f"birthday-{language}.txt", ", ".join(f"{{{one}}}" for one in PLACES))
    known: Mapping[str, str] = {
        "controller": controller,
        "age": str(age),
        "month": f"{_MONTHS[birthday.month - 1]} {birthday.year}" if language == "en"
        else f"{birthday.month}/{birthday.year}",
        "change": BIRTHDAYS[age, own],
    }  # fmt: skip
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return kept_notice(text, language)

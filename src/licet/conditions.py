"""Conditions: what dialogue changed. Each names one parameter of a use, and is enforced.

A condition stands in the use, or was accepted in dialogue; then the log holds it, and it binds whatever
the use says from then on. The table ``PARAMETERS`` says what each may be, what the public reads, what
would keep it, and whether the gate or the linker enforces it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import model_validator

from licet.declared import Declared
from licet.errors import bad
from licet.log.leaves import Leaf
from licet.vocabulary import label, term

Floor = Literal["objection", "ask_first"]
FLOORS: tuple[Floor, ...] = ("objection", "ask_first")
"""Permission floors, from the weaker to the stricter."""
SCOPES = ("household", "family", "person")
"""How far a linkage joins people, from the weaker to the stricter: homes, whole families alone, nobody."""
MOST_DAYS = 3650
Value = str | float | bool | date


@dataclass(frozen=True)
class Parameter:
    """allowed: its value in words. fits: whether a value does. read: from the text that the log holds.
    says: what is agreed, {value} in words. keeps: what would keep it, {value} as written. by: who
    enforces it."""

    allowed: str
    fits: Callable[[object], bool]
    read: Callable[[str], Value]
    says: str
    keeps: str
    by: Literal["gate", "linker"]
    words: str = ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200


def _is_days(value: object) -> bool:
    whole = isinstance(value, float) and value.is_integer()
    return whole and 1 <= value <= MOST_DAYS  # type: ignore[operator]


_DAYS = f"a whole number of days, 1 to {MOST_DAYS}"

PARAMETERS: Mapping[str, Parameter] = {
    "exclude_service": Parameter(
        "a service, in quotes", _is_text, str, "Records of {value} stay out.",
        "take {value} out of services", "gate", "service"),
    "exclude_source": Parameter(
        "the name of a source, in quotes", _is_text, str, "The records called {value} stay out.",
        "take {value} out of sources, and link no feed of it", "gate"),
    "exclude_organisation": Parameter(
        "the name of an organisation, in quotes", _is_text, str, "{value} takes no part.",
        "take {value} out of companies and sources", "gate"),
    "exclude_analytics": Parameter(
        "a kind of analytics, in quotes", _is_text, str, "There is no {value}.",
        "take {value} out of analytics", "gate", "analytics"),
    "no_company": Parameter(
        "true", lambda value: value is True, lambda text: text == "true", "No company takes part.",
        "take every company out, and run it in-house or by a public partner", "gate"),
    "maximum_age": Parameter(
        _DAYS, _is_days, float, "No extract is older than {value} days when it is linked.",
        "link extracts that are at most {value} days old", "linker"),
    "minimum_licence": Parameter(
        "a share between 0.5 and 1", lambda value: isinstance(value, float) and 0.5 <= value <= 1,
        float, "Each item must be acceptable to at least {value} of those asked, in each group.",
        "leave out what fewer than {value} accept", "gate"),
    "floor": Parameter(
        '"objection" or "ask_first"', lambda value: value in FLOORS, str, "Families are offered: {value}.",
        "ask families as {value} says", "gate", "permission model"),
    "scope": Parameter(
        '"person" (no households) or "family" (whole families only)',
        lambda value: value in ("person", "family"), str, "Records are joined by {value} alone.",
        'write scope = "{value}" in linkage.toml', "linker"),
    "review_by": Parameter(
        "a date: 2026-11-30", lambda value: isinstance(value, date), date.fromisoformat,
        "The use is looked at again by {value}.", "review it, and agree on another day", "gate"),
    "audit_by_group": Parameter(
        "the id of a group, in quotes", _is_text, str,
        "After each run it is audited how often the linkage is wrong about {value}, before the next.",
        "audit the last run by {value}: licet audit linkage", "linker"),
    "retention": Parameter(
        _DAYS, _is_days, float, "What was joined is destroyed after at most {value} days.",
        "write retention_days = {value}, or less", "linker"),
}  # fmt: skip


class Condition(Declared):
    """What dialogue changed: one named parameter of the use, enforced by gate or linker."""

    parameter: Literal[
        "exclude_service",
        "exclude_source",
        "exclude_organisation",
        "exclude_analytics",
        "no_company",
        "maximum_age",
        "minimum_licence",
        "floor",
        "scope",
        "review_by",
        "audit_by_group",
        "retention",
    ]
    value: Value
    text: str = ""
    agreed: date | None = None

    @model_validator(mode="after")
    def _value(self) -> Condition:
        table = PARAMETERS[self.parameter]
        if self.parameter in ("exclude_service", "exclude_analytics"):
            term(table.words, self.value, "value")
        if not table.fits(self.value):
            raise bad(f"{self.value!r} does not fit {self.parameter}", "value", table.allowed)
        return self

    @property
    def days(self) -> int:
        """Its value as days."""
        return int(self.value)  # type: ignore[arg-type]

    @property
    def written(self) -> str:
        """Its value as the log holds it."""
        return written(self.value)

    @property
    def named(self) -> str:
        """It, and when it was agreed: "exclude_service = police, agreed on 2026-11-30"."""
        when = f", agreed on {self.agreed}" if self.agreed else ""
        return f"{self.parameter} = {self.written}{when}"

    @property
    def sentence(self) -> str:
        """What is agreed, for the public."""
        table, shown = PARAMETERS[self.parameter], self.written
        if self.parameter == "minimum_licence":
            shown = f"{100 * float(self.value):g} %"  # type: ignore[arg-type]
        elif table.words:
            shown = label(table.words, shown).casefold()
        elif self.parameter == "scope":
            shown = {"person": "person", "family": "whole families"}[shown]
        found = table.says.format(value=shown)
        return f"{found[:1].upper()}{found[1:]}"

    @property
    def comply(self) -> str:
        """What would keep it."""
        return PARAMETERS[self.parameter].keeps.format(value=self.written)

    @property
    def broken(self) -> str:
        """The sentence of a refusal: which condition, when it was agreed, what would keep it."""
        said = f" {self.text.strip()}" if self.text.strip() else ""
        return f"It breaks an accepted condition: {self.named}.{said} To keep it: {self.comply}."


class Agreed(Condition):
    """A condition that was accepted in dialogue. item: where."""

    item: str


def written(value: Value) -> str:
    """A value as text, which ``PARAMETERS[...].read`` reads back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) else str(int(value))
    return value.isoformat() if isinstance(value, date) else value


def made(parameter: str, text: str, **more: Any) -> Condition:
    """A condition from its value as text, as forms and the log give it. Raises BadInput."""
    table = PARAMETERS.get(parameter)
    if table is None:
        raise bad(f"no condition is called {parameter!r}", "parameter", ", ".join(PARAMETERS))
    try:
        value = table.read(text.strip())
    except ValueError:
        raise bad(f"{text[:80]!r} does not fit {parameter}", "value", table.allowed) from None
    kind: type[Condition] = Agreed if "item" in more else Condition
    return kind(**{"parameter": parameter, "value": value, **more})


def agreed(leaves: Iterable[Leaf], use: str) -> tuple[Agreed, ...]:
    """The conditions on a use that the log holds and nobody ended, in the order they were accepted."""
    found: dict[str, Agreed] = {}
    for leaf in leaves:
        body = leaf.body
        if body.get("use") != use:
            continue
        if leaf.kind == "condition":
            day = date.fromisoformat(body["day"])
            one = made(body["parameter"], body["value"], agreed=day, item=body["item"])
            assert isinstance(one, Agreed)
            found[body["item"]] = one
        elif leaf.kind == "condition_ended":
            found.pop(body["item"], None)
    return tuple(found.values())


def together(declared: Iterable[Condition], accepted: Iterable[Condition]) -> tuple[Condition, ...]:
    """Conditions of a use and of the log, each once; what the log says of one is kept."""
    found: dict[tuple[str, str], Condition] = {}
    for one in (*accepted, *declared):
        found.setdefault((one.parameter, one.written), one)
    return tuple(found.values())

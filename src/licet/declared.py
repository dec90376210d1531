"""The form of every declared document: frozen values that refuse to exist when wrong.

A use or a codebook is TOML, checked into types made from ``Declared``. All faults are found at once
and said in words: where the key is, what is allowed, and the nearest right word.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from licet.errors import BadInput, Fault, nearest
from licet.vocabulary import term


class Declared(BaseModel):
    """A frozen declared value. Unknown keys are refused, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise BadInput(*_faults(error, type(self))) from None

    def canonical(self) -> str:
        """The value as canonical JSON text: the same value always gives the same bytes."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    def hash(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def word(kind: str) -> AfterValidator:
    """Marks a text that must be a word of the vocabulary list ``kind``: Annotated[str, word(...)]."""
    return AfterValidator(lambda value: term(kind, value).id)


_PLAIN = {
    "missing": ("the key is missing", "a value"),
    "string_type": ("this is not text", 'text in quotes: "..."'),
    "int_type": ("this is not a whole number", "a whole number"),
    "int_parsing": ("this is not a whole number", "a whole number"),
    "int_from_float": ("this is not a whole number", "a whole number"),
    "float_type": ("this is not a number", "a number"),
    "float_parsing": ("this is not a number", "a number"),
    "bool_type": ("this is neither true nor false", "true or false, without quotes"),
    "bool_parsing": ("this is neither true nor false", "true or false, without quotes"),
    "tuple_type": ("this is not a list", "a list in brackets: [...]"),
    "model_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "model_attributes_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "dict_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "date_type": ("this is not a date", "a date: 2026-11-30"),
    "date_parsing": ("this is not a date", "a date: 2026-11-30"),
    "date_from_datetime_parsing": ("this is not a date", "a date: 2026-11-30"),
    "date_from_datetime_inexact": ("this is not a date", "a date without a time: 2026-11-30"),
}


def _faults(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    found: list[Fault] = []
    for entry in error.errors(include_url=False):
        place = _place(entry["loc"])
        cause = (entry.get("ctx") or {}).get("error")
        if isinstance(cause, BadInput):
            found.extend(fault.within(place) if place else fault for fault in cause.faults)
        elif entry["type"] == "extra_forbidden":
            found.append(_unknown_key(str(entry["loc"][-1]), place, model))
        else:
            found.append(_plain(entry, place))
    return found


def _plain(entry: Any, place: str) -> Fault:
    what, allowed = _PLAIN.get(entry["type"], (entry["msg"], ""))
    if entry["type"] == "missing":
        return Fault(f"the key {place!r} is missing", place, todo=f"add {place} = ...")
    if entry["type"] == "literal_error":
        what, allowed = "this value is not allowed", str(entry["ctx"]["expected"])
    shown = repr(entry["input"])
    return Fault(f"{what}: {shown[:80]}", place, allowed, f"correct {place}" if place else "")


def _unknown_key(key: str, place: str, model: type[BaseModel]) -> Fault:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    near = nearest(key, keys)
    todo = f"write {near!r} if that is meant" if near else f"take {key!r} out"
    return Fault(f"unknown key {key!r}", place, ", ".join(keys), todo)


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text

"""The form of every declared document: frozen values that refuse to exist when wrong.

A use or a codebook is TOML, checked into types made from ``Declared``. All faults are found at once
and said in words: where the key is, what is allowed, and the nearest right word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
            raise BadInput(*_faults(error, type(self), data)) from None

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
    "too_short": ("nothing is listed", "at least one in the list"),
    "string_too_short": ("nothing is said", 'text in quotes: "..."'),
    "tuple_type": ("this is not a list", "a list in brackets: [...]"),
    "model_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "model_attributes_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "dict_type": ("this is not a table of keys", "a table: [name] with keys below it"),
    "date_type": ("this is not a date", "a date: 2026-11-30"),
    "date_parsing": ("this is not a date", "a date: 2026-11-30"),
    "date_from_datetime_parsing": ("this is not a date", "a date: 2026-11-30"),
    "date_from_datetime_inexact": ("this is not a date", "a date without a time: 2026-11-30"),
}


_FOLLOW_UP = frozenset({"too_short", "too_long"})
"""A list is counted after its wrong members are left out: said of it only if none is wrong."""

Loc = tuple[int | str, ...]


def _faults(error: ValidationError, model: type[BaseModel], data: Any) -> list[Fault]:
    entries = error.errors(include_url=False)
    places = [_in_document(entry, data) for entry in entries]
    branches: dict[Loc, list[Any]] = {}
    for entry, place in zip(entries, places, strict=True):
        branches.setdefault(place, []).append(entry)
    found: list[Fault] = []
    for place, told in branches.items():
        deeper = any(len(other) > len(place) and other[: len(place)] == place for other in places)
        if len(told) > 1 and any(entry["loc"] != place for entry in told):
            found.append(_of_union(told, _place(place)))
            continue
        for entry in told:
            if not (deeper and entry["type"] in _FOLLOW_UP):
                found += _of_entry(entry, model)
    return found


def _of_entry(entry: Any, model: type[BaseModel]) -> list[Fault]:
    place = _place(entry["loc"])
    cause = (entry.get("ctx") or {}).get("error")
    if isinstance(cause, BadInput):
        return [fault.within(place) if place else fault for fault in cause.faults]
    if entry["type"] == "extra_forbidden":
        return [_unknown_key(str(entry["loc"][-1]), place, model)]
    return [_plain(entry, place)]


def _in_document(entry: Any, data: Any) -> Loc:
    """The place of a fault as far as the document has it.

    Where a value may be of one of several types, Pydantic tells a fault for each and puts the name
    of the type after the place.
    """
    loc: Loc = tuple(entry["loc"])
    value = data
    for depth, part in enumerate(loc):
        if isinstance(value, Mapping):
            if part not in value:
                return loc if entry["type"] == "missing" else loc[:depth]
            value = value[part]
        elif isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return loc[:depth]
    return loc


def _of_union(entries: Sequence[Any], place: str) -> Fault:
    """One fault for a value that is of none of the types it may be of."""
    allowed = [_PLAIN.get(entry["type"], (entry["msg"], entry["msg"]))[1] for entry in entries]
    shown = repr(entries[0]["input"])[:80]
    return Fault(
        f"this value is of no kind allowed here: {shown}",
        place,
        ", or ".join(dict.fromkeys(allowed)),
        f"correct {place}" if place else "",
    )


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

"""The form of every declared document: frozen values that refuse to exist when wrong.

A use or a codebook is TOML, checked into types made from ``Declared``. All faults are found at once
and said in words: where the key is, what is allowed, and the nearest right word.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from licet.errors import BadInput, Fault, nearest
from licet.synonyms import day_meant
from licet.vocabulary import VOCABULARY, term


class Declared(BaseModel):
    """A frozen declared value. Unknown keys are refused, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    _later: ClassVar[tuple[str, ...]] = ()
    """Keys that came later: where nothing is said they change no hash that was made before."""

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise BadInput(*_faults(error, type(self), data)) from None

    def canonical(self) -> str:
        """The value as canonical JSON text: the same value always gives the same bytes.

        Keys that came later and say nothing are left out, here and in the tables within.
        """
        return _text(_without_later(self, self.model_dump(mode="json")))

    def whole(self) -> str:
        """The value with every key, as canonical JSON text: what is kept beside its hash."""
        return _text(self.model_dump(mode="json"))

    def hash(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal. A key that comes later changes none that was made
        before it, where its default means what the document meant then."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _without_later(value: Any, dumped: Any) -> Any:
    """A dumped value without later keys that say nothing."""
    if isinstance(value, Declared):
        fields = type(value).model_fields
        return {
            key: _without_later(getattr(value, key), held)
            for key, held in dumped.items()
            if key not in value._later
            or getattr(value, key) != fields[key].get_default(call_default_factory=True)
        }
    if isinstance(value, Mapping):
        return {key: _without_later(part, dumped[str(key)]) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_later(part, held) for part, held in zip(value, dumped, strict=True)]
    return dumped


class _Word:
    """The check that a text is a word of the vocabulary list ``kind``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, value: str) -> str:
        return term(self.kind, value).id


def word(kind: str) -> AfterValidator:
    """Marks a text that must be a word of the vocabulary list ``kind``: Annotated[str, word(...)]."""
    return AfterValidator(_Word(kind))


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
    if entry["type"] == "missing":
        return [_missing(entry["loc"], place, model)]
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
    if entry["type"] == "literal_error":
        what, allowed = "this value is not allowed", str(entry["ctx"]["expected"])
    shown = repr(entry["input"])
    todo = f"correct {place}" if place else ""
    near = nearest(str(entry["input"]), re.findall("'([^']*)'", allowed))
    if entry["type"] == "literal_error" and near:
        todo = f"write {near!r} if that is meant"
    day = day_meant(str(entry["input"])[:40]) if entry["type"].startswith("date_") else None
    if place and day:
        todo = f"write {place} = {day}, without quotes"
    return Fault(f"{what}: {shown[:80]}", place, allowed, todo)


def _missing(loc: Loc, place: str, model: type[BaseModel]) -> Fault:
    """The fault of a key that has to be there: what it may hold, and the line to add."""
    kind, inside = _annotation(loc, model)
    listed = inside is tuple or get_origin(inside) is tuple
    value, allowed = '["..."]' if listed else "...", ""
    if kind:
        value, allowed = value if listed else '"..."', ", ".join(VOCABULARY[kind])
    elif inside in _EXAMPLES:
        value, allowed = _EXAMPLES[inside]
    return Fault(f"the key {place!r} is missing", place, allowed, f"add {place} = {value}")


_EXAMPLES: Mapping[Any, tuple[str, str]] = {
    str: ('"..."', "text in quotes"),
    bool: ("true (or false)", "true or false, without quotes"),
    date: ("2026-11-30", "a date, without quotes"),
}


def _annotation(loc: Loc, model: type[BaseModel]) -> tuple[str, Any]:
    """The list of words that a key takes its value from, or "", and the type of the value."""
    found: Any = model
    words: list[str] = []
    for part in (part for part in loc if isinstance(part, str)):
        fields = getattr(found, "model_fields", {})
        field = fields.get(part) or next((f for f in fields.values() if f.alias == part), None)
        if field is None:
            return "", None
        found = field.annotation
        marks = [*field.metadata, *(m for a in get_args(found) for m in get_args(a)[1:])]
        words = [m.func.kind for m in marks if isinstance(getattr(m, "func", None), _Word)]
        if get_origin(found) is tuple and get_args(found):
            member = get_args(found)[0]
            found = member if isinstance(member, type) else found
    return (words[0] if words else ""), found


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

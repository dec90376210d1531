"""JSON Schema of an entry, and of the list of entries, made from the types themselves."""

from __future__ import annotations

from typing import Any

from licet.register.entry import FORM, RegisterEntry
from licet.register.lines import Line

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LIST_FORM = "licet-uses-2"


def entry_schema() -> dict[str, Any]:
    """The form of ``uses/ID.json``."""
    found = RegisterEntry.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": DRAFT, "title": FORM, **{k: v for k, v in found.items() if k != "title"}}


def uses_schema() -> dict[str, Any]:
    """The form of ``uses.json``."""
    line = Line.model_json_schema(by_alias=True, mode="serialization")
    parts = line.pop("$defs", {})
    return {
        "$schema": DRAFT,
        "title": LIST_FORM,
        "type": "object",
        "required": ["schema", "form", "body", "uses", "log"],
        "additionalProperties": False,
        "properties": {
            "schema": {"type": "string"},
            "form": {"const": LIST_FORM},
            "body": {"type": "string"},
            "uses": {"type": "array", "items": line},
            "log": {"type": "string"},
        },
        "$defs": parts,
    }


def uses_value(body: str, lines: list[Line]) -> dict[str, Any]:
    """``uses.json``: what lists say of every use."""
    return {
        "schema": "schema/uses.json",
        "form": LIST_FORM,
        "body": body,
        "uses": [one.model_dump(mode="json") for one in lines],
        "log": "log/checkpoint.txt",
    }

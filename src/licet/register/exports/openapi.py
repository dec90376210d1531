"""What a machine may ask a register for, as an OpenAPI description: made from one table of addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = "3.1.0"
JSON, LINKED, CSV = "application/json", "application/ld+json", "text/csv"
PROBLEM = "application/problem+json"
PAGE = "text/html"


@dataclass(frozen=True)
class Address:
    """path: with {parts}. what: it gives, in words. forms: media types, each with the file of its JSON
    Schema, "" for none; several are chosen from by ``Accept``, which a written site cannot."""

    path: str
    what: str
    forms: Mapping[str, str] = field(default_factory=lambda: {JSON: ""})


ADDRESSES = (
    Address("uses", "Every use, in the form that is asked for",
            {PAGE: "", JSON: "schema/uses.json", CSV: ""}),
    Address("uses.json", "Every use, as lists tell of it", {JSON: "schema/uses.json"}),
    Address("uses.csv", "The same as a table", {CSV: ""}),
    Address("uses.csv-metadata.json", "What its columns mean: CSV on the Web",
            {"application/csvm+json": ""}),
    Address("uses/{use}", "One use, in the form that is asked for",
            {PAGE: "", JSON: "schema/entry.json", LINKED: "", CSV: ""}),
    Address("uses/{use}.json", "Everything that is public about one use",
            {JSON: "schema/entry.json"}),
    Address("uses/{use}.csv", "What families said about it, as a table", {CSV: ""}),
    Address("uses/{use}.csv-metadata.json", "What its columns mean",
            {"application/csvm+json": ""}),
    Address("uses/{use}.jsonld", "One use as linked data", {LINKED: ""}),
    Address("uses/{use}.atrs.json",
            "One use in the shape of the Algorithmic Transparency Recording Standard"),
    Address("uses/{use}-ruling.json", "The whole ruling of one use"),
    Address("vocabulary", "The shared words, in the form that is asked for", {PAGE: "", LINKED: ""}),
    Address("vocabulary.jsonld", "The shared words, as linked data", {LINKED: ""}),
    Address("schema/entry.json", "The form of one use"),
    Address("schema/uses.json", "The form of the list of uses"),
    Address("openapi.json", "This description"),
    Address("feed.atom", "What happened lately, as a feed", {"application/atom+xml": ""}),
    Address("log/leaves.jsonl", "The log, a line for each entry", {"application/jsonl": ""}),
    Address("log/checkpoint.txt", "The log's latest signed checkpoint", {"text/plain": ""}),
    Address("log/checkpoints/{size}.txt", "An earlier checkpoint", {"text/plain": ""}),
    Address("log/key.txt", "The key that the log is signed with", {"text/plain": ""}),
    Address("log/SHA256SUMS", "Hashes of the files of the log", {"text/plain": ""}),
)  # fmt: skip
"""Every address that gives data. A contract holds it equal to what is served and what is written."""
PARTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "use": ("The id of a use", {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 200}),
    "size": (
        "How many entries the log had",
        {"type": "integer", "minimum": 1, "maximum": 999999999},
    ),
}
ENDINGS: Mapping[str, str] = {
    ".json": JSON,
    ".jsonld": LINKED,
    ".csv": CSV,
    ".atrs.json": JSON,
    ".csv-metadata.json": "application/csvm+json",
    ".atom": "application/atom+xml",
    ".txt": "text/plain",
    ".jsonl": "application/jsonl",
}
"""The media type of a file by how its name ends; the longest that fits counts."""
FAULTS: Mapping[str, str] = {
    "400": "What was sent could not be understood",
    "404": "There is nothing of that name",
    "405": "It can only be read",
}


def description(name: str, version: str) -> dict[str, Any]:
    """``openapi.json``. name: of the body. version: of Licet."""
    return {
        "openapi": VERSION,
        "info": {
            "title": f"{name}: register of uses of records",
            "version": version,
            "description": "Everything here can be read by everybody, without an account or a key. "
            "A register that is written as files has all but the addresses that choose by Accept.",
        },
        "servers": [{"url": "."}],
        "paths": {f"/{one.path}": {"get": _asked(one)} for one in ADDRESSES},
        "components": {"schemas": {"Problem": _problem()}},
    }


def _asked(one: Address) -> dict[str, Any]:
    """How one address is asked, and what it answers."""
    given = {media: _form(media, schema) for media, schema in one.forms.items()}
    parts = [name for name in PARTS if f"{{{name}}}" in one.path]
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    faults = {**problem, **({PAGE: _form(PAGE, "")} if PAGE in one.forms else {})}
    return {
        "operationId": one.path.translate(str.maketrans("/.-", "___", "{}")),
        "summary": one.what,
        "parameters": [
            {"name": part, "in": "path", "required": True, "description": PARTS[part][0],
             "schema": dict(PARTS[part][1])}
            for part in parts
        ],
        "responses": {
            "200": {"description": one.what, "content": given},
            **{status: {"description": text, "content": faults} for status, text in FAULTS.items()},
        },
    }  # fmt: skip


def _form(media: str, schema: str) -> dict[str, Any]:
    if schema:
        return {"schema": {"$ref": schema}}
    return {"schema": {"type": "object"} if media.endswith("json") else {"type": "string"}}


def _problem() -> dict[str, Any]:
    """RFC 9457: the one shape of every fault."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
        "properties": {
            "type": {"const": "about:blank"},
            "title": {"type": "string", "description": "What is wrong"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What to do"},
        },
    }

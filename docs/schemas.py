"""JSON Schemas of the declared documents, for editors: types from the code, meanings from keys.toml.

They stand in ``schemas/`` of every new workspace, where ``.taplo.toml`` says which document has which.
An editor completes keys and words by them and underlines what
is not allowed. They say less than ``licet check``, which also knows what has to fit together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from docs.keys import described
from licet.vocabulary import VOCABULARY

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
"""What editors of TOML read."""
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}
_LIMITS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum",
}  # fmt: skip


def schemas() -> dict[str, str]:
    """The text of every schema, by the name of its document."""
    made = {
        "use": _of_use(), "codebook": _of_codebook(), "feed": _of_feed(), "linkage": _of_linkage(),
        "criteria": _of_criteria(), "forecast": _of_forecast(), "audit-plan": _of_plan(),
        "workspace": _of_workspace(),
    }  # fmt: skip
    return {
        name: json.dumps({"$schema": DIALECT, "title": name, **schema}, indent=1, ensure_ascii=False) + "\n"
        for name, schema in made.items()
    }  # fmt: skip


class _Maker:
    """Schemas of forms, each defined once. tables: the table of keys.toml that tells of a form."""

    def __init__(self, tables: Mapping[type, str]) -> None:
        self.tables, self.made = tables, dict[str, Schema]()

    def whole(self, form: type, keys: Iterable[str] = (), **other: Schema) -> Schema:
        """The schema of a document of this form, with what it refers to."""
        return {**self.table(form, other, keys), "definitions": dict(sorted(self.made.items()))}

    def table(self, form: type, other: Mapping[str, Schema], keys: Iterable[str] = ()) -> Schema:
        """A table of the keys of a form. other: keys that its document has otherwise. keys: only these."""
        fields = {field.alias or name: field for name, field in form.model_fields.items()}  # type: ignore[attr-defined]
        said = described()[self.tables[form]]
        wanted = tuple(keys) or (*fields, *(key for key in other if key not in fields))
        found = {
            key: {"description": plain(said[key]), **(other.get(key) or self.field(fields[key]))}
            for key in wanted
        }  # fmt: skip
        needed = [key for key in wanted if key not in other and fields[key].is_required()]
        return _table(found, needed)

    def field(self, field: FieldInfo) -> Schema:
        """What may stand at a key."""
        found = self.kind(field.annotation, field.metadata)
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        said = isinstance(default, bool | int | float) or (isinstance(default, str) and default)
        return {**found, "default": default} if said else found

    def kind(self, annotation: Any, metadata: Iterable[Any] = ()) -> Schema:
        """A type as JSON Schema."""
        if hasattr(annotation, "__metadata__"):
            return self.kind(annotation.__origin__, (*metadata, *annotation.__metadata__))
        return {**self._of(annotation), **_limits(annotation, metadata), **_words(metadata)}

    def _of(self, annotation: Any) -> Schema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            kinds = [self.kind(one) for one in arguments if one is not NoneType]
            return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is tuple and arguments[-1] is Ellipsis:
            return {"type": "array", "items": self.kind(arguments[0])}
        if origin is tuple:
            many = len(arguments)
            return {
                "type": "array",
                "items": self.kind(arguments[0]),
                "minItems": many,
                "maxItems": many,
            }
        if origin is not None:
            return {"type": "object", "additionalProperties": self.kind(arguments[1])}
        return dict(_PLAIN[annotation]) if annotation in _PLAIN else self.reference(annotation)

    def reference(self, form: type, keys: Iterable[str] = (), **other: Schema) -> Schema:
        """A reference to the table of a form, which is defined on the first call."""
        name = form.__name__
        if name not in self.made:
            self.made[name] = {}  # so that a form may hold itself
            self.made[name] = self.table(form, other, keys)
        return {"$ref": f"#/definitions/{name}"}


def _table(properties: Mapping[str, Schema], needed: Iterable[str] = ()) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return {**found, "required": sorted(needed)} if needed else found


def _limits(annotation: Any, metadata: Iterable[Any]) -> Schema:
    listed = get_origin(annotation) is tuple
    lengths = {"min_length": "minItems" if listed else "minLength",
               "max_length": "maxItems" if listed else "maxLength"}  # fmt: skip
    named = {**_LIMITS, **lengths}
    return {
        said: getattr(one, name) for one in metadata for name, said in named.items()
        if getattr(one, name, None) is not None
    }  # fmt: skip


def _words(metadata: Iterable[Any]) -> Schema:
    """The words of the vocabulary, where a text must be one of them."""
    kinds = [
        one.func.kind
        for one in metadata
        if isinstance(one, AfterValidator) and hasattr(one.func, "kind")
    ]
    return {"enum": list(VOCABULARY[kinds[0]])} if kinds else {}


def plain(text: str) -> str:
    """A meaning without Markdown."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text).replace("`", "").replace("**", "")


def _of_use() -> Schema:
    from licet import use
    from licet.evidence import Population

    return _Maker({
        use.Use: "use", Population: "population", use.Company: "company", use.Source: "source",
        use.Support: "support", use.PerThousand: "per_thousand", use.Unsurveyed: "unsurveyed",
        use.Condition: "condition", use.Override: "override",
    }).whole(use.Use)  # fmt: skip


def _of_plan() -> Schema:
    from licet.audit import care, plan

    return _Maker({
        plan.Plan: "audit_plan", plan.Columns: "audit_columns", plan.Flagged: "audit_flagged",
        plan.AuditGroup: "audit_group", plan.Definition: "audit_outcome", plan.Stage: "audit_stage",
        plan.Challengers: "audit_challengers", plan.Selection: "audit_selection",
        plan.LinkErrors: "audit_link_errors", plan.Harm: "audit_harm", care.Care: "audit_care",
        care.Seen: "audit_seen", plan.Tolerances: "audit_tolerances",
    }).whole(plan.Plan)  # fmt: skip


def _of_feed() -> Schema:
    from licet.feeds.contract import Feed, Fields, Mention
    from licet.feeds.formats import Formats
    from licet.feeds.location import Location
    from licet.feeds.tables import Table, Value

    return _Maker({
        Feed: "feed", Location: "location", Fields: "fields", Formats: "formats", Mention: "mention",
        Table: "table", Value: "value",
    }).whole(Feed)  # fmt: skip


def _of_linkage() -> Schema:
    from licet.linkage.spec import LinkageSpec

    return _Maker({LinkageSpec: "linkage"}).whole(LinkageSpec)


def _of_criteria() -> Schema:
    from licet.audit.care import Care, Seen
    from licet.identify.criteria import Criterion, Offer, Robust, Rule

    return _Maker({
        Rule: "rule", Criterion: "criterion", Offer: "offer", Robust: "robust", Care: "audit_care",
        Seen: "audit_seen",
    }).whole(Rule)  # fmt: skip


def _of_forecast() -> Schema:
    from licet.audit.care import Care, Seen
    from licet.audit.plan import Harm, LinkErrors, Tolerances
    from licet.identify import forecast
    from licet.identify.criteria import Offer

    return _Maker({
        forecast.Forecast: "forecast", forecast.Outcome: "forecast_outcome",
        forecast.Whom: "forecast_whom", forecast.Feature: "forecast_feature",
        forecast.Dates: "forecast_dates", forecast.AuditTerms: "forecast_audit", Offer: "offer",
        Tolerances: "audit_tolerances", Harm: "audit_harm", LinkErrors: "audit_link_errors",
        Care: "audit_care", Seen: "audit_seen",
    }).whole(forecast.Forecast)  # fmt: skip


_TEXT: Schema = {"type": "string"}
_MANY: Schema = {"type": "integer", "minimum": 2}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _of_codebook() -> Schema:
    """The codebook's reader takes some keys otherwise than its forms: see ``keys._OTHER_KEYS``."""
    from licet import checks, evidence, sampling
    from licet.files import codebook, codebook_parts

    maker = _Maker({
        evidence.Evidence: "codebook", evidence.Population: "population", evidence.Fieldwork: "fieldwork",
        sampling.DesignDeclaration: "design", sampling.CalibrationDeclaration: "calibration",
        evidence.Printed: "printed", evidence.Collapse: "scale", evidence.Item: "item",
        evidence.DeclaredBattery: "battery", checks.Checks: "checks", checks.Link: "same_as",
    })  # fmt: skip
    scale = maker.reference(
        evidence.Collapse,
        codebook_parts.SCALE_KEYS,
        options=_TEXTS,
        agrees=_TEXTS,
        disagrees=_TEXTS,
    )
    item = maker.reference(
        evidence.Item, codebook_parts.ITEM_KEYS, scale=_TEXT, column=_TEXT, k=_MANY
    )  # fmt: skip
    printed = maker.reference(
        evidence.Printed, ("file", *evidence.Printed.model_fields), file=_TEXT
    )
    said = described()["group"]
    groups = {key: {"description": plain(said[key]), **_TEXT} for key in codebook_parts.GROUP_KEYS}
    groups["reference"] |= {"type": "boolean", "default": False}
    answers = {
        key: {"description": plain(text), **_TEXT} for key, text in described()["answers"].items()
    }
    calibration = maker.reference(sampling.CalibrationDeclaration)
    same_as = maker.reference(checks.Link, ("item", "reason"), item=_TEXT)
    return maker.whole(
        evidence.Evidence,
        population=maker.reference(evidence.Population),
        fieldwork=maker.reference(evidence.Fieldwork),
        answers=_table(answers, ["file"]),
        design=maker.reference(sampling.DesignDeclaration, calibration=calibration),
        printed=printed,
        scales={"type": "object", "additionalProperties": scale},
        items={"type": "array", "items": item},
        groups={"type": "array", "items": _table(groups, ["id", "label"])},
        batteries={"type": "array", "items": maker.reference(evidence.DeclaredBattery)},
        checks=maker.reference(checks.Checks),
        same_as={"type": "object", "additionalProperties": same_as},
        keys=(*codebook._TOP, *codebook._SECTIONS),
    )


def _of_workspace() -> Schema:
    """``licet.toml``: its keys are read one by one, within limits."""
    from licet.files import setting_limits
    from licet.files.dialogue import DAYS_OFF

    limits = {
        f"{section}.{key}": {
            "type": "integer" if limit.whole else "number", "minimum": limit.low, "maximum": limit.high,
        }
        for section, keys in setting_limits.LIMITS.items()
        for key, limit in keys.items()
    }  # fmt: skip
    kinds: dict[str, Schema] = {
        **limits,
        "gate.floor": {"enum": ["objection", "ask_first"]},
        "gate.required_groups": _TEXTS,
        "gate.strict": {"type": "boolean"},
        "comparisons.points": {"type": "number", "minimum": 0, "exclusiveMaximum": 100},
        "comparisons.level": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1},
        "comparisons.family": {"enum": ["sort", "item", "group", "kind"]},
        "dialogue.days_off": {"enum": list(DAYS_OFF)},
        "dialogue.overdue_suspends": {"enum": ["yes", "no"]},
        "dialogue.groups": {"type": "object", "additionalProperties": _TEXT},
        "dialogue.voices": {"type": "integer", "minimum": 10},
        "dialogue.seconds": {"type": "integer", "minimum": 1},
    }
    found: dict[str, Schema] = {}
    for key, text in described()["workspace"].items():
        *section, name = key.split(".")
        place = found
        if section:
            place = found.setdefault(section[0], _table({}))["properties"]
        place[name] = {"description": plain(text), **kinds.get(key, _TEXT)}
    return _table(found, ["name"])

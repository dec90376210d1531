"""The keys of declared documents as tables: types and defaults from the code, meanings from keys.toml."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from docs.key_texts import EXAMPLE_FORECAST, EXAMPLE_RULE, EXAMPLE_TABLE, FILTERS

WRITTEN = "<!-- Written by docs/build.py from the code. Do not edit: make docs -->"
ROW = "| {} | {} | {} | {} |"


def page(title: str, *parts: str) -> str:
    """A whole page: title, warning, parts."""
    return "\n\n".join([f"# {title}", WRITTEN, *(part.strip("\n") for part in parts)]) + "\n"


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: double backquotes become single ones."""
    return inspect.cleandoc(docstring or "").replace("``", "`")


@cache
def described() -> Mapping[str, Mapping[str, str]]:
    """docs/keys.toml: what each key of each table means."""
    with Path(__file__).with_name("keys.toml").open("rb") as file:
        return tomllib.load(file)


def type_text(annotation: Any, metadata: Iterable[Any] = ()) -> str:
    """A type as a reader of TOML knows it."""
    if hasattr(annotation, "__metadata__"):
        return type_text(annotation.__origin__, annotation.__metadata__)
    word = next((m for m in metadata if isinstance(m, AfterValidator)), None)
    if word is not None:
        kind = getattr(word.func, "kind", None)
        if kind is None:
            return "id" if "id" in word.func.__name__ else "text, not empty"
        return f"[{kind}](vocabulary.md#{kind.replace(' ', '-')})"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return ", ".join(type_text(part) for part in arguments if part is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return f"list of {len(arguments)} numbers"
    if origin is tuple:
        return f"list of {type_text(arguments[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"table of {type_text(arguments[1])}"
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}
    return plain.get(annotation) or f"[table](#{annotation.__name__.lower()})"


def limits_text(metadata: Iterable[Any]) -> str:
    """Limits such as ``at least 1``, in brackets."""
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    words |= {"min_length": "length at least", "max_length": "length at most"}
    found = [f"{text} {getattr(m, name):g}" for m in metadata for name, text in words.items()
             if hasattr(m, name)]  # fmt: skip
    return f" ({', '.join(found)})" if found else ""


def default_text(field: FieldInfo) -> str:
    """The default of a key, or that it is required."""
    if field.is_required():
        return "**required**"
    return value_text(field.get_default(call_default_factory=True))


def value_text(value: Any) -> str:
    """A default as TOML writes it; a dash for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple):
        inside = ", ".join(f'"{entry}"' for entry in value)
        return f"`[{inside}]`"
    if isinstance(value, int | float):
        return f"`{value:g}`"
    return "empty"


def key_rows(table: str, form: type, keys: Iterable[str] | None = None) -> str:
    """The keys of a form as a Markdown table. Refuses a key without a description, and the reverse.

    keys: the keys a document may have, if they are not all the fields of the form.
    """
    fields = {field.alias or name: field for name, field in form.model_fields.items()}  # type: ignore[attr-defined]
    wanted = list(fields if keys is None else keys)
    _check_described(table, wanted)
    rows = []
    for key in wanted:
        if (table, key) in _OTHER_KEYS:
            rows.append((key, *_OTHER_KEYS[table, key]))
            continue
        field = fields[key]
        text = type_text(field.annotation, field.metadata) + limits_text(field.metadata)
        rows.append((key, text, default_text(field)))
    return _key_table(table, rows)


def _check_described(table: str, keys: Iterable[str]) -> None:
    wanted, given = set(keys), set(described().get(table, {}))
    if wanted - given:
        raise SystemExit(f"docs/keys.toml: [{table}] says nothing of {sorted(wanted - given)}")
    if given - wanted:
        raise SystemExit(f"docs/keys.toml: [{table}] has no key {sorted(given - wanted)}")


def _key_table(table: str, rows: Iterable[tuple[str, str, str]]) -> str:
    head = [ROW.format("key", "type", "default", "meaning"), ROW.format(*["---"] * 4)]
    body = [ROW.format(f"`{k}`", t, d, described()[table][k]) for k, t, d in rows]
    return "\n".join([*head, *body])


_TABLE = "[table](#{})"
_OTHER_KEYS: dict[tuple[str, str], tuple[str, str]] = {
    ("codebook", "population"): (_TABLE.format("population"), "**required**"),
    ("codebook", "fieldwork"): (_TABLE.format("fieldwork"), "**required**"),
    ("codebook", "answers"): (_TABLE.format("answers"), "–"),
    ("codebook", "design"): (_TABLE.format("design"), "–"),
    ("codebook", "printed"): (_TABLE.format("printed"), "–"),
    ("codebook", "scales"): (f"table of {_TABLE.format('scales')}", "empty"),
    ("codebook", "items"): (f"list of {_TABLE.format('items')}", "**required**"),
    ("codebook", "groups"): (f"list of {_TABLE.format('groups')}", "**required**"),
    ("codebook", "batteries"): (f"list of {_TABLE.format('batteries')}", "empty"),
    ("codebook", "checks"): (_TABLE.format("checks"), "–"),
    ("codebook", "same_as"): (f"table of {_TABLE.format('joined-with-an-earlier-wave')}", "–"),
    ("design", "calibration"): (_TABLE.format("design-calibration"), "–"),
    ("same_as", "item"): ("text", "its own name"),
    ("answers", "file"): ("text", "**required**"),
    ("answers", "encoding"): ("text", "–"),
    ("answers", "id"): ("text", "–"),
    ("printed", "file"): ("text", "**required**"),
    ("scale", "options"): ("list of text", "`[]`"),
    ("scale", "agrees"): ("list of text", "`[]`"),
    ("scale", "disagrees"): ("list of text", "`[]`"),
    ("item", "scale"): ("text", "–"),
    ("item", "k"): ("whole number (at least 2)", "–"),
    ("item", "column"): ("text", "the `id`"),
}
"""Keys that the reader of a document adds to its form, or reads otherwise."""


def use_page() -> str:
    from licet import use
    from licet.evidence import Population

    parts = [
        "One TOML file declares one data use. `licet new use` drafts one with a comment on every "
        "key. Unknown keys are refused, with the nearest right one. How to fill it in: "
        "[declare a use](../how-to/declare-a-use.md).",
        key_rows("use", use.Use),
    ]
    forms = {
        "population": Population,
        "company": use.Company,
        "source": use.Source,
        "support": use.Support,
        "per_thousand": use.PerThousand,
        "unsurveyed": use.Unsurveyed,
        "condition": use.Condition,
        "override": use.Override,
    }
    for table, form in forms.items():
        parts += [
            f"## {form.__name__}",
            prose(form.__doc__).split("\n\n")[0],
            key_rows(table, form),
        ]
    return page("The use document", *parts)


def audit_plan_page() -> str:
    from licet.audit import care, plan

    parts = [
        "One TOML file says, before anybody looks at outcomes, what a forecast audit will look at and "
        "what is good enough. Its hash is kept when the outcomes are opened; a plan changed afterwards "
        "is another plan. How to: [audit a forecast](../how-to/audit-a-forecast.md).",
        key_rows("audit_plan", plan.Plan),
    ]
    forms = {
        "audit_columns": plan.Columns,
        "audit_flagged": plan.Flagged,
        "audit_group": plan.AuditGroup,
        "audit_outcome": plan.Definition,
        "audit_stage": plan.Stage,
        "audit_challengers": plan.Challengers,
        "audit_selection": plan.Selection,
        "audit_link_errors": plan.LinkErrors,
        "audit_harm": plan.Harm,
        "audit_care": care.Care,
        "audit_seen": care.Seen,
        "audit_tolerances": plan.Tolerances,
    }
    for table, form in forms.items():
        said = prose(form.__doc__).split("\n\n")[0]
        parts += [f"## {form.__name__}", said, key_rows(table, form)]
    return page("The plan of a forecast audit", *parts)


def codebook_page() -> str:
    from licet import checks, evidence, sampling
    from licet.files import codebook, codebook_parts
    from licet.groups import Group

    parts = [
        "One folder holds one piece of evidence: `codebook.toml`, with the answers or the printed "
        "figures beside it. `licet new codebook FILE` drafts one from a survey file. How to fill it "
        "in: [write a codebook](../how-to/write-a-codebook.md).",
        key_rows("codebook", evidence.Evidence, (*codebook._TOP, *codebook._SECTIONS)),
    ]
    sections: dict[str, tuple[str, type, tuple[str, ...] | None]] = {
        "population": ("Population", evidence.Population, None),
        "fieldwork": ("Fieldwork", evidence.Fieldwork, None),
        "answers": ("Answers", evidence.Collapse, ("file", "encoding", "id")),
        "design": ("Design", sampling.DesignDeclaration, None),
        "calibration": ("Design: calibration", sampling.CalibrationDeclaration, None),
        "printed": ("Printed", evidence.Printed, ("file", *evidence.Printed.model_fields)),
        "scale": ("Scales", evidence.Collapse, codebook_parts.SCALE_KEYS),
        "item": ("Items", evidence.Item, codebook_parts.ITEM_KEYS),
        "battery": ("Batteries", evidence.DeclaredBattery, None),
        "checks": ("Checks", checks.Checks, None),
        "same_as": ("Joined with an earlier wave", checks.Link, ("item", "reason")),
    }
    for table, (title, form, keys) in sections.items():
        said = "" if table == "answers" else prose(form.__doc__).split("\n\n")[0]
        parts += [f"## {title}", *([said] if said else []), key_rows(table, form, keys)]
    rows = [("id", "text", "**required**"), ("label", "text", "**required**")]
    rows += [
        ("when", "text", "–"),
        ("reference", "true or false", "`false`"),
        ("note", "text", "–"),
    ]
    _check_described("group", codebook_parts.GROUP_KEYS)
    parts += ["## Groups", prose(Group.__doc__).split("\n\n")[0], _key_table("group", rows)]
    return page("The codebook", *parts)


def _limited(limit: Any) -> str:
    if limit.whole:
        return f"whole number, {limit.low:g} or more"
    return f"number, {limit.low:g} to {limit.high:g}"


def workspace_page() -> str:
    from licet.files import comparing, dialogue, workspace
    from licet.groups import ALL

    rows = []
    for key in workspace._TOP:
        if key in ("gate", "disclosure", "comparisons", "dialogue", "site", "openid"):
            continue
        rows.append((key, "text", "**required**" if key == "name" else "–"))
    settings = workspace.Workspace(Path(), ALL)
    words = {"floor": "`objection` or `ask_first`", "required_groups": "list of text"}
    sections = {"gate": workspace._GATE, "disclosure": tuple(workspace._LIMITS["disclosure"])}
    for section, keys in sections.items():
        for key in keys:
            limit = workspace._LIMITS[section].get(key)
            kind = words.get(key, "true or false")
            if limit:
                kind = _limited(limit)
            value = value_text(getattr(settings, limit.field if limit else key))
            rows.append((f"{section}.{key}", kind, value))
    kinds = ("number, 0 to below 100", "number, between 0.5 and 1", "text")
    for key, kind in zip(comparing.KEYS, kinds, strict=True):
        rows.append((f"comparisons.{key}", kind, value_text(getattr(settings.comparisons, key))))
    kinds = ("text", "`yes` or `no`", "table of text", "whole number, 10 or more", "whole number")
    for key, kind in zip(dialogue.KEYS, kinds, strict=True):
        value = getattr(settings.dialogue, key)
        shown = {False: "`no`", (): "–"}.get(value, value_text(value))
        rows.append((f"dialogue.{key}", kind, shown))
    rows += [("site.address", "text", "–"), ("openid.issuer", "text", "–")]
    rows += [("openid.client_id", "text", "–"), ("openid.name", "text", "`provider`")]
    rows.append(("store.database", "text", "`sqlite:///store/licet.sqlite3`"))
    _check_described("workspace", [key for key, *_ in rows])
    return page(
        "The workspace: licet.toml",
        "A folder with `licet.toml` at its root is a workspace; uses are in `uses/`, evidence in "
        "`evidence/`. `licet init FOLDER` makes one. Settings can be tightened, never loosened: a "
        "value outside its limits is refused with the reason. `gate.floor` is the key `floor` below "
        "`[gate]`. How to: [tighten the rules](../how-to/tighten-the-rules.md).",
        _key_table("workspace", rows),
    )


def feed_page() -> str:
    from licet.feeds.contract import Feed, Fields, Mention
    from licet.feeds.formats import Formats
    from licet.feeds.location import Location
    from licet.feeds.tables import Table, Value

    parts = [
        "One TOML file in `feeds/` declares one dated extract of one service: its contract. A column "
        "that the contract does not name is never read. Unknown keys are refused, with the nearest "
        "right one. Try it: `licet feeds check`.",
        key_rows("feed", Feed),
    ]
    forms = {"location": Location, "fields": Fields, "formats": Formats, "mention": Mention}
    forms |= {"table": Table, "value": Value}
    for table, form in forms.items():
        parts += [
            f"## {form.__name__}",
            prose(form.__doc__).split("\n\n")[0],
            key_rows(table, form),
        ]
    return page("The feed document", *parts, EXAMPLE_TABLE)


def linkage_page() -> str:
    from licet.linkage.spec import BLOCK_PARTS, COMPARISONS, LinkageSpec

    words = ", ".join(f"`{name}`" for name in COMPARISONS)
    blocks = ", ".join(f"`{name}`" for name in BLOCK_PARTS)
    return page(
        "The linkage document",
        "`linkage.toml` at the root of a workspace says what is compared and when two rows are one "
        "person. Without it Licet takes a standard that fits the fields the feeds hold. A document that "
        "names none of `comparisons`, `blocks`, `certain` and `training` takes that standard for them, and "
        "may be one line: `link_above = 0.999`. An audit-only column cannot be named in it.",
        key_rows("linkage", LinkageSpec),
        f"Comparisons: {words}. `home` is family name and address together. Fields of blocks: {blocks}.",
    )


def criteria_page() -> str:
    from licet.audit.care import Care, Seen
    from licet.identify.criteria import Criterion, Offer, Robust, Rule

    return page(
        "The criteria document",
        "One TOML file in `criteria/` declares one rule: named needs over the "
        "[tables](feed.md#table) of linked feeds, and how many of them it takes. Nothing that happened or "
        "was written down after the as-of date is read. Only people whose rows may be linked are counted. "
        "Unknown keys are refused, with the nearest right one.",
        key_rows("rule", Rule),
        "## Criterion",
        prose(Criterion.__doc__).split("\n\n")[0],
        key_rows("criterion", Criterion),
        "## Offer",
        prose(Offer.__doc__).split("\n\n")[0],
        key_rows("offer", Offer),
        "## Robust",
        prose(Robust.__doc__).split("\n\n")[0],
        key_rows("robust", Robust),
        "## Care",
        prose(Care.__doc__).split("\n\n")[0],
        key_rows("audit_care", Care),
        "## Seen",
        prose(Seen.__doc__).split("\n\n")[0],
        key_rows("audit_seen", Seen),
        FILTERS,
        EXAMPLE_RULE,
    )


def forecast_page() -> str:
    from licet.audit.care import Care, Seen
    from licet.audit.plan import Harm, LinkErrors, Tolerances
    from licet.identify.criteria import Offer
    from licet.identify.forecast import AuditTerms, Dates, Feature, Forecast, Outcome, Whom

    parts = [
        "One TOML file in `forecasts/` declares one forecast: an outcome, for whom, as of which days, from "
        "which features over the [tables](feed.md#table) of linked feeds, and how it is audited. Nothing "
        "that happened or was written down after an as-of date is read for it. Filters are those of "
        "[criteria](criteria.md#filters). Unknown keys are refused, with the nearest right one.",
        key_rows("forecast", Forecast),
    ]
    forms = {
        "forecast_outcome": Outcome, "forecast_whom": Whom, "forecast_feature": Feature,
        "forecast_dates": Dates, "offer": Offer, "forecast_audit": AuditTerms,
        "audit_tolerances": Tolerances, "audit_harm": Harm, "audit_link_errors": LinkErrors,
        "audit_care": Care, "audit_seen": Seen,
    }  # fmt: skip
    for table, form in forms.items():
        parts += [
            f"## {form.__name__}",
            prose(form.__doc__).split("\n\n")[0],
            key_rows(table, form),
        ]
    return page("The forecast document", *parts, EXAMPLE_FORECAST)

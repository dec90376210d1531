"""What the pages of the register say in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.report.phrases import and_list, support_counts
from licet.report.register.data import Entry
from licet.report.ruling.page import day
from licet.vocabulary import label

NOT_SAID = "not said"
FLOORS = {
    "ask_first": "Nothing of yours is joined unless you said yes. Not answering is a no.",
    "objection": "You are told 30 days before, in a language you read. You can say no, before and after.",
}
PERMISSION = "This is permission, asked for out of respect. It is not the legal basis."
CHILD_PROTECTION = (
    "Saying no never stops or delays the disclosure that protects an individual child. That is "
    "outside this register."
)


def status(entry: Entry) -> str:
    """Where it stands, in words."""
    return str(entry["status_text"])


def services(entry: Entry) -> str:
    """The services, as a list."""
    return and_list([label("service", one) for one in entry["use"]["services"]])


def company(entry: Entry) -> str:
    """Companies that take part, or who runs it."""
    names = [one["name"] for one in entry["use"]["companies"]]
    return and_list(names) if names else label("processor", entry["use"]["operator"])


def dates(entry: Entry) -> str:
    """From when to when."""
    return f"{day(entry['use']['start'])} to {day(entry['use']['end'])}"


def facts(entry: Entry) -> Iterator[tuple[str, list[str]]]:
    """The declaration, field by field."""
    use = entry["use"]
    yield "Answers for it", [", ".join(x for x in (use["controller"], use["team"]) if x)]
    yield "Who decides", [use["owner_role"] or NOT_SAID]
    yield (
        "Purpose",
        [f"{label('purpose', use['purpose'])} ({label('setting', use['setting']).casefold()})"],
    )
    yield "Reasons", [label("reason", one) for one in use["reasons"]]
    yield "What is done with the records", [label("analytics", one) for one in use["analytics"]]
    yield "What may follow for a family", [label("action", use["intended_action"])]
    never = [label("action", one) for one in use["not_allowed_actions"]]
    yield "What must never follow", never or [NOT_SAID]
    yield "Run by", [label("processor", use["operator"])]
    if use["companies"]:
        yield "Companies", [_company(one) for one in use["companies"]]
    if use["payment_by_results"]:
        yield "Conflict of interest", ["Somebody is paid by the number of families found."]
    yield "Law relied on, as declared (not checked)", [use["lawful_basis"] or NOT_SAID]
    yield "Support offered", [use["support"]["offer"] or NOT_SAID]
    yield "Evidence that it works", [use["support"]["evidence_it_works"] or NOT_SAID]
    yield "Without any linkage", [use["support"]["universal_alternative"] or NOT_SAID]
    for name, way in support_counts(use["support"]):
        yield name, [way]
    yield "Benefits", [use["benefits"] or NOT_SAID]
    yield "Why not with fewer records", [use["proportionality"] or NOT_SAID]
    yield "From, until", [dates(entry)]
    yield "Looked at again by", [day(use["review_by"]) if use["review_by"] else NOT_SAID]
    yield "How long it is kept", [use["retention"] or NOT_SAID]
    yield "How it is undone", [use["rollback"] or NOT_SAID]
    yield "Data protection impact assessment", [use["dpia"] or NOT_SAID]
    yield "Equality impact assessment", [use["equality_assessment"] or NOT_SAID]
    if use["conditions"]:
        yield "What dialogue changed", [_condition(one) for one in use["conditions"]]
    if use["overrides"]:
        yield "Let pass in spite of its verdict", [_override(one) for one in use["overrides"]]


def _company(one: Any) -> str:
    sees = "sees" if one["sees_identifiable"] else "does not see"
    return f"{one['name']}: {one['role'] or NOT_SAID}; {sees} records that name people"


def _condition(one: Any) -> str:
    return str(one["text"] or f"{one['parameter']} = {one['value']}")


def _override(one: Any) -> str:
    span = f"{day(one['start'])} to {day(one['until'])}"
    return f"{one['lifts']}, by {one['role']}, {span}: {one['reason']} ({one['published']})"


def whose(entry: Entry) -> Iterator[tuple[str, str]]:
    """Whose records."""
    people = entry["use"]["population"]
    ages = people.get("child_ages")
    yield "People", label("people", people["people"])
    yield "Area", str(people["area"]).replace("/", ", ")
    if ages:
        yield "Ages of their children", f"{ages[0]} to {ages[-1]}"
    languages = entry["use"]["languages"]
    yield "Families are written to in", and_list(languages)


SOURCE_HEADS = ("Records", "Service", "Columns", "Time", "Known to be wrong", "Answers for them")


def source_rows(entry: Entry) -> tuple[tuple[str, ...], ...]:
    """Each set of records."""
    return tuple(
        (
            one["name"],
            label("service", one["service"]),
            ", ".join(str(field).replace("_", " ") for field in one["fields"]) or NOT_SAID,
            one["period"] or NOT_SAID,
            one["known_faults"] or NOT_SAID,
            one["owner"] or NOT_SAID,
        )
        for one in entry["use"]["sources"]
    )


def how_to_say_no(entry: Entry) -> Iterator[str]:
    """What a parent can do, and what it does."""
    use, ruling = entry["use"], entry["ruling"]
    if ruling["kind"] != "Permit":
        yield f"{ruling['heading']}: nothing may be linked. You can still say no, for good."
    yield FLOORS.get(ruling["floor"] or use["permission_model"], PERMISSION)
    if use["permission_reason"]:
        yield f"Why families are not asked first: {use['permission_reason']}"
    yield (
        "A no needs no reason and takes effect at once: your rows leave, and what was made of them is "
        "made again without them."
    )
    if use["contact"]:
        yield f"Write to: {use['contact']}"
    if use["appeals"]:
        yield str(use["appeals"])
    yield PERMISSION
    yield CHILD_PROTECTION


def difference(before: Any, after: Any) -> tuple[str, str]:
    """What was and what is, without what is the same on both sides."""
    if isinstance(before, list) and isinstance(after, list):
        gone = [one for one in before if one not in after]
        new = [one for one in after if one not in before]
        if len(gone) == len(new) == 1:
            return difference(gone[0], new[0])
        return (value(gone), value(new)) if gone or new else (value(before), value(after))
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        named = [key for key in ("name", "label", "service") if key in before and key not in keys][
            :1
        ]
        told = [*named, *keys]
        return (
            value({key: before.get(key) for key in told}),
            value({key: after.get(key) for key in told}),
        )
    return value(before), value(after)


def value(given: Any) -> str:
    """A declared value as text."""
    if given is None or given in ("", [], {}):
        return "nothing"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return "; ".join(value(one) for one in given)
    if isinstance(given, dict):
        parts = (f"{key.replace('_', ' ')}: {value(part)}" for key, part in given.items() if part)
        return ", ".join(parts)
    return str(given)


def said(one: Mapping[str, Any]) -> str:
    """A leaf in a sentence, in plainer words where the log's own are for checking."""
    told = _SAID.get(one["kind"])
    return told(one["body"]) if told else str(one["sentence"])


def _ruled(body: Mapping[str, Any]) -> str:
    """Without the reasons, which stand above and in the log."""
    text = f"Version {body['version']} was ruled on: {body.get('heading') or body['ruling']}."
    if body.get("floor"):
        text += f" {FLOORS[body['floor']]}"
    if body.get("expires"):
        text += f" It holds until {day(body['expires'])}."
    return text


def _started(body: Mapping[str, Any]) -> str:
    return (
        f"The run {body['run']} of version {body['version']} was started. {FLOORS[body['floor']]}"
    )


def _finished(body: Mapping[str, Any]) -> str:
    """Counts as the log has them: rounded, and not shown where they are small."""
    return (
        f"The run {body['run']} of version {body['version']} finished. Counted: {_counted(body['counts'])}. "
        f"Rows left out: {_counted(body['excluded'])}."
    )


def _counted(counts: Mapping[str, int | None]) -> str:
    parts = (
        f"{name.replace('_', ' ')} {'not shown' if count is None else format(count, ',')}"
        for name, count in counts.items()
    )
    return ", ".join(parts) or "nothing"


_SAID = {"ruling": _ruled, "run_started": _started, "run_finished": _finished}


def moment(text: str) -> str:
    """A moment of the log as people write it, UTC."""
    return f"{day(text[:10])}, {text[11:16]}"

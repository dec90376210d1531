"""The gate: verdicts and a declared use in, a ruling out.

Each required item is judged in the whole sample and in every affected group; the weakest verdict
counts. The rules are the tables ``licence.BLOCKING``, ``licence.UNKNOWN`` and ``licence.RANK``;
``CONSEQUENCE`` words what follows for reports. A ruling is a value with its
reasons: the same object is shown, logged, published and enforced, and only this module makes a
``Permit``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from licet.conditions import Condition, Floor
from licet.findings import (
    Agreement,
    Finding,
    Terms,
    agreements,
    conditions_of,
    decide,
    find,
    weakest,
)
from licet.licence import BLOCKING, RANK, UNKNOWN, Verdict
from licet.log.outcomes import OUTCOMES
from licet.readings import Reading
from licet.use import FLOORS, Override, Use, requirement_label
from licet.vocabulary import FORBIDDEN_ACTIONS, label

CONSEQUENCE: Mapping[Verdict, str] = {
    Verdict.GRANTED: "tell, may object",
    Verdict.UNPROVEN: "ask each family",
    Verdict.TOO_FEW: "measure first",
    Verdict.NOT_MEASURED: "measure first",
    Verdict.EXPIRED: "measure again",
    Verdict.ABSENT: "out",
    Verdict.REFUSED: "out",
}
"""What follows from the weakest verdict of an item."""


@dataclass(frozen=True)
class Reason:
    """Why a ruling is what it is. rule: a short stable id. text: one sentence for the public."""

    rule: str
    text: str
    requirement: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Ruling:
    """What the gate says of a use as declared."""

    use: str
    version: int
    use_hash: str
    today: date
    reasons: tuple[Reason, ...]
    decided: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    duties: tuple[Agreement, ...]
    concerns: tuple[Agreement, ...]
    evidence: tuple[str, ...]

    kind: ClassVar[str] = ""
    exit_status: ClassVar[int] = 1

    @property
    def heading(self) -> str:
        """The ruling in capitals, as on the screen."""
        raise TypeError("a ruling is a Permit, a Refusal or Undetermined")

    @property
    def status(self) -> int:
        """The exit status of the command line."""
        return self.exit_status

    @property
    def evidence_could_settle(self) -> bool:
        """Whether more interviews could change the ruling: not where the use itself is forbidden."""
        return all(r.requirement or r.rule in ("ended", "review_due") for r in self.reasons)

    def weakest(self, requirement: str) -> Finding:
        """The finding that decides a requirement: weakest verdict, then largest shortfall."""
        return weakest(f for f in self.decided if f.requirement == requirement and f.deciding)


class _Seal:
    """Opens one Permit, once: a copy with other fields would need another."""

    used = False


@dataclass(frozen=True)
class Permit(Ruling):
    """Proof of a ruling that allows the use, under a permission floor and until a date."""

    floor: Floor = "ask_first"
    floor_reasons: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    processor: str = "in_house"
    expires: date = date.min
    seal: object = field(default=None, repr=False, compare=False)

    kind: ClassVar[str] = "Permit"

    def __post_init__(self) -> None:
        if not isinstance(self.seal, _Seal) or self.seal.used:
            raise TypeError("only the gate makes a Permit")
        self.seal.used = True

    @property
    def licensed(self) -> bool:
        """Whether every required item is granted by everybody who decides."""
        return all(f.verdict is Verdict.GRANTED for f in self.decided if f.deciding)

    @property
    def heading(self) -> str:
        if not self.licensed:
            return OUTCOMES["ask_instead"]
        return OUTCOMES["licensed" if self.floor == "objection" else "ask_all_the_same"]

    @property
    def status(self) -> int:
        return 0 if self.floor == "objection" else 5


@dataclass(frozen=True)
class Refusal(Ruling):
    """The use as declared is not permitted. blocked: the requirements that are absent or refused."""

    blocked: tuple[str, ...] = ()
    kind: ClassVar[str] = "Refusal"
    exit_status: ClassVar[int] = 3

    @property
    def heading(self) -> str:
        return OUTCOMES["refused"]


@dataclass(frozen=True)
class Undetermined(Ruling):
    """It is not known: nothing is linked until the missing things are measured."""

    unknown: tuple[str, ...] = ()
    kind: ClassVar[str] = "Undetermined"
    exit_status: ClassVar[int] = 4

    @property
    def heading(self) -> str:
        return OUTCOMES["not_known"]


def rule(use: Use, readings: Sequence[Reading], *, terms: Terms = Terms(), today: date) -> Ruling:
    """The ruling on a use as declared, from what the evidence says today.

    Refuses (BadInput) a use or workspace that names a group nobody has defined.
    """
    readings = [r for r in readings if r.evidence.fieldwork.end <= today]
    found = find(use, readings, terms, today)
    decided, lifted = _lift(decide(found, today), use.overrides, today)
    duties = agreements(use, readings, terms, "demand")
    conditions = conditions_of(use, terms)
    refusals = [
        *_forbidden(use, conditions),
        *_verdict_reasons(decided, BLOCKING, "absent_or_refused", use),
    ]
    unknowns = [
        *_not_in_force(use, conditions, today),
        *_verdict_reasons(decided, UNKNOWN, "not_known", use),
    ]
    common = {
        "use": use.id,
        "version": use.version,
        "use_hash": use.hash(),
        "today": today,
        "decided": decided,
        "findings": found,
        "duties": duties,
        "concerns": agreements(use, readings, terms, "concern"),
        "evidence": tuple(sorted({f.evidence for f in decided if f.evidence})),
    }
    if refusals:
        blocked = _requirements(refusals, use)
        return Refusal(reasons=(*refusals, *unknowns), blocked=blocked, **common)  # type: ignore[arg-type]
    if unknowns:
        return Undetermined(reasons=tuple(unknowns), unknown=_requirements(unknowns, use), **common)  # type: ignore[arg-type]
    floor, why = _floor(use, decided, duties, terms, conditions)
    return Permit(
        reasons=tuple(_verdict_reasons(decided, {Verdict.UNPROVEN}, "unproven", use)),
        floor=floor,
        floor_reasons=why,
        services=use.services,
        processor=use.operator,
        expires=_expiry(use, decided, lifted, conditions, today),
        seal=_Seal(),
        **common,  # type: ignore[arg-type]
    )


def _requirements(reasons: Iterable[Reason], use: Use) -> tuple[str, ...]:
    named = {r.requirement for r in reasons}
    return tuple(key for key in use.requirements if key in named)


def _lift(
    decided: tuple[Finding, ...], overrides: Iterable[Override], today: date
) -> tuple[tuple[Finding, ...], tuple[Override, ...]]:
    """Count a blocked or unknown item as unproven where a published override is in force."""
    active = [o for o in overrides if o.start <= today <= o.until]
    active.sort(key=lambda o: (o.until, o.role, o.reason))
    used: list[Override] = []
    result = []
    for finding in decided:
        lifting = [o for o in active if o.lifts == finding.requirement]
        if lifting and finding.deciding and finding.verdict in BLOCKING | UNKNOWN:
            override = lifting[0]
            used += lifting
            note = f"{finding.verdict}, lifted by {override.role} until {override.until}: {override.reason}"
            finding = replace(finding, verdict=Verdict.UNPROVEN, note=note)
        result.append(finding)
    return tuple(result), tuple(used)


def _forbidden(use: Use, conditions: Iterable[Condition]) -> list[Reason]:
    """What no verdict and no override can allow."""
    found = []
    if use.intended_action in FORBIDDEN_ACTIONS:
        text = (
            f"The intended action, {label('action', use.intended_action).casefold()}, is forbidden."
        )
        found.append(Reason("forbidden_action", text))
    if use.removed_groups:
        names = ", ".join(use.removed_groups)
        text = f"The use takes out affected groups ({names}): it may add groups, never remove one."
        found.append(Reason("group_removed", text))
    if use.status == "refused":
        found.append(Reason("refused_by_people", "The use was refused: its status says so."))
    if use.permission_model == "none_statutory":
        text = "Nobody would be asked (none_statutory): it can be published, Licet does not run it."
        found.append(Reason("nobody_asked", text))
    return found + [Reason("condition", c.broken) for c in conditions if _breaks(use, c)]


def _breaks(use: Use, condition: Condition) -> bool:
    """Whether the use as declared breaks a condition; what the linker enforces is not known here."""
    name, value = condition.parameter, condition.value
    companies = {_plain(company.name) for company in use.companies}
    sources = {_plain(source.name) for source in use.sources}
    owners = {_plain(source.owner) for source in use.sources}
    return (
        (name == "exclude_service" and value in use.services)
        or (name == "exclude_source" and _plain(value) in sources)
        or (name == "exclude_organisation" and _plain(value) in {*companies, *owners})
        or (name == "exclude_analytics" and value in use.analytics)
        or (name == "no_company" and (use.operator == "commercial" or bool(use.companies)))
    )


def _plain(name: object) -> str:
    """A name as it is compared: capitals and spaces make no other of it."""
    return " ".join(str(name).split()).casefold()


def _not_in_force(use: Use, conditions: Iterable[Condition], today: date) -> list[Reason]:
    if use.end < today or use.status == "ended":
        return [Reason("ended", f"The use ended on {min(use.end, today)}.")]
    if use.status == "suspended":
        return [Reason("suspended", "The use is suspended.")]
    due, condition = _review(use, conditions)
    if due and due < today:
        by = f" An accepted condition says so: {condition.named}." if condition else ""
        return [Reason("review_due", f"The use was to be reviewed by {due}.{by}")]
    return []


def _review(use: Use, conditions: Iterable[Condition]) -> tuple[date | None, Condition | None]:
    """The first day by which the use is looked at again, and the condition that says so."""
    agreed = [c for c in conditions if c.parameter == "review_by"]
    days = [(c.value, c) for c in agreed if isinstance(c.value, date)]
    days.sort(key=lambda pair: pair[0])
    if use.review_by and (not days or use.review_by < days[0][0]):
        return use.review_by, None
    return days[0] if days else (None, None)


def _verdict_reasons(
    decided: Iterable[Finding], verdicts: Iterable[Verdict], rule_id: str, use: Use
) -> list[Reason]:
    """One reason per finding among ``verdicts``, in the order of the use's requirements."""
    among = set(verdicts)
    cells = [f for f in decided if f.deciding and f.verdict in among]
    order = {key: place for place, key in enumerate(use.requirements)}
    cells.sort(key=lambda f: (order[f.requirement], RANK[f.verdict], -f.shortfall, f.group))
    return [
        Reason(
            rule_id,
            f"{requirement_label(f.requirement)}: {f.verdict} in {f.group!r}."
            + (f" {f.note[:1].upper()}{f.note[1:]}." if f.note else ""),
            f.requirement,
            f.group,
        )
        for f in cells
    ]


def _floor(
    use: Use,
    decided: Iterable[Finding],
    duties: Iterable[Agreement],
    terms: Terms,
    conditions: Iterable[Condition],
) -> tuple[Floor, tuple[str, ...]]:
    """The strictest floor of gate, duties, use, conditions and workspace, and who asks for it."""
    asked: list[tuple[Floor, str]] = []
    if any(f.deciding and f.verdict is not Verdict.GRANTED for f in decided):
        asked.append(("ask_first", "not every required item is granted"))
    if any(duty.subject == "ask_first" for duty in duties):
        asked.append(("ask_first", "parents demand to be asked first"))
    if use.permission_model == "ask_first":
        asked.append(("ask_first", "the use declares it"))
    for condition in conditions:
        if condition.parameter == "floor" and condition.value in FLOORS:
            asked.append((condition.value, f"an accepted condition: {condition.named}"))  # type: ignore[arg-type]
    if terms.floor == "ask_first":
        asked.append(("ask_first", "the workspace requires it"))
    floor: Floor = "objection"
    for wanted, _ in asked:
        floor = max(floor, wanted, key=FLOORS.index)
    return floor, tuple(why for f, why in asked if f == floor)


def _expiry(
    use: Use,
    decided: Iterable[Finding],
    lifted: Iterable[Override],
    conditions: Iterable[Condition],
    today: date,
) -> date:
    """The earliest of evidence, use, review and override; what expired and was lifted is past."""
    days = [use.end, *(o.until for o in lifted)]
    days += [f.expires for f in decided if f.expires and f.expires >= today and f.deciding]
    review, _ = _review(use, conditions)
    return min([*days, review] if review else days)

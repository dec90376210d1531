"""What must hold before anybody is picked out: a table of conditions, and the proof that all of them do.

Everything that makes a list takes a ``Released``, and only ``release`` makes one. Whoever lacks a condition
is told of all that are missing, in plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from licet.audit.standing import Standing
from licet.errors import LicetError
from licet.identify.criteria import Offer

Kind = Literal["entitlement", "criteria", "model"]
"""What picks: a rule of entitlement, any other rule, or a fitted model. The last two are forecasts."""

ENTITLED = ("G0", "G6", "G7")
"""The gates of a rule of entitlement."""
FORECAST = ("G0", "G1", "G2", "G3", "G4", "G5", "G6", "G7")
"""The gates of anything else."""
REVIEWERS = 2
"""Posts that decide, so that what a family contests goes to somebody else."""


@dataclass(frozen=True)
class Facts:
    """What is known of a rule or a model on a day.

    id, hash: of the rule or model as it stands. run: the run in force. permitted_until: the last day of
    today's permit; None without one. use_published, published: whether the use, and the rule or model, are in
    the register as they stand. decided: the decision that binds this version of the use today, "" for none.
    audits: what the audits of this version came to: "linkage", and "entitlement" or "forecast" of this very
    rule or model. gates: of the latter. trained_until, tested_from: the last day that a model learnt from,
    the first of what it was audited on.
    """

    use: str
    version: int
    use_hash: str
    kind: Kind
    id: str
    hash: str
    run: str
    as_of: date
    today: date
    permitted_until: date | None = None
    use_published: bool = False
    published: bool = False
    decided: str = ""
    audits: Mapping[str, Standing] = field(default_factory=dict)
    gates: Mapping[str, Standing] = field(default_factory=dict)
    trained_until: date | None = None
    tested_from: date | None = None
    offer: Offer | None = None
    intended_action: str = ""
    setting: str = ""
    analytics: tuple[str, ...] = ()

    @property
    def forecasts(self) -> bool:
        """Whether it is a forecast: anything that promises no right."""
        return self.kind != "entitlement"

    @property
    def needed(self) -> tuple[str, ...]:
        """The gates that have to PASS."""
        return FORECAST if self.forecasts else ENTITLED

    @property
    def audit(self) -> str:
        """The audit of the rule or model itself."""
        return "forecast" if self.forecasts else "entitlement"


@dataclass(frozen=True)
class Unmet:
    """A condition that does not hold: its id, why in a sentence, and what to do."""

    id: str
    text: str
    todo: str


@dataclass(frozen=True)
class ReleaseCondition:
    """One row of the table. says: the sentence where it does not hold, which may name what is missing."""

    id: str
    holds: Callable[[Facts], bool]
    says: Callable[[Facts], str]
    todo: Callable[[Facts], str]


def _row(
    id: str,
    holds: Callable[[Facts], bool],
    says: str | Callable[[Facts], str],
    todo: str | Callable[[Facts], str],
) -> ReleaseCondition:
    return ReleaseCondition(
        id,
        holds,
        says if callable(says) else lambda facts: says,
        todo if callable(todo) else lambda facts: todo,
    )


def _passed(facts: Facts) -> bool:
    audits = (facts.audits.get(name) for name in ("linkage", facts.audit))
    gates = (facts.gates.get(name) for name in facts.needed)
    return all(one is Standing.PASS for one in (*audits, *gates))


def _not_passed(facts: Facts) -> str:
    """The audits and gates that do not pass, each with what it came to."""
    names = (("linkage", "the linkage audit"), (facts.audit, f"the {facts.audit} audit"))
    told = [(words, facts.audits.get(name)) for name, words in names]
    told += [(f"gate {name}", facts.gates.get(name)) for name in facts.needed]
    missing = [
        f"{words} ({standing or 'not made'})"
        for words, standing in told
        if standing is not Standing.PASS
    ]
    return f"These have to PASS and do not: {', '.join(missing)}."


def _later(facts: Facts) -> bool:
    if facts.kind != "model":
        return True
    known = facts.trained_until is not None and facts.tested_from is not None
    return known and facts.tested_from > facts.trained_until  # type: ignore[operator]


def _supports(facts: Facts) -> bool:
    flagging = "predictive_flagging" in facts.analytics or not facts.forecasts
    return (
        facts.intended_action == "offer_of_support" and facts.setting == "operational" and flagging
    )


def _no_support(facts: Facts) -> str:
    said = []
    if facts.intended_action != "offer_of_support":
        said.append(f"its intended action is {facts.intended_action!r}, not 'offer_of_support'")
    if facts.setting != "operational":
        said.append(f"its setting is {facts.setting!r}, not 'operational'")
    if facts.forecasts and "predictive_flagging" not in facts.analytics:
        said.append("this is a forecast, and 'predictive_flagging' is not among its analytics")
    return f"The use as declared offers no support by this: {'; '.join(said)}."


CONDITIONS: tuple[ReleaseCondition, ...] = (
    _row("ruling", lambda f: f.permitted_until is not None and f.today <= f.permitted_until,
         "No ruling in force permits the use today.", "licet assess USE says what is missing"),
    _row("published", lambda f: f.use_published and f.published,
         lambda f: f"{'The use' if not f.use_published else 'The model' if f.kind == 'model' else 'The rule'}"
                   " is not in the register as it stands: nobody could know of it.",
         "licet publish; what was changed gets a new version first"),
    _row("decision", lambda f: f.decided == "do",
         lambda f: "Nobody decided that it is done."
                   if not f.decided else f"It was decided otherwise: {f.decided}.",
         "the owner of the use decides, after the audits: licet decide"),
    _row("gates", _passed, _not_passed,
         lambda f: "licet audit linkage, then licet audit "
                   + ("entitlement" if f.kind == "entitlement" else "forecast")),
    _row("later", _later, "The model was not audited on data later than what it learnt from.",
         "audit it on as-of dates after the last that it was trained on"),
    _row("capacity", lambda f: f.offer is not None and f.offer.capacity >= 1,
         "It is not declared how many families can be offered support.",
         "add capacity under [offer], in a new version"),
    _row("offer", _supports, _no_support, "offer support, or offer nothing: no other action is allowed"),
    _row("reviewers", lambda f: f.offer is not None and len(set(f.offer.reviewers)) >= REVIEWERS,
         "Nobody is named who decides each case: it takes the posts of two reviewers.",
         "add reviewers under [offer], in a new version"),
)  # fmt: skip
"""Every condition of release, in the order in which they are told."""


def unmet(facts: Facts) -> tuple[Unmet, ...]:
    """Every condition that does not hold; none where the list may be made."""
    return tuple(
        Unmet(one.id, one.says(facts), one.todo(facts))
        for one in CONDITIONS
        if not one.holds(facts)
    )


class NotReleased(LicetError):
    """Nobody is picked out. Exit status 3. unmet: every condition that does not hold."""

    status = 3

    def __init__(self, missing: Iterable[Unmet]) -> None:
        self.unmet = tuple(missing)
        super().__init__("\n".join(f"{one.text} Next: {one.todo}." for one in self.unmet))


class _Seal:
    """Opens one Released, once: a copy with other fields would need another."""

    used = False


@dataclass(frozen=True)
class Released:
    """Proof that every condition of release holds: for this rule or model, this run and this day alone."""

    use: str
    version: int
    use_hash: str
    kind: Kind
    id: str
    hash: str
    run: str
    as_of: date
    day: date
    offer: Offer
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.seal, _Seal) or self.seal.used:
            raise TypeError("only release() makes a Released")
        self.seal.used = True


def release(facts: Facts) -> Released:
    """The proof. Raises NotReleased with every condition that does not hold."""
    missing = unmet(facts)
    if missing or facts.offer is None:
        raise NotReleased(missing)
    return Released(
        facts.use, facts.version, facts.use_hash, facts.kind, facts.id, facts.hash, facts.run,
        facts.as_of, facts.today, facts.offer, _Seal(),
    )  # fmt: skip

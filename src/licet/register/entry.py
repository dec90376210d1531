"""One entry of the register: everything the public may know of one use, as one frozen value.

Pages, JSON, CSV, JSON-LD, the feed and the central record are made of it. Figures come under disclosure
control already: what is kept back is None, never 0. Proportions are 0-1, days ISO 8601, moments UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from licet.use import Use

FORM = "licet-entry-2"
"""Changes when a key is taken away or means something else; new keys do not change it."""


class Part(BaseModel):
    """A frozen part of an entry; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Word(Part):
    """A word of the shared vocabulary, and what people read."""

    id: str
    label: str


class Standing(Part):
    """Where the use stands today. next: what is to be done."""

    id: str
    label: str
    next: str


class Share(Part):
    """A share of people and its 95 % interval, 0-1."""

    point: float
    low: float
    high: float


class Figure(Part):
    """What one group said of one requirement. share None: kept back or not measured; figure says which."""

    group: str
    group_label: str
    reference: bool
    deciding: bool
    in_force: bool
    verdict: str
    figure: str
    stance: str | None = None
    share: Share | None = None
    base: int | None = None
    base_text: str = ""
    baseline: float | None = None
    evidence: str | None = None
    expires: date | None = None
    local: bool = True
    lifted_by_override: bool = False
    note: str = ""


class Requirement(Part):
    """A reason, service or operator that licence is needed for, and what families said of it."""

    id: str
    label: str
    verdict: str
    consequence: str
    wordings: tuple[str, ...]
    figures: tuple[Figure, ...]


class Evidence(Part):
    """A survey that was looked at. why_not: why it does not count, if it does not."""

    id: str
    title: str
    counts: bool
    why_not: tuple[str, ...]
    expired: bool
    expires: date
    local: bool
    synthetic: bool
    notice: str
    start: date
    end: date
    interviews: int | None
    organisation: str
    hash: str


class Ruling(Part):
    """What was ruled, and why. kind: Permit, Refusal or Undetermined."""

    kind: str
    heading: str
    day: date
    headline: tuple[str, ...]
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    floor: str | None
    expires: date | None
    requirements: tuple[Requirement, ...]
    smaller: tuple[str, ...]
    to_settle: tuple[str, ...]
    concerns: tuple[str, ...]
    duties: tuple[str, ...]
    how_sure: str
    evidence: tuple[Evidence, ...]
    method: tuple[str, ...]


class Ruled(Part):
    """A use with its ruling: the part of an entry that only another ruling changes."""

    licet_version: str
    use: Use
    use_hash: str
    operator: str
    synthetic: bool
    notices: tuple[str, ...]
    marks: tuple[str, ...]
    ruling: Ruling


class Change(Part):
    """A field that differs from the version before, with what was and what is."""

    field: str
    before: str
    after: str
    families_decide: bool


class Version(Part):
    """A published version. families_decide: an earlier yes does not count for it."""

    version: int
    published: date | None
    hash: str
    changes: tuple[Change, ...]
    families_decide: bool


class Criterion(Part):
    """A named need of a rule, in words. counted: of which lines, how far back, how much it takes."""

    id: str
    meaning: str
    gives: str
    source: str
    counted: str
    known_faults: tuple[str, ...] = ()


class Rule(Part):
    """What picks families out, as it was published. kind: entitlement or criteria; hash: of its document."""

    id: str
    version: int
    hash: str
    title: str
    kind: str
    level: str
    takes: str
    criteria: tuple[Criterion, ...]
    known_faults: tuple[str, ...]
    offer: str = ""
    capacity: int | None = None
    reviewers: tuple[str, ...] = ()


class Logged(Part):
    """A leaf of the log. leaf: its place, from 0. text: in plain words; sentence: the log's own."""

    leaf: int
    at: datetime
    kind: str
    text: str
    sentence: str
    body: Mapping[str, Any]


class GroupFigure(Part):
    """A figure of an audit for one group. value None: kept back; text says so."""

    measure: str
    group: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    base: int | None = None


class Audit(Part):
    """An audit as it was logged, and the figures by group of its report where it was published."""

    leaf: int
    audit: str
    standing: str
    day: date
    version: int
    text: str
    report: str
    run: str = ""
    audited: str = ""
    sentence: str = ""
    figures: tuple[GroupFigure, ...] = ()


class Decision(Part):
    """What a named owner decided. binds: whether it holds today."""

    leaf: int
    version: int
    decision: str
    means: str
    role: str
    reason: str
    day: date
    until: date
    by_table: str
    binds: bool


class Suspension(Part):
    """A suspension that stands."""

    leaf: int
    version: int
    role: str
    reason: str
    since: date


class Condition(Part):
    """A parameter of the use that families changed by dialogue, and that gate or linker enforces."""

    parameter: str
    value: str
    text: str
    agreed: date | None = None
    question: str = ""
    ended: bool = False


class Question(Part):
    """A question, objection or proposed condition that is public. waits: days until today, None if it
    does not wait for an answer. path: of its page in the same register, "" for none."""

    id: str
    kind: str
    state: str
    text: str
    asked: date
    due: date | None = None
    waits: int | None = None
    overdue: bool = False
    answer: str = ""
    path: str = ""


class Dialogue(Part):
    """What was asked of this use. open: what waits for an answer, read by everybody or not yet. median_days:
    from asking to the answer."""

    open: int = 0
    answered: int = 0
    overdue: int = 0
    median_days: float | None = None
    longest_wait: int | None = None
    items: tuple[Question, ...] = ()


class ReadingAge(Part):
    """Years, by the Flesch-Kincaid grade; None where there is too little text. aim: what is aimed at."""

    summary: int | None
    texts: int | None
    aim: int


class Download(Part):
    """The same entry in another form. path: from the register's own address."""

    path: str
    form: str
    label: str


class RegisterEntry(Part):
    """One use as the register holds it. ``schema`` says where the form of this document is described."""

    schema_at: str = Field(alias="schema")
    form: str = FORM
    licet_version: str
    not_legal_advice: str
    id: str
    version: int
    use_hash: str
    title: str
    body: str
    state: Standing
    synthetic: bool
    notices: tuple[str, ...]
    marks: tuple[str, ...]
    services: tuple[Word, ...]
    reasons: tuple[Word, ...]
    purpose: Word
    analytics: tuple[Word, ...]
    operator: Word
    company: bool
    forecasts: bool
    paid_by_results: bool
    place: str
    declared: Use
    reading_age: ReadingAge
    ruling: Ruling
    how_to_say_no: tuple[str, ...]
    versions: tuple[Version, ...]
    runs: tuple[Logged, ...]
    refused_runs: int
    in_force: bool
    audits: tuple[Audit, ...]
    decisions: tuple[Decision, ...]
    suspension: Suspension | None
    conditions: tuple[Condition, ...]
    dialogue: Dialogue
    log: tuple[Logged, ...]
    downloads: tuple[Download, ...]
    rules: tuple[Rule, ...] = ()

    def json_value(self) -> dict[str, Any]:
        """As plain values, keys in the order of the fields."""
        found: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return found

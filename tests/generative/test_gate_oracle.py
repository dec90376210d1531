"""The whole gate against a short, plain oracle: same ruling, floor, heading and expiry on every draw.

The oracle is written from the rules as the design states them, on plain dictionaries, with SciPy's
beta distribution for the interval. It is slow and says nothing about why.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from hypothesis import given
from scipy.stats import beta

from licet.gate import Permit
from tests.generative.test_gate_draws import TODAY, Case, cases, draws, needed, ruled

WORST_FIRST = ("refused", "absent", "expired", "not measured", "too few", "unproven", "granted")
FORBIDDEN = {
    "sanction",
    "enforcement",
    "immigration_action",
    "debt_recovery",
    "automated_decision",
}
Said = tuple[str, float, date | None, str, bool]
"""Verdict, how far the permitting share misses the line, last day and name of the evidence, and
whether it settles what older evidence refused."""


@lru_cache(maxsize=100_000)
def korn_graubard(percent: float, effective: float) -> tuple[float, float]:
    p = percent / 100
    x = effective * p
    low = beta.ppf(0.025, x, effective - x + 1) if p > 0 else 0.0
    high = beta.ppf(0.975, x + 1, effective - x) if p < 1 else 1.0
    return float(low), float(high)


def stances(survey: Case, item: Case) -> int:
    """As declared, or two where those for and against are everybody."""
    whole = survey["cells"][item["id"], "all"]
    everybody = len(whole) == 2 and sum(percent for _, percent, *_ in whole) >= 99.5
    return 2 if everybody else int(item["k"])


def on_the_line(percent: float, decimals: int, line: float) -> bool:
    """Whether rounding hides on which side of the line a printed share lies."""
    return abs(percent / 100 - line) < 0.5 * 10 ** -(decimals + 2) - 1e-9


def verdict(cell: tuple, k: int, deff: float, case: Case) -> tuple[str, float, bool]:
    """The verdict on one printed cell, by how much its point misses the line, whether it is for."""
    raised = [value for name, value in case["conditions"] if name == "minimum_licence"]
    line = max([1.5 / k, case["terms"]["minimum"], *raised])
    sides = {stance: (percent, decimals) for stance, percent, decimals, _ in cell}
    base = min(base for *_, base in cell)
    permits, opposes = sides.get("permits"), sides.get("opposes")
    shown = permits or opposes
    low, high = korn_graubard(shown[0], base / deff)
    point, least, most = (
        (shown[0] / 100, low, high) if permits else (1 - shown[0] / 100, 0, 1 - low)
    )
    hidden = bool(permits) and on_the_line(*permits, line)
    against = korn_graubard(opposes[0], base / deff)[0] if opposes else 0.0
    either_hidden = any(on_the_line(*side, line) for side in sides.values())
    least_against = bool(opposes) and opposes[0] / 100 >= line - 1e-9
    agreed = bool(permits) and point >= line - 1e-9 and not either_hidden and not least_against
    said = (round(line - point, 9), agreed)
    if base < 10:
        return "too few", *said
    if against >= line:
        return "refused", *said
    if most < line and not hidden:
        return "absent", *said
    if high - low > 2 * case["terms"]["width"] + 1e-9 or base < case["terms"]["base"]:
        return "too few", *said
    return ("granted" if least >= line and not hidden else "unproven"), *said


def counts(survey: Case, item: Case) -> bool:
    """Whether an item of a survey is about this use."""
    if survey["fits"] in ("area", "people", "setting", "draft", "not over"):
        return False
    return (item["purpose"] or ("other" if survey["fits"] == "purpose" else "same")) == "same"


def asked(case: Case, requirement: str) -> list[tuple[Case, Case]]:
    """Every item that counts and asks about one thing, with its survey."""
    return [
        (survey, item)
        for survey in case["evidence"]
        for item in survey["items"]
        if ":".join(item["id"].split(":")[:2]) == requirement and counts(survey, item)
    ]


def deciders(case: Case) -> set[str]:
    """The whole sample and the affected groups: of each survey with an item that counts."""
    named = {"all", *case["terms"]["groups"], *case["named"], *case["small"]}
    for survey in case["evidence"]:
        if any(counts(survey, item) for item in survey["items"]):
            named |= set(survey["groups"]) - {"rich"}
    return named


def weakest(said: list[Said]) -> Said:
    return min(said, key=lambda s: (WORST_FIRST.index(s[0]), -s[1], s[3]))


def decide(case: Case, requirement: str, group: str) -> Said:
    """What all evidence together says of one requirement in one group."""
    fresh, stale = [], []
    for survey, item in asked(case, requirement):
        cell = survey["cells"][item["id"], group] if group in ("all", *survey["groups"]) else ()
        if cell:
            k = stances(survey, item)
            word, missed, agreed = verdict(cell, k, survey["deff"], case)
            indicative = survey["sample"] in ("quota", "opt_in")
            word = "unproven" if word == "granted" and indicative else word
            settles = word == "granted" or (word == "unproven" and agreed)
            said = (word, missed, survey["expires"], survey["id"], settles)
            (fresh if survey["expires"] >= TODAY else stale).append(said)
    stuck = [said for said in stale if said[0] in ("absent", "refused")]
    if fresh:
        now = weakest(fresh)
        return now if now[4] or not stuck else weakest([now, *stuck])
    if stale:
        return weakest(stuck) if stuck else ("expired", 0, None, "", False)
    answered = case["small"].get(group)
    partner = requirement == "processor:public_partner" and not asked(case, requirement)
    if partner or (answered and answered <= TODAY):
        return ("unproven", 0, None, "", False)
    return ("not measured", 0, None, "", False)


def forbidden(case: Case) -> bool:
    """What nothing can lift."""
    broken = [
        (name == "exclude_service" and value in case["services"])
        or (name == "exclude_analytics" and value in case["analytics"])
        or (name == "no_company" and (case["processor"] == "commercial" or case["companies"]))
        for name, value in case["conditions"]
    ]
    hard = case["action"] in FORBIDDEN or case["removed"] or case["model"] == "none_statutory"
    return bool(hard or any(broken) or case["status"] == "refused")


def demanded(case: Case) -> bool:
    """Whether the whole sample or an affected group demands to be asked first."""
    for survey, item in asked(case, "demand:ask_first"):
        for group in deciders(case) & {"all", *survey["groups"]}:
            for stance, percent, decimals, base in survey["cells"][item["id"], group]:
                line = 1.5 / stances(survey, item)
                clear = percent / 100 - line >= 0.5 * 10 ** -(decimals + 2) - 1e-9
                if stance == "permits" and base >= 10 and clear:
                    return True
    return False


def oracle(case: Case) -> tuple[str, str, str, date | None]:
    """Kind, floor, heading and expiry of the ruling."""
    active = {
        lifts: start + timedelta(days)
        for lifts, start, days in case["overrides"]
        if start <= TODAY <= start + timedelta(days)
    }
    reviews = [value for name, value in case["conditions"] if name == "review_by"]
    ends = [case["end"], *reviews, *([case["review"]] if case["review"] else [])]
    due = min(ends) < TODAY or case["status"] in ("ended", "suspended")
    words = set()
    for requirement in needed(case):
        for group in deciders(case):
            word, _, until, *_ = decide(case, requirement, group)
            if word not in ("granted", "unproven") and requirement in active:
                word = "unproven"
                ends.append(active[requirement])
            if until and until >= TODAY:
                ends.append(until)
            words.add(word)
    if forbidden(case) or words & {"absent", "refused"}:
        return "Refusal", "", "NOT PERMITTED", None
    if due or words & {"not measured", "too few", "expired"}:
        return "Undetermined", "", "NOT KNOWN", None
    floors = {value for name, value in case["conditions"] if name == "floor"}
    floors |= {case["model"], case["terms"]["floor"]}
    if words == {"granted"} and "ask_first" not in floors and not demanded(case):
        return "Permit", "objection", "LICENSED", min(ends)
    licensed = "LICENSED, BUT" if words == {"granted"} else "NO LICENCE:"
    return "Permit", "ask_first", f"{licensed} ASK EACH FAMILY", min(ends)


@draws(250, 5_000)
@given(cases())
def test_the_gate_rules_as_the_oracle(case: Case) -> None:
    found = ruled(case)
    floor, expires = (found.floor, found.expires) if isinstance(found, Permit) else ("", None)
    assert (found.kind, floor, found.heading, expires) == oracle(case)

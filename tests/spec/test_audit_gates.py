"""What each gate of a forecast audit says, for everything it may come to know. A figure is known with its
interval: PASS if all of it lies within the plan's tolerance, FAIL if all of it lies outside,
UNDETERMINED if it reaches over the edge, or if nothing is known. A gate fails if anything it asks
fails. Tolerances are the usual ones of a plan: AUC above that of the best simple rule, half of those
picked rightly so, differences of at most 0.05, ratios of at most 2, observed over expected and slope of
at most 1.25 (or 1 / 1.25), at most 0.03 of AUC lost; here half of all with the outcome must be found.
Beyond tolerances: a simple rule must itself tell people apart, or beating it says nothing. A score with
an AUC above 0.98, or flags that all but equal the outcome, have seen it. Of a group of whose errors too
little is known nobody can say that it is treated alike; whom a score flags is known all the same. A
score that tells nobody apart is not calibrated and has nothing to lose. Care is evidenced by a source,
its day, and what was measured of enough people.
"""

from __future__ import annotations

from typing import Any

import pytest

from licet.audit.judging.gates import Gate, gates
from licet.audit.standing import Estimate
from tests.audit import judged
from tests.spec.tables import Row, cases

TITLE = "Gates of a forecast audit"

TABLE = """
gate | what is known                                           | says
---- | ------------------------------------------------------- | ----
G0   | no use is named                                         | UNDETERMINED
G0   | permit, all declared                                    | PASS
G0   | permit, no lawful basis                                 | UNDETERMINED
G0   | permit, no forecast declared                            | UNDETERMINED
G0   | no ruling yet                                           | UNDETERMINED
G0   | refusal                                                 | FAIL
G0   | permit, a company without licence                       | FAIL
G0   | permit, a company with licence                          | PASS

G1   | AUC gain 0.01 to 0.05                                   | PASS
G1   | AUC gain -0.01 to 0.05                                  | UNDETERMINED
G1   | AUC gain -0.03 to -0.01                                 | FAIL
G1   | AUC gain 0.00 to 0.00                                   | FAIL
G1   | AUC gain 0.00 to 0.04                                   | UNDETERMINED
G1   | no simple rule to compare with                          | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, the rule 0.5 to 0.5                | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, the rule 0.48 to 0.55              | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, four variables could not be tried  | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, of the score 0.97 to 0.98          | PASS
G1   | AUC gain 0.2 to 0.3, of the score 0.98 to 0.99          | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, of the score 1.0 to 1.0            | UNDETERMINED
G1   | AUC gain 0.2 to 0.3, flags all but equal the outcome    | UNDETERMINED
G1   | AUC gain 0.01 to 0.05, of those looked into only        | UNDETERMINED
G1   | AUC gain -0.03 to -0.01, of those looked into only      | FAIL

G2   | precision 0.55 to 0.65, benefit 0.01 to 0.05, over the rule 0.01 to 0.02   | PASS
G2   | precision 0.45 to 0.65, benefit 0.01 to 0.05, over the rule 0.01 to 0.02   | UNDETERMINED
G2   | precision 0.35 to 0.45, benefit 0.01 to 0.05, over the rule 0.01 to 0.02   | FAIL
G2   | precision 0.55 to 0.65, benefit -0.01 to 0.05, over the rule 0.01 to 0.02  | UNDETERMINED
G2   | precision 0.55 to 0.65, benefit -0.05 to -0.01, over the rule 0.01 to 0.02 | FAIL
G2   | precision 0.55 to 0.65, benefit 0.01 to 0.05, over the rule -0.02 to -0.01 | FAIL
G2   | precision 0.55 to 0.65, benefit 0.00 to 0.00, over the rule 0.01 to 0.02   | FAIL
G2   | precision 0.55 to 0.65, benefit 0.00 to 0.02, over the rule 0.01 to 0.02   | UNDETERMINED
G2   | precision 0.55 to 0.65, benefit 0.01 to 0.05, over the rule 0.00 to 0.00   | FAIL
G2   | precision 0.55 to 0.65, benefit 0.01 to 0.05, no simple rule               | PASS
G2   | precision 0.55 to 0.65, benefit not known               | UNDETERMINED
G2   | nothing is known                                        | UNDETERMINED

G3   | a group: observed over expected 0.9 to 1.1, slope 0.9 to 1.1 | PASS
G3   | a group: observed over expected 1.1 to 1.4, slope 0.9 to 1.1 | UNDETERMINED
G3   | a group: observed over expected 1.4 to 1.7, slope 0.9 to 1.1 | FAIL
G3   | a group: observed over expected 0.9 to 1.1, slope 0.3 to 0.5 | FAIL
G3   | a group: observed over expected 0.9 to 1.1, all scores alike | UNDETERMINED
G3   | too few in the group, everybody right                   | PASS
G3   | nothing is known                                        | UNDETERMINED

G4   | fpr 0.01 to 0.03                                        | PASS
G4   | fpr 0.03 to 0.08                                        | UNDETERMINED
G4   | fpr 0.06 to 0.09                                        | FAIL
G4   | fpr 0.06 to 0.09 with band 0.04 to 0.11                 | UNDETERMINED
G4   | fnr -0.09 to -0.06                                      | FAIL
G4   | flagged ratio 2.1 to 2.6                                | FAIL
G4   | flagged ratio 1.8 to 2.2                                | UNDETERMINED
G4   | fpr 0.01 to 0.03, too few                               | UNDETERMINED
G4   | too few with known outcomes, flagged ratio 0.9 to 1.1   | UNDETERMINED
G4   | too few with known outcomes, flagged ratio 2.1 to 2.6   | FAIL
G4   | others: fpr 0.01 to 0.03; a group: too few with known outcomes, flagged ratio 0.9 to 1.1 | UNDETERMINED
G4   | others: fpr 0.01 to 0.03; a group: too few with known outcomes, flagged ratio 2.1 to 2.6 | FAIL
G4   | others: fpr 0.01 to 0.03; a group: too few in all       | UNDETERMINED
G4   | others: fpr 0.01 to 0.03; a crossing: too few in all    | PASS
G4   | fpr 0.01 to 0.03, of those looked into only             | UNDETERMINED
G4   | drawn by lot: over-representation 1.2 to 1.8            | PASS
G4   | drawn by lot: over-representation 1.8 to 2.2            | UNDETERMINED
G4   | drawn by lot: over-representation 2.1 to 2.6            | FAIL
G4   | no groups are named                                     | UNDETERMINED

G5   | AUC lost 0.00 to 0.02                                   | PASS
G5   | AUC lost 0.00 to 0.05                                   | UNDETERMINED
G5   | AUC lost 0.04 to 0.08                                   | FAIL
G5   | AUC lost 0.00 to 0.02, outcomes had no time             | UNDETERMINED
G5   | AUC lost 0.00 to 0.00, of later people 0.5 to 0.5       | FAIL
G5   | AUC lost 0.00 to 0.02, of later people 0.48 to 0.6      | UNDETERMINED
G5   | no later people                                         | UNDETERMINED

G6   | recall of all 0.55 to 0.6, links lose 0.00 to 0.02, gap shrinks 0.00 to 0.04  | PASS
G6   | recall of all 0.45 to 0.6, links lose 0.00 to 0.02, gap shrinks 0.00 to 0.04  | UNDETERMINED
G6   | recall of all 0.3 to 0.4, links lose 0.00 to 0.02, gap shrinks 0.00 to 0.04   | FAIL
G6   | recall of all 0.55 to 0.6, links lose 0.04 to 0.06, gap shrinks 0.00 to 0.04  | FAIL
G6   | recall of all 0.55 to 0.6, links lose 0.00 to 0.02, gap shrinks 0.06 to 0.09  | FAIL
G6   | recall of all 0.55 to 0.6, no frame, links lose 0.00 to 0.02, gap shrinks 0.00 to 0.04 | UNDETERMINED
G6   | recall of all 0.55 to 0.6, links not tried              | UNDETERMINED
G6   | recall of all 0.55 to 0.6, no recall in the plan, links lose 0.00 to 0.02, gap shrinks 0.00 to 0.04 | UNDETERMINED

G7   | review, appeal and monitoring evidenced                 | PASS
G7   | no evidence of appeal                                   | UNDETERMINED
G7   | the plan says that there is no appeal                   | FAIL
G7   | of appeal a word alone                                  | UNDETERMINED
G7   | appeal evidenced of 12 people                           | UNDETERMINED
"""


def said(text: str, start: str) -> Estimate:
    """The interval of the part that starts so."""
    part = next(part for part in text.split(", ") if start in part)
    return judged.between(part[part.index(start) :])


def g0(text: str) -> dict[str, Any]:
    if "no use" in text:
        return {}
    changes: dict[str, Any] = {}
    if "refusal" in text or "no ruling" in text:
        changes["kind"] = "Refusal" if "refusal" in text else "Undetermined"
    if "no lawful basis" in text:
        changes["lawful_basis"] = ""
    if "no forecast" in text:
        changes["forecasting"] = False
    if "company" in text:
        changes |= {"operator": "commercial", "processor_licensed": "with licence" in text}
    return {"grounds": judged.grounds(**changes)}


def g1(text: str) -> dict[str, Any]:
    fine = Estimate(0.6, 0.55, 0.65)
    gain = None if "no simple rule" in text else said(text, "AUC gain")
    own = said(text, "the rule") if "the rule" in text else None
    auc = said(text, "of the score") if "of the score" in text else None
    found: dict[str, Any] = {"skill": judged.skill(gain, fine, own, auc)}
    if "four variables" in text:
        found["challengers"] = {"two": ["a", "b"], "four": ["a", "b", "c", "d"]}
    if "all but equal" in text:
        found["rates"] = judged.errors(0.01, 0.02)
    return found


def g2(text: str) -> dict[str, Any]:
    if "nothing" in text:
        return {}
    found: dict[str, Any] = {"skill": judged.skill(None, said(text, "precision"))}
    if "not known" not in text:
        over = None if "no simple rule" in text else said(text, "over the rule")
        found["benefit"] = judged.benefit(said(text, "benefit"), over)
    return found


def g3(text: str) -> dict[str, Any]:
    if "nothing" in text:
        return {}
    if "too few" in text:
        return {"calibration": judged.calibration(judged.UNKNOWN, judged.UNKNOWN)}
    if "all scores alike" in text:
        oe = said(text, "observed over expected")
        alike = judged.skill(None, oe, auc=Estimate(0.5, 0.5, 0.5))
        return {"calibration": judged.calibration(oe, judged.UNKNOWN), "skill": alike}
    return {
        "calibration": judged.calibration(said(text, "observed over expected"), said(text, "slope"))
    }


def g4(text: str) -> dict[str, Any]:
    if "no groups" in text:
        return {}
    if "drawn by lot" in text:
        return {"selective": judged.arm(said(text, "over-representation"))}
    if text.startswith("others: "):
        others, group = text.split("; ")
        return {"rates": judged.beside(judged.rates(others), group)}
    return {"rates": judged.rates(text)}


def g5(text: str) -> dict[str, Any]:
    if "no later" in text:
        return {}
    later = said(text, "of later people") if "of later people" in text else None
    early = 20 * ("no time" in text)
    return {"stability": judged.stability(said(text, "AUC lost"), early, later)}


def g6(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {"tolerances": {} if "no recall in" in text else {"recall": 0.5}}
    if "no frame" not in text:
        found["outside"] = judged.outside(said(text, "recall of all"))
    if "not tried" not in text:
        lost = said(text, "links lose")
        loss = Estimate(-lost.value, -lost.high, -lost.low, lost.se, lost.n)
        found["links"] = judged.links(loss, said(text, "gap shrinks"))
    return found


def g7(text: str) -> dict[str, Any]:
    care: dict[str, Any] = dict.fromkeys(("review", "appeal", "monitoring"), judged.SEEN)
    if "appeal" in text and "review" not in text:
        care["appeal"] = "none" if "the plan says" in text else ""
    if "a word alone" in text:
        care["appeal"] = "leaflet 4"
    if "of 12 people" in text:
        care["appeal"] = {**judged.SEEN, "people": 12, "found": 3}
    return {"care": care}


MADE = {"G0": g0, "G1": g1, "G2": g2, "G3": g3, "G4": g4, "G5": g5, "G6": g6, "G7": g7}


def gate_of(row: Row) -> Gate:
    text = row["what is known"]
    parts = MADE[row["gate"]](text)
    if "looked into only" in text:
        parts["conditional"] = True
    found = gates(judged.findings(**parts))
    return next(gate for gate in found if gate.id == row["gate"])


@pytest.mark.parametrize("row", cases(TABLE))
def test_gates(row: Row) -> None:
    gate = gate_of(row)
    assert gate.standing == row["says"], gate.demands
    assert gate.reasons, "every verdict has its reasons in words"
    if row["says"] == "UNDETERMINED":
        assert gate.settling, "and what is not known says what would settle it"
    else:
        assert gate.settling == () and gate.people is None


def test_there_are_eight_gates_in_their_order() -> None:
    assert [gate.id for gate in gates(judged.findings())] == [f"G{number}" for number in range(8)]

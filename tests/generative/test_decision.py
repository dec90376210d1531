"""The table of decisions against a short plain function written from the words of the rule."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from licet.audit.standing import Standing
from licet.decision import AUDITS, CHOICES, Audited, Known, allowed
from licet.use import PerThousand, Support

DAY = date(2026, 11, 1)


@st.composite
def supports(draw: st.DrawFn) -> Support:
    one, other = (draw(st.none() | st.integers(0, 3)) for _ in range(2))
    made = [
        None if helped is None else PerThousand(offered=10, helped=helped, source="s")
        for helped in (one, other)
    ]
    return Support(
        evidence_it_works=draw(st.sampled_from(["", "a trial"])),
        with_linkage=made[0],
        universal=made[1],
        why_linkage=draw(st.sampled_from(["", "because"])),
    )


@st.composite
def facts(draw: st.DrawFn) -> Known:
    standings = st.sampled_from([None, *Standing])
    return Known(
        draw(st.sampled_from(["permit", "refusal", "undetermined"])),
        draw(st.sampled_from([(), (("police",),)])),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sets(st.sampled_from(AUDITS)).map(tuple)),
        {
            name: Audited(draw(standings), DAY, "")
            for name in draw(st.sets(st.sampled_from(AUDITS)))
        },
        draw(supports()),
    )


def plainly(k: Known) -> str:
    """The rule in words, one after the other."""
    results = {name: one.standing for name, one in k.audits.items()}
    if k.ruling == "refusal" and not k.narrower:
        return "stop"
    if Standing.FAIL in results.values():
        return "stop"
    if k.ruling != "permit" and k.narrower:
        return "narrow"
    if k.ruling != "permit" or not k.asked:
        return "build"
    must_pass = ["linkage"] + (["forecast"] if k.forecasts else [])
    if any(results.get(name) is not Standing.PASS for name in must_pass):
        return "build"
    if any(n not in results for n in k.due if n != "forecast" or k.forecasts):
        return "build"
    s = k.support
    if not (s.evidence_it_works and s.with_linkage and s.universal) or not s.with_linkage.helped:
        return "build"
    return "do" if s.with_linkage.helped > s.universal.helped or s.why_linkage else "build"


@given(facts())
def test_the_table_says_what_the_rule_says(k: Known) -> None:
    assert allowed(k).decision == plainly(k)


@given(facts(), st.sampled_from(AUDITS))
def test_a_failed_audit_never_makes_it_less_strict(k: Known, audit: str) -> None:
    failed = Known(
        k.ruling, k.narrower, k.asked, k.forecasts, k.due,
        {**k.audits, audit: Audited(Standing.FAIL, DAY, "")}, k.support,
    )  # fmt: skip
    assert CHOICES.index(allowed(failed).decision) >= CHOICES.index(allowed(k).decision)
    assert allowed(failed).decision == "stop"

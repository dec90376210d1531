"""The demonstration's second half: families who miss a right are found, and a person decides on each."""

from __future__ import annotations

from collections.abc import Iterator

from licet.audit.standing import Standing
from licet.chapters import auditing
from licet.chapters.auditing_entitlement import audit_entitlement
from licet.chapters.deciding import decide
from licet.chapters.demonstrated import Place, Shown, page, timed, verdict
from licet.chapters.identifying import identify
from licet.chapters.importing import import_permissions
from licet.chapters.linking import link
from licet.chapters.offering import decide_offer, next_offer
from licet.errors import counted
from licet.files.town import LABELS, RIGHTS_PERMISSIONS, RIGHTS_USE

GROUPS = ("sex", "lone_parent")
"""By what the linkage is audited: groups large enough to be told apart."""
LOOKED_AT = 6
"""Households that the demonstration decides on; the others wait for whoever reads on."""


def rights(place: Place) -> Iterator[Shown]:
    """Asked, linked, audited, decided, found, reviewed."""
    use = place.use(RIGHTS_USE)
    path = place.root / RIGHTS_PERMISSIONS
    held, seconds = timed(
        lambda: import_permissions(path, place.root, now=place.at(23, 59), by="demo")
    )
    yield Shown("asked", f"families about {RIGHTS_USE}: {held.rows:,} answers", seconds, str(path))
    found, seconds = timed(lambda: link(use, today=place.today))
    counts = found.counts
    text = f"{counts['rows_permitted']:,} of {counts['rows_read']:,} rows were permitted, of two services"
    yield Shown("linked", text, seconds, str(found.folder / "report.html"))
    linkage, seconds = timed(
        lambda: auditing.linkage(use, truth=place.root / LABELS, by=GROUPS, today=place.today)
    )
    text = f"that linkage by sex and lone parents: {verdict(linkage)}"
    yield Shown("audited", text, seconds, page(linkage))
    rule, seconds = timed(lambda: audit_entitlement(use, as_of=place.today, today=place.today))
    yield Shown("audited", f"the rule, who misses the right: {verdict(rule)}", seconds, page(rule))
    if (linkage.standing, rule.standing) == (Standing.PASS, Standing.PASS):
        made, seconds = timed(
            lambda: decide(
                use,
                "do",
                role="Head of Education",
                today=place.today,
                because="Both audits pass, and help with the claim is known to work.",
            )
        )
        text = f"{RIGHTS_USE}: {made.decision.upper()}, in a limited and reviewed pilot"
        yield Shown("decided", text, seconds, f"licet decide {use}")
    yield from _offered(place)


def _offered(place: Place) -> Iterator[Shown]:
    use = place.use(RIGHTS_USE)
    found, seconds = timed(lambda: identify(use, as_of=place.today, today=place.today))
    command = f"licet identify {use} --as-of {place.today}"
    if found.unmet:
        missing = ", ".join(one.id for one in found.unmet)
        text = f"NOBODY IS PICKED OUT: {missing} missing. No list is made"
        yield Shown("identified", text, seconds, command)
        return
    text = f"{found.offered} households wait for a person's decision, in an order that says nothing of need"
    yield Shown("identified", text, seconds, command)
    said, seconds = timed(lambda: _reviewed(place))
    offers, again = said.count("offered"), said.count("second")
    text = (
        f"{counted(len(said), 'household', 'households')} looked at: {offers} offered help with the claim, "
        "each by a letter that says why and how to say no"
    )
    if again:
        text += f"; {again} to be looked at by a second person, as a lot decides"
    look = str(place.root / "letters" / RIGHTS_USE / "offers")
    yield Shown("reviewed", text, seconds, look)


def _reviewed(place: Place) -> list[str]:
    """What a made-up officer decides, as states of the queue."""
    said: list[str] = []
    account, post = "demo-officer", "Education Welfare, team 1"
    for number in range(LOOKED_AT):
        held = next_offer(place.root, account, post, today=place.today, use=RIGHTS_USE)
        if held is None:
            break
        last = number == LOOKED_AT - 1
        because = (
            "They told the school last week that they have claimed." if last
            else "The meals are paid for, and the award gives the right."
        )  # fmt: skip
        answer = "no_offer" if last else "offer"
        said.append(decide_offer(
            place.root, held.name, RIGHTS_USE, account, post, answer=answer, because=because,
            today=place.today,
        ))  # fmt: skip
    return said

"""Other words for the words of the vocabulary, so that a refusal names the one that is meant.

The same for days that are written in another order. None of these is accepted: what a
council writes in its own words is refused, and the message says which word is right. A word that
could mean several is in no list.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date


def _words(**lists: str) -> Mapping[str, str]:
    """``education="school; schools"`` as a mapping from every other word to the right one."""
    return {other: right for right, text in lists.items() for other in text.split("; ")}


SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "service": _words(
        social_work="social services; social care; social worker; social workers; childrens "
        "services; childrens social care; child protection; safeguarding; mash; "
        "family support; adult social care",
        education="school; schools; academy; academies; college; colleges; teacher; teachers; "
        "sixth form; local education authority; dfe; ofsted",
        early_years="nursery; nurseries; childcare; child care; preschool; pre school; preschools; "
        "childrens centre; childrens centres; childminder; childminders; family hub; family hubs; "
        "sure start; playgroup; kindergarten; creche; toddlers; under fives",
        police="policing; probation; prison; prisons; justice; criminal justice; "
        "youth justice; youth offending; youth offending team; yot; constabulary; crime; met police",
        immigration="home office; border; borders; border force; asylum; visa; visas; ukvi; "
        "immigration enforcement; immigration service",
        health="nhs; doctor; doctors; gp; gps; gp surgery; hospital; hospitals; health visitor; "
        "health visitors; health visiting; school nurse; school nurses; camhs; midwife; midwives; "
        "general practice; mental health; public health; medical; dentist; nurse; nurses; icb; "
        "clinic; clinics; maternity",
        housing="council housing; council house; council houses; social housing; homelessness; "
        "housing association; housing associations; landlord; landlords; rent; tenancy; tenancies",
        benefits="dwp; welfare; social security; universal credit; job centre; jobcentre; "
        "jobcentre plus; child benefit; housing benefit; department for work and pensions; "
        "pensions; tax credits; income support; free school meals",
        tax="hmrc; taxes; council tax; revenue; inland revenue; revenue and customs; customs; "
        "hm revenue and customs",
    ),
    "reason": _words(
        offer_unasked="offer help; offer support; help; support; early help; early intervention; "
        "prevention; identify need; find families; outreach",
        save_money="cost; costs; saving; savings; efficiency; value for money; money; cheaper",
        target_services="targeting; target; allocate services; planning; target support; "
        "aim services",
        find_abuse="abuse; neglect; safeguarding; child protection; child abuse; children at risk",
        pay_entitlements="entitlement; entitlements; benefits; benefit take up; take up; unclaimed "
        "benefits; income; free school meals",
    ),
    "purpose": _words(
        early_intervention="early help; prevention; support; help; family support; "
        "offer help; risk prediction; prediction; identify need",
        entitlement="entitlements; benefits; benefit take up; take up; free school meals",
        service_planning="planning; commissioning; needs assessment; statistics; population health",
        evaluation="evaluate; research; monitoring; impact; what works; audit",
        enforcement="fraud; fraud detection; crime; policing; debt; compliance",
        health_information="health; health advice; vaccination; public health; screening",
    ),
    "setting": _words(
        operational="operations; live; delivery; service; practice; frontline; direct care; casework",
        research="study; statistics; statistical; analysis; academic; evaluation",
    ),
    "processor": _words(
        in_house="inhouse; internal; internally; council; the council; local authority; our own "
        "staff; own staff; ourselves; us; self; itself; own team; none; controller",
        public_partner="partner; university; nhs; another council; other council; public body; "
        "public sector; combined authority; shared service; government",
        commercial="company; companies; private; private company; private sector; vendor; supplier; "
        "contractor; consultancy; business; firm; third party; outsourced; outsourcing",
    ),
    "analytics": _words(
        sharing="share; data sharing; share data; transfer; exchange",
        matching="match; data matching; compare; comparison; deduplication",
        linking="link; linkage; data linkage; join; joining; record linkage; merge; merging; combine",
        warehousing="warehouse; data warehouse; data lake; database; storage; store; storing",
        profiling="profile; profiles; single view; segmentation; 360 view; dashboard",
        predictive_flagging="predict; prediction; predictive; predictive analytics; risk score; "
        "risk scoring; risk model; score; scoring; flag; flagging; algorithm; ai; "
        "artificial intelligence; machine learning; forecast; predictive modelling",
        notification="notify; notifications; alert; alerts; alerting; operation encompass",
    ),
    "permission model": _words(
        ask_first="opt in; consent; explicit consent; ask; asked; ask each family; permission",
        objection="opt out; object; right to object; notice; privacy notice; may object; tell",
        none_statutory="statutory; none; statutory duty; public task; legal obligation; legal duty; "
        "no consent; not asked",
    ),
    "action": _words(
        offer_of_support="support; help; offer; offer help; early help; offer support; family "
        "support; visit; intervention; referral",
        information="inform; letter; advice; email; leaflet; text message; signposting",
        none="nothing; no action; no; research",
        sanction="sanctions; penalty; fine; fines; benefit sanction; stop benefits",
        enforcement="prosecution; prosecute; arrest; court; fraud; police action",
        immigration_action="deportation; deport; removal; immigration; visa",
        debt_recovery="debt; debts; collect debt; debt collection; arrears; bailiffs",
        automated_decision="automatic decision; automated; automatic; algorithm; automation; "
        "automated decision making",
    ),
    "demand": _words(
        ask_first="consent; ask; opt in; permission; ask permission; ask parents; asked first",
        publish="transparency; transparent; openness; tell the public; publish it; publicity; inform",
    ),
    "concern": _words(
        unknown_use="unknown; secrecy; transparency; not told; unclear",
        inaccurate="accuracy; inaccuracy; error; errors; mistakes; wrong; data quality; bias; biased",
        discrimination="discriminate; stigma; unfair; racism; unfairness; prejudice; stereotyping",
        put_off="deter; deterred; avoid services; chilling effect; avoidance; mistrust",
    ),
    "awareness": _words(
        stored="storage; stores; kept; records kept; keep; held; hold; digital records",
        joined="linked; linking; linkage; joining; combined; shared; matched; merged",
    ),
    "people": _words(
        parents="parent; families; family; carers; carer; mothers; fathers; guardians; households",
        young_people="young; youth; teenagers; adolescents; young person",
        adults="adult; everyone; everybody; residents; public; general public; citizens; all",
    ),
    "sample": _words(
        probability="random; random sample; random probability; stratified; probability sample; "
        "representative",
        census="everyone; everybody; all; whole population; complete",
        quota="quota sample; panel; online panel; quotas; access panel",
        opt_in="optin; open; open survey; self selected; volunteers; convenience; consultation; "
        "volunteer; open call; online consultation",
    ),
    "kind": _words(
        awareness="aware; knowledge; knows; know",
        reason="reasons; purpose; why; acceptability; acceptable",
        trust="service; trusts; trusted; confidence; services",
        processor="operator; company; who runs it; processors; commercial",
        concern="worry; worries; concerns; fear; harm; risk",
        demand="demands; requirement; wish; safeguard; expectation",
    ),
    "stance": _words(
        permits="yes; y; agree; agrees; agreed; strongly agree; tend to agree; support; supports; "
        "for; favour; in favour; acceptable; accept; accepts; positive; approve; approves; trust; "
        "trusts; permitted; allow; allows; pro; comfortable",
        neutral="neither; neither agree nor disagree; neither trust nor distrust; mixed; depends; "
        "it depends; middle; indifferent; no opinion either way",
        opposes="no; n; disagree; disagrees; disagreed; strongly disagree; tend to disagree; "
        "oppose; against; unacceptable; reject; rejects; negative; disapprove; disapproves; "
        "distrust; distrusts; do not trust; forbid; forbids; refuse; refuses; contra; "
        "uncomfortable; not acceptable",
    ),
}
"""By list of the vocabulary (and ``stance``): in small letters, without apostrophes or hyphens."""

_FEWEST_LETTERS = 5
"""A shorter word is not taken for a misspelling: too many words are like it."""
_NOT = frozenset({"no", "not", "non", "never", "without"})
"""Words that turn those beside them into their opposite."""


def plain_word(word: str) -> str:
    """Small letters and single spaces; hyphens and underscores are spaces, apostrophes nothing."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['\u2018\u2019]", "", word.casefold())).split())


def meant_by(thing: str, word: object, labels: Mapping[str, str] | Iterable[str]) -> str | None:
    """The right word for ``word`` out of a list of the vocabulary, or None if none is near.

    thing: the list. labels: the right words, with their labels if they have any. What is written
    exactly so is looked for first, then a misspelled right word, then another word for it that is
    misspelled or stands among others (``Leeds social services``); the longest such decides.
    """
    given = plain_word(str(word)[:200])
    right = {plain_word(id): id for id in labels}
    if isinstance(labels, Mapping):
        right = {plain_word(label): id for id, label in labels.items()} | right
    others = {o: id for o, id in SYNONYMS.get(thing, {}).items() if id in right.values()}
    every = others | right
    if given in every:
        return every[given]
    inside = [other for other in every if len(other) > 2 and f" {other} " in f" {given} "]
    if inside and thing != "stance" and not _NOT & set(given.split()):
        longest = max(map(len, inside))
        found = {every[other] for other in inside if len(other) == longest}
        return found.pop() if len(found) == 1 else None
    near = difflib.get_close_matches(given, list(right), n=1, cutoff=0.6)
    if len(given) >= _FEWEST_LETTERS:
        closer = difflib.get_close_matches(given, list(others), n=1, cutoff=0.85)
        if closer and (not near or _likeness(given, closer[0]) > _likeness(given, near[0])):
            near = closer
    return every[near[0]] if near else None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


_DAY = re.compile(r"(\d{1,4})\s*[-/. ]\s*(\d{1,2}|[A-Za-z]{3,9})\s*[-/., ]\s*(\d{1,4})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def looks_like_day(text: str) -> bool:
    """Whether a text begins with a day, in whatever order."""
    found = _DAY.match(text)
    return found is not None and (found[2].isdigit() or found[2][:3].casefold() in _MONTHS)


def day_meant(text: str) -> date | None:
    """The day that a text means; None if it could mean several, or none."""
    found = _DAY.fullmatch(text.strip())
    if not found or not looks_like_day(text.strip()):
        return None
    first, month, last = found.groups()
    year, day = (first, last) if len(first) == 4 else (last, first)
    if month.isalpha():
        month = str(_MONTHS.index(month[:3].casefold()) + 1)
    elif len(first) < 4 and int(day) <= 12 and int(day) != int(month):
        return None  # the day or the month may stand first
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None

"""Guesses for a drafted codebook, from the words of names and labels. Each is marked CHECK.

Pure: words in, words out. Where words do not tell, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ATTITUDE = re.compile(
    r"trust|agree|accept|support|confid|willing|concern|worri|should|right to|approve|favou?r"
    r"|comfortable|permission|consent|oppose|d'accord|confiance|favorable|acuerdo|confianza"
    r"|vertrau|stimme|einverstanden",
    re.I,
)
DEMOGRAPHIC = tuple(
    re.compile(words, re.I)
    for words in (
        r"race|ethn",
        r"age ?gr|agegrp|age_?(band|cat|group)",
        r"income",
        r"^educ|degree|qualif",
        r"marital|lone|famil",
        r"child|parent",
        r"household|hompop",
        r"\bsex|gender",
        r"disab|relig|tenure|migrant|hispan",
        r"occup|^class|region",
    )
)
"""Words of columns that tell groups apart, those that matter most for families first."""

_WEIGHT_NAME = re.compile(
    r"^(w|p?weight.*|.*[a-z_]weights?|wtss.*|.*finwt0?|w(gh?t|t).*|.*_(w|wt|wgt)|poids.*|pond.*"
    r"|gewicht.*|peso.*|.*(^|_)(wt|wgt|weight|poids|pond|gewicht|peso)(_.*|\d*))$",
    re.I,
)
_WEIGHT_LABEL = re.compile(
    r"weight|\bwe?i?gh?ting\b|\bwt\b|\bwgt\b|\bpoids\b|pond[eé]r|gewicht|\bpeso\b", re.I
)
_NO_SURVEY_WEIGHT = re.compile(
    r"replicate weight [1-9]|body|\bbmi\b|\bkg\b|kilo|pound|\blbs\b|birth|over-?weight|under-?weight"
    r"|\bheight|do you weigh|weigh[, ]|los(e|ing|t)\b|gain|diet|corporel|naissance",
    re.I,
)
_REPLICATE = re.compile(r"finwt[1-9]\d*$|rep_?w|brr|jk_?w|^rw\d|_rw\d|bsrw", re.I)
_STRATA = re.compile(
    r"^(var_?strat(um|a)?|.*strat(um|a|e)?s?(_.*|\d*)|vstrat.*|sdmvstra|stratid)$", re.I
)
_STRATA_LABEL = re.compile(r"\bstrat(um|a|e|es)\b", re.I)
_PSU = re.compile(
    r"^(var_?(cluster|unit|psu)|.*psu(_.*|\d*)|cluster.*|vpsu.*|sdmvpsu|grappe.*|"
    r"sampl\w*_?point.*)$",
    re.I,
)
_PSU_LABEL = re.compile(
    r"primary sampling|\bpsu\b|(variance|sampl\w+) (cluster|point|unit)|\bcluster (id|number)", re.I
)
_IDENTITY = re.compile(
    r"^(id|.*_id|.*[a-z]id|.*id_?(no|num|number)?|serial.*|case.*|resp(ondent)?_?(no|nr|num).*"
    r"|uuid|ident.*|num(ero)?)$",
    re.I,
)
_DATE = re.compile(
    r"date|(^|_)(time|day|month|year|datum|fecha)(_|$)|timestamp|interview (day|month|year)", re.I
)

_SERVICES = (
    ("police", r"police|crimin|court|justice"),
    ("immigration", r"immigra|border|home office|asylum"),
    ("early_years", r"early.?years|nurser|children.?s? cent|childcare|preschool|pre-school"),
    ("education", r"school|educat|teacher|college"),
    ("health", r"health|doctor|hospital|\bnhs\b|\bgps?\b|medic"),
    ("housing", r"housing|landlord|homeless"),
    ("benefits", r"benefits\b|welfare|social security|universal credit|\bdwp\b"),
    ("tax", r"\btax|revenue|hmrc"),
    ("social_work", r"social.?(work|serv|care)|children.?s serv"),
)
_REASONS = (
    ("find_abuse", r"abuse|neglect"),
    ("save_money", r"money|cost|spend|saving"),
    ("pay_entitlements", r"entitl|unclaimed|right to (help|support|benefit)"),
    ("target_services", r"target|\baim"),
    ("offer_unasked", r"unasked|(not|n.t) ask|offer\w* (help|support)|early help|need\w* help"),
)
_CONCERNS = (
    ("discrimination", r"discriminat|unfair"),
    ("inaccurate", r"accura|mistake|wrong|bias"),
    ("put_off", r"put.{0,12}off|avoid|deter"),
    ("unknown_use", r"(not|n.t) know|unknown|what is done|used for"),
)
_KINDS: tuple[tuple[str, str, Sequence[tuple[str, str]]], ...] = (
    (
        "processor",
        r"\bcompan(y|ies)\b|commercial|private (firm|sector|compan)|business",
        (("commercial", ""),),
    ),
    (
        "demand",
        r"publish|tell the public|be asked|ask.{0,12}first",
        (("publish", r"publi"), ("ask_first", "")),
    ),
    ("concern", r"concern|worri|afraid|fear|discriminat", _CONCERNS),
    ("awareness", r"aware|heard of|did you know", (("joined", r"join|link"), ("stored", r"stor|keep"))),
    ("trust", r"trust|confid", _SERVICES),
    ("reason", r"", _REASONS),
)  # fmt: skip


_ONESELF = re.compile(r"\byour (own )?abilit|by yourself|that you can\b|\bin yourself", re.I)


def guess_meaning(wording: str) -> tuple[str, str]:
    """The kind and subject an item may have; subject ``""`` where no word tells, or
    where words tell of several services.

    To be confident of oneself is no trust in a service.
    """
    words = wording.replace("_", " ")
    if _ONESELF.search(words):
        return "trust", ""
    for kind, pattern, subjects in _KINDS:
        if re.search(pattern, words, re.I):
            found = [id for id, hint in subjects if re.search(hint, words, re.I)]
            return kind, "" if not found or (kind == "trust" and len(found) > 1) else found[0]
    raise AssertionError("the last kind fits every wording")


def looks_like_weight(name: str, label: str) -> bool:
    """Whether a column may weigh people: by its name or its label; never one of many replicates."""
    words = f"{name} {label}"
    if _REPLICATE.search(name) or _NO_SURVEY_WEIGHT.search(words):
        return False
    return bool(_WEIGHT_NAME.match(name) or _WEIGHT_LABEL.search(label))


def looks_like_strata(name: str, label: str) -> bool:
    """Whether a column may hold strata."""
    return bool(_STRATA.match(name) or _STRATA_LABEL.search(label))


def looks_like_psu(name: str, label: str) -> bool:
    """Whether a column may hold first-stage clusters."""
    return bool(_PSU.match(name) or _PSU_LABEL.search(label))


def looks_like_identity(name: str) -> bool:
    """Whether a column is called like one that tells people apart."""
    return bool(_IDENTITY.match(name))


def describes_the_survey(name: str, label: str) -> bool:
    """Whether a column is about the survey and not about people: design, weight, identity, date."""
    return bool(
        looks_like_weight(name, label)
        or _REPLICATE.search(name)
        or looks_like_strata(name, label)
        or looks_like_psu(name, label)
        or looks_like_identity(name)
        or _DATE.search(f"{name} {label}")
    )


def demographic_rank(words: str) -> int | None:
    """The place of a column among those that tell groups apart; None if it does not."""
    return next((n for n, pattern in enumerate(DEMOGRAPHIC) if pattern.search(words)), None)


def slug(text: str, otherwise: str) -> str:
    """The text as an id: small letters, figures and hyphens; ``otherwise`` if nothing is left."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:48].strip("-")
    return otherwise if not plain or plain == "all" else plain


def distinct_slug(text: str, otherwise: str, taken: set[str]) -> str:
    """The same, with a number behind it if it is taken; notes it as taken."""
    base = slug(text, otherwise)
    found = next(
        name for name in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if name not in taken
    )
    taken.add(found)
    return found

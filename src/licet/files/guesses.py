"""Guesses for a drafted codebook, from the words of labels. Each is marked CHECK where it is used.

Pure: words in, words out. A guess may be wrong; it is always a word that the vocabulary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

ATTITUDE = re.compile(
    r"trust|agree|accept|support|confiden|willing|concern|worri|should|right to|approve|favou?r"
    r"|comfortable|permission|consent|oppose",
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
WEIGHT = re.compile(
    r"^(w|wt|wgt|weight|pweight|wtss.*|.*finwt0?|.*weight|weight.*|.*_wt|wt_.*|wgt.*)$", re.I
)
STRATA = re.compile(r"^(var_?strat(um|a)?|strat(um|a)?|vstrat.*|sdmvstra|stratid)$", re.I)
PSU = re.compile(r"^(var_?(cluster|unit|psu)|psu.*|cluster|vpsu.*|sdmvpsu)$", re.I)

_DONT_KNOW = re.compile(
    r"don.?t know|do not know|\bdk\b|can.?t say|cannot say|not sure|unsure|^\.d$", re.I
)
_OUTSIDE = re.compile(
    r"refus|no answer|not answered|inapplic|not applicable|not ascertained|missing|multiple resp"
    r"|unreadable|not asked|skipped|does not apply|web partial|^\.[a-z]$|routed|prefer not",
    re.I,
)
_NEUTRAL = re.compile(
    r"neither|neutral|undecided|mixed|^only some|no opinion|in between|about the same", re.I
)
_OPPOSES = re.compile(
    r"^no\b|^not\b|\bnot\b|disagree|distrust|mistrust|unaccept|never|hardly|oppos|unlikely|unwill"
    r"|uncomf|against|^none|^a little|reject|disapprov",
    re.I,
)
_PERMITS = re.compile(
    r"agree|trust|a lot|great deal|completely|definitely|probably|^yes|accept|support|willing"
    r"|confiden|likely|always|^very|fairly|^some|approve|favou?r|comfortable|quite",
    re.I,
)

_SERVICES = (
    ("police", r"police|crimin|court"),
    ("immigration", r"immigra|border|home office"),
    ("early_years", r"early years|nurser|children.?s cent"),
    ("education", r"school|educat|teacher"),
    ("health", r"health|doctor|hospital|\bnhs\b|\bgps?\b|medic"),
    ("housing", r"housing|landlord|homeless"),
    ("benefits", r"benefit|welfare|social security"),
    ("tax", r"\btax|revenue|hmrc"),
    ("social_work", r"social (work|serv|care)"),
)
_REASONS = (
    ("find_abuse", r"abuse|neglect"),
    ("save_money", r"money|cost|spend|saving"),
    ("pay_entitlements", r"entitl|unclaimed"),
    ("target_services", r"target|aim"),
    ("offer_unasked", r""),
)
_CONCERNS = (
    ("discrimination", r"discriminat|unfair"),
    ("inaccurate", r"accura|mistake|wrong|bias"),
    ("put_off", r"put off|avoid"),
    ("unknown_use", r""),
)
_KINDS: tuple[tuple[str, str, Sequence[tuple[str, str]]], ...] = (
    ("processor", r"compan|commercial|private (firm|sector)|business", (("commercial", ""),)),
    (
        "demand",
        r"publish|tell the public|be asked|ask.{0,12}first",
        (("publish", r"publi"), ("ask_first", "")),
    ),
    ("concern", r"concern|worri|afraid|fear", _CONCERNS),
    ("awareness", r"aware|heard of|did you know", (("joined", r"join|link"), ("stored", ""))),
    ("trust", r"trust|confiden", (*_SERVICES, ("social_work", ""))),
    ("reason", r"", _REASONS),
)

Lists = Mapping[str, tuple[str, ...]]
LISTS = ("permits", "neutral", "opposes", "dont_know", "outside")


def guess_meaning(wording: str) -> tuple[str, str]:
    """The kind and subject an item may have."""
    for kind, words, subjects in _KINDS:
        if re.search(words, wording, re.I):
            subject = next(id for id, pattern in subjects if re.search(pattern, wording, re.I))
            return kind, subject
    raise AssertionError("the last kind fits every wording")


def guess_stances(options: Iterable[str], marks: Iterable[str]) -> Lists | None:
    """Options by list; None if fewer than two of them say anything.

    marks: what the file marks as missing. Where words do not tell, the place does: first options
    permit, the one in the middle is neutral, the last oppose.
    """
    missing = frozenset(marks)
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    said: list[str] = []
    for option in options:
        if _DONT_KNOW.search(option):
            lists["dont_know"].append(option)
        elif option in missing or _OUTSIDE.search(option):
            lists["outside"].append(option)
        else:
            said.append(option)
    if len(said) < 2:
        return None
    by_words = [_stance(option) for option in said]
    stances = by_words if _usable(by_words) else _by_place(len(said))
    for option, stance in zip(said, stances, strict=True):
        lists[stance or "neutral"].append(option)
    return {name: tuple(entries) for name, entries in lists.items()}


def _stance(option: str) -> str | None:
    for stance, pattern in (("neutral", _NEUTRAL), ("opposes", _OPPOSES), ("permits", _PERMITS)):
        if pattern.search(option):
            return stance
    return None


def _usable(stances: Sequence[str | None]) -> bool:
    return None not in stances and "permits" in stances and "opposes" in stances


def _by_place(count: int) -> list[str]:
    half = count // 2
    middle = ["neutral"] if count % 2 else []
    return ["permits"] * half + middle + ["opposes"] * half


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

"""What the options of a question mean, where their words leave no doubt; otherwise nothing.

Pure: words in, words out. A scale is recognised only if every option is known word for word, all
are of one family (agree, trust, support, ...) and they run from one end to the other. The place
of an option among the others is never taken for its meaning: files list scales in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

STANCES = ("permits", "neutral", "opposes")
LISTS = (*STANCES, "dont_know", "outside")
Lists = Mapping[str, tuple[str, ...]]

_DONT_KNOW = re.compile(
    r"don.?t (really )?know|do not know|\bd\.?k\.?\b|can.?t (say|choose)|cannot (say|choose)"
    r"|not sure|unsure|no idea|^\.d$",
    re.I,
)
_OUTSIDE = re.compile(
    r"refus(ed|al|es)?\W*$|refus\w* to (say|answer|respond)|no answer|not answered|inapplic"
    r"|not applicable|^n/a$|not ascertained|missing|multiple resp|unreadable|not asked|skipped"
    r"|does not apply|web partial|^\.[a-z]$|routed|(prefer|rather) not to? ?(say|answer|disclose)"
    r"|(prefer|rather) not\W*$|(do|did) not want to (say|answer)|^declined|not stated",
    re.I,
)
_NEUTRAL = re.compile(
    r"neither( .*)?|neutral|undecided|mixed( feelings| views)?|in between|no opinion"
    r"|(it )?depends|no strong (view|opinion|feeling)s?( either way)?|not one or the other"
)
_HOW = (
    r"(?:(?:very|strongly|strongle|fairly|quite|rather|somewhat|slightly|completely|totally|fully"
    r"|entirely|extremely|mostly|moderately|mildly|generally|definitely|probably|tend to|a lot"
    r"|a great deal|a little|i|would) )*"
)
_AFTER = r"(?: (?:strongly|somewhat|slightly|completely|a lot|a great deal|a fair amount|fully|it|them))*"
_NOT = r"(?:not|do not|don't|would not) (?:at all |very |too |so |really |much )*"


@dataclass(frozen=True)
class _Family:
    """Words of one kind of scale. about: what the question has to speak of, if anything."""

    permits: re.Pattern[str]
    opposes: re.Pattern[str]
    about: str = ""
    worry: bool = False


def _opposed(good: str, poor: str, **more: str | bool) -> _Family:
    """A family with one word for either end, such as agree and disagree, or its negation."""
    permits = rf"{_HOW}(?:{good}){_AFTER}"
    opposes = rf"{_HOW}(?:{poor}){_AFTER}|{_NOT}(?:{good})(?: at all)?|no (?:{good})(?: at all)?"
    return _Family(re.compile(permits), re.compile(opposes), **more)  # type: ignore[arg-type]


_ATTITUDE = r"trust|confiden|comfort|accept|support|approv|happy|willing|agree"
_MUCH = r"a lot|a great deal|great deal|completely|a fair amount|quite a lot|very much|totally"
_FAMILIES = (
    _opposed("agree", "disagree"),
    _opposed("trust", "distrust|mistrust"),
    _opposed("support|in favou?r|favou?r|approve", "oppose|opposed|against|disapprove"),
    _opposed("acceptable|accept", "unacceptable|reject"),
    _opposed("comfortable", "uncomfortable"),
    _opposed("confident|confidence", "unconfident|a little confident"),
    _opposed("willing", "unwilling"),
    _opposed("likely", "unlikely"),
    _opposed("happy", "unhappy"),
    _opposed("worried|concerned", "unworried|unconcerned", about="worr|concern", worry=True),
    _Family(
        re.compile(rf"yes(,? (?:definitely|probably|completely|fully))?|{_HOW}(?:yes|should)"
                   r"( be allowed| have( the)? right)?|definitely|probably"),
        re.compile(rf"no(,? (?:definitely|probably|not at all))?(,? not)?|{_HOW}(?:no|should not)"
                   r"( be allowed| have( the)? right)?|definitely not|probably not"),
    ),
    _Family(
        re.compile(rf"(?:{_MUCH}|some|somewhat|very|fairly)( of)?( trust| confidence)?"),
        re.compile(r"(?:not at all|none( at all)?|hardly any|not (very )?much|very little|a little"
                   r"|little|not very)( trust| confidence)?"),
        about=_ATTITUDE,
    ),
    _Family(re.compile(_MUCH), re.compile(r"hardly any|none( at all)?|not at all"), about=_ATTITUDE),
)  # fmt: skip
_MIDDLES = re.compile(r"only some")
"""Neutral beside amounts, as in: a great deal, only some, hardly any."""

_BALANCED = re.compile(
    r"\b(?:or|nor|and|/) ?(?:strongly |rather |somewhat )?(?:disagree|oppose|against|not\b(?: \w+)?"
    r"|unacceptable|distrust|mistrust|disapprove|uncomfortable|unlikely|unwilling|unhappy)"
    r"|(?:oppose|against|disapprove|distrust|mistrust|unacceptable|disagree) or\b",
    re.I,
)
_TURNED = re.compile(
    r"(?:\bnot\b|n['’]t\b|\bnever\b|\bno longer\b|\bcannot\b)(?: \w+){0,2}? (?:trust|agree|accept"
    r"|support|approve|allow|permit|join|link|share|use|be|have|want|like|comfortable|confiden"
    r"|happy|willing|right|acceptable)\w*"
    r"|(?<!dis)distrust|mistrust|unaccept|\boppos|\bobject to|\bagainst\b|\bwrong to|\bwrong for"
    r"|\bis wrong|\bopt out|\bunhappy|\buncomfortable|\bunwilling|\brefuse to|\bbann?(?:ed)?\b"
    r"|\bpas\b|\bnicht\b|\bkeine?|m[ée]fian|\bcontre\b|\bgegen\b|\bdesconf"
    r"|\btoo far|\binvasi|\bintrusi|\bstopped\b|\bforbid|\bno (?:right|trust|confidence)",
    re.I,
)
_WORRY = re.compile(r"\b(?:worr|concerned|afraid|fear|risk|harm|danger|threat|suspicio)", re.I)


def say_nothing(options: Iterable[str]) -> list[str]:
    """Those that mean not knowing, or no answer at all, by their words."""
    return [o for o in options if _DONT_KNOW.search(o) or _OUTSIDE.search(o)]


def sort_options(options: Iterable[str], marks: Iterable[str]) -> tuple[list[str], Lists]:
    """The options that say something, and those that do not: dont_know and outside.

    marks: what the file marks as missing.
    """
    missing = frozenset(marks)
    said: list[str] = []
    lists: dict[str, list[str]] = {"dont_know": [], "outside": []}
    for option in options:
        if _DONT_KNOW.search(option):
            lists["dont_know"].append(option)
        elif option in missing or _OUTSIDE.search(option):
            lists["outside"].append(option)
        else:
            said.append(option)
    return said, {name: tuple(entries) for name, entries in lists.items()}


def recognised_stances(said: Sequence[str], wording: str, kind: str = "") -> Lists | None:
    """Options by stance; None unless words leave no doubt.

    wording: the question. A question put the other way round ("I do not trust ...") is never
    recognised: to agree with it may be to oppose. kind: of the item; only where it is a concern may
    the question speak of worry, and only there does agreeing not mean permitting.
    """
    if len(said) < 2 or asks_the_other_way(wording, kind):
        return None
    plain = [_plain(option) for option in said]
    for family in _FAMILIES:
        if family.about and not re.search(family.about, wording, re.I):
            continue
        if family.worry != (kind == "concern") and not _either_way(family):
            continue
        stances = [_stance(option, family) for option in plain]
        if _runs_from_end_to_end(stances):
            return {
                name: tuple(o for o, s in zip(said, stances, strict=True) if s == name)
                for name in STANCES
            }
    return None


def asks_the_other_way(wording: str, kind: str) -> bool:
    """Whether to agree with the question may be to oppose; words for worry are for concerns only."""
    words = _BALANCED.sub(" ", re.sub(r"[_’]", lambda m: " " if m[0] == "_" else "'", wording))
    if _TURNED.search(words):
        return True
    return kind not in ("concern", "demand", "awareness") and bool(_WORRY.search(words))


def _either_way(family: _Family) -> bool:
    """Whether the words fit concerns as well: to agree, yes, and how much."""
    return not family.worry and any(
        family.permits.fullmatch(word) for word in ("agree", "yes", "a lot")
    )


def _plain(option: str) -> str:
    """Small letters, without numbering, brackets or marks: ``1. Agree (a lot)`` is ``agree``."""
    text = re.sub(r"\([^)]*\)", " ", option.casefold().replace("’", "'"))
    text = re.sub(r"^\s*[\d]+\s*[.):=–-]?\s*", "", text)
    text = re.sub(r"[.!;:\"“”«»–—-]+", " ", text).replace(" ,", ",")
    return " ".join(text.split()).strip(", ")


def _stance(option: str, family: _Family) -> str | None:
    if _NEUTRAL.fullmatch(option) or (family.about == _ATTITUDE and _MIDDLES.fullmatch(option)):
        return "neutral"
    if family.opposes.fullmatch(option):
        return "opposes"
    return "permits" if family.permits.fullmatch(option) else None


def _runs_from_end_to_end(stances: Sequence[str | None]) -> bool:
    """Whether all are known and go from permitting to opposing, or back, without a turn."""
    if None in stances or "permits" not in stances or "opposes" not in stances:
        return False
    order = [STANCES.index(stance) for stance in stances if stance]
    # A neutral option is often listed last, behind both ends: it has no direction.
    ends = [place for place in order if place != 1]
    return ends in (sorted(ends), sorted(ends, reverse=True))

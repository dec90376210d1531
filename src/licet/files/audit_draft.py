"""The plan of a forecast audit, drafted from the columns of scored data; and an example of one.

Every guess carries ``CHECK``. The outcome is not guessed: which column it is somebody has to say, and an
audit is refused while a line says ``CHECK``. What is not evidenced is left empty: it counts as not known.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from licet.audit.input.reading import check_columns
from licet.audit.input.written import PLAIN_DAY
from licet.audit.plan import Plan, Tolerances
from licet.files.audit_guesses import Guessed, guess_columns
from licet.files.audit_plan import read_scored
from licet.files.draft_facts import guessed, unsaid
from licet.files.draft_items import quoted
from licet.files.guesses import slug
from licet.files.reading import shown

FILES = ("plan.toml", "scored.csv", "frame.csv", "contacts.csv")
"""What an example holds."""


@dataclass(frozen=True)
class PlanFacts:
    """What somebody says about scored data; None or empty: not known."""

    outcome: str | None = None
    score: str | None = None
    flag: str | None = None
    by: tuple[str, ...] = ()
    id: str | None = None
    title: str | None = None
    means: str | None = None
    encoding: str | None = None


def draft_plan(path: Path, facts: PlanFacts | None = None) -> str:
    """A commented plan for a data file, valid once somebody says which column is the outcome.

    Refuses columns that are not there or cannot be what is said of them, data without an outcome, and
    data with neither score nor flag.
    """
    path, facts = Path(path), facts or PlanFacts()
    frame = read_scored(path, facts.encoding)
    said = {"outcome": facts.outcome, "score": facts.score, "flag": facts.flag}
    found = guess_columns(
        frame, {key: name or "" for key, name in said.items()}, facts.by, shown(path)
    )
    text = _filled(_words(path, facts, found))
    document = tomllib.loads(text)
    if "outcome" not in document["columns"]:  # left to be said: any of them stands in for the check
        document["columns"]["outcome"] = found.outcomes[0]
    check_columns(Plan(**document), frame.columns)
    return text


def _filled(words: Mapping[str, str]) -> str:
    return re.sub(
        r"@(\w+)@\n", lambda name: words[name[1]] + "\n" if words[name[1]] else "", _DRAFT
    )


def _words(path: Path, facts: PlanFacts, found: Guessed) -> dict[str, str]:
    title = f"The score in {path.name}"
    means = "the outcome came within the time that it takes to show"
    what = "columns whose values are groups"
    groups = guessed(what) if found.by else unsaid("--by", what)
    return {
        "head": _HEAD,
        "id": f"id = {quoted(facts.id or slug(path.stem, 'my-audit'))}",
        "title": _line("title", facts.title, title, "--title"),
        "means": _line("outcome_means", facts.means, means, "--means"),
        "made_by": f'made_by = ""{guessed("who made the score")}',
        "use": f'use = ""{guessed("the id of the use, if a workspace holds it")}',
        "probability": _probability(found),
        "unit": f'unit = "people"{guessed("what a row is")}',
        "written": _written(found),
        "by": f"by = {_list(found.by)}{'' if 'by' in found.said else groups}",
        "reference": '# reference = { ethnicity = "White" }',
        "intersections": '# intersections = [["ethnicity", "lone_parent"]]',
        "tried": f"tried = 1{guessed('how many scores, models or teams it was chosen from')}",
        "days": f"outcome_days = 365{guessed('days that the outcome takes to show')}"
        if "as_of" in found.columns
        else "# outcome_days = 365",
        "until": "# follow_up_until = 2026-03-31",
        "draws": "draws = 2000",
        "columns": _columns(found),
        "flagged": "" if "flag" in found.columns else _FLAGGED,
        "stages": _stages(found),
        "challengers": _challengers(found),
        "link_errors": _LINK_ERRORS,
        "harm": "\n".join(
            [
                f"least = 0.1{guessed('at 0.1, one family missed is as bad as 9 wrongly flagged')}",
                f"most = 0.5{guessed('at 0.5, as bad as one')}",
                'says = ""',
            ]
        ),
        "care": _CARE,
        "tolerances": "\n".join(_tolerances()),
    }


def _line(key: str, said: str | None, otherwise: str, option: str) -> str:
    return f"{key} = {quoted(said or otherwise)}" + ("" if said else unsaid(option))


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(name) for name in names) + "]"


def _probability(found: Guessed) -> str:
    if not found.probability:
        return "probability = false"
    return f"probability = true{guessed('all scores lie from 0 to 1')}"


def _written(found: Guessed) -> str:
    """How days and numbers are written, where it is not the plain way."""
    lines = []
    if found.date_format != PLAIN_DAY:
        lines.append(
            f'date_format = "{found.date_format}"{guessed("which part is the day, which the month")}'
        )
    if found.decimal != ".":
        lines.append('decimal = ","')
    return "\n".join(lines)


def _columns(found: Guessed) -> str:
    lines = []
    for key in Plan.model_fields["columns"].annotation.model_fields:  # type: ignore[union-attr]
        name = found.columns.get(key)
        if key == "outcome" and not name:
            told = f"perhaps {', '.join(found.outcomes)[:80]}"
            lines.append(f'# outcome = "..."{unsaid("--outcome", told)}')
        elif not name:
            lines.append(f'# {key} = ""')
        else:
            lines.append(f"{key} = {quoted(name)}{'' if key in found.said else guessed()}")
    return "\n".join(lines)


def _stages(found: Guessed) -> str:
    """The flag, then what looks like a step after it."""
    first = [found.columns["flag"]] if "flag" in found.columns else []
    steps = [*first, *found.stages] if found.stages else []
    if not steps:
        return _NO_STAGES
    taken: set[str] = set()
    return "\n".join(
        f"[[stages]]\nid = {quoted(_id(name, taken))}\ncolumn = {quoted(name)}{guessed('in this order')}\n"
        for name in steps
    ).rstrip("\n")


def _id(name: str, taken: set[str]) -> str:
    from licet.files.guesses import distinct_slug

    return distinct_slug(name, "step", taken)


def _challengers(found: Guessed) -> str:
    """The first columns of numbers, as nobody knows yet which tell most."""
    names = found.features
    what = guessed("numbers that were known before the score was made")
    lines = [
        f"one = {quoted(names[0])}{what}" if names else '# one = "absence_rate"',
        f"two = {_list(names[:2])}{what}" if len(names) > 1 else "# two = []",
        f"four = {_list(names)}{what}" if len(names) > 2 else "# four = []",
        "# fit_before = 2024-01-01",
    ]
    return "\n".join(lines)


_MEANT = {
    "gain": "by how much the AUC must exceed that of the best simple rule",
    "precision": "of those flagged, the least share that must be right",
    "gap": "how far a group's shares of wrongly flagged and missed may lie from the rest's",
    "ratio": "how many times as often a group may be flagged",
    "observed_expected": "cases seen over cases expected, as a ratio either way",
    "slope": "slope of calibration, likewise",
    "decay": "how much AUC may be lost on later people",
    "recall": "of all with the outcome, linked or not, the least share found; 0: not said",
    "over_representation": "how many times a group may be over- or under-represented",
}


def _tolerances(said: Mapping[str, float] | None = None) -> Iterator[str]:
    """Every tolerance with what it means; those that nobody said are to be looked at."""
    for key, value in Tolerances():
        chosen = (said or {}).get(key, value)
        if said is None:
            yield f"{key} = {chosen:g}{guessed(_MEANT[key])}"
        else:
            yield f"{key} = {chosen:g}  # {_MEANT[key]}"


def example() -> dict[str, str]:
    """A plan, scored data, a frame and contacts, all synthetic: file name to text."""
    from licet.synthetic import scores

    people = scores.scored()
    frames = (people, scores.population(people), scores.contacts())
    texts = [_filled(_EXAMPLE), *(frame.write_csv() for frame in frames)]
    return dict(zip(FILES, texts, strict=True))


_HEAD = """\
# The plan of a forecast audit: what is looked at, and what is good enough. It is written before anybody
# looks at outcomes; its hash is kept when they are opened. Lines with CHECK are yours to correct."""

_FLAGGED = f"""
# Who is flagged, as the data hold a score only: people (as many as can be seen), share or at_least.
[flagged]
share = 0.1{unsaid("people, share or at_least", "how many families somebody can see")}"""

_NO_STAGES = """\
# [[stages]]
# id = "reviewed"
# column = "reviewed\""""

_LINK_ERRORS = """\
# Features that come by linkage; re-run with so many links missed, and so many that are another's.
# [link_errors]
# features = ["earlier_contact"]
# missed = [0.0, 0.05, 0.15]
# false = [0.0, 0.05, 0.1]"""

_CARE = """\
# [care.review]
# source = "..."
# day = 2026-05-12
# measured = "..."
# people = 240
# found = 231
# [care.appeal]
# [care.monitoring]"""

_DRAFT = """\
@head@

# A short name; what is audited, in a line; what it means to have the outcome, in words.
@id@
@title@
@means@
# Who made the score, and the use that it serves: the ruling on it decides gate G0.
@made_by@
@use@
# Whether the score is meant as a chance from 0 to 1.
@probability@
# What a row is, in the plural: people, children, families. Shares are told of 1,000 of them.
@unit@
# higher_is_riskier = false
@written@

# Columns whose values are groups; whom others are also compared with; columns crossed.
@by@
@reference@
@intersections@

# How many scores this one is the best of. How long an outcome takes to show, and until when people
# were followed: whoever was seen for less is told apart.
@tried@
@days@
@until@
# How often people are drawn anew for intervals, and the seed: the same seed, the same figures.
@draws@
seed = 1

# Which column means what. outcome, flag and practice hold 1 or yes, 0 or no, or nothing.
[columns]
@columns@
@flagged@

# Steps from flag to support, in order: the human step may add more disparity than the score.
@stages@

# Simple rules that the score must beat, from one, two and four numbers of the data. fit_before: learn
# from people scored before this day, try on the others; without it by folds of families.
[challengers]
@challengers@

@link_errors@

# What a false alarm weighs against a family missed, and what it does to a family, in words.
[harm]
@harm@

# What was seen of each: where it can be read, its day, and what was measured of how many people. A word
# alone is no evidence; "none" says that there is none, and fails.
@care@

# What is good enough, as shares from 0 to 1 or ratios. Mean them before you look.
[tolerances]
@tolerances@
"""

_EXAMPLE: dict[str, str] = {
    "head": "# SYNTHETIC: an example about made-up families. No child and no vendor is real.\n#\n"
    + _HEAD.replace(" Lines with CHECK are yours to correct.", ""),
    "id": 'id = "example-score"',
    "title": 'title = "SYNTHETIC: a vendor\'s score for offers of early help"',
    "means": 'outcome_means = "a family was offered support by a social worker within a year"',
    "made_by": 'made_by = "A made-up vendor"',
    "use": '# use = "early-help"',
    "probability": "probability = false",
    "written": "",
    "unit": 'unit = "children"\nsynthetic = true',
    "by": 'by = ["ethnicity", "lone_parent", "sex", "age_band"]',
    "reference": 'reference = { ethnicity = "White" }',
    "intersections": '# intersections = [["ethnicity", "lone_parent"]]',
    "tried": "tried = 3",
    "days": "outcome_days = 365",
    "until": "follow_up_until = 2025-06-30",
    "draws": "draws = 200  # 2000 for a real audit",
    "columns": """\
outcome = "support_within_a_year"
person = "child"
score = "score"
flag = "flagged"
cluster = "family"
as_of = "scored_on"
known_at = "known_on"
practice = "flagged_today"
link_probability = "link_probability"
consent = "consent\"""",
    "flagged": "",
    "stages": "\n\n".join(
        f'[[stages]]\nid = "{name}"\ncolumn = "{name}"'
        for name in ("flagged", "reviewed", "visited", "supported")
    ),
    "challengers": """\
one = "absence_rate"
two = ["absence_rate", "earlier_contact"]
four = ["absence_rate", "earlier_contact", "house_moves", "arrears"]
fit_before = 2024-01-01""",
    "link_errors": """\
# Features that come by linkage; re-run with so many links missed, and so many that are another's.
[link_errors]
features = ["earlier_contact"]
missed = [0.0, 0.1]
false = [0.0, 0.05]
repeats = 4""",
    "harm": """\
least = 0.1  # one family missed is as bad as 9 wrongly flagged
most = 0.3
says = "An unasked visit, and fear of services.\"""",
    "care": """\
[care.review]
source = "Minutes of the early help panel, 12 May 2026"
day = 2026-05-12
measured = "flags that two named workers read before anybody called"
people = 240
found = 231
""",
    "tolerances": "\n".join(_tolerances({"precision": 0.25, "recall": 0.2})),
}

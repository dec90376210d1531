"""What is said below every banner: how figures, letters and bases were made, and what is not shown."""

from __future__ import annotations

from licet.report.banner.tables import SMALL_BASE, BannerPlan, BannerTables
from licet.report.table.cells import interval_name
from licet.version import __version__

_ADJUSTED = {
    "none": "P values are not adjusted for the number of comparisons",
    "holm": "P values are adjusted by Holm's method",
    "bh": "P values are adjusted by the method of Benjamini and Hochberg",
}
_FAMILY = {
    "row": "the comparisons of one row under one heading",
    "question": "all comparisons of one question",
    "all": "all comparisons of all questions",
}


def banner_notes(banner: BannerTables) -> list[tuple[str, str]]:
    """(what, how), sentences with their full stop, for the notes of every form."""
    named = interval_name(banner.method, banner.level)
    lines = [
        ("Shares", f"Percent of people with a valid answer; where intervals are given: {named}."),
        ("Weights", f"{banner.weights or 'not said'}."),
        *(("Note", note) for note in banner.notes),
        (
            "Bases",
            "People: those with a valid answer. Weighted base: the sum of their weights. Effective "
            "base: how many people drawn alone with equal chance would tell as much, over the "
            "answers shown together (sum of p(1-p) over sum of squared standard errors).",
        ),
        ("*", f"An effective base under {SMALL_BASE}: read with care."),
        *significance_notes(banner),
    ]
    if banner.anything_hidden:
        lines.append(
            (
                "Not shown",
                f"A figure of fewer than {banner.plan.threshold} people, or one that would tell such "
                "a figure by subtraction. It does not mean 0. It takes no part in any comparison.",
            )
        )
    lines += [("File", f"{name}, SHA-256 {sha}.") for name, sha in sorted(banner.sources.items())]
    return [*lines, ("Made by", f"Licet {__version__}.")]


def top_notes(banner: BannerTables) -> list[tuple[str, str]]:
    """What a reader needs before the first table: letters, what is not shown, small bases."""
    few = any(bases.small for question in banner.questions for bases in question.bases)
    found = [(what, how) for what, how in significance_notes(banner) if what != "Tests"]
    return [
        *found,
        *(
            (what, how)
            for what, how in banner_notes(banner)
            if what == "Not shown" or (what == "*" and few)
        ),
    ]


def significance_notes(banner: BannerTables) -> list[tuple[str, str]]:
    """What the letters or triangles mean, how they were tested, and over which family."""
    plan = banner.plan
    if plan.compare == "none":
        return []
    tests = banner.comparisons.height
    number = f"{tests:,} comparison{'' if tests == 1 else 's'}"
    groups = f"{banner.families:,} famil{'y' if banner.families == 1 else 'ies'}"
    family = f"Family: {_FAMILY[plan.family]}; {number} in {groups}."
    method = (
        "Two-sided t tests of the difference, with its design-based standard error: people and "
        "clusters that two columns share are counted once. A share of exactly 0 or 100 % is not "
        f"compared. {_ADJUSTED[plan.multiplicity]}. {family}"
    )
    if plan.multiplicity == "none":
        error = 1 - plan.upper
        method += f" Of {number}, {error * tests:,.0f} would differ by chance alone."
    return [
        ("Letters" if plan.compare == "columns" else "Triangles", _meaning(plan)),
        ("Tests", method),
    ]


def _meaning(plan: BannerPlan) -> str:
    upper = f"{plan.upper * 100:g} %"
    lower = "" if plan.lower is None else f"{plan.lower * 100:g} %"
    if plan.compare == "rest":
        also = f"; hollow, at {lower}" if lower else ""
        return (
            f"\u25b2 higher and \u25bc lower than the rest of those whose group is known, at {upper} "
            f"confidence{also}."
        )
    also = f"; a small letter, at {lower}" if lower else ""
    return (
        "A letter says that the figure is higher than that of the column with this letter under the "
        f"same heading, at {upper} confidence{also}. A group is not compared with one inside it."
    )

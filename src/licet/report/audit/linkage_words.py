"""The words of a linkage audit: what each measure means, and what its figures come to in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.audit.linkage_shown import UP_TO, YES
from licet.report.linkage.words import capital, plain_name
from licet.report.phrases import and_list

Document = Mapping[str, Any]
NOT_SHOWN = "not shown"
MEASURES: Mapping[str, tuple[str, str]] = {
    "missed": ("Missed", "of the pairs of rows of one person, those that are not in one cluster"),
    "false": ("False", "of the pairs of rows in one cluster, those of two people"),
    "precision": ("Precision", "of the pairs in one cluster, those that are right"),
    "recall": ("Recall", "of the pairs of one person, those that are in one cluster"),
    "f1": ("F1", "the harmonic mean of precision and recall"),
    "b_cubed_precision": ("Precision, row by row (B-cubed)",
                          "how much of the cluster of a row is of its person, on average"),
    "b_cubed_recall": ("Recall, row by row (B-cubed)",
                       "how much of the person of a row is in its cluster, on average"),
    "edge_missed": ("Missed by single comparisons",
                    "of the pairs of one person, those that are not alike enough to be joined"),
    "edge_false": ("False in single comparisons",
                   "of the pairs alike enough to be joined, those of two people"),
    "linked": ("Linked", "of the rows, those of a person with rows of another feed"),
    "unlinkable": ("Say too little", "of the rows, those that can be joined with no other"),
    "bridged": ("Hang on one pair", "of the persons with several rows, those that one pair alone "
                "holds together"),
    "implausible": ("Implausible", "of the persons, those that cannot be as they are"),
    "impossible_date": ("Impossible date", "born after today, or longer ago than anybody lives"),
    "too_many_rows": ("Two rows of one register", "with several rows of a feed that has one each"),
    "two_numbers": ("Two national numbers", "with two different numbers of one kind"),
    "two_births": ("Two dates of birth", "born on two days that are no slip of each other"),
    "expected_false": ("False, estimated", "by the model's own probabilities, of the pairs compared"),
    "expected_missed": ("Missed, estimated", "by the model's own probabilities, of the pairs kept"),
}  # fmt: skip
OF_PAIRS = ("missed", "false", "precision", "recall", "f1", "b_cubed_precision", "b_cubed_recall",
            "edge_missed", "edge_false")  # fmt: skip
OF_SIGNS = ("linked", "unlinkable", "bridged", "implausible", "impossible_date", "too_many_rows",
            "two_numbers", "two_births", "expected_false", "expected_missed")  # fmt: skip
OTHERS = tuple(name for name in MEASURES if name not in (*OF_PAIRS, *OF_SIGNS))
KINDS = {
    "twins": "Twins, or others of one household born on one day",
    "household": "Others of one household",
    "relatives": "Relatives of two households",
    "strangers": "Not known to be related",
    "not known": "A household is not known",
}
CAUTIONS = (
    "An error rate is of this run, of its rows as they were let in: it must be measured anew after "
    "every run, and never be carried over from all rows to permitted ones.",
    "A wrong pair counts for the groups of both its people; the rest of a group are all other pairs.",
    "No difference found is no proof of none: the smallest gap that could have been seen stands beside "
    "each.",
)
ESTIMATED = (
    "These are estimates. They come from the model that is being audited: if it is wrong about a group, "
    "so are they, and pairs that were never compared are in none of them."
)


def told(measures: Sequence[str]) -> list[tuple[str, str]]:
    """Measures and what they mean."""
    return [(MEASURES[name][0], f"{capital(MEASURES[name][1])}.") for name in measures]


def label(measure: str) -> str:
    """A measure in words."""
    return MEASURES[measure][0] if measure in MEASURES else capital(plain_name(measure))


def percent(share: float | None) -> str:
    """A share as a percentage with the decimals that small ones need."""
    if share is None:
        return NOT_SHOWN
    points = 100 * share
    if points == 0 or points == 100:
        return f"{points:.0f} %"
    decimals = 1 if 10 <= points <= 90 else 2
    return f"{points:.{decimals}f} %"


def figure(row: Document) -> str:
    """A share as it may be told."""
    if row["shown"] == YES:
        return percent(row["value"])
    if row["shown"] == UP_TO:
        return f"at most {percent(row['high'])}"
    if row["shown"] == "lower end only":
        return f"at least {percent(row['low'])}"
    return NOT_SHOWN


def careful(row: Document) -> str:
    """The same where no interval stands beside it: nothing seen is told with what it may be."""
    if row["shown"] == YES and row["value"] == 0 and row["high"]:
        return f"0 to {percent(row['high'])}"
    return figure(row)


def span(row: Document, low: str = "low", high: str = "high") -> str:
    """An interval."""
    if row["shown"] != YES or row[low] is None:
        return NOT_SHOWN
    return f"{percent(row[low]).removesuffix(' %')} to {percent(row[high])}"


def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    if value is None:
        return NOT_SHOWN
    return f"{100 * value:+.1f}".replace("-", "\u2212")


def gap_text(row: Document) -> tuple[str, str, str, str]:
    """A comparison: difference, band, smallest gap seen, and what it comes to."""
    band = NOT_SHOWN
    if row["band_low"] is not None:
        band = f"{points(row['band_low'])} to {points(row['band_high'])}"
    smallest = NOT_SHOWN
    if row["smallest_found"] is not None:
        smallest = f"{100 * row['smallest_found']:.1f}"
    return points(row["value"]), band, smallest, SAYS.get(row["says"], NOT_SHOWN)


SAYS = {
    "more": "more than the rest",
    "fewer": "fewer than the rest",
    "not shown either way": "not shown either way",
    "too few pairs": "insufficient: too few pairs",
    "too few pairs outside it": "insufficient: too few pairs outside it",
}


def basis_text(data: Document) -> str:
    """What the audit was held against, in a sentence."""
    threshold = data["asked"]["threshold"]
    parts = []
    if "truth" in data["basis"]:
        parts.append(f"against the true person of {count_text(data['with_truth'], threshold)} rows")
    if "sample" in data["basis"]:
        parts.append(
            f"by {count_text(data['judged'], threshold)} pairs that people looked at, drawn at random "
            f"from {count_text(data['standing_for'], threshold)}"
        )
    if "labelled pairs" in data["basis"]:
        parts.append(
            f"by {count_text(data['judged'], threshold)} labelled pairs, which say something of "
            "themselves alone"
        )
    if not parts:
        return (
            "Nothing was known of the truth: what follows are signs and estimates, no error rates."
        )
    return f"Measured {and_list(parts)}."


def answer(data: Document) -> str:
    """The audit in a few sentences."""
    part = data["clusters"] or data["labels"]
    sentence = [data["sentence"]] if data.get("sentence") else []
    if part is None:
        return " ".join([*sentence, basis_text(data)])
    at = {(row["measure"], row["by"], row["group"]): row for row in part["rates"]}
    missed, false = (at.get((name, None, "everybody")) for name in ("missed", "false"))
    said = [*sentence, basis_text(data)]
    if missed and missed["shown"] in (YES, UP_TO):
        said.append(f"{capital(careful(missed))} of the true matches were missed.")
    if false and false["shown"] in (YES, UP_TO):
        said.append(f"{capital(careful(false))} of the pairs that were joined are of two people.")
    return " ".join([*said, *unequal(part["gaps"])])


def unequal(gaps: Sequence[Document]) -> Iterator[str]:
    """What the comparisons of clusters come to."""
    for measure, words in (("missed", "Matches are missed"), ("false", "Matches are false")):
        told = [row for row in gaps if row["measure"] == measure]
        for says, how in (("more", "more often"), ("fewer", "less often")):
            groups = [
                f"{row['group']} ({points(row['value'])} points)"
                for row in told
                if row["says"] == says
            ]
            if groups:
                yield f"{words} {how} than among the rest for: {'; '.join(groups)}."
        if told and not any(row["enough"] for row in told):
            yield f"{words} more often in some groups: not known, there are too few pairs."
        elif told and not any(row["says"] in ("more", "fewer") for row in told):
            yield f"{words} more or less often in no group for sure."


def unequal_title(gaps: Sequence[Document], measure: str, by: str) -> str:
    """What a chart of groups comes to: who differs from the rest for sure."""
    rows = [row for row in gaps if row["measure"] == measure and row["by"] == by]
    parts = []
    for says, how in (("more", "more"), ("fewer", "less")):
        groups = [row["group"] for row in rows if row["says"] == says]
        if groups:
            parts.append(f"{how} often {and_list(groups[:3])}")
    if parts:
        return "; ".join(parts)
    if any(row["enough"] for row in rows):
        return "no group differs for sure"
    return "too few pairs to compare groups" if rows else "not compared"


def wholly_title(rows: Sequence[Document]) -> str:
    """What permission times linkage comes to for everybody."""
    both = next((row["both"] for row in rows if row["by"] is None), None)
    return NOT_SHOWN if both is None else f"{percent(both)} both"


MOST_NAMED = 12
"""Groups that a sentence names."""


def insufficient(data: Document, part: Document) -> list[str]:
    """Which groups have too few pairs to be compared, a sentence for each measure of clusters."""
    least, told = data["asked"]["enough_pairs"], []
    for measure, what in (("missed", "of one person"), ("false", "in one cluster")):
        rows = [row for row in part["gaps"] if row["measure"] == measure and not row["enough"]]
        for outside in (False, True):
            few = [row["group"] for row in rows if row["says"].endswith("outside it") is outside]
            if few:
                more = f"; and {len(few) - MOST_NAMED} more" if len(few) > MOST_NAMED else ""
                where = "outside" if outside else "in"
                told.append(
                    f"Insufficient, with fewer than {least} pairs {what} {where} them: "
                    f"{'; '.join(few[:MOST_NAMED])}{more}."
                )
    return told


PAIRS = (
    "All pairs of rows, counted exactly. Missed and false matches are counted on clusters, which is what "
    "is used; single comparisons tell another story, because joining joins what they did not."
)


IN_PLACE = ("Naive interval", "Band", "Smallest gap seen")
"""Explained where they are first used."""


def methods(data: Document, in_place: bool) -> Iterator[tuple[str, str]]:
    """How the figures were made. in_place: what is explained beside the figures, or the rest."""
    return (one for one in _methods(data) if one[0].startswith(IN_PLACE) == in_place)


def _methods(data: Document) -> Iterator[tuple[str, str]]:
    asked = data["asked"]
    level = f"{100 * asked['level']:g} %"
    yield "Pairs", PAIRS
    yield (
        f"Interval ({level})",
        (
            f"From {asked['draws']:,} draws of households, with those that a match joins to them, seed "
            f"{asked['seed']}: whatever goes wrong in a family goes wrong together. Where nothing went wrong "
            "each family counts as one try."
        ),
    )
    yield (
        "Naive interval",
        (
            "Wilson's, as if every pair were a try of its own. It is too narrow, and stands there to show by "
            "how much."
        ),
    )
    yield (
        "Band",
        (
            "An interval of the difference from all other pairs that holds for all groups of its table at "
            "once, by the largest of them over the draws (max-t)."
        ),
    )
    yield (
        "Smallest gap seen",
        "Points; a true gap of this size would have been found in 80 of 100 audits.",
    )
    yield (
        "Counts",
        (
            f"Rounded to fives; from 1 to {asked['threshold'] - 1} they are not told, and the share is told "
            "only by an upper end. Not shown never means none."
        ),
    )

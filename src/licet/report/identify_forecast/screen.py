"""What a fit came to, on the screen, 80 columns: counts, candidates, gates, and that there is no list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.report.identify_forecast import words
from licet.report.screens import columns, plain, wrap

NO_LIST = "Nobody was picked out, and no score was written."


def fitted_text(card: Mapping[str, Any], paths: Mapping[str, str]) -> str:
    """The whole screen. paths: where things lie, by kind."""
    return "\n".join([*_about(card), "", *_compared(card), "", *_after(card, paths)])


def _about(card: Mapping[str, Any]) -> Iterator[str]:
    beyond = card["not_in_the_standard"]
    if card["synthetic"]:
        yield "SYNTHETIC: no row is of a real person"
    yield wrap(f"{card['title']['title']} ({beyond['forecast']}, version {beyond['version']})")
    yield wrap(card["tier_1"]["1.2_description"])
    yield wrap(f"For: {beyond['cohort']}.")
    yield ""
    units = words.unit_words(card)
    rows = [("", units, "with the outcome")]
    rows += [(f"  {name}", whole, had) for name, whole, had in words.count_rows(card)]
    yield columns(rows, (31, 16))
    yield from (wrap(line) for line in words.day_lines(card))
    yield wrap(beyond["split"])


def _compared(card: Mapping[str, Any]) -> Iterator[str]:
    beyond = card["not_in_the_standard"]
    short = {"PASS": "PASS", "FAIL": "FAIL", "UNDETERMINED": "open"}
    rows = [("", *words.gate_names(card))]
    rows += [(name, *(short[one] for one in gates)) for name, *gates in words.gate_rows(card)]
    yield columns(rows, (20, *[5] * 7))
    own = words.chosen(card)
    yield ""
    yield wrap(f"Chosen: {own['label']}. {beyond['why_chosen']}")
    if beyond["opened_before"]:
        yield wrap(
            "Most of these outcomes were opened before by another fit: what it finds is exploratory."
        )
    for one in card["2.5_impact_assessments_and_risks"]["suspected_features"]:
        yield wrap(f"Suspected: the feature {one}.", "  ")
    yield ""
    yield plain(words.heading(card)).upper()
    yield wrap(own["sentence"])


def _after(card: Mapping[str, Any], paths: Mapping[str, str]) -> Iterator[str]:
    yield NO_LIST
    yield wrap(f"Card: {paths['page']}")
    yield wrap("Reports of the audits: beside it, a folder for each candidate.")
    if "model" in paths:
        yield wrap(f"Model: {paths['model']}")
        yield wrap("Next: licet forecast release MODEL --as-of DAY says what is missing.")


def card_text(card: Mapping[str, Any]) -> str:
    """What a kept model still remembers, for the terminal."""
    own = words.chosen(card)
    lines = [
        f"{card['2.4.2_models'][0]['name']}: {own['label']}, {own['standing']}",
        words.remembered(card),
    ]
    return "\n".join(wrap(line) for line in lines)


def refused_text(found: Mapping[str, Any]) -> str:
    """Why nobody is picked out by a model. found: model, as_of, unmet, remembers."""
    lines = ["NOBODY IS PICKED OUT", wrap(f"{found['model']}, as of {found['as_of']}")]
    lines += [wrap(f"- {one}", "  ") for one in found["unmet"]]
    return "\n".join([*lines, wrap(found["remembers"]), wrap(found["never"])])


def released_text(found: Mapping[str, Any]) -> str:
    """That families wait for a person who decides. found: model, as_of, offered, threshold, remembers."""
    return "\n".join([
        wrap(f"{found['model']}, as of {found['as_of']}: {found['offered']} wait for reviewers, one by one."),
        wrap("Next: licet review next"), wrap(found["remembers"]), wrap(found["never"]),
    ])  # fmt: skip

"""What data providers, linker and analyst must each disclose of a linkage, filled in as far as known.

Source: Gilbert and others, GUILD: GUidance for Information about Linking Data sets, J Public Health
2018;40(1):191-198. Whatever nobody said is named as not said, so that it can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.linkage import words as run_words
from licet.report.phrases import and_list

NOT_SAID = "not said"
Step = dict[str, Any]
"""what: the thing to be disclosed; said: what is known, None where nobody said it."""


def guild(about: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, list[Step]]:
    """The steps of each of the three."""
    report = about.get("report") or {}
    return {
        "provider": list(_providers(report)),
        "linker": list(_linker(report, told)),
        "analyst": list(_analyst(told)),
    }


def _step(what: str, said: object, feed: str | None = None) -> Step:
    return {"what": what, "said": said or None, "feed": feed}


def _providers(report: Mapping[str, Any]) -> Iterator[Step]:
    """Of each feed: which people, how and when their data arose, what is known to be wrong with them."""
    feeds = report.get("feeds") or ()
    least = report.get("threshold", 10)
    if not feeds:
        yield _step("Feeds, their people and their known faults", None)
    for feed in feeds:
        name = feed.get("title") or feed["feed"]
        alone = "One for each person" if feed.get("alone") else "Several of one person may occur"
        yield _step("Who answers for it", feed.get("owner"), name)
        yield _step("Which people are in it", feed.get("population"), name)
        yield _step("Time it covers", feed.get("period"), name)
        yield _step("When it was taken", feed.get("extract"), name)
        yield _step("Records", alone, name)
        yield _step("Known faults", " ".join(feed.get("known_faults") or ()), name)
        counts = (count_text(feed.get(part), least) for part in ("read", "permitted"))
        yield _step("Rows read, and let in", ", ".join(counts), name)


def _linker(report: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Step]:
    """How rows were made alike, compared and joined, and how well."""
    spec = report.get("specification") or {}
    changes = report.get("changes") or ()
    cleaned = and_list(sorted({run_words.field_name(one["field"]) for one in changes}))
    yield _step("What was changed before comparing", cleaned)
    named = and_list([run_words.field_name(name) for name in spec.get("comparisons", ())])
    yield _step("What was compared", named)
    blocks = "; ".join(run_words.block_name(block) for block in spec.get("blocks", ()))
    yield _step("Which pairs were compared at all: those equal in", blocks)
    joined = spec.get("link_above")
    yield _step("From which probability rows were joined", f"{joined:g}" if joined else None)
    reasons = report.get("excluded") or ()
    why = sorted(
        {(report.get("reasons") or {}).get(one["reason"], one["reason"]) for one in reasons}
    )
    yield _step("Why rows were left out", " ".join(why))
    basis = and_list(list(told["basis"])) if told["basis"] != ["nothing"] else None
    yield _step("Error rates by group, held against", basis)
    yield _step("Linked against unlinked rows by group", "see below" if told["signs"] else None)
    yield _step(
        "The chance of being wholly linked by group", "see below" if told["wholly"] else None
    )


def _analyst(told: Mapping[str, Any]) -> Iterator[Step]:
    """What whoever uses the persons has to say with every result."""
    part = told["clusters"] or told["labels"]
    unequal: Sequence[str] = ()
    if part:
        unequal = list(
            dict.fromkeys(row["group"] for row in part["gaps"] if row["says"] in ("more", "fewer"))
        )
    yield _step(
        "Groups whose matches are missed or false more or less often",
        and_list(list(unequal)) if unequal else ("none for sure" if part else None),
    )
    yield _step(
        "How results change if missed and false matches are as many as their intervals allow", None
    )
    yield _step("Which people are missing because they were not asked, or said no", _missing(told))
    yield _step("How missing people and missed matches were dealt with", None)


def _missing(told: Mapping[str, Any]) -> str | None:
    for row in told["wholly"]:
        if row["group"] == "everybody" and row["permission"] is not None:
            return f"of the {row['of']}, {100 * row['permission']:.0f} % were let in"
    return None

"""All rules as one page of Markdown: ``python -m tests.spec.render > docs/spec.md``."""

from __future__ import annotations

from importlib import import_module
from textwrap import fill

from tests.spec.tables import markdown

CHAPTERS = (
    "test_consensus",
    "test_verdict",
    "test_ruling",
    "test_combined_evidence",
    "test_matching",
    "test_groups_too_small",
    "test_duties",
    "test_floors",
    "test_conditions",
    "test_conditions_of_runs",
    "test_overrides",
    "test_permit_expiry",
    "test_smaller_uses",
    "test_appreciable",
    "test_standard_names",
    "test_standard_places",
    "test_standard_numbers",
    "test_permission_ages",
    "test_permission_scopes",
    "test_permission_lapses",
    "test_permission_objection",
    "test_permission_same_person",
    "test_voices",
    "test_disputes",
    "test_reach_rows",
    "test_reach_mentions",
    "test_clusters",
    "test_births_attested",
    "test_households",
    "test_audit_gates",
    "test_audit_overall",
    "test_decision",
    "test_states",
    "test_reviewing",
    "test_offers",
    "test_dialogue_moves",
    "test_dialogue_clock",
    "test_dialogue_agreement",
    "test_log_leaves",
    "test_log_sentences",
    "test_log_checks",
)
"""The modules of rules, in the order of the page."""

OPENING = """\
# The rules

Each table below is a test: it is read from the test suite and holds in the code as it is. Change a
rule by changing its table first. Words are those of the glossary. Unless a table says otherwise,
items have three stances (the line is at 50 %), evidence is a probability sample that has not
expired, and the use is run in-house."""


def render() -> str:
    """The page: every chapter's title, paragraph and table."""
    return "\n\n".join([OPENING, *(_chapter(name) for name in CHAPTERS)]) + "\n"


def _chapter(name: str) -> str:
    module = import_module(f"tests.spec.{name}")
    paragraph = fill(" ".join((module.__doc__ or "").split()), 100)
    return f"## {module.TITLE}\n\n{paragraph}\n\n{markdown(module.TABLE)}"


if __name__ == "__main__":
    print(render(), end="")

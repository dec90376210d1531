"""One entry of the register as a plain value: what page and JSON of a use both say."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet import __version__
from licet.assessment import Assessment
from licet.log.leaves import Leaf
from licet.report.ruling.data import document
from licet.report.ruling.wording import NOT_LEGAL_ADVICE, headline, marks, notices, reason_texts
from licet.report.screens import plain
from licet.states import State

SCHEMA = "licet-register-1"
RUNS = (
    "run_started", "run_finished", "run_changed", "run_refused", "run_failed", "sealed", "unsealed",
    "destroyed", "explained",
)  # fmt: skip
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Foot:
    """What stands at the foot of every page: the log as it is. root: in base64."""

    origin: str
    size: int
    root: str
    key: str


def entry(
    assessment: Assessment,
    versions: Mapping[int, Mapping[str, Any]],
    leaves: Sequence[tuple[int, Leaf]],
    material: Collection[str],
    state: State,
) -> dict[str, Any]:
    """One use with its ruling, its versions and what the log says of it.

    versions: every published version as declared, by number. leaves: of this use, with their places.
    material: fields whose change ends what families said before. state: where it stands now.
    """
    use = assessment.use
    said = document(assessment)
    return {
        "schema": SCHEMA,
        "licet_version": __version__,
        "not_legal_advice": NOT_LEGAL_ADVICE,
        "id": use.id,
        "title": use.title,
        "version": use.version,
        "status": state.id,
        "status_text": state.text,
        "next": state.next,
        "declared_status": use.status,
        "synthetic": assessment.synthetic,
        "notices": notices(assessment),
        "marks": marks(assessment),
        "use": said["use"],
        "ruling": {
            **said["ruling"],
            "day": said["today"],
            "headline": headline(assessment),
            "texts": reason_texts(assessment),
            "requirements": said["requirements"],
            "whole_sample": assessment.group_label("all"),
        },
        "versions": _versions(versions, leaves, material),
        "runs": [_said(index, leaf) for index, leaf in leaves if leaf.kind in RUNS],
        "decisions": [
            _said(index, leaf)
            for index, leaf in leaves
            if leaf.kind not in RUNS and leaf.kind != "use_version"
        ],
    }


def json_text(value: Any) -> str:
    """As JSON text, indented; characters that hide what is written are written as ``\\u202e``."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    unsafe = {sign for sign in set(text) if plain(sign) != sign}
    return text.translate({ord(sign): json.dumps(sign)[1:-1] for sign in unsafe}) + "\n"


def _versions(
    versions: Mapping[int, Mapping[str, Any]],
    leaves: Sequence[tuple[int, Leaf]],
    material: Collection[str],
) -> list[dict[str, Any]]:
    """Every version, the newest first, with what it changed."""
    days = {
        leaf.body["version"]: leaf.at.date().isoformat()
        for _, leaf in leaves
        if leaf.kind == "use_version"
    }
    found = []
    for number in sorted(versions, reverse=True):
        before = versions.get(max((n for n in versions if n < number), default=0))
        found.append(
            {
                "version": number,
                "published": days.get(number),
                "changes": _changes(before, versions[number], material) if before else [],
            }
        )
    return found


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], material: Collection[str]
) -> list[dict[str, Any]]:
    return [
        {
            "field": name,
            "before": before.get(name),
            "after": after.get(name),
            "families_decide": name in material,
        }
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name) and name != "version"
    ]


def _said(index: int, leaf: Leaf) -> dict[str, Any]:
    return {
        "leaf": index,
        "at": leaf.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kind": leaf.kind,
        "body": dict(leaf.body),
        "sentence": leaf.sentence,
    }

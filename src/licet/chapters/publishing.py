"""Publishing: what is proposed and ruled goes into the log and onto a page before anybody is linked.

A version that was published is never published again in another form: whoever edits a use gives it a
new number. Which of its fields changed decides whether earlier answers of families still count.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.assessment import Assessment
from licet.chapters.remembering import marker, remember
from licet.chapters.ruling import Measured, assess
from licet.chapters.stores import open_store
from licet.errors import BadInput, bad
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import write_text
from licet.gate import Permit
from licet.register.versions import changed, families_decide
from licet.states import Register
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store


def versions(root: Path, use: str) -> dict[int, dict[str, Any]]:
    """Every published version of a use, as it was declared."""
    place = root / "store" / "published" / use
    found = {}
    for path in sorted(place.glob("*.json")):
        declared = json.loads(path.read_text(encoding="utf-8"))
        # In the form of today: a key that was not known then has its default.
        with suppress(BadInput):
            declared = json.loads(Use(**declared).whole())
        found[int(path.stem)] = declared
    return dict(sorted(found.items()))


def register_of(store: Store, use: Use) -> Register:
    """Whether this version of a use is in the register: not at all, in another form, or as it stands."""
    logged = published_hashes(store, use.id).get(use.version)
    if logged is None:
        return "missing"
    return "published" if logged == use.hash() else "edited"


def material_version(root: Path, use: Use) -> int:
    """The earliest version from which on nothing changed that families decide about.

    It is a version number; answers to it and to later ones still count.
    """
    known = {**versions(root, use.id), use.version: json.loads(use.whole())}
    later = known[use.version]
    earliest = use.version
    for version in sorted((v for v in known if v < use.version), reverse=True):
        if families_decide(known[version], later):
            break
        earliest = version
    return earliest


def publish(
    root: Path, *, today: date, only: Collection[Path] | None = None
) -> list[tuple[Use, Assessment, bool]]:
    """Publish every use of a workspace: its version, its ruling and its rules, into the log.

    only: documents of uses; None takes all. What was ruled is remembered for the register's entries.
    Returns each use with its ruling, and whether anything of it was new. Raises BadInput for a use or a rule
    that was edited without a new version; then nothing of any use was published.
    """
    from licet.chapters.rules import check_rules, publish_rules

    workspace = find_workspace(root)
    if workspace is None:
        raise bad("this is no workspace", str(root), "a folder with licet.toml", "licet init town/")
    paths = [path for path in workspace.uses if only is None or path in only]
    uses = [read_use(path) for path in paths]
    _refuse_edited(workspace, uses)
    mark, done, evidence = marker(workspace), [], Measured(workspace.evidence)
    with open_store(workspace) as store:
        rules = check_rules(workspace.root, store, uses, whole=only is None)
        for use, path in zip(uses, paths, strict=True):
            found = assess(path, evidence, today=today)
            new = _publish(workspace, store, use, found, today)
            new = publish_rules(workspace.root, store, use, rules[use.id]) or new
            done.append((use, found, new))
            remember(workspace.root, store, found, mark(path))
    return done


def published_hashes(store: Store, use: str) -> dict[int, str]:
    """The hash of every version of a use that the log of the store holds, by number."""
    return {
        leaf.body["version"]: leaf.body["use_hash"]
        for _, leaf in store.entries.leaves(use)
        if leaf.kind == "use_version"
    }


def _refuse_edited(workspace: Workspace, uses: list[Use]) -> None:
    for use in uses:
        known = versions(workspace.root, use.id)
        if use.version in known and known[use.version] != json.loads(use.whole()):
            fields = ", ".join(sorted(changed(known[use.version], json.loads(use.whole()))))
            raise bad(
                f"version {use.version} of {use.id} is published already, with another {fields}",
                f"uses/{use.id}.toml: version",
                f"version = {max(known) + 1}",
                "a published version stays as it is: give the edited use a new number",
            )


def _publish(workspace: Workspace, store: Store, use: Use, found: Assessment, today: date) -> bool:
    known = versions(workspace.root, use.id)
    new = use.version not in known
    there = register_of(store, use) == "published"
    with store.changing():
        if not there:
            store.log.append("use_version", _version_body(use, known))
            new = True
        new = tell_ruling(workspace, store, found, today) or new
    place = workspace.root / "store" / "published" / use.id
    place.mkdir(parents=True, exist_ok=True)
    kept = place / f"{use.version:04d}.json"
    if not (there and kept.exists()):  # what was published stays as it was, to the byte
        write_text(kept, use.whole() + "\n")
    return new


def tell_ruling(workspace: Workspace, store: Store, found: Assessment, today: date) -> bool:
    """Tell the log of a ruling, and of what else keeps the use from being linked; whether it is new.

    Only a change is told: the same ruling on another day is not.
    """
    from licet.chapters import talking

    use = found.ruling.use
    owed = talking.owed(workspace, store, use, today)
    ruling = ruling_body(found, (owed,) if owed else ())
    with store.changing():
        leaves = [leaf for _, leaf in store.entries.leaves(use)]
        last = [leaf for leaf in leaves if leaf.kind == "ruling" and leaf.body["use"] == use]
        if last and {**last[-1].body, "day": ""} == {**ruling, "day": ""}:
            return False
        store.log.append("ruling", ruling)
    return True


def _version_body(use: Use, known: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "use": use.id,
        "version": use.version,
        "use_hash": use.hash(),
        "title": _line(use.title),
        "status": use.status,
        "services": list(use.services),
    }
    earlier = [version for version in known if version < use.version]
    if earlier:
        body["changed"] = sorted(changed(known[max(earlier)], json.loads(use.whole())))
    return body


def ruling_body(found: Assessment, beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """A ruling as the log holds it. beside: sentences on what else keeps the use from being linked."""
    ruling = found.ruling
    reasons = [_line(reason.text) for reason in ruling.reasons] or [
        "Every required item is granted."
    ]
    body: dict[str, Any] = {
        "use": ruling.use,
        "version": ruling.version,
        "use_hash": ruling.use_hash,
        "ruling": ruling.kind.casefold(),
        "heading": ruling.heading,
        "day": ruling.today.isoformat(),
        "reasons": list(dict.fromkeys([*beside, *reasons]))[:100],
        "evidence": list(ruling.evidence),
    }
    if isinstance(ruling, Permit):
        body |= {"floor": ruling.floor, "expires": ruling.expires.isoformat()}
    return body


def _line(text: str) -> str:
    return " ".join(text.split())[:480]

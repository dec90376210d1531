"""The rules of a use: read, held against feeds and use, and published with it.

A version of a rule that was published is never published again in another form: whoever edits a rule gives
it a new number. What is published is kept beside the versions of its use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from licet.errors import BadInput, Fault, bad, unknown
from licet.feeds.contract import Feed
from licet.files.criteria import read_rules
from licet.files.feeds import read_feeds
from licet.files.reading import shown
from licet.files.use import read_use
from licet.files.writing import write_text
from licet.identify.bound import BoundRule, bind
from licet.identify.criteria import Rule
from licet.log.leaves import Leaf
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store


def chosen_rule(root: Path, use: Use, name: str | None = None) -> BoundRule:
    """The rule of a use that is meant, held against its feeds. name: its id; None where there is one.

    Refuses no rule, several where none is named, and one that does not fit the use or its feeds.
    """
    own = [(path, rule) for path, rule in read_rules(root) if rule.use == use.id]
    names = [rule.id for _, rule in own]
    if not own:
        allowed = f'criteria/NAME.toml with use = "{use.id}"'
        raise bad(f"no rule belongs to the use {use.id!r}", "criteria", allowed, "write one")
    if name is None and len(own) > 1:
        raise bad("several rules belong to the use", "--rule", ", ".join(names), "name one of them")
    if name is not None and name not in names:
        raise unknown("rule", name, names, "--rule")
    path, rule = next(pair for pair in own if name in (None, pair[1].id))
    return bound(path, rule, [feed for _, feed in read_feeds(root)], use)


def bound(path: Path, rule: Rule, feeds: Sequence[Feed], use: Use) -> BoundRule:
    """A rule held against feeds and use; its faults with the document that they are in."""
    try:
        return bind(rule, feeds, use)
    except BadInput as error:
        raise error.within(shown(path)) from None


def check_rules(
    root: Path, store: Store, uses: Iterable[Use], *, whole: bool = True
) -> dict[str, tuple[Rule, ...]]:
    """The rules of each of these uses, ready to be published. whole: whether these are all uses there are.

    Refuses, with all faults at once, rules of no declared use, such as do not fit, and such as were edited
    without a new version.
    """
    known = {use.id: use for use in uses}
    found: dict[str, list[Rule]] = {use: [] for use in known}
    faults: list[Fault] = []
    declared = read_rules(root)
    feeds = [feed for _, feed in read_feeds(root)] if declared else []
    for path, rule in declared:
        if rule.use not in known and not whole:
            continue
        try:
            if rule.use not in known:
                raise unknown("use", rule.use, list(known), f"{shown(path)}: use")
            bound(path, rule, feeds, known[rule.use])
            refuse_edited(store, rule, shown(path))
            found[rule.use].append(rule)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return {use: tuple(rules) for use, rules in found.items()}


def refuse_edited(store: Store, rule: Rule, where: str) -> None:
    """Refuse a rule that another form was published of, under the same number or a later one."""
    told = _told(store, rule.use, rule.id)
    if not told or told[-1]["rule_hash"] == rule.hash():
        return
    last = max(body["rule_version"] for body in told)
    if rule.version <= last:
        raise bad(
            f"version {last} of {rule.id} is published already, in another form",
            f"{where}: version",
            f"version = {last + 1}",
            "give the edited rule a new number, then licet publish",
        )


def rule_faults(root: Path) -> list[Fault]:
    """Everything that is wrong with the rules of a workspace, held against its uses and feeds."""
    feeds = cache(lambda: [feed for _, feed in read_feeds(root)])
    return faults_by_use(root, read_rules, lambda path, rule, use: bound(path, rule, feeds(), use))


class OfUse(Protocol):
    """A declared document that names its use."""

    @property
    def use(self) -> str: ...


Document = TypeVar("Document", bound=OfUse)


def faults_by_use(
    root: Path,
    read: Callable[[Path], Sequence[tuple[Path, Document]]],
    bind: Callable[[Path, Document, Use], object],
) -> list[Fault]:
    """Everything that is wrong with documents that each name a use, held against it.

    read: those of a workspace. bind: refuses, with BadInput, what does not fit the use.
    """
    try:
        declared = read(root)
        uses = {use.id: use for use in map(read_use, _documents(root))} if declared else {}
    except BadInput as error:
        return list(error.faults)
    faults: list[Fault] = []
    for path, document in declared:
        try:
            if document.use not in uses:
                raise unknown("use", document.use, list(uses), f"{shown(path)}: use")
            bind(path, document, uses[document.use])
        except BadInput as error:
            faults += error.faults
    return list(dict.fromkeys(faults))  # feeds that cannot be read are told once


def _documents(root: Path) -> list[Path]:
    return sorted((Path(root) / "uses").glob("*.toml"))


def publish_rules(root: Path, store: Store, use: Use, rules: Sequence[Rule]) -> bool:
    """Put rules into the log and beside the versions of their use; whether anything was new."""
    new = False
    for rule in rules:
        told = _told(store, use.id, rule.id)
        if not told or told[-1]["rule_hash"] != rule.hash():
            store.log.append("rule_published", _body(use, rule))
            new = True
        kept = _folder(root, use.id) / f"{rule.id}-{rule.version:04d}.json"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_text(kept, rule.whole() + "\n")
    return new


def is_published(leaves: Iterable[Leaf], use: str, rule: str, hash_: str) -> bool:
    """Whether the log holds a rule, or a model, as it stands: its last form."""
    told = [body for body in _of(leaves, use) if body["rule"] == rule]
    return bool(told) and told[-1]["rule_hash"] == hash_


def published_rules(root: Path, use: str, leaves: Iterable[Leaf]) -> tuple[Rule, ...]:
    """The last published form of every rule of a use, by id."""
    last: dict[str, Mapping[str, Any]] = {body["rule"]: body for body in _of(leaves, use)}
    found = []
    for name, body in sorted(last.items()):
        path = _folder(root, use) / f"{name}-{body['rule_version']:04d}.json"
        with suppress(OSError, ValueError):  # a model, or a form that is read no more
            found.append(Rule(**json.loads(path.read_text(encoding="utf-8"))))
    return tuple(found)


def _folder(root: Path, use: str) -> Path:
    return root / "store" / "published" / use / "rules"


def _told(store: Store, use: str, rule: str) -> list[Mapping[str, Any]]:
    leaves = [leaf for _, leaf in store.entries.leaves(use)]
    return [body for body in _of(leaves, use) if body["rule"] == rule]


def _of(leaves: Iterable[Leaf], use: str) -> list[Mapping[str, Any]]:
    return [
        leaf.body for leaf in leaves if leaf.kind == "rule_published" and leaf.body["use"] == use
    ]


def _body(use: Use, rule: Rule) -> dict[str, Any]:
    return {
        "use": use.id,
        "version": use.version,
        "rule": rule.id,
        "rule_version": rule.version,
        "rule_hash": rule.hash(),
        "picks": rule.kind,
        "title": " ".join(rule.title.split())[:480],
    }

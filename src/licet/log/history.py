"""Lines of an exported log against its checkpoints: what does not fit, and between which lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from licet.errors import BadInput
from licet.log.checkpoint import Checkpoint, Key, read_key
from licet.log.leaves import Leaf, read_leaf
from licet.log.tree import leaf_hash, roots
from licet.log.verified import Finding, Part


@dataclass(frozen=True)
class Line:
    """One line: its bytes without the line break, where it starts in the file, and its leaf if it is one."""

    data: bytes
    start: int
    leaf: Leaf | None

    @property
    def end(self) -> int:
        """The place of its line break, or of the end of the file."""
        return self.start + len(self.data)


def lines_of(data: bytes, name: str, findings: list[Finding]) -> list[Line]:
    """The lines of leaves.jsonl; what is no leaf becomes a finding."""
    lines: list[Line] = []
    start = 0
    parts = data.split(b"\n")
    if parts[-1] == b"":
        parts.pop()
    else:
        last = len(parts)
        text = "the last line does not end: something is missing"
        findings.append(Finding("file", name, text, (last, last), (len(data), len(data))))
    for number, part in enumerate(parts, start=1):
        leaf = None
        try:
            leaf = read_leaf(part)
        except BadInput as error:
            text = f"this is no leaf of the log: {error.faults[0].what}"
            span = (start, start + len(part))
            findings.append(Finding("leaf", name, text, (number, number), span))
        lines.append(Line(part, start, leaf))
        start += len(part) + 1
    return lines


def signers(leaves: Sequence[Leaf], key: Key | None) -> list[Key]:
    """The keys that earlier checkpoints may be signed with: the present one and those it replaced.

    The log itself says which, in its leaves of the kind key_change.
    """
    if key is None:
        return []
    keys, current = [key], key.text
    for leaf in reversed(leaves):
        if leaf.kind == "key_change" and leaf.body["key"] == current and "previous" in leaf.body:
            current = leaf.body["previous"]
            keys.append(read_key(current))
    return keys


def compare(
    head: Checkpoint | None,
    earlier: Mapping[str, Checkpoint],
    lines: Sequence[Line],
    files: tuple[str, str],
    findings: list[Finding],
) -> tuple[tuple[str, int], ...]:
    """Compare the lines with every checkpoint; the earlier ones that they continue, by size.

    files: what leaves and checkpoint are called in findings.
    """
    known = [*earlier.values(), *([head] if head else [])]
    found = roots((leaf_hash(line.data) for line in lines), (one.size for one in known))
    sound, grown = 0, []
    for name, old in sorted(earlier.items(), key=lambda pair: pair[1].size):
        if head is not None and old.size > head.size:
            text = f"it holds {old.size:,} leaves, the log here only {head.size:,}: leaves were dropped"
            findings.append(Finding("history", name, text))
        if old.size > len(lines):
            continue
        if found[old.size] == old.root:
            sound = old.size
            grown.append((name, old.size))
        else:
            text = f"the log does not continue the checkpoint {name} of {old.size:,} leaves: "
            text += "its history was rewritten"
            findings.append(_between(lines, sound, old.size, files[0], text, "history"))
            break  # everything after a rewritten place is another log
    if head is not None:
        _compare_head(head, lines, found.get(head.size), sound, files, findings)
    return tuple(grown)


def _compare_head(
    head: Checkpoint,
    lines: Sequence[Line],
    root: bytes | None,
    sound: int,
    files: tuple[str, str],
    findings: list[Finding],
) -> None:
    leaves, checkpoint = files
    if root is None:
        missing = head.size - len(lines)
        text = f"{len(lines):,} lines, but the checkpoint holds {head.size:,} leaves: {missing:,} missing"
        findings.append(Finding("size", leaves, text))
        return
    same = root == head.root
    if len(lines) > head.size:
        text = f"the checkpoint holds {head.size:,} leaves; "
        text += "these were added" if same else "there are more, and they are others"
        first = head.size if same else sound
        findings.append(_between(lines, first, len(lines), leaves, text))
    elif not same:
        text = (
            f"these are not the leaves of {checkpoint}: something was changed, dropped or reordered"
        )
        findings.append(_between(lines, sound, head.size, leaves, text))


def _between(
    lines: Sequence[Line], first: int, last: int, name: str, text: str, part: Part = "root"
) -> Finding:
    """A finding that lies in lines ``first`` + 1 to ``last``."""
    if first >= last:  # the lines themselves are those of an earlier checkpoint, the root is not
        return Finding(part, name, text)
    span = (lines[first].start, lines[last - 1].end)
    return Finding(part, name, text, (first + 1, last), span)

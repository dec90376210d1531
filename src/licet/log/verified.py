"""What a check of the log found: sound or broken, where, and what was not checked."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Literal

Part = Literal["file", "key", "checkpoint", "signature", "leaf", "size", "root", "history", "proof"]
SHOWN = 20
"""Findings on the screen; all are in the data."""
LIMITS = (
    "This shows that what was entered has not changed since. It does not show that it is true.",
    "Keep the checkpoint: compared with it later, a log rewritten and signed anew is found out "
    "(--earlier).",
)


@dataclass(frozen=True)
class Finding:
    """One thing that is broken. file: where. lines, bytes: from and to, from 1 and from 0, both in."""

    part: Part
    file: str
    text: str
    lines: tuple[int, int] | None = None
    bytes: tuple[int, int] | None = None

    def __str__(self) -> str:
        place = [self.file]
        for name, span in (("line", self.lines), ("byte", self.bytes)):
            if span is not None:
                first, last = span
                place.append(
                    f"{name} {first:,}" if first == last else f"{name}s {first:,}-{last:,}"
                )
        return f"{', '.join(place)}: {self.text}"


@dataclass(frozen=True)
class Verified:
    """What was found. size, root, origin: what the checkpoint says; None where it cannot be read.

    signature: "valid", "wrong", or "not checked" with the reason in ``unchecked``. key: the text of the
    key it was checked with. grown_from: the earlier checkpoints that this log continues, with sizes.
    """

    findings: tuple[Finding, ...]
    origin: str | None = None
    size: int | None = None
    root: bytes | None = None
    signature: Literal["valid", "wrong", "not checked"] = "not checked"
    unchecked: str = ""
    key: str | None = None
    grown_from: tuple[tuple[str, int], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is broken. A signature that was not checked is no finding: read it too."""
        return not self.findings

    @property
    def status(self) -> int:
        """The exit status of the command line: 0 sound, 3 broken."""
        return 0 if self.sound else 3


def verified_text(found: Verified, what: str = "log") -> str:
    """The result for the screen. what: "log" or "proof"."""
    lines = [f"The {what} is {'SOUND' if found.sound else 'BROKEN'}."]
    if found.origin is not None and found.size is not None and found.root is not None:
        root = base64.b64encode(found.root).decode()
        lines += [f"  log:        {found.origin}, {_leaves(found.size)}", f"  root:       {root}"]
    if found.signature == "not checked":
        lines.append(f"  signature:  NOT CHECKED: {found.unchecked}")
    else:
        lines.append(f"  signature:  {found.signature}, by the key {found.key}")
    for name, size in found.grown_from:
        lines.append(f"  grown from: {name}, {_leaves(size)}")
    lines += [f"  broken:     {finding}" for finding in found.findings[:SHOWN]]
    if len(found.findings) > SHOWN:
        lines.append(f"  ... {len(found.findings)} findings in all")
    return "\n".join([*lines, *(LIMITS if found.sound else ())])


def verified_data(found: Verified) -> dict[str, Any]:
    """The same as data, for JSON."""
    return {
        "sound": found.sound,
        "origin": found.origin,
        "size": found.size,
        "root": None if found.root is None else base64.b64encode(found.root).decode(),
        "signature": found.signature,
        "signature_not_checked_because": found.unchecked or None,
        "key": found.key,
        "grown_from": [{"checkpoint": name, "size": size} for name, size in found.grown_from],
        "findings": [
            {
                "part": finding.part,
                "file": finding.file,
                "lines": finding.lines,
                "bytes": finding.bytes,
                "text": finding.text,
            }
            for finding in found.findings
        ],
    }


def _leaves(number: int) -> str:
    return f"{number:,} {'leaf' if number == 1 else 'leaves'}"

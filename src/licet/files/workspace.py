"""A workspace: one body's settings, uses and evidence in a folder with ``licet.toml`` at its root.

Settings may only be tightened. Whoever would loosen one is told why it is refused.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, get_args

from licet.dialogue.terms import USUAL as USUAL_DIALOGUE
from licet.dialogue.terms import DialogueTerms
from licet.errors import BadInput, Fault, bad, nearest
from licet.evidence import Evidence
from licet.files import database
from licet.files.codebook import CODEBOOK, evidence_folders, read_evidence
from licet.files.comparing import USUAL_TERMS, ComparisonTerms, read_comparisons
from licet.files.dialogue import read_dialogue
from licet.files.reading import reason, shown
from licet.files.sections import Faults
from licet.files.setting_limits import LIMITS as _LIMITS
from licet.files.setting_limits import limited
from licet.files.site import OPENID, SITE, Provider, read_address, read_provider
from licet.files.toml import read_toml
from licet.files.use import read_use
from licet.files.writing import write_bytes
from licet.groups import ALL
from licet.use import Floor, Use

if TYPE_CHECKING:
    from licet.findings import Terms

SETTINGS = "licet.toml"


@dataclass(frozen=True)
class Workspace:
    """The settings of a workspace and where its documents are.

    area: from wide to narrow. floor: the weakest permission floor allowed. required_groups: decide
    in every use beside the groups of the evidence. baseline_minimum, widest_half_width, confidence:
    proportions from 0 to 1. strict: a point on the baseline is not enough. smallest_base,
    disclosure_threshold: people. database: the URL of the ledger's, "" for a file in ``store/``.
    dialogue: when an answer is due and who must be heard. address: where the register is served, for
    letters, "" if nobody said. provider: who may say who an account is.
    """

    root: Path
    name: str
    area: str = ""
    floor: Floor = "objection"
    required_groups: tuple[str, ...] = ()
    strict: bool = False
    baseline_minimum: float = 0.5
    widest_half_width: float = 0.20
    smallest_base: int = 10
    confidence: float = 0.95
    disclosure_threshold: int = 10
    comparisons: ComparisonTerms = USUAL_TERMS
    database: str = ""
    dialogue: DialogueTerms = USUAL_DIALOGUE
    address: str = ""
    provider: Provider | None = None

    @property
    def uses(self) -> tuple[Path, ...]:
        """The documents of all uses, by name."""
        return tuple(sorted((self.root / "uses").glob("*.toml")))

    @property
    def evidence(self) -> Path:
        """The folder of evidence."""
        return self.root / "evidence"

    @property
    def terms(self) -> Terms:
        """What the gate is to ask on top of its rules."""
        from licet.findings import Terms
        from licet.licence import Rule

        rule = Rule(
            baseline_minimum=self.baseline_minimum,
            widest_half_width=self.widest_half_width,
            smallest_base=self.smallest_base,
            strict=self.strict,
        )
        return Terms(rule, self.floor, self.required_groups, self.disclosure_threshold)


SETTLED_NS = 2_000_000_000
"""A file that was changed longer ago than this has a time of its own, whatever the file system's clock."""
_TOP = ("name", "area", "gate", "disclosure", "comparisons", "dialogue", SITE, OPENID)
_GATE = ("floor", "required_groups", "strict", *_LIMITS["gate"])


def read_workspace(root: Path) -> Workspace:
    """The workspace whose ``licet.toml`` is in ``root``. Refuses with all faults at once.

    A file that has not changed for a while is not read again: a served page asks several times.
    """
    place = os.fspath(root) or "."
    try:
        seen = os.stat(f"{place}/{SETTINGS}")
    except (OSError, ValueError):
        return _read(Path(root))
    if time_ns() - seen.st_mtime_ns < SETTLED_NS:  # the next change may leave the same time behind
        return _read(Path(root))
    return _read_once(place, (seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=16)
def _read_once(root: str, seen: tuple[int, ...]) -> Workspace:
    return _read(Path(root))


def _read(root: Path) -> Workspace:
    path = root / SETTINGS
    document = read_toml(path)
    faults = Faults(shown(path))
    table = faults.table(document, "", (*_TOP, database.TABLE)) or {}
    found: dict[str, Any] = {}
    for key in ("name", "area"):
        value = table.get(key, "")
        if not isinstance(value, str) or (key == "name" and not value.strip()):
            faults.add(f"{key} is not given as text", key, '"..."', f'add {key} = "..."')
        found[key] = value
    for section, keys in (("gate", _GATE), ("disclosure", tuple(_LIMITS["disclosure"]))):
        values = faults.table(table.get(section, {}), section, keys) or {}
        for key, limit in _LIMITS[section].items():
            if key in values:
                found[limit.field] = limited(values[key], f"{section}.{key}", limit, faults)
        found |= _gate_words(values, faults) if section == "gate" else {}
    found["comparisons"] = read_comparisons(table.get("comparisons", {}), faults)
    found["dialogue"] = read_dialogue(table.get("dialogue", {}), faults)
    found["database"] = database.read_database(table.get(database.TABLE, {}), faults)
    found["address"] = read_address(table.get(SITE, {}), faults)
    found["provider"] = read_provider(table.get(OPENID, {}), faults)
    faults.refuse()
    return Workspace(root=root, **found)


def _gate_words(values: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "floor" in values:
        floors = get_args(Floor)
        if values["floor"] not in floors:
            faults.add(
                f"unknown floor {str(values['floor'])[:80]!r}", "gate.floor", ", ".join(floors)
            )
        found["floor"] = values["floor"]
    if "strict" in values:
        if not isinstance(values["strict"], bool):
            faults.add("this is neither true nor false", "gate.strict", "true or false")
        found["strict"] = values["strict"]
    if "required_groups" in values:
        groups = values["required_groups"]
        texts = isinstance(groups, list) and all(isinstance(group, str) for group in groups)
        if not texts:
            what = "this is not a list of group ids"
            faults.add(what, "gate.required_groups", '["lone", "black"]')
        found["required_groups"] = tuple(groups) if texts else ()
    return found


def find_workspace(path: Path) -> Workspace | None:
    """The workspace that a use, or any file or folder in it, belongs to: the next one upwards.

    None if there is none. Refuses a wrong ``licet.toml``.
    """
    path = Path(path)
    for folder in (path, *path.parents, *path.absolute().parents):
        try:
            if (folder / SETTINGS).is_file():
                return read_workspace(folder)
        except (OSError, ValueError) as error:
            if isinstance(error, BadInput):
                raise
            return None
    return None


def root_of(path: Path) -> Path:
    """The folder of the next ``licet.toml`` upwards, even if that is wrong; else the path itself."""
    inside = (path, *path.parents, *path.absolute().parents)
    return next((folder for folder in inside if (folder / SETTINGS).is_file()), path)


def check_together(first: Path, second: Path) -> None:
    """Refuse two uses that no one workspace, and so no one set of rules and evidence, holds."""
    found = [find_workspace(path) for path in (first, second)]
    roots = {workspace.root.resolve() if workspace else None for workspace in found}
    if len(roots) > 1:
        raise bad(
            "the two uses lie in different workspaces, each with rules and evidence of its own",
            f"{shown(first)}, {shown(second)}",
            "two uses of one workspace, or two of none and --evidence DIR",
            "copy one of them to the uses/ of the other",
        )


def check_workspace(root: Path) -> list[Fault]:
    """All faults of all files of a workspace at once; empty if there are none."""
    root = Path(root)
    faults: list[Fault] = []
    workspace = Workspace(root, "")
    try:
        workspace = read_workspace(root)
    except BadInput as error:
        faults += error.faults
    evidence, complete = _all_evidence(workspace, faults)
    uses = _all_uses(workspace, faults)
    if complete:
        faults += _required(workspace, evidence)
        for path, use in uses:
            faults += _groups_known(path, use, evidence)
            faults += _evidence_fits(path, use, evidence)
    return list(dict.fromkeys(faults))


def _all_evidence(workspace: Workspace, faults: list[Fault]) -> tuple[list[Evidence], bool]:
    """Every evidence without faults, and whether that is every evidence there is."""
    found: dict[str, Evidence] = {}
    before = len(faults)
    try:
        folders = evidence_folders(workspace.evidence)
    except BadInput as error:
        faults += error.faults
        return [], False
    for folder in folders:
        try:
            evidence, _ = read_evidence(folder)
        except BadInput as error:
            faults += error.faults
            continue
        if evidence.id in found:
            where = f"{shown(folder / CODEBOOK)}: id"
            faults.append(Fault(f"two codebooks have the id {evidence.id!r}", where, "its own id"))
        found.setdefault(evidence.id, evidence)
    return list(found.values()), len(faults) == before


def _all_uses(workspace: Workspace, faults: list[Fault]) -> list[tuple[Path, Use]]:
    if not workspace.uses:
        where = shown(workspace.root / "uses")
        faults.append(Fault("no use is declared", where, "at least one uses/NAME.toml"))
    found: list[tuple[Path, Use]] = []
    first: dict[str, Path] = {}
    for path in workspace.uses:
        try:
            use = read_use(path)
        except BadInput as error:
            faults += error.faults
            continue
        before = first.setdefault(use.id, path)
        if before != path:
            what = f"the id {use.id!r} is also that of {before.name}"
            faults.append(Fault(what, f"{shown(path)}: id", "each use its own id"))
        found.append((path, use))
    return found


def _known_groups(evidence: list[Evidence]) -> list[str]:
    return list(dict.fromkeys(group.id for one in evidence for group in one.groups))


def _unknown_group(name: str, known: list[str], where: str) -> Fault:
    if name == ALL:
        what = f"{ALL!r} is the whole sample, not a group: it decides in every use"
        return Fault(what, where, ", ".join(known), f"take {ALL!r} out")
    near = nearest(name, known)
    todo = f"write {near!r} if that is meant" if near else "survey the group"
    return Fault(f"no evidence knows the group {name!r}", where, ", ".join(known), todo)


def _required(workspace: Workspace, evidence: list[Evidence]) -> Iterator[Fault]:
    known = _known_groups(evidence)
    for name in workspace.required_groups:
        if name not in known:
            where = f"{shown(workspace.root / SETTINGS)}: gate.required_groups"
            yield _unknown_group(name, known, where)


def _groups_known(path: Path, use: Use, evidence: list[Evidence]) -> Iterator[Fault]:
    known = [*_known_groups(evidence), *use.unsurveyed_groups]
    for key in ("affected_groups", "removed_groups"):
        for name in getattr(use, key):
            if name not in known:
                fault = _unknown_group(name, known, f"{shown(path)}: {key}")
                if name == ALL:
                    yield fault
                    continue
                todo = f"{fault.todo}, or declare it in [unsurveyed_groups.{name}] and say why"
                yield Fault(fault.what, fault.where, fault.allowed, todo)


def _evidence_fits(path: Path, use: Use, evidence: list[Evidence]) -> Iterator[Fault]:
    """A fault unless some evidence counts for the use and measures something that it needs."""
    from licet.findings import misfits

    reasons: dict[str, None] = {}
    for one in evidence:
        needed = [item for item in one.items if item.requirement in use.requirements]
        why = [misfits(use, one, item) for item in needed]
        if () in why:
            return
        told = why[0] if why else ("it asks about none of the use's reasons and services",)
        reasons |= dict.fromkeys(f"{one.id}: {reason}" for reason in told)
    yield Fault(
        "no evidence fits this use: nothing can be ruled on it"
        + "".join(f"; {reason}" for reason in list(reasons)[:5]),
        shown(path),
        f"evidence of {use.population.people} in {use.population.area} or wider, asked about "
        f"{use.purpose}, with items for its reasons and services",
        _area_hint(use, evidence)
        or "check people, area, child_ages, purpose and setting of use and evidence, or ask people",
    )


def _area_hint(use: Use, evidence: list[Evidence]) -> str:
    """How areas are written, if that of the use begins otherwise than that of every evidence."""
    area = use.population.area
    widest = {one.population.area.split("/")[0].strip() for one in evidence}
    if not widest or area.split("/")[0].strip().casefold() in {wide.casefold() for wide in widest}:
        return ""
    example = f"{min(widest)}/.../{area}" if "/" not in area else f"{min(widest)}/{area}"
    return (
        "write the area from wide to narrow, beginning as the evidence does: "
        f'area = "{example}", as in "UK/England/Leeds"'
    )


def init_workspace(target: Path, source: Traversable | Path) -> tuple[str, ...]:
    """Copy a template folder to ``target``, whole or not at all; the names of the files copied.

    Refuses a target that holds anything already, a file, and a missing parent folder.
    """
    target = Path(target)
    _check_target(target)
    temporary = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=".licet-", dir=target.absolute().parent))
        temporary.chmod(0o755)
        names = tuple(_copy(source, temporary, ""))
        if target.is_dir():
            target.rmdir()
        temporary.rename(target)
    except OSError as error:
        todo = "choose another place or ask for permission"
        raise bad(
            f"the workspace cannot be made ({reason(error)})", shown(target), "", todo
        ) from None
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)
    return names


def _check_target(target: Path) -> None:
    try:
        if target.is_dir() and any(target.iterdir()):
            allowed = "a new folder or an empty one"
            raise bad("the folder is not empty", shown(target), allowed, "choose another name")
        if target.exists() and not target.is_dir():
            raise bad("this is a file", shown(target), "a new folder or an empty one")
        if not target.absolute().parent.is_dir():
            parent = shown(target.absolute().parent)
            raise bad("there is no such folder", parent, "a folder that exists", "make it first")
    except OSError as error:
        raise bad(f"the folder cannot be read ({reason(error)})", shown(target)) from None


def _copy(source: Traversable | Path, target: Path, prefix: str) -> Iterator[str]:
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        if entry.name == "__pycache__" or entry.name.endswith((".py", ".pyc")):
            continue
        if entry.is_dir():
            (target / entry.name).mkdir()
            yield from _copy(entry, target / entry.name, f"{prefix}{entry.name}/")
        else:
            write_bytes(target / entry.name, entry.read_bytes())
            yield f"{prefix}{entry.name}"

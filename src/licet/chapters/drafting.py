"""Drafts written for somebody who has a file: a codebook, a use, the plan of an audit, and what is next.

A draft never pretends to be finished: what it says last names each line to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from licet.errors import BadInput, bad
from licet.evidence import Evidence
from licet.files.codebook import CODEBOOK, evidence_folders, read_evidence_folder
from licet.files.toml import read_toml
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import check_folder, write_bytes, write_text, write_together

if TYPE_CHECKING:
    from licet.files.audit_draft import PlanFacts
    from licet.files.draft_facts import CodebookFacts
    from licet.files.use_draft import UseFacts


def draft_use(
    out: Path | None, facts: UseFacts, *, today: date, evidence: Path | None = None
) -> str:
    """A commented use, valid as it is; written to ``out`` if given.

    It matches the evidence of the folder ``evidence``, else that of the workspace around ``out``.
    today: the day its dates are counted from.
    """
    from licet.files import use_draft
    from licet.files.drafts import lines_to_check
    from licet.files.guesses import slug

    if facts.id is None and out is not None:
        facts = replace(facts, id=slug(out.stem, "my-use"))
    text = use_draft.draft_use(facts, today, _evidence_to_match(out, evidence))
    if out is None:
        return text
    _new_file(out)
    write_text(out, text)
    read_use(out)
    also = f" --evidence {quote(str(evidence))}" if evidence else ""
    todo = [*_to_look_at(lines_to_check(text), out), f"licet assess {quote(str(out))}{also}"]
    return f"written: {out}\n" + _next(todo)


def _evidence_to_match(out: Path | None, folder: Path | None) -> list[Evidence]:
    """The evidence a drafted use is to match; that of a workspace only if it has no fault."""
    if folder is not None:
        return [one for one, _ in read_evidence_folder(folder)]
    workspace = find_workspace(out) if out else None
    try:
        return [one for one, _ in read_evidence_folder(workspace.evidence)] if workspace else []
    except BadInput:
        return []  # a draft can be made without; `licet check` tells every fault


def draft_codebook(
    path: Path, facts: CodebookFacts, out: Path | None = None, *, again: bool = False
) -> str:
    """A codebook drafted from a survey file's labels, every guess marked CHECK.

    out: a folder that gets the codebook and a copy of the answers, ready for ``licet assess``.
    again: an earlier draft in it is replaced, but never a codebook that is no draft any more.
    """
    from licet.files import drafts

    text = drafts.draft_codebook(path, facts)
    if out is None:
        return text
    data = path.read_bytes()
    if not (again and (out / CODEBOOK).is_file() and read_toml(out / CODEBOOK).get("draft")):
        _new_file(out / CODEBOOK, "say --again if it is a draft that may be replaced")
        if (out / path.name).exists() and (out / path.name).read_bytes() != data:
            _new_file(out / path.name, "another file has its name: move it away")
    out.mkdir(parents=True, exist_ok=True)
    if out.absolute() != path.absolute().parent:
        write_bytes(out / path.name, data)
    write_text(out / CODEBOOK, text)
    todo = _to_look_at(drafts.lines_to_check(text), out / CODEBOOK)
    if not facts.ready:
        line = text.splitlines().index("draft = true") + 1
        todo.append(f"when all is right, delete the line draft = true ({out / CODEBOOK}:{line})")
    todo += _after_the_codebook(out)
    return f"written: {out / CODEBOOK}, with a copy of {path.name}\n" + _next(todo)


def _after_the_codebook(out: Path) -> list[str]:
    """What to type once a drafted codebook is right."""
    workspace = find_workspace(out)
    if workspace is None or out.absolute().parent != workspace.evidence.absolute():
        return [f"licet new use --out my-use.toml --evidence {quote(str(out))}"]
    root = workspace.root
    examples = [quote(str(path)) for path in _examples(workspace, out)]
    gone = [f"rm -r {' '.join(examples)}  # the examples count beside your survey"]
    new = f"licet new use --out {quote(str(root / 'uses' / 'my-use.toml'))}"
    return [*(gone if examples else []), new, f"licet check {quote(str(root))}"]


def _examples(workspace: Workspace, out: Path) -> list[Path]:
    """The evidence that is an example only, and the uses just as `licet init` made them."""
    folders = evidence_folders(workspace.evidence)
    found = [
        folder
        for folder in folders
        if folder.name != out.name and read_toml(folder / CODEBOOK).get("example_only")
    ]
    bundled = files("licet.bundled") / "town" / "uses"
    came = {entry.name: entry.read_bytes() for entry in bundled.iterdir()}
    uses = [use for use in workspace.uses if came.get(use.name) == use.read_bytes()]
    return [*found, *uses] if found else []


def draft_audit_plan(path: Path, facts: PlanFacts, out: Path | None = None) -> str:
    """The plan of a forecast audit drafted from a data file, every guess marked CHECK; written to ``out``
    if given. Of the outcomes nothing is told but that they are yes and no."""
    from licet.files.audit_draft import draft_plan
    from licet.files.audit_plan import read_plan
    from licet.files.drafts import lines_to_check

    text = draft_plan(path, facts)
    if out is None:
        return text
    _new_file(out)
    write_text(out, text)
    if facts.outcome:  # without it the plan is not whole, and says so itself
        read_plan(out)
    audit = f"licet audit forecast {quote(str(out))} --data {quote(str(path))}"
    return f"written: {out}\n" + _next([*_to_look_at(lines_to_check(text), out), audit])


def example_audit_plan(folder: Path) -> str:
    """A synthetic example in ``folder``: a plan, scored data, a frame and contacts. Nothing is replaced."""
    from licet.files.audit_draft import example
    from licet.synthetic.scores import CHANGED_ON

    check_folder(folder)
    texts = {folder / name: text for name, text in example().items()}
    for path in texts:
        _new_file(path, "name another folder", "--example")
    folder.mkdir(parents=True, exist_ok=True)
    write_together({path: text.encode("utf-8") for path, text in texts.items()})
    plan, scored, frame, contacts = (quote(str(path)) for path in texts)
    todo = [
        f"licet audit forecast {plan} --data {scored} --frame {frame}",
        f"licet audit contact {contacts} --before {CHANGED_ON} --by ethnicity --compare area",
    ]
    return f"written, all SYNTHETIC: {', '.join(str(path) for path in texts)}\n" + _next(todo)


def _to_look_at(lines: Sequence[tuple[int, str]], path: Path) -> list[str]:
    """What to do about the lines of a draft that carry CHECK: what only people can say comes first."""
    todo = []
    for about, marked in (
        (
            "fill in, or say with its option, what only you know",
            [n for n, line in lines if "still to say" in line],
        ),
        ("look at each guess", [n for n, line in lines if "still to say" not in line]),
    ):
        if marked:
            numbers = ", ".join(str(n) for n in marked)
            todo.append(f"{about} (CHECK): {path}:{numbers}")
    return todo


def _next(todo: Iterable[str]) -> str:
    return "Next: " + "\n      ".join(todo) + "\n"


def _new_file(
    path: Path, todo: str = "name another, or move it away", option: str = "--out"
) -> None:
    if path.exists():
        raise bad(f"{path} exists already", option, "a new place", todo)

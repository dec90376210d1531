"""Rules from their TOML documents, and the rules of a workspace."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput
from licet.files.documents import read_documents
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.identify.criteria import Rule

FOLDER = "criteria"


def read_rule(path: Path) -> Rule:
    """The rule declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Rule(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def read_rules(root: Path) -> tuple[tuple[Path, Rule], ...]:
    """Every rule of a workspace with its document, by name; none if it has none.

    Refuses with the faults of all of them, and two rules with one id.
    """
    return read_documents(sorted((Path(root) / FOLDER).glob("*.toml")), read_rule, "rule")

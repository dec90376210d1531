"""The linkage specification of a workspace: ``linkage.toml``, if it has one."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.linkage.spec import LinkageSpec

NAME = "linkage.toml"


def read_spec(path: Path) -> LinkageSpec:
    """The specification declared in ``path``. Refuses with all faults at once."""
    document = read_toml(path)
    try:
        return LinkageSpec(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def workspace_spec(root: Path) -> LinkageSpec | None:
    """The specification of a workspace; None if it leaves that to Licet."""
    path = root / NAME
    return read_spec(path) if path.is_file() else None

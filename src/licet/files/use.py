"""A data use from its TOML document."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.use import Use


def read_use(path: Path) -> Use:
    """The use declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Use(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None

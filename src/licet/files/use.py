"""A data use from its TOML document."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from time import time_ns

from licet.errors import BadInput
from licet.files.reading import shown
from licet.files.seen_files import SETTLED_NS
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


def read_title(path: Path) -> tuple[str, str]:
    """The id and the title of a use. Refuses as ``read_use`` does.

    A document that has not changed for a while is not read again: a served page names all uses.
    """
    path = Path(path)
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return _title(path)
    if time_ns() - seen.st_ctime_ns < SETTLED_NS:  # the next change may leave the same time behind
        return _title(path)
    return _title_once(path, (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns))


@lru_cache(maxsize=20_000)
def _title_once(path: Path, seen: tuple[int, ...]) -> tuple[str, str]:
    return _title(path)


def _title(path: Path) -> tuple[str, str]:
    use = read_use(path)
    return use.id, use.title

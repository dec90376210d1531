"""What was deleted from a zone is taken out of the bytes of its file, too.

DuckDB marks deleted rows and leaves them where they are, whatever is vacuumed: the row ids of a person who
withdrew could still be read from the file. A copy holds only what is there.
"""

from __future__ import annotations

from pathlib import Path

from licet.engines.connecting import connect
from licet.engines.zone import FILE, writing

FRESH = f"{FILE}.part"


def forget(folder: Path, fact: str) -> None:
    """Write the database of a zone anew, without what was deleted from it. The zone must be closed.

    fact: what told that this is due; it is no longer there afterwards. An interruption leaves the zone as
    it was.
    """
    fresh = folder / FRESH
    discard(folder)
    with writing(folder):
        connection = connect(fresh, threads=1)
        try:
            place = str(folder / FILE).replace("'", "''")
            connection.execute(f"attach '{place}' as held (read_only)")
            (name,) = connection.execute("select current_database()").fetchone()
            connection.execute(f'copy from database held to "{name}"')
            connection.execute("delete from fact where name = ?", [fact])
            connection.execute("checkpoint")
        finally:
            connection.close()
        fresh.chmod((folder / FILE).stat().st_mode & 0o777)
        fresh.replace(folder / FILE)


def discard(folder: Path) -> None:
    """Take away what an interruption left."""
    for path in folder.glob(f"{FRESH}*"):
        path.unlink()

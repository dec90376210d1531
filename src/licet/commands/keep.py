"""``licet backup``, ``restore`` and ``rotate-keys``: what keeps a workspace safe."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Make them commands of the program."""
    app.command()(backup)
    app.command()(restore)
    app.command(name="rotate-keys")(rotate_keys)


def backup(
    workspace: Annotated[Path, typer.Argument(help="The folder of a workspace.")],
    file: Annotated[Path, typer.Argument(help="A new file: town-2026-11-30.tar.gz")],
) -> None:
    """Copy a whole workspace, with its database and keys, into one file."""
    from licet import flow

    made = flow.back_up(workspace, file, now=datetime.now(UTC))
    print(f"Copied: {made.file}")
    print(f"Its log: {made.leaves} leaves, root {made.root}")
    print("It holds keys and rows of people: keep it as safe as the workspace.", file=sys.stderr)


def restore(
    file: Annotated[Path, typer.Argument(help="A file of licet backup.")],
    folder: Annotated[Path, typer.Argument(help="A new folder for the workspace.")],
    database: Annotated[
        str, typer.Option(help="URL of an empty database, if the copy's was outside its folder.")
    ] = "",
) -> None:
    """Put a copy of a workspace back, and check its log."""
    from licet import flow

    found = flow.restore(file, folder, database=database)
    print(f"Put back: {found.folder}. Its log is sound: {found.leaves} leaves, root {found.root}")
    if database:
        print(
            "It uses the database that you named only where LICET_DATABASE, or database in its licet.toml, "
            "names it too.",
            file=sys.stderr,
        )
    print(
        "What people said after the copy was made is not in it: record every later no again, from the "
        "receipts, before anything is run.",
        file=sys.stderr,
    )


def rotate_keys(
    workspace: Annotated[Path, typer.Argument(help="The folder of a workspace.")],
    because: Annotated[str, typer.Option(help="Why, as the public log says it.")],
) -> None:
    """Sign the log with a new key from here on."""
    from licet import flow

    key = flow.rotate_keys(workspace, because, now=datetime.now(UTC))
    print(f"The log is signed with: {key}")
    print(
        "Tell whoever kept the old key. Whoever was signed in must sign in again. Start licet serve anew, so "
        "that its secret of sessions is a new one too.",
        file=sys.stderr,
    )

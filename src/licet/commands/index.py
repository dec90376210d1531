"""The command ``licet index``: one central record over many published registers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day
from licet.errors import counted


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(index)


def index(
    sites: Annotated[list[Path], typer.Argument(help="Folders that licet publish wrote.")],
    out: Annotated[Path, typer.Option(help="The folder for the central record.")],
    public: Annotated[
        Path | None,
        typer.Option(help="Uses known from public sources, TOML or CSV; marked as not confirmed."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the record is called.")] = "Central record",
    today: Annotated[str | None, typer.Option(help="Evidence expires by this day.")] = None,
) -> None:
    """Put published registers together: who does what, who has no entry, whose evidence has expired."""
    from licet.chapters.indexing import index as write

    found = write(sites, out, public=public, name=name, today=day(today))
    print(found.text)
    files = counted(found.put.written + found.put.removed, "file", "files")
    said = f"Record, {files} changed" if found.put.changed else "Record, unchanged"
    print(f"{said}: {found.folder / 'index.html'}", file=sys.stderr)

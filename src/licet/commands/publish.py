"""The command ``licet publish``: every use, its ruling and the log as a register that anybody can read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import writing_day
from licet.errors import counted


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(publish)


def publish(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    out: Annotated[
        Path | None, typer.Option(help="The folder for the register; else site/ of the workspace.")
    ] = None,
    today: Annotated[str | None, typer.Option(help="Rule for this day: 2026-11-30.")] = None,
) -> None:
    """Publish every use with its ruling: into the log, and as pages and JSON."""
    from licet.chapters.registering import publish_site

    found = publish_site(workspace, out, today=writing_day(today, workspace))
    for one in found.uses:
        print(one.line)
    files = counted(found.written + found.removed, "file", "files")
    said = f"Register, {files} changed" if found.changed else "Register, unchanged"
    print(f"{said}: {found.folder / 'index.html'}", file=sys.stderr)

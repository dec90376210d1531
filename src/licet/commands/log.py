"""The commands of the log: ``licet log verify`` and ``licet log show``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from licet.files.arguments import day

log_app = typer.Typer(
    help="The log of rulings, runs and refused runs: check it, read it.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

Source = Annotated[
    Path, typer.Argument(help="An exported log, a workspace, or a run's proof.json.")
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]


def add_to(app: typer.Typer) -> None:
    """Make it a family of commands of the program."""
    app.add_typer(log_app, name="log")


@log_app.command()
def verify(
    path: Source = Path(),
    earlier: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that you kept, to compare with.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="A file with the key you trust; else the log's own.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check that nothing was changed, dropped or added: sound (0), broken (3) and where."""
    from licet.chapters import witnessing

    found = witnessing.verify(path, earlier=earlier or (), key=key)
    what = "proof" if path.suffix == ".json" else "log"
    data = witnessing.verified_data(found)
    text = witnessing.verified_text(found, what)
    print(json.dumps(data, indent=2, ensure_ascii=False) if as_json else text)
    raise typer.Exit(found.status)


@log_app.command()
def show(
    path: Source = Path(),
    kind: Annotated[str | None, typer.Option(help="Only leaves of a kind: run_refused.")] = None,
    use: Annotated[str | None, typer.Option(help="Only what is about this use.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on: 2026-11-30.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Every version, ruling, run and refused run in a sentence, from the oldest on."""
    from licet.chapters import witnessing

    found = witnessing.entries(path, kind=kind, use=use, since=day(since, "--since"))
    data = witnessing.entries_data(found)
    text = witnessing.entries_text(found)
    print(json.dumps(data, indent=2, ensure_ascii=False) if as_json else text)

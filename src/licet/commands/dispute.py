"""``licet dispute``: records that families say are wrong, and what became of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day

app = typer.Typer(
    help="Records that families say are wrong: list them, settle them.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
Place = Annotated[Path, typer.Option("--workspace", "-w", help="The workspace.")]


def add_to(program: typer.Typer) -> None:
    """Make ``dispute`` a family of commands of the program."""
    program.add_typer(app, name="dispute")


@app.command("list")
def list_command(
    settled: Annotated[bool, typer.Option("--settled", help="Those that are settled.")] = False,
    workspace: Place = Path(),
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Those that wait, the one due first. For the office alone: it names records."""
    from licet.chapters.correcting import all_disputes

    found = all_disputes(workspace, today=day(today), settled=settled)
    if as_json:
        data = [
            {
                "dispute": one.dispute.key,
                "state": one.dispute.state,
                "service": one.dispute.service,
                "record": one.row,
                "field": one.field,
                "claim": one.claim,
                "answer": one.answer,
                "held_out": one.dispute.held,
                "raised": str(one.dispute.raised),
                "due": str(one.dispute.due or ""),
                "overdue": one.overdue,
                "steps": [move.id for move in one.moves],
            }
            for one in found
        ]
        print(json.dumps(data, indent=2, ensure_ascii=False))
        return
    if not found:
        print("There is none.")
    for one in found:
        late = ", OVERDUE" if one.overdue else ""
        due = f", due {one.dispute.due}{late}" if one.dispute.due else ""
        held = ", held out of linkage" if one.dispute.held else ""
        state = one.dispute.state.replace("_", " ")
        print(f"{one.dispute.key}  {one.service}, {one.row or 'every record'}: {one.field}")
        print(f"    {state}, {one.days} days{due}{held}")
        print(f"    {one.claim}")
        if one.moves:
            print(f"    next: {', '.join(move.id for move in one.moves)}")


@app.command()
def settle(
    dispute: Annotated[str, typer.Argument(help="Its key, as the list shows it.")],
    step: Annotated[str, typer.Argument(help="send, correct, refuse or uphold.")],
    reason: Annotated[
        str, typer.Option("--because", help="Why a record is kept, for the family.")
    ] = "",
    by: Annotated[str, typer.Option(help="The post that settles it; no person's name.")] = "office",
    workspace: Place = Path(),
) -> None:
    """Take a dispute one step on; the family reads what became of it."""
    from datetime import UTC, datetime

    from licet.chapters.correcting import move

    found = move(
        workspace, dispute, step, by="clerk", post=by, reason=reason, now=datetime.now(UTC)
    )
    print(f"{found.key}: {found.state.replace('_', ' ')}.")

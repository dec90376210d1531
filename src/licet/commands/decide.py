"""The command ``licet decide``: do, narrow, build or stop, by a named owner, within what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day, writing_day
from licet.errors import bad


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(decide)


def decide(
    use: Annotated[Path, typer.Argument(help="The use: uses/NAME.toml.")],
    role: Annotated[str | None, typer.Option("--as", help="Who decides: a role.")] = None,
    choice: Annotated[
        str | None, typer.Option("--decision", help="do, narrow, build or stop.")
    ] = None,
    because: Annotated[str | None, typer.Option(help="Why, for the public.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Its last day.")] = None,
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Show what the evidence allows on a use; with --decision, record what its owner decides."""
    from licet.chapters import deciding

    now = day(today) if choice is None else writing_day(today, use)
    if choice is not None:
        for name, given in (("--as", role), ("--because", because)):
            if not given:
                raise bad(f"{name} is missing", name, "words that the public will read",
                          f'add {name} "..."')  # fmt: skip
        last = day(until, "--until") if until else None
        made = deciding.decide(
            use, choice, role=role or "", because=because or "", today=now, until=last
        )
        if not as_json:
            said = f"Decided: {made.decision.upper()}, by {made.role}"
            print(f"{said}; to be decided anew by {made.until}. Logged.\n")
    elif role or because or until:
        raise bad("a decision is missing", "--decision", "do, narrow, build or stop")
    found = deciding.consider(use, today=now)
    print(deciding.considered_json(found) if as_json else deciding.considered_text(found))

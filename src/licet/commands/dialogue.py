"""``licet dialogue``: what people ask, object and propose; public conversations brought in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day
from licet.errors import bad

app = typer.Typer(no_args_is_help=False, help="Questions, objections, proposed conditions, votes.")


def add_to(program: typer.Typer) -> None:
    """Make it a command of the program."""
    program.add_typer(app, name="dialogue")


@app.command("list")
def list_(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    use: Annotated[str | None, typer.Option(help="Only this use, by its id.")] = None,
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
) -> None:
    """What waits for an answer, since when; what was answered; what binds. Overdue answers are logged."""
    from licet.chapters import dialogue_words, listening

    found = listening.heard(workspace, use=use, today=day(today))
    if day(today) <= day(None):
        listening.log_overdue(workspace, today=day(today))
    print(dialogue_words.list_text(found))


@app.command()
def show(
    item: Annotated[str, typer.Argument(help="Its name: q-3.")],
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
) -> None:
    """One item as everybody may read it, with how far each group agrees."""
    from licet.chapters import dialogue_words, listening

    number = item.removeprefix("q-")
    found = None
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = listening.question(workspace, int(number), today=day(today))
    if found is None:
        raise bad(f"nobody can read {item[:40]!r}", "ITEM", "one that licet dialogue list shows")
    print(dialogue_words.question_text(found))


@app.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(help="comments.csv and votes.csv as Polis publishes them.")
    ],
) -> None:
    """A public conversation: its opinion groups, and what all of them agree on."""
    from licet.chapters import conversing

    print(conversing.imported_text(conversing.import_conversation(folder)))

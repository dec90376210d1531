"""The commands ``licet review ...``: one household before one named person, decided, counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import writing_day
from licet.errors import bad, unknown

app = typer.Typer(
    help="Offers of support: a named person decides on each.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
Use = Annotated[Path, typer.Argument(help="The use: uses/NAME.toml.")]
In = Annotated[Path, typer.Option("--use", help="The use: uses/NAME.toml, or its id here.")]
Post = Annotated[str, typer.Option("--as", metavar="POST", help="Your post, one of the rule's.")]
Who = Annotated[
    str, typer.Option("--reviewer", metavar="NAME", help="Who of that post; kept as a keyed hash.")
]
Today = Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")]
Item = Annotated[str, typer.Argument(help="The name of the household in the queue.")]


def add_to(program: typer.Typer) -> None:
    """Make ``review`` a family of commands of the program."""
    program.add_typer(app, name="review")


def _place(use: Path) -> tuple[Path, str]:
    """The workspace and the id of a use that was named by its document or, inside a workspace, by its id."""
    from licet.files.workspace import find_workspace

    workspace = find_workspace(use)
    if workspace is None:
        raise bad("this lies in no workspace", str(use), "WORKSPACE/uses/NAME.toml")
    return workspace.root, use.stem


@app.command("next")
def next_one(use: Use, post: Post = "", reviewer: Who = "", today: Today = None) -> None:
    """The next household for you, or the one you hold. It shows personal data."""
    from licet.chapters import offer_queue, offering
    from licet.report.permission.offer_screen import case_text

    root, name = _place(use)
    day = writing_day(today, use)
    found = offering.next_offer(root, reviewer or post, post, today=day, use=name)
    if found is None:
        offer_queue.known_post(root, name, post)
    typed = {"--use": str(use), "--as": post, "--reviewer": reviewer, "--today": today or ""}
    print(case_text(found, [word for pair in typed.items() if pair[1] for word in pair]))


@app.command()
def decide(
    item: Item,
    use: In,
    answer: Annotated[str, typer.Option("--decision", help="offer, no_offer or second.")] = "",
    because: Annotated[str, typer.Option(help="Why, without names.")] = "",
    post: Post = "",
    reviewer: Who = "",
    today: Today = None,
) -> None:
    """Decide on the household you hold: offer, no_offer, or second: somebody else should look."""
    from licet.chapters import offering
    from licet.identify.offers import STATES

    root, name = _place(use)
    state = offering.decide_offer(
        root, item, name, reviewer or post, post, answer=answer, because=because,
        today=writing_day(today, use),
    )  # fmt: skip
    print(STATES[state] if state != "offered" else "Support is offered. The letter is written.")


@app.command()
def counts(use: Use, today: Today = None) -> None:
    """How many households are in which state, as far as that may be shown."""
    from licet.chapters import offer_queue
    from licet.files.workspace import read_workspace
    from licet.report.permission.offer_screen import counts_text

    root, name = _place(use)
    found = offer_queue.queue_counts(root, name, today=writing_day(today, use))
    print(counts_text(found, read_workspace(root).disclosure_threshold))


@app.command()
def outcome(
    item: Annotated[str, typer.Argument(help="The code of the letter, or the name in the queue.")],
    use: In,
    took_up: Annotated[str, typer.Option(help="yes or no.")] = "",
    today: Today = None,
) -> None:
    """Write down whether a family took the offer up."""
    from licet.chapters import contesting

    if took_up not in ("yes", "no"):
        raise unknown("outcome", took_up, ["yes", "no"], "--took-up")
    root, _ = _place(use)
    print(
        contesting.record_outcome(
            root, item, took_up=took_up == "yes", today=writing_day(today, use)
        )
    )


@app.command()
def funnel(
    use: Use,
    out: Annotated[Path | None, typer.Option(help="A folder for the counts as data.")] = None,
    today: Today = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """What became of those who were picked out, by group: for the next audit."""
    from licet.chapters import offer_funnel
    from licet.report.permission.offer_screen import funnel_text

    root, name = _place(use)
    found = offer_funnel.funnel(root, name, today=writing_day(today, use))
    if out is not None:
        for path in offer_funnel.write_funnel(found, out):
            print(f"Written: {path}")
    if as_json:
        print(json.dumps(offer_funnel.funnel_data(found), indent=2, ensure_ascii=False))
    else:
        print(funnel_text(found.title, found.steps, found.threshold))

"""The commands ``licet audit ...``: for whom is a linkage, a forecast, a source wrong?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licet.commands.days import day, writing_day

if TYPE_CHECKING:
    from licet.chapters.auditing import Done

app = typer.Typer(
    help="Audits: for whom is it wrong? Counts and shares only, never a person.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

By = Annotated[str, typer.Option(help="Columns that name groups, with commas between them.")]
Crossed = Annotated[
    list[str] | None,
    typer.Option("--cross", metavar="A,B", help="Columns crossed with each other."),
]
Out = Annotated[Path | None, typer.Option(help="The folder for page, JSON, CSV and XLSX.")]
Today = Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
Encoding = Annotated[str | None, typer.Option(help="Of the text file, if it is not UTF-8.")]


def add_to(program: typer.Typer) -> None:
    """Make ``audit`` a family of commands of the program."""
    program.add_typer(app, name="audit")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _told(found: Done) -> None:
    """Where it was written and logged; leave with its status."""
    others = ", ".join(dict.fromkeys(p.suffix for k, p in found.paths.items() if k != "page"))
    print(f"Page: {found.paths['page']}  (also {others})", file=sys.stderr)
    if found.logged:
        print(f"Logged beside: {', '.join(found.logged)}", file=sys.stderr)
    raise typer.Exit(found.status)


@app.command()
def forecast(
    plan: Annotated[Path, typer.Argument(help="The plan: a TOML file.")],
    data: Annotated[Path, typer.Option(help="One row per person: CSV, Parquet, .xlsx, .sav.")],
    frame: Annotated[
        Path | None, typer.Option(help="Counts of the population: by, group, people.")
    ] = None,
    out: Out = None,
    today: Today = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
) -> None:
    """Audit a score, a flag list or a rule against what came to be."""
    from licet.chapters import auditing

    found = auditing.forecast(
        plan, data, frame, today=writing_day(today, plan), folder=out, encoding=encoding
    )
    print(found.json if as_json else found.text)
    _told(found)


@app.command()
def linkage(
    run: Annotated[Path, typer.Argument(help="WORKSPACE/USE, a use, or the folder of a run.")],
    truth: Annotated[
        Path | None, typer.Option(help="row, person; or pairs that people looked at.")
    ] = None,
    pairs: Annotated[Path | None, typer.Option(help="Pairs looked at, beside truth.")] = None,
    groups: Annotated[Path | None, typer.Option(help="row or person, and columns.")] = None,
    by: By = "",
    cross: Crossed = None,
    gap: Annotated[
        float | None, typer.Option(help="How far a group may differ from the rest, 0-1.")
    ] = None,
    missed: Annotated[
        float | None, typer.Option(help="How many of all matches may be missed, 0-1.")
    ] = None,
    false: Annotated[
        float | None, typer.Option(help="How many of the pairs joined may be false, 0-1.")
    ] = None,
    out: Out = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Audit a linkage: missed and false matches by group, with truth or without."""
    from licet.chapters import auditing

    found = auditing.linkage(
        run, truth=truth, pairs=pairs, groups=groups, by=_listed(by),
        intersections=[_listed(one) for one in cross or ()], gap=gap, missed=missed, false=false,
        today=writing_day(today, run), folder=out,
    )  # fmt: skip
    print(found.json if as_json else found.text)
    _told(found)


@app.command()
def entitlement(
    use: Annotated[Path, typer.Argument(help="The use: uses/NAME.toml.")],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="What was known on this day.")
    ],
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="The rule, where the use has several.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="row, person; or pairs looked at. Else the last linkage audit."),
    ] = None,
    out: Out = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Audit a rule of entitlement: who is not found, or found wrongly, when links are wrong."""
    from licet import flow
    from licet.chapters.auditing_entitlement import audit_entitlement

    asked = day(as_of, "--as-of")
    try:
        found = audit_entitlement(
            use, as_of=asked, today=writing_day(today, use), rule=rule, truth=truth, folder=out
        )
    except flow.NotLinked as refusal:
        print(flow.refused_text(refusal), file=sys.stderr)
        raise typer.Exit(refusal.status) from None
    print(found.json if as_json else found.text)
    _told(found)


@app.command()
def sample(
    run: Annotated[Path, typer.Argument(help="WORKSPACE/USE, a use, or the folder of a run.")],
    out: Annotated[Path, typer.Option(help="The file for the reviewers: CSV.")],
    reviewer: Annotated[
        list[str], typer.Option(metavar="POST", help="Who will look at the rows: a post.")
    ],
    pairs: Annotated[int, typer.Option(help="How many pairs.")] = 1000,
    half_width: Annotated[
        float | None, typer.Option(help="As many as intervals of so much each way need, 0-1.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pairs.")] = 1,
    today: Today = None,
) -> None:
    """Draw pairs of rows for people to look at, and say how many a wanted interval needs."""
    from licet.chapters import auditing_linkage

    drawn = auditing_linkage.review_sample(
        run,
        pairs,
        reviewers=reviewer,
        today=writing_day(today, run),
        seed=seed,
        half_width=half_width,
    )
    path = auditing_linkage.write_review_file(drawn, out)
    print(auditing_linkage.review_text(drawn))
    print(f"For the reviewers: {path}", file=sys.stderr)


@app.command()
def reviewed(
    use: Annotated[Path, typer.Argument(help="WORKSPACE/USE: a use that was linked.")],
    out: Annotated[Path, typer.Option(help="A new file for the audit: CSV.")],
    today: Today = None,
) -> None:
    """Pairs that two reviewers settled on the pages, as truth for an audit: audit linkage --truth."""
    from licet.chapters import reviewing

    found = reviewing.write_pair_labels(use, out, today=writing_day(today, use))
    print(reviewing.labels_text(found, out, use))
    print(f"It names rows: delete {out} once the audit is made.", file=sys.stderr)


@app.command()
def source(
    feed: Annotated[Path, typer.Argument(help="The feed: feeds/NAME.toml.")],
    population: Annotated[
        Path | None, typer.Option(help="Counts of the population: by, group, people.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(help="People in the sample that they were counted from.")
    ] = None,
    zeros_below: Annotated[
        int | None, typer.Option(help="A 0 of it is a suppressed count below this.")
    ] = None,
    over: Annotated[
        float | None, typer.Option(help="How many times over-represented a group may be.")
    ] = None,
    out: Out = None,
    today: Today = None,
    threshold: Annotated[int | None, typer.Option(help="Smaller counts are not shown.")] = None,
    as_json: AsJson = False,
) -> None:
    """Audit a feed: what is wrong with its values, for whom, and who is in it too often."""
    from licet.chapters import auditing

    found = auditing.source(
        feed, population, sample=sample, zeros_below=zeros_below, over=over,
        today=writing_day(today, feed) if today else None, threshold=threshold, folder=out,
    )  # fmt: skip
    print(found.json if as_json else found.text)
    _told(found)


@app.command()
def contact(
    contacts: Annotated[Path, typer.Argument(help="Contacts by period: period, contacts.")],
    before: Annotated[str, typer.Option(metavar="DAY", help="The first day after.")],
    by: Annotated[str | None, typer.Option(help="The column of groups.")] = None,
    compare: Annotated[str | None, typer.Option(help="Which rows are the comparison.")] = None,
    use: Annotated[Path | None, typer.Option(help="The use beside which it is logged.")] = None,
    out: Out = None,
    today: Today = None,
    threshold: Annotated[int | None, typer.Option(help="Smaller counts are not shown.")] = None,
    as_json: AsJson = False,
) -> None:
    """Do families avoid services since a day? Counts by period, before and after."""
    from licet.chapters import auditing

    found = auditing.contact(
        contacts, before=day(before, "--before"), by=by, compare=compare, use=use, threshold=threshold,
        today=writing_day(today, use), folder=out,
    )  # fmt: skip
    print(found.json if as_json else found.text)
    _told(found)

"""The command line: arguments in, text and exit status out. It calls ``flow`` only.

Exit status: 0 licensed (or done), 5 ask each family, 3 refusal, 4 not known, 2 bad input, 1 a bug.
"""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from licet.commands import audit as cli_audit
from licet.commands import banner as cli_banner
from licet.commands import contrasts as cli_comparisons
from licet.commands import decide as cli_decide
from licet.commands import dialogue as cli_dialogue
from licet.commands import dispute as cli_dispute
from licet.commands import explain_link as cli_explain
from licet.commands import feeds as cli_feeds
from licet.commands import forecast as cli_forecast
from licet.commands import identify as cli_identify
from licet.commands import index as cli_index
from licet.commands import keep as cli_keep
from licet.commands import link as cli_link
from licet.commands import log as cli_log
from licet.commands import permission as cli_permission
from licet.commands import plan as cli_plan
from licet.commands import publish as cli_publish
from licet.commands import quality as cli_quality
from licet.commands import questionnaire as cli_instrument
from licet.commands import review as cli_review
from licet.commands import serve as cli_serve
from licet.commands import table as cli_table
from licet.commands import waves as cli_waves
from licet.commands import weight as cli_weight
from licet.commands.days import day
from licet.commands.new import new_app
from licet.commands.table import IntervalOption, JsonFlag, LevelOption, interval_method
from licet.errors import BadInput, bad
from licet.files.arguments import bases

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    help="Does the measured social licence cover this use of records about families?",
)
app.add_typer(new_app, name="new")
app.add_typer(cli_instrument.app, name="questionnaire")

DeffOption = Annotated[
    float | None, typer.Option(help="Design effect of printed figures, 1 or more.")
]
BaseOption = Annotated[
    list[str] | None, typer.Option("--base", metavar="GROUP=PEOPLE", help="People in a group.")
]


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


@app.callback(invoke_without_command=True)
def story(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Without a command: the story in ten lines, and what to type next."""
    if version:
        from licet.version import __version__

        print(__version__)
    elif context.invoked_subcommand is None:
        from licet.report.story import STORY

        print(STORY, end="")


@app.command()
def paper(
    interval: IntervalOption = "korn-graubard",
    deff: DeffOption = None,
    base: BaseOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also figures of the text.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """The article's Tables 1-3 re-judged: what is firm, what is unproven."""
    from licet import flow
    from licet.published import Assumptions
    from licet.report.screens import cell_data, paper_text

    assumptions = Assumptions(1.5 if deff is None else deff, bases(base), interval_method(interval))
    table = flow.paper(assumptions, everything=everything)
    if as_json:
        _print_json([cell_data(cell, assumptions.method) for cell in table.cells])
    else:
        print(paper_text(table, flow.PAPER))


@app.command()
def judge(
    table: Annotated[Path, typer.Argument(help="CSV: item, group, percent, base, k or stance.")],
    interval: IntervalOption = "korn-graubard",
    deff: DeffOption = None,
    base: BaseOption = None,
    k: Annotated[int | None, typer.Option(min=2, help="Stances, for rows that say none.")] = None,
    level: LevelOption = 0.95,
    as_json: JsonFlag = False,
) -> None:
    """Judge anybody's printed table (percent, base, k or stance), with no other file."""
    from licet import flow
    from licet.published import Assumptions
    from licet.report.screens import cell_data, judge_text

    chosen = 1.5 if deff is None else deff
    judged = flow.judge(
        table, Assumptions(chosen, bases(base), interval_method(interval), level), k=k
    )
    if as_json:
        _print_json([cell_data(cell, interval) for cell in judged.cells])
    else:
        print(judge_text(judged))


cli_table.add_to(app)


@app.command()
def assess(
    use: Annotated[Path, typer.Argument(help="The use: a TOML file.")],
    evidence: Annotated[
        Path | None, typer.Option(help="A folder of evidence instead of the workspace's.")
    ] = None,
    today: Annotated[str | None, typer.Option(help="Rule for this day: 2026-11-30.")] = None,
    interval: IntervalOption = "korn-graubard",
    deff: DeffOption = None,
    base: BaseOption = None,
    report: Annotated[bool, typer.Option(help="Write the reports.")] = True,
    out: Annotated[Path | None, typer.Option(help="The folder for the reports.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Rule on a use: licensed (0), ask each family (5), refusal (3), not known (4)."""
    from licet import flow
    from licet.readings import Settings

    settings = Settings(interval_method(interval), deff=deff, bases=bases(base))
    found = flow.assess(use, evidence, today=day(today), settings=settings)
    if as_json:
        print(flow.assessment_json(found))
    else:
        print(flow.assessment_screen(found))
    if report:
        folder = out or flow.reports_folder(use, found)
        paths = flow.write_reports(found, folder)
        print(f"Report: {paths['report']}  (also .json, .csv, annex.docx)", file=sys.stderr)
    raise typer.Exit(found.ruling.status)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="USE", help="A use: a TOML file.")],
    second: Annotated[Path, typer.Argument(metavar="USE", help="Another use.")],
    evidence: Annotated[Path | None, typer.Option(help="A folder of evidence.")] = None,
    today: Annotated[str | None, typer.Option(help="Rule for this day: 2026-11-30.")] = None,
) -> None:
    """Two uses on the same evidence, side by side. Ends with 0 whatever the rulings."""
    from licet import flow

    print(flow.compare(first, second, evidence, today=day(today)))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
) -> None:
    """A commented workspace that runs as it is."""
    from licet import flow

    print(flow.init(folder))


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A workspace, or a file in it.")] = Path(),
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
) -> None:
    """All faults of a workspace at once; evidence that is old, expires, or is an example."""
    from licet import flow

    print(flow.check(folder, today=day(today)))


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
) -> None:
    """Where each use stands, and what to do next."""
    from licet import flow

    print(flow.status(folder, today=day(today)))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the demo town.")] = Path("demo-town"),
    people: Annotated[
        int, typer.Option(min=5000, max=200_000, help="Of the town. Audits of few settle nothing.")
    ] = 50_000,
) -> None:
    """A made-up town goes the whole way: ruled, asked, linked, audited, decided, talked about, offered."""
    from licet import flow

    for line in flow.demo(folder, today=date.today(), people=people):
        print(line, flush=True)


@app.command()
def vocabulary(as_json: JsonFlag = False) -> None:
    """The shared words with their definitions."""
    from licet.report.screens import vocabulary_data, vocabulary_text

    if as_json:
        _print_json(vocabulary_data())
    else:
        print(vocabulary_text())


for more in (cli_banner, cli_comparisons, cli_quality, cli_waves, cli_weight, cli_plan):
    more.add_to(app)
for linking in (
    cli_explain,
    cli_feeds,
    cli_permission,
    cli_publish,
    cli_index,
    cli_serve,
    cli_keep,
    cli_link,
    cli_log,
    cli_audit,
    cli_decide,
    cli_identify,
    cli_review,
    cli_forecast,
    cli_dialogue,
    cli_dispute,
):
    linking.add_to(app)


def _fail(text: str, status: int) -> NoReturn:
    from licet.report.screens import message

    print(message(f"licet: {text}"), file=sys.stderr)
    raise SystemExit(status)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit status."""
    command = typer.main.get_command(app)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no dash or half a character: written as its number, not a failure.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        result = command.main(arguments, prog_name="licet", standalone_mode=False)
        sys.stdout.flush()
    except BadInput as error:
        _fail(str(error), 2)
    except (KeyboardInterrupt, EOFError):
        _fail("stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Never 0: whoever reads the status must not take a cut pipe for a licence.
        raise SystemExit(141) from None
    except OSError as error:
        if error.filename is None:
            raise
        _fail(str(bad(f"the system refuses ({error.strerror})", str(error.filename))), 2)
    except Exception as error:
        usage = getattr(error, "format_message", None)
        if usage:
            from licet.commands.usage import usage_fault

            _fail(str(usage_fault(error) or usage()), 2)
        if os.environ.get("LICET_DEBUG"):
            raise
        _fail(
            f"this is a fault of Licet, not of your input ({type(error).__name__}: {error})\n"
            "  do:      run it again with LICET_DEBUG=1 and report what it prints",
            1,
        )
    raise SystemExit(result if isinstance(result, int) else 0)

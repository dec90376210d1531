"""The commands that draft: ``licet new codebook``, ``licet new use`` and ``licet new audit-plan``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from licet.files.arguments import ages, day, meanings, pairs, words

new_app = typer.Typer(
    help="Drafts: a use, the codebook of a survey file, the plan of an audit.",
    rich_markup_mode=None,
)

Text = str | None
AgesOption = Annotated[
    Text, typer.Option("--child-ages", metavar="YOUNGEST-OLDEST", help="0-15, or any.")
]
AreaOption = Annotated[Text, typer.Option(help="From wide to narrow: UK/England/Leeds.")]
PeopleOption = Annotated[Text, typer.Option(help="parents, young_people or adults.")]
PurposeOption = Annotated[Text, typer.Option(help="A word of licet vocabulary.")]
SettingOption = Annotated[Text, typer.Option(help="operational or research.")]


@new_app.command("codebook")
def new_codebook(
    answers: Annotated[Path, typer.Argument(help="A .sav, .dta, .csv or .parquet file.")],
    items: Annotated[
        Text, typer.Option(metavar="COLUMN[=KIND:SUBJECT],...", help="The questions.")
    ] = None,
    permits: Annotated[
        Text, typer.Option(metavar="OPTION|OPTION", help="Options that permit.")
    ] = None,
    neutral: Annotated[Text, typer.Option(metavar="OPTION|OPTION", help="Neutral ones.")] = None,
    opposes: Annotated[
        Text, typer.Option(metavar="OPTION|OPTION", help="Those that oppose.")
    ] = None,
    dont_know: Annotated[Text, typer.Option(metavar="OPTION|OPTION", help="Not knowing.")] = None,
    outside: Annotated[Text, typer.Option(metavar="OPTION|OPTION", help="No answer.")] = None,
    base_rule: Annotated[Text, typer.Option(help="Not knowing: in or out of the base.")] = None,
    by: Annotated[Text, typer.Option(help="Columns whose values are the groups.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="LABEL=EXPRESSION", help="A group by expression.")
    ] = None,
    reference: Annotated[Text, typer.Option(help="Ids of groups that decide nothing.")] = None,
    sample: Annotated[Text, typer.Option(help="probability, census, quota or opt_in.")] = None,
    start: Annotated[Text, typer.Option(help="First day of asking: 2026-03-01.")] = None,
    end: Annotated[Text, typer.Option(help="Last day of asking.")] = None,
    expires: Annotated[Text, typer.Option(help="Last day it counts; else 3 years later.")] = None,
    people: PeopleOption = None,
    area: AreaOption = None,
    child_ages: AgesOption = None,
    purpose: PurposeOption = None,
    setting: SettingOption = None,
    weight: Annotated[Text, typer.Option(help="The column of weights.")] = None,
    unweighted: Annotated[bool, typer.Option(help="Say that there are no weights.")] = False,
    strata: Annotated[Text, typer.Option(help="The column of strata.")] = None,
    psu: Annotated[Text, typer.Option(help="The column of first-stage clusters.")] = None,
    lonely_psu: Annotated[
        Text, typer.Option(help="error, remove, certainty, adjust or average.")
    ] = None,
    encoding: Annotated[Text, typer.Option(help="Of a file that is not UTF-8: cp1252.")] = None,
    id: Annotated[Text, typer.Option(help="Its name; else that of the file.")] = None,
    title: Annotated[Text, typer.Option(help="What people see in reports.")] = None,
    synthetic: Annotated[bool, typer.Option(help="The answers are made up.")] = False,
    ready: Annotated[bool, typer.Option(help="No draft: refused if a CHECK is left.")] = False,
    out: Annotated[Path | None, typer.Option(help="A folder for codebook and answers.")] = None,
    again: Annotated[bool, typer.Option(help="Replace an earlier draft in it.")] = False,
) -> None:
    """Draft the codebook of a survey file from its labels; what is not certain is marked CHECK."""
    from licet import flow
    from licet.files.draft_facts import CodebookFacts
    from licet.files.writing import check_folder

    if out is not None:
        check_folder(out)
    listed = {"permits": permits, "neutral": neutral, "opposes": opposes}
    listed |= {"dont_know": dont_know, "outside": outside}
    facts = CodebookFacts(
        id=id, title=title, purpose=purpose, setting=setting, people=people, area=area,
        child_ages=ages(child_ages, "--child-ages"), sample=sample,
        start=day(start, "--start"), end=day(end, "--end"), expires=day(expires, "--expires"),
        encoding=encoding, weight=weight, unweighted=unweighted, strata=strata, psu=psu,
        lonely_psu=lonely_psu, items=meanings(items, "--items"),
        stances={name: words(options, "|") for name, options in listed.items()},
        base_rule=base_rule, by=words(by), groups=pairs(group, "--group"),
        reference=words(reference), synthetic=synthetic, ready=ready,
    )  # fmt: skip
    print(flow.draft_codebook(answers, facts, out, again=again), end="")


@new_app.command("use")
def new_use(
    services: Annotated[Text, typer.Option(help="Whose records, with commas between.")] = None,
    reasons: Annotated[Text, typer.Option(help="Why, with commas between.")] = None,
    purpose: PurposeOption = None,
    setting: SettingOption = None,
    processor: Annotated[Text, typer.Option(help="in_house, public_partner, commercial.")] = None,
    analytics: Annotated[Text, typer.Option(help="What is done with the records.")] = None,
    action: Annotated[Text, typer.Option(help="offer_of_support, information, none.")] = None,
    people: PeopleOption = None,
    area: AreaOption = None,
    child_ages: AgesOption = None,
    groups: Annotated[Text, typer.Option(help="Ids of groups to add.")] = None,
    start: Annotated[Text, typer.Option(help="First day of the linkage.")] = None,
    end: Annotated[Text, typer.Option(help="Last day of the linkage.")] = None,
    id: Annotated[Text, typer.Option(help="Its name; else that of the file.")] = None,
    title: Annotated[Text, typer.Option(help="What people see in reports.")] = None,
    controller: Annotated[Text, typer.Option(help="The public body that answers for it.")] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Evidence to match; else the workspace's.")
    ] = None,
    today: Annotated[Text, typer.Option(help="Count dates from this day: 2026-11-30.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Draft a use that matches the evidence: commented TOML, valid as it is."""
    from licet import flow
    from licet.files.use_draft import UseFacts

    facts = UseFacts(
        id=id, title=title, controller=controller, services=words(services),
        reasons=words(reasons), purpose=purpose, setting=setting, processor=processor,
        people=people, area=area, child_ages=ages(child_ages, "--child-ages"),
        analytics=words(analytics), action=action, groups=words(groups),
        start=day(start, "--start"), end=day(end, "--end"),
    )  # fmt: skip
    on = day(today, "--today") or date.today()
    print(flow.draft_use(out, facts, today=on, evidence=evidence), end="")


@new_app.command("audit-plan")
def new_audit_plan(
    scored: Annotated[
        Path | None, typer.Argument(help="One row per person: CSV, Parquet, .xlsx, .sav.")
    ] = None,
    example: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A made-up example to try, instead.")
    ] = None,
    outcome: Annotated[Text, typer.Option(metavar="COLUMN", help="1 or yes: it came.")] = None,
    score: Annotated[Text, typer.Option(metavar="COLUMN", help="The score.")] = None,
    flag: Annotated[Text, typer.Option(metavar="COLUMN", help="1 or yes: flagged.")] = None,
    by: Annotated[Text, typer.Option(help="Columns whose values are groups.")] = None,
    means: Annotated[Text, typer.Option(help="What it means to have the outcome.")] = None,
    id: Annotated[Text, typer.Option(help="Its name; else that of the file.")] = None,
    title: Annotated[Text, typer.Option(help="What people see in reports.")] = None,
    encoding: Annotated[Text, typer.Option(help="Of a file that is not UTF-8: cp1252.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Draft the plan of a forecast audit from scored data, or write an example of one."""
    from licet.chapters import drafting
    from licet.errors import bad
    from licet.files.audit_draft import PlanFacts

    facts = PlanFacts(outcome, score, flag, tuple(words(by)), id, title, means, encoding)
    if (scored is None) == (example is None):
        what = "neither data nor an example is named" if scored is None else "both are named"
        raise bad(what, "licet new audit-plan", "a data file, or --example FOLDER")
    if example is not None:
        if facts != PlanFacts() or out is not None:
            raise bad("an example takes no other option", "--example", "a folder alone")
        print(drafting.example_audit_plan(example), end="")
    elif scored is not None:
        print(drafting.draft_audit_plan(scored, facts, out), end="")

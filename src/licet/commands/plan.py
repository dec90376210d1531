"""The command ``licet plan``: what a survey will be able to say, and what certainty costs.

Without a plan, evidence or a number of interviews: the chance of each ruling by true share and base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licet.errors import BadInput, Fault, bad
from licet.files.arguments import bases, day, pairs

if TYPE_CHECKING:
    from licet.chapters.surveying import Aim, Costs, PlannedSurvey, SurveyPlan

SHARES = [0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9]
"""True shares that are shown where none is given."""


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(plan)


def plan(
    document: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A plan: a TOML file.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--from", help="Plan the next survey from this evidence.")
    ] = None,
    use: Annotated[Path | None, typer.Option(help="Plan for what this use leaves open.")] = None,
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
    interviews: Annotated[int | None, typer.Option(help="Interviews of the main sample.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=SHARE", help="A group's part of the population, 0-1."),
    ] = None,
    boost: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=PEOPLE", help="Further interviews in a group alone."),
    ] = None,
    each: Annotated[
        float | None, typer.Option(help="Wanted: each cell decided with this chance, as 0.8.")
    ] = None,
    together: Annotated[
        float | None, typer.Option(help="Wanted: all cells decided at once with this chance.")
    ] = None,
    half_width: Annotated[
        float | None, typer.Option(help="Wanted: no interval wider each way, as 0.1.")
    ] = None,
    most: Annotated[
        int | None, typer.Option(help="Leave out cells that take more people of a group.")
    ] = None,
    fixed_cost: Annotated[float | None, typer.Option(help="What costs once.")] = None,
    cost: Annotated[float | None, typer.Option(help="Of one interview.")] = None,
    boost_cost: Annotated[float | None, typer.Option(help="Of one interview in a boost.")] = None,
    base: Annotated[
        list[str] | None, typer.Option("--base", metavar="GROUP=PEOPLE", help="People in a group.")
    ] = None,
    share: Annotated[
        list[float] | None, typer.Option(help="True shares, 0-1 (repeat the option).")
    ] = None,
    items: Annotated[
        int | None, typer.Option(help="Required items of the use.  [default: 4]")
    ] = None,
    k: Annotated[
        int | None, typer.Option(min=2, max=3, help="Stances of each item.  [default: 3]")
    ] = None,
    deff: Annotated[float | None, typer.Option(help="Design effect, 1 or more.")] = None,
    draws: Annotated[int, typer.Option(min=100, max=200_000, help="Simulated surveys.")] = 4000,
    seed: Annotated[int, typer.Option(help="Of the simulation.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Write .html, .json or .txt.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """What a survey of a given size can find out, and what a wanted certainty costs."""
    given = {name: value for name, value in locals().items() if value is not None}
    _together(given)
    if given.keys() & {"document", "evidence", "use", "interviews"}:
        found = _planned(given)
        _show(found, out, as_json)
    else:
        print(_chances(given))


BY_HAND = ("base", "share", "items", "k", "deff")
"""Options that describe a survey; a plan file and evidence describe it themselves."""
OF_PLANS = ("today", "group", "boost", "each", "together", "half_width", "most", "fixed_cost",
            "cost", "boost_cost", "out")  # fmt: skip


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _together(given: dict[str, Any]) -> None:
    """Refuse options that do not belong together, all at once."""
    faults = []
    if "document" in given and {"evidence", "use"} & given.keys():
        faults.append(Fault("both a plan and evidence to plan from", "PLAN, --from", "one of them"))
    if len(given.keys() & {"each", "together", "half_width"}) > 1:
        where = "--each, --together, --half-width"
        faults.append(Fault("more than one wanted certainty", where, "one of them"))
    if given.keys() & {"document", "evidence", "use"}:
        extra, todo = list(BY_HAND), "leave it out: the plan or the evidence says it"
        extra += ["group", "fixed_cost", "cost", "boost_cost"] if "document" in given else []
    elif "interviews" in given:
        extra, todo = ["base", "today"], "say --group GROUP=SHARE instead of --base"
    else:
        extra, todo = list(OF_PLANS), "add --interviews, --from EVIDENCE, or the path of a plan"
        extra += ["as_json"] if given["as_json"] else []
    for name in extra:
        if name in given:
            option = _option(name.removeprefix("as_"))
            faults.append(Fault(f"{option} does not belong here", option, "", todo))
    if faults:
        raise BadInput(*faults)


def _chances(given: dict[str, Any]) -> str:
    from licet import flow
    from licet.planning import Plan

    people = bases(given.get("base")) or dict(flow.ARTICLE_BASES)
    survey = Plan(people, given.get("items", 4), given.get("k", 3), given.get("deff", 1.5))
    shares = given.get("share", SHARES)
    return flow.plan(survey, shares, draws=given["draws"], seed=given["seed"])


def _planned(given: dict[str, Any]) -> PlannedSurvey:
    from licet.chapters import surveying
    from licet.chapters.surveying import Ground

    ground = Ground(draws=given["draws"], seed=given["seed"])
    faults: list[Fault] = []
    boosts = _tried(faults, lambda: _numbers(given.get("boost"), "--boost", int))
    parts = _tried(faults, lambda: _numbers(given.get("group"), "--group", float))
    aim = _tried(faults, lambda: _aim(given))
    costs = _tried(faults, lambda: _costs(given))
    if faults:
        raise BadInput(*faults)
    if "document" in given:
        read = surveying.read_survey_plan(given["document"])
        planned = surveying.resized(read, given.get("interviews"), boosts)
    elif given.keys() & {"evidence", "use"}:
        return _next(given, aim=aim, boosts=boosts, shares=parts, costs=costs, ground=ground)
    else:
        planned = _by_hand(given, parts, boosts, costs)
    return surveying.plan_survey(planned, aim=aim, ground=ground)


def _tried(faults: list[Fault], read: Callable[[], Any]) -> Any:
    """What is read, or None and its faults kept, so that all are told at once."""
    try:
        return read()
    except BadInput as error:
        faults += error.faults
        return None


def _next(given: dict[str, Any], **how: Any) -> PlannedSurvey:
    from licet import flow
    from licet.chapters import surveying

    source: Any = given.get("evidence")
    if "use" in given:
        when = day(given.get("today"), "--today") or date.today()
        source = flow.assess(given["use"], source, today=when, vary=False)
    return surveying.next_survey(source, interviews=given.get("interviews"), **how)


def _by_hand(
    given: dict[str, Any], parts: dict[str, float], boosts: dict[str, int], costs: Costs
) -> SurveyPlan:
    """A plan of items that are all alike, from options."""
    from licet.chapters.surveying import plan_of

    shares = given.get("share", [0.6])
    if len(shares) > 1:
        todo = "declare the items in a plan file"
        raise bad(f"{len(shares)} true shares", "--share", "one, for all items", todo)
    groups: dict[str, dict[str, float]] = {name: {"share": part} for name, part in parts.items()}
    for name, people in boosts.items():
        if name not in groups:
            raise bad(f"a boost of {name!r}, which is no group", "--boost", ", ".join(groups))
        groups[name]["boost"] = people
    return plan_of(
        {
            "interviews": given["interviews"],
            **({"groups": groups} if groups else {}),
            "items": {
                "item": {
                    "share": shares[0],
                    "number": given.get("items", 4),
                    "k": given.get("k", 3),
                }
            },
            "design": {"deff": given["deff"]} if "deff" in given else {},
            "costs": costs,
        }
    )


def _costs(given: dict[str, Any]) -> Costs:
    from licet.chapters.surveying import Costs

    names = {"fixed": "fixed_cost", "interview": "cost", "boost": "boost_cost"}
    return Costs(**{name: given[option] for name, option in names.items() if option in given})


def _aim(given: dict[str, Any]) -> Aim | None:
    from licet.chapters.surveying import Aim

    kinds = [kind for kind in ("each", "together", "half_width") if kind in given]
    limit = {"most": given["most"]} if "most" in given else {}
    if kinds:
        return Aim(kinds[0], given[kinds[0]], **limit)
    return Aim("each", 0.8, **limit) if limit else None


def _numbers(
    given: Iterable[str] | None, option: str, kind: Callable[[str], Any]
) -> dict[str, Any]:
    """``black=0.05`` or ``black=200``; all that cannot be read at once."""
    whole = kind is int
    faults, found = [], {}
    for name, text in pairs(given, option).items():
        try:
            nobody = whole and text == "0"
            found[name] = bases([f"{name}={text}"])[name] if whole and not nobody else kind(text)
        except ValueError:
            allowed = "a number of people: 200" if whole else "a proportion from 0 to 1: 0.05"
            faults.append(Fault(f"cannot read {option} {name}={text[:40]!r}", option, allowed))
    if faults:
        raise BadInput(*faults)
    return found


def _show(found: PlannedSurvey, out: Path | None, as_json: bool) -> None:
    from licet.chapters import surveying

    if out is not None:
        surveying.write_survey(found, out)
        print(f"written: {out}")
    else:
        print(surveying.survey_json(found) if as_json else surveying.survey_text(found))

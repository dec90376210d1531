"""The command ``licet contrasts``: groups, items, waves and batteries of one evidence compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licet.errors import bad
from licet.files.arguments import bases, pairs, words

if TYPE_CHECKING:
    from licet.chapters.comparing import Battery


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(contrasts)


def contrasts(
    evidence: Annotated[Path, typer.Argument(help="A folder with a codebook.toml.")],
    appreciable: Annotated[
        float | None, typer.Option(help="Points that matter.  [default: licet.toml, else 5]")
    ] = None,
    level: Annotated[
        float | None, typer.Option(help="Of the intervals.  [default: licet.toml, else 0.95]")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(help="Tests judged together: sort, item, group, kind.  [default: sort]"),
    ] = None,
    items: Annotated[str | None, typer.Option(help="Only these items, with commas.")] = None,
    pair: Annotated[
        list[str] | None, typer.Option(metavar="GROUP,GROUP", help="Two groups; may overlap.")
    ] = None,
    item_pair: Annotated[
        list[str] | None, typer.Option(metavar="ITEM,ITEM", help="Two items in each group.")
    ] = None,
    battery: Annotated[
        list[str] | None, typer.Option(metavar="NAME=ITEM,ITEM", help="Items read together.")
    ] = None,
    wave: Annotated[str | None, typer.Option(help="The column of waves of a panel.")] = None,
    person: Annotated[str | None, typer.Option(help="The column that numbers people.")] = None,
    earlier: Annotated[
        Path | None, typer.Option(help="A folder of an earlier, independent fieldwork.")
    ] = None,
    deff: Annotated[float | None, typer.Option(help="Design effect of printed figures.")] = None,
    base: Annotated[
        list[str] | None, typer.Option("--base", metavar="GROUP=PEOPLE", help="People in a group.")
    ] = None,
    threshold: Annotated[int, typer.Option(help="Smaller counts are not shown.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the simulated patterns.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Write page, CSV and JSON to a folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Who differs from the rest, on which items, and how sure that is: context, never a ruling."""
    from licet.chapters import comparing

    terms = comparing.comparison_terms(evidence)
    points = terms.points if appreciable is None else appreciable
    sure = terms.level if level is None else level
    request = comparing.Request(
        items=tuple(words(items)) or None,
        pairs=_pairs(pair, "--pair", "GROUP,GROUP"),
        item_pairs=_pairs(item_pair, "--item-pair", "ITEM,ITEM"),
        batteries=_batteries(battery),
        appreciable=comparing.Appreciable(points / 100, sure),
        family=family or terms.family,  # type: ignore[arg-type]
        level=sure,
        wave=wave,
        person=person,
        seed=seed,
    )
    settings = comparing.Settings(deff=deff, bases=bases(base), threshold=_threshold(threshold))
    found = comparing.contrasts(evidence, request, settings, earlier=earlier)
    if as_json:
        print(comparing.contrasts_json(found), end="")
    else:
        print(comparing.contrasts_screen(found))
    if out is not None:
        paths = comparing.write_contrasts(found, out)
        print(f"Page: {paths['page']}  (also .csv, batteries.csv, .json)", file=sys.stderr)


def _threshold(threshold: int) -> int:
    if threshold < 1:
        raise bad(f"threshold {threshold}", "--threshold", "1 person or more", "10 is usual")
    return threshold


def _pairs(given: list[str] | None, option: str, form: str) -> tuple[tuple[str, str], ...]:
    found = []
    for text in given or ():
        two = words(text)
        if len(two) != 2:
            raise bad(f"cannot read {option} {text!r}", option, form)
        found.append((two[0], two[1]))
    return tuple(found)


def _batteries(given: list[str] | None) -> tuple[Battery, ...] | None:
    from licet.chapters.comparing import Battery

    if not given:
        return None
    named = pairs(given, "--battery")
    return tuple(Battery(name, name, tuple(words(items))) for name, items in named.items())

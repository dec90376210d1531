"""Why rows are one person, in words and as a page. It shows what rows hold: for a named officer only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.errors import counted
from licet.report.charts.drawings import Drawing
from licet.report.linkage import words
from licet.report.linkage.charts import waterfall_chart
from licet.report.quality.page import Sheet
from licet.report.rendering import render
from licet.report.ruling.page import day
from licet.report.screens import columns, plain, wrap

Found = Mapping[str, Any]
REVIEWED = "reviewers said so"
_WIDTHS = {
    "rows": (26, 26),
    "steps": (26, 9),
    "edges": (52, 12),
    "path": (52,),
    "relationships": (30, 16),
}
"""On the screen: of all columns but the last."""
LINKS = {"must": "one person", "cannot": "two persons"}


def notices(found: Found) -> list[str]:
    """What stands above everything."""
    told = [
        f"PERSONAL DATA, shown to {found['officer']} on {day(found['day'])}. Only for the task at hand: "
        "do not copy it, keep it or pass it on."
    ]
    if found["synthetic"]:
        told.insert(0, "SYNTHETIC: made by a program. No row here is of a real person.")
    return told


def explanation_text(found: Found) -> str:
    """The whole screen."""
    parts = [wrap(notice) for notice in notices(found)]
    parts.append(wrap(title(found)))
    parts += [wrap(line) for line in summary(found)]
    for sheet in sheets(found):
        parts.append(f"{plain(sheet.caption)}\n{_columns(sheet)}")
    return "\n\n".join(parts)


def explanation_page(found: Found) -> str:
    """The whole page as text."""
    return render(
        "linkage_explain.html",
        notices=notices(found),
        synthetic=found["synthetic"],
        title=title(found),
        lines=list(summary(found)),
        chart=waterfall(found) if found["kind"] == "pair" else None,
        tables=list(sheets(found)),
        use=found["title"],
        run=found["run"],
    )


def title(found: Found) -> str:
    """What is explained."""
    if found["kind"] == "person":
        return f"Why these {counted(len(found['rows']), 'row', 'rows')} are the person {found['person']}"
    first, second = (row["row"] for row in found["rows"])
    return f"{first} and {second}: {'one person' if found['same_person'] else 'two persons'}"


def summary(found: Found) -> Iterator[str]:
    """The answer in sentences, and how whoever it is about takes their yes back."""
    yield from _of_pair(found) if found["kind"] == "pair" else _of_person(found)
    rows = sorted(
        (row["row"] for row in found["rows"]), key=lambda row: row not in found.get("asked", ())
    )
    yield (
        "Whoever these rows are of can take their yes back by the id of a row, also without a letter: "
        f"licet permission withdraw {rows[0]} --use {found['use']}"
    )


def _of_pair(found: Found) -> Iterator[str]:
    score, line = found["score"], found["line"]
    side = "at or above" if score["total"] >= line else "below"
    yield (
        f"Compared with each other they have {words.bits(score['total'])} bits, a probability of "
        f"{_probability(score['probability'])}: {side} the line of {words.number(line)} bits from which "
        "rows may be joined."
    )
    if found["blocks"]:
        named = "; ".join(words.block_name(parts) for parts in found["blocks"])
        yield f"They met because these are equal in both: {named}."
    else:
        yield "They did not meet in any block, so the run did not compare them with each other."
    said = [one for one in found["reviews"] if _both(one, found)]
    for one in said:
        yield f"{one['reviewer']} said that they are {LINKS.get(one['link'], one['link'])}."
    yield _verdict(found)


def _verdict(found: Found) -> str:
    path = found["path"]
    first, second = (row["person"] for row in found["rows"])
    if found["same_person"]:
        start = f"They are one person, {first}"
        if len(path) > 1:
            between = ", ".join(edge["second"] for edge in path[:-1])
            return f"{start}. The strongest way between them goes over {between}."
        return f"{start}, by this edge itself." if path else f"{start}."
    apart = f"They are two persons, {first} and {second}"
    if found["score"]["total"] >= found["line"]:
        return (
            f"{apart}, although they are alike: a reviewer's word, a feed with one record for each "
            "person, or two dates of birth that others confirm keep them apart."
        )
    return f"{apart}."


def _of_person(found: Found) -> Iterator[str]:
    rows, edges = found["rows"], found["edges"]
    if len(rows) == 1:
        yield "It is one row. No other row that was let in is surely of the same person."
        return
    feeds = len({row["feed"] for row in rows})
    alone = sum(edge["bridge"] for edge in edges)
    needed = f"{counted(alone, 'of them is a bridge', 'of them are bridges')}: without it the person would "
    yield (
        f"{counted(len(rows), 'row', 'rows')} of {counted(feeds, 'feed', 'feeds')} hold together by "
        f"{counted(len(edges), 'edge', 'edges')}; "
        + (f"{needed}fall apart." if alone else "none of them is needed alone.")
    )
    weakest = found["weakest"]
    if weakest:
        name = f"{weakest['first']} and {weakest['second']}"
        strength = REVIEWED if weakest["reviewed"] else f"{words.bits(weakest['weight'])} bits"
        yield (
            f"The weakest link that is needed is {name} ({strength}); "
            f"the line is {words.number(found['line'])} bits."
        )
    for home in found["households"]:
        since = f" since {day(home['from'])}" if home["from"] else ""
        with_whom = counted(len(home["others"]), "other person", "other persons")
        yield f"Household {home['household']}{since}, with {with_whom}, by {home['source']}."
    for one in found["earlier"]:
        yield _earlier(one)


def _earlier(one: Mapping[str, Any]) -> str:
    if not one["persons"]:
        return f"In the run {one['run']} none of these rows was there."
    persons = ", ".join(f"{p['person']} ({len(p['rows'])})" for p in one["persons"])
    new = f"; {counted(one['new'], 'row is', 'rows are')} new since" if one["new"] else ""
    return f"In the run {one['run']} these rows were {persons}{new}."


def sheets(found: Found) -> Iterator[Sheet]:
    """The tables, in the order of reading."""
    if found["kind"] == "pair":
        yield _side_by_side(found)
        yield _steps(found)
        if found["path"]:
            yield _edges("The strongest way between them", found["path"], "path")
    else:
        yield _rows(found["rows"])
        if found["edges"]:
            yield _edges("Edges inside the person", found["edges"], "edges")
        if found["relationships"]:
            rows = tuple(
                (one["person"], words.plain_name(one["kind"]), one["other"])
                for one in found["relationships"]
            )
            yield Sheet(
                "relationships", "Relationships", ("Person", "Names as", "Other person"), rows
            )
    if found["reviews"]:
        yield _reviews(found["reviews"])


def _reviews(reviews: Sequence[Mapping[str, Any]]) -> Sheet:
    rows = tuple(
        (
            f"{one['first']} and {one['second']}",
            LINKS.get(one["link"], one["link"]),
            one["reviewer"],
            one["at"][:10],
            one["reason"] or "not said",
        )
        for one in reviews
    )
    heads = ("Rows", "Said to be", "By", "On", "Why")
    return Sheet("reviews", "What reviewers said", heads, rows)


def waterfall(found: Found) -> Drawing:
    """How the weight of two rows adds up."""
    score = found["score"]
    steps = [("At the start: two rows at random", score["start"])]
    steps += [(_step_name(step), step["weight"]) for step in score["steps"] if not step["missing"]]
    return waterfall_chart(steps, "How the match weight adds up", "waterfall")


def _step_name(step: Mapping[str, Any]) -> str:
    return f"{words.comparison_name(step['comparison'])}: {step['level']}"


def _steps(found: Found) -> Sheet:
    score = found["score"]
    rows = [
        ("At the start", words.bits(score["start"]), "two rows taken at random are two persons")
    ]
    for step in score["steps"]:
        level = step["level"]
        if step["rarity"]:
            level += f"; {words.bits(step['rarity'])} of it for how rare the value is"
        told = (
            ("", "missing in one of them")
            if step["missing"]
            else (words.bits(step["weight"]), level)
        )
        rows.append((words.comparison_name(step["comparison"]), *told))
    rows.append(("Together", words.bits(score["total"]), _probability(score["probability"])))
    heads = ("Compared", "Bits", "Finding")
    return Sheet("steps", "What each comparison says", heads, tuple(rows))


def _side_by_side(found: Found) -> Sheet:
    first, second = found["rows"]
    rows = tuple(
        (
            words.comparison_name(name),
            first["fields"].get(name, "missing"),
            second["fields"].get(name, "missing"),
        )
        for name in _names(found["rows"])
    )
    return Sheet("rows", "The two rows", ("Field", first["row"], second["row"]), rows)


def _rows(rows: Sequence[Mapping[str, Any]]) -> Sheet:
    names = _names(rows)
    heads = ("Row", *(words.comparison_name(name) for name in names))
    told = tuple(
        (row["row"], *(row["fields"].get(name, "missing") for name in names)) for row in rows
    )
    return Sheet("rows", "Its rows", heads, told)


def _names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    held = {name for row in rows for name in row["fields"]}
    order = [name for row in rows for name in row["fields"]]
    return [name for name in dict.fromkeys([*words.FIELDS, *order]) if name in held]


def _edges(caption: str, edges: Sequence[Mapping[str, Any]], id: str) -> Sheet:
    rows = tuple(
        (
            f"{edge['first']} and {edge['second']}",
            REVIEWED if edge["reviewed"] else words.bits(edge["weight"]),
            "bridge" if edge.get("bridge") else "",
        )
        for edge in edges
    )
    if id == "path":
        return Sheet(id, caption, ("Rows", "Bits"), tuple(row[:2] for row in rows))
    return Sheet(id, caption, ("Rows", "Bits", "Needed"), rows)


def _both(one: Mapping[str, Any], found: Found) -> bool:
    return {one["first"], one["second"]} == {row["row"] for row in found["rows"]}


def _probability(value: float) -> str:
    return "above 99.99 %" if value > 0.9999 else f"{100 * value:.2f} %"


def _columns(sheet: Sheet) -> str:
    """A table on the screen: in columns where it is narrow, else field by field."""
    if len(sheet.heads) <= 4:
        rows = [
            tuple(f"  {row[0]}" if n == 0 else cell for n, cell in enumerate(row))
            for row in (sheet.heads, *sheet.rows)
        ]
        return columns(rows, _WIDTHS.get(sheet.id, (26, 24, 12))[: len(sheet.heads) - 1])
    lines = []
    for row in sheet.rows:
        lines.append(f"  {plain(row[0])}")
        told = [
            (f"    {head}", cell)
            for head, cell in zip(sheet.heads[1:], row[1:], strict=True)
            if cell != "missing"
        ]
        lines.append(columns(told, (26,)))
    return "\n".join(lines)

"""A linkage audit as one HTML page that needs nothing else and reads by ear: what providers, linker and
analyst must each disclose (GUILD), with a chart and a table of every error rate by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.audit import linkage_charts as charts
from licet.report.audit import linkage_words as words
from licet.report.audit.linkage_guild import NOT_SAID
from licet.report.charts.drawings import Drawing
from licet.report.linkage.words import capital, plain_name
from licet.report.phrases import SYNTHETIC, SYNTHETIC_MARK
from licet.report.quality.page import Sheet
from licet.report.rendering import render
from licet.report.ruling.page import day

Document = Mapping[str, Any]
ERRORS = ("missed", "false")
ALL_MEASURES = ("missed", "false", "precision", "recall", "f1", "b_cubed_precision",
                "b_cubed_recall", "edge_missed", "edge_false")  # fmt: skip
SIGNS = ("linked", "unlinkable", "bridged", "implausible", "impossible_date", "too_many_rows",
         "two_numbers", "two_births")  # fmt: skip
ESTIMATES = ("expected_false", "expected_missed")
WHO = {
    "provider": "What the data providers disclose",
    "linker": "What the linker discloses",
    "analyst": "What whoever uses the persons must disclose",
}


def page(data: Document) -> str:
    """The page. data: as ``linkage_data.document`` makes it."""
    # A percent sign stays on the line of its number.
    return _rendered(data).replace(" %", "\u00a0%")


def _rendered(data: Document) -> str:
    parts = [_part(data, name) for name in ("clusters", "labels") if data[name]]
    signs, wholly = _signs(data), list(_wholly(data))
    return render(
        "linkage_audit.html",
        d=data,
        notices=[SYNTHETIC] if data["synthetic"] else [],
        marks=[SYNTHETIC_MARK] if data["synthetic"] else [],
        sentence=data.get("sentence"),
        places=list(_places(parts, signs, wholly)),
        day=day(data["day"]),
        answer=words.answer(data),
        parts=parts,
        kinds=_kinds(data),
        signs=signs,
        estimated=words.ESTIMATED,
        wholly=wholly,
        guild={who: list(_steps(data["guild"][who])) for who in WHO},
        who=WHO,
        cautions=words.CAUTIONS,
        methods=[*words.methods(data, False)],
        pair_words=[*words.told(words.OF_PAIRS), *words.methods(data, True)],
        sign_words=words.told(words.OF_SIGNS),
        words=words.told(words.OTHERS),
    )


def _places(parts: Any, signs: Any, wholly: Any) -> Iterator[tuple[str, str]]:
    """What the page holds, in its order: what was found, then what each has to disclose."""
    for part in parts:
        yield part["id"], part["title"]
    if signs:
        yield "signs", "Without any truth"
    if wholly:
        yield "wholly", "The chance of being wholly linked"
    yield from WHO.items()
    yield "method", "How the figures were made"
    yield "words", "What the words mean"


def _part(data: Document, name: str) -> dict[str, Any]:
    """Everything that truth, or judged pairs, say."""
    part = data[name]
    title = "Against the truth" if name == "clusters" else "By pairs that people judged"
    return {
        "id": name,
        "title": title,
        "overall": _overall(data, part, name),
        "pairs": list(_by_group(data, part, name)),
        "gaps": list(_gaps(part, name)),
        "insufficient": words.insufficient(data, part),
    }


def _overall(data: Document, part: Document, name: str) -> Sheet:
    threshold = data["asked"]["threshold"]
    rows = [row for row in part["rates"] if row["by"] is None and row["measure"] in ALL_MEASURES]
    cells = tuple(
        (words.label(row["measure"]), *charts.rate_row(row, threshold)[1:]) for row in rows
    )
    heads = ("Measure", *charts.HEADS[1:])
    return Sheet(f"{name}-all", "Everybody", heads, cells)


def _by_group(data: Document, part: Document, name: str) -> Iterator[tuple[Drawing, Sheet]]:
    """A chart and its table for each breakdown, of missed and of false matches."""
    rates = part["rates"]
    for by in dict.fromkeys(row["by"] for row in rates if row["by"]):
        for measure in (*ERRORS, "edge_false"):
            rows = [row for row in rates if row["measure"] == measure and row["by"] in (None, by)]
            if len(rows) > 1:
                yield _drawn(data, rows, measure, by, f"{name}-{measure}-{_id(by)}")


def _drawn(
    data: Document, rows: Sequence[Document], measure: str, by: str, id: str
) -> tuple[Drawing, Sheet]:
    label, meaning = words.MEASURES[measure]
    named = f"{label}, by {plain_name(by)}"
    gaps = data[id.split("-")[0]]["gaps"]
    title = f"{named}: {words.unequal_title(gaps, measure, by)}"
    drawing = charts.rates_chart(rows, title, _short(meaning), id, data["asked"]["threshold"])
    caption = f"{named}: {meaning}"
    return drawing, Sheet(f"{id}-table", caption, drawing.head, drawing.rows, wide=True)


def _short(meaning: str) -> str:
    """What a chart says above its marks; the whole meaning is in the table's caption."""
    return capital(meaning.split(", ")[0])


def _id(by: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in by)


def _gaps(part: Document, name: str) -> Iterator[Sheet]:
    heads = ("Group", "Less the rest, points", "Band", "p, all groups", "Smallest gap seen", "Says")
    for measure in dict.fromkeys(row["measure"] for row in part["gaps"]):
        rows = []
        for row in part["gaps"]:
            if row["measure"] == measure:
                difference, band, smallest, says = words.gap_text(row)
                p = words.NOT_SHOWN if row["p"] is None else f"{row['p']:.3f}"
                group = f"{row['group']} ({plain_name(row['by'])})"
                rows.append((group, difference, band, p, smallest, says))
        rest = "rows" if name == "signs" else "pairs"
        caption = f"{words.label(measure)}: each group less all other {rest}"
        yield Sheet(f"{name}-gaps-{measure}", caption, heads, tuple(rows), wide=True)


def _kinds(data: Document) -> Sheet | None:
    """Who the false pairs are, for everybody and by group."""
    found = data["false_kinds"]
    if not found:
        return None
    threshold = data["asked"]["threshold"]
    kinds = list(dict.fromkeys(row["measure"] for row in found))
    places = dict.fromkeys((row["by"], row["group"]) for row in found)
    at = {(row["by"], row["group"], row["measure"]): row["pairs"] for row in found}
    rows = tuple(
        (
            group if by is None else f"{group} ({plain_name(by)})",
            *(count_text(at[by, group, kind], threshold) for kind in kinds),
        )
        for by, group in places
    )
    heads = ("Group", *(words.KINDS[kind] for kind in kinds))
    return Sheet(
        "kinds", "Pairs of two people in one cluster, by who they are", heads, rows, wide=True
    )


def _signs(data: Document) -> dict[str, Any] | None:
    part = data["signs"]
    if part is None:
        return None
    threshold = data["asked"]["threshold"]

    def sheet(measures: Sequence[str], id: str, caption: str) -> Sheet:
        chosen = [row for row in part["rates"] if row["measure"] in measures and row["by"] is None]
        rows = tuple(
            (words.label(r["measure"]), *charts.rate_row(r, threshold)[1:]) for r in chosen
        )
        return Sheet(id, caption, ("Sign", *charts.HEADS[1:]), rows)

    return {
        "overall": sheet(SIGNS, "signs-all", "Signs, everybody"),
        "estimates": sheet(ESTIMATES, "estimates-all", "Estimates, everybody"),
        "linked": list(_sign_pairs(data, part, ("linked",))),
        "gaps": list(_gaps(part, "signs")),
        "others": list(_sign_pairs(data, part, ("unlinkable", "bridged", "implausible"))),
        "guessed": list(_sign_pairs(data, part, ESTIMATES)),
    }


def _sign_pairs(
    data: Document, part: Document, measures: Sequence[str]
) -> Iterator[tuple[Drawing, Sheet]]:
    """A chart for each breakdown where anything of it is shown."""
    for measure in measures:
        for by in dict.fromkeys(row["by"] for row in part["rates"] if row["by"]):
            rows = [
                row
                for row in part["rates"]
                if row["measure"] == measure and row["by"] in (None, by)
            ]
            if any(row["value"] or row["high"] for row in rows):
                yield _drawn(data, rows, measure, by, f"signs-{measure}-{_id(by)}")


def _wholly(data: Document) -> Iterator[tuple[Drawing, Sheet]]:
    threshold = data["asked"]["threshold"]
    for of in dict.fromkeys(row["of"] for row in data["wholly"]):
        held = [row for row in data["wholly"] if row["of"] == of]
        breakdowns = list(dict.fromkeys(row["by"] for row in held if row["by"])) or [None]
        for by in breakdowns:
            rows = [row for row in held if row["by"] in (None, by)]
            name = f", by {plain_name(by)}" if by else ""
            title = f"Let in, linked and both: {of}{name}: {words.wholly_title(rows)}"
            drawing = charts.wholly_chart(rows, title, f"wholly-{of}-{_id(by or 'all')}", threshold)
            yield (
                drawing,
                Sheet(f"{drawing.id}-table", title, drawing.head, drawing.rows, wide=True),
            )


def _steps(steps: Sequence[Document]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Steps under the feed they are of, "" where of none."""
    for feed in dict.fromkeys(step["feed"] or "" for step in steps):
        told = [
            (step["what"], str(step["said"] or NOT_SAID))
            for step in steps
            if (step["feed"] or "") == feed
        ]
        yield feed, told

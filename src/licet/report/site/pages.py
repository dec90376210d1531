"""Every public page as text: the same call makes the page that is served and the file that is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from licet.register.central import Body
from licet.register.entry import Condition, RegisterEntry, Requirement
from licet.register.filters import FACETS
from licet.register.lines import Line
from licet.register.making import RUNS
from licet.register.namespace import NAMESPACE, TERMS
from licet.report.site import words
from licet.report.site.around import Around
from licet.vocabulary import VOCABULARY, label

PARTS: Mapping[str, str] = {
    "": "use",
    "figures": "What families said",
    "versions": "Versions and what changed",
    "runs": "Runs and refused runs",
    "audits": "Errors by group",
    "questions": "Questions and answers",
    "changed": "What did parents change?",
}
"""The pages of a use: the end of the address, and the heading."""
AUDITS = {
    "source": "Are the records right?",
    "linkage": "Whom does the linkage miss or mistake?",
    "forecast": "For whom is the forecast wrong?",
    "contact": "Do families stay away?",
    "entitlement": "Whom does a rule of entitlement miss or mistake?",
}
CONDITIONS = {
    "exclude_service": "Without this service",
    "exclude_source": "Without these records",
    "exclude_organisation": "Without this organisation",
    "exclude_analytics": "Not done with the records",
    "no_company": "No company",
    "maximum_age": "Records no older than, in days",
    "minimum_licence": "At least this share must agree",
    "floor": "Permission at least",
    "scope": "Whose yes is needed",
    "review_by": "Looked at again by",
    "audit_by_group": "Errors are checked for this group",
    "retention": "Kept no longer than, in days",
}
LEAD = (
    "Here stands who joins records about families, why, what families said, what was decided and what "
    "was done. Nothing may be joined that does not stand here."
)
PageUrl = Callable[[int], str]


def uses_page(
    around: Around,
    lines: Sequence[Line],
    choices: Mapping[str, Sequence[tuple[str, str, int]]],
    *,
    page: int = 1,
    pages: int = 1,
    uses: int,
    facet: tuple[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
    page_url: PageUrl | None = None,
    **more: Any,
) -> str:
    """A page of a list of uses.

    choices: by facet what can be looked for. facet: a facet and its value, where the list is of one. asked:
    what was looked for in a form. page_url: where each page of the list is. more: what a central record says.
    """
    heading, about = "All uses", ""
    if facet is not None:
        heading = FACETS.get(facet[0], more.get("facets", {}).get(facet[0], facet[0]))
        about = next((text for v, text, _ in choices.get(facet[0], ()) if v == facet[1]), facet[1])
    elif asked is not None:
        heading = "Uses that were looked for"
    first = _first(facet)
    return around.page(
        "uses.html",
        heading=heading,
        about=about,
        lead=more.get("lead", LEAD),
        front=facet is None and asked is None and page == 1,
        lines=lines,
        uses=uses,
        page=page,
        pages=pages,
        shown=_shown(page, pages),
        page_url=page_url or (lambda number: around.url(page_path(first, number))),
        choices=choices,
        facet_names=more.get("facets", FACETS),
        totals=_totals(choices),
        bodies=more.get("bodies", False),
        more_pages=more.get("more_pages", ()),
        asked=asked,
    )


def _first(facet: tuple[str, str] | None) -> str:
    return f"by/{facet[0]}/{facet[1]}" if facet else ""


def page_path(first: str, number: int) -> str:
    """The path of a page of a list. first: that of its first page."""
    if number == 1:
        return first
    return f"{first}/{number}" if first else f"list/{number}"


def _shown(page: int, pages: int) -> list[int]:
    """Numbers of pages to show, 0 for what is left out."""
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    found: list[int] = []
    for number in near:
        if found and number > found[-1] + 1:
            found.append(0)
        found.append(number)
    return found


def _totals(
    choices: Mapping[str, Sequence[tuple[str, str, int]]],
) -> list[tuple[str, int, str]]:
    """What the front page counts: path, number, English text."""
    found = {(facet, value): number for facet, held in choices.items() for value, _, number in held}
    wanted = (
        ("questions", "overdue", "Uses with an answer that is overdue: {n}"),
        ("questions", "waiting", "Uses with a question that waits: {n}"),
        ("runs", "refused", "Uses of which a run was refused: {n}"),
        ("ruling", "not-permitted", "Uses that are not permitted: {n}"),
        ("evidence", "expired", "Uses whose evidence has expired: {n}"),
    )
    return [(f"by/{f}/{v}", found.get((f, v), 0), text) for f, v, text in wanted]


def use_page(around: Around, entry: RegisterEntry, place: str = "", part: str = "") -> str:
    """A page of a use. place: the path of its first page, by default "uses/ID". part: see ``PARTS``."""
    place = place or f"uses/{entry.id}"
    given: dict[str, Any] = {
        "e": entry,
        "place": place,
        "part": part,
        "part_names": PARTS,
        "json_path": f"{place}.json",
        "jsonld_path": f"{place}.jsonld",
        **_OF_PART[part](entry, place),
    }
    template = f"use_{part}.html" if part else "use.html"
    return around.page(template, **given)


def _whole(entry: RegisterEntry, place: str) -> dict[str, Any]:
    return {
        "facts": list(words.facts(entry)),
        "whose": list(words.whose(entry)),
        "sources": words.source_rows(entry),
        "source_heads": words.SOURCE_HEADS,
        "everybody": everybody,
        "downloads": [
            one.model_copy(update={"path": one.path.replace(f"uses/{entry.id}", place, 1)})
            for one in entry.downloads
        ],
        "counts": {
            "versions": len(entry.versions),
            "runs": len(entry.runs),
            "audits": len(entry.audits),
            "questions": len(entry.dialogue.items),
            "changed": len(entry.conditions),
        },
    }


_OF_PART: Mapping[str, Callable[[RegisterEntry, str], dict[str, Any]]] = {
    "": _whole,
    "figures": lambda e, place: {},
    "versions": lambda e, place: {"field_name": words.field_name},
    "runs": lambda e, place: {"run_kinds": RUNS},
    "audits": lambda e, place: {"audit_names": AUDITS},
    "questions": lambda e, place: {"items": e.dialogue.items},
    "changed": lambda e, place: {"condition_names": CONDITIONS, "condition_value": condition_value},
}


def everybody(one: Requirement) -> str:
    """The figure of the whole sample, as the ruling takes it."""
    cells = [cell for cell in one.figures if cell.in_force and cell.group == "all"]
    return cells[0].figure if cells else "not measured"


def condition_value(one: Condition) -> str:
    """The value of a condition in words, where it is a word of the vocabulary."""
    kinds = {
        "exclude_service": "service",
        "exclude_analytics": "analytics",
        "floor": "permission model",
    }
    kind = kinds.get(one.parameter)
    return label(kind, one.value) if kind else {"True": "yes"}.get(one.value, one.value)


def questions_page(around: Around, heard: Any) -> str:
    """What was asked, of every use. heard: ``chapters.listening.Heard``."""
    return around.page("dialogue_list.html", heard=heard, use="")


def question_page(around: Around, one: Any) -> str:
    """One item of the dialogue, as everybody may read it."""
    return around.page("dialogue_item.html", one=one, role="", vote="", errors=[])


def bodies_page(around: Around, bodies: Sequence[Body]) -> str:
    """Of a central record: which bodies do what, which have no entry, whose evidence has expired."""
    expired = [
        line for body in bodies for line in body.lines if line.confirmed and _outdated(body, line)
    ]
    without = [one for one in bodies if not one.confirmed]
    return around.page("bodies.html", bodies=bodies, without=without, expired=expired)


def _outdated(body: Body, line: Line) -> bool:
    entries = body.register.entries if body.register else ()
    held = next(one.ruling.evidence for one in entries if one.id == line.id)
    fitting = [one.expired for one in held if one.counts or one.expired]
    return bool(fitting) and all(fitting)


def body_page(around: Around, body: Body) -> str:
    """Of a central record: one body, with what it published and what is only known of it."""
    own = [line for line in body.lines if line.confirmed]
    public = [line for line in body.lines if not line.confirmed]
    return around.page("body.html", body=body, own=own, public=public)


def vocabulary_page(around: Around) -> str:
    """The shared words, and the terms of the linked data."""
    lists = [
        (kind, [(one.id, one.label, one.definition, one.dpv or "–") for one in terms.values()])
        for kind, terms in VOCABULARY.items()
    ]
    own = [(name, text) for name, text in TERMS.items()]
    return around.page("vocabulary.html", lists=lists, terms=own, namespace=NAMESPACE)


def check_page(around: Around, **values: Any) -> str:
    """The page that checks a receipt or an entry of the log; values: what was given and found."""
    return around.page("check.html", **values)


def text_page(around: Around, name: str) -> str:
    """A page of nothing but text: "about" or "accessibility"."""
    heading, sections = TEXTS[name]
    return around.page("text_page.html", heading=heading, sections=sections)


Sections = tuple[tuple[str, tuple[str, ...]], ...]
TEXTS: Mapping[str, tuple[str, Sections]] = {
    "about": (
        "About this register",
        (
            ("", (
                "This register says who joins records about families here, and why. It is not a leaflet: "
                "what does not stand here cannot be run, and what stands here is what is run.",
            )),
            ("Three things, not one", (
                "Licence: do the people whom it will fall on agree, as far as a survey can tell? It is "
                "measured, for everybody and for each group.",
                "Permission: what each family says for itself. A no always wins.",
                "The law: what the council relies on. It is told as the council declares it. Nobody here "
                "has checked it.",
            )),
            ("What the words of a ruling mean", (
                "LICENSED: families are told 30 days before and can say no.",
                "NO LICENCE: ASK EACH FAMILY: only families who said yes are joined.",
                "NOT KNOWN: nothing is joined. More has to be asked first.",
                "NOT PERMITTED: too few people agree, in one group or in all. Nothing is joined.",
            )),
            ("What you can do", (
                "Read every use, and take the data away. Look at what changed, at runs and at refused runs.",
                "Say yes, no or not now for yourself and each child. Ask, object, or propose a condition.",
                "Check the log: it can only be added to.",
            )),
        ),
    ),
    "accessibility": (
        "Accessibility",
        (
            ("", (
                "Everybody should be able to use this site: with a keyboard, a screen reader, large "
                "letters, a small telephone, without scripts, and on paper.",
            )),
            ("How it was tested", (
                "Every kind of page is tested by program against the Web Content Accessibility Guidelines "
                "2.2, levels A and AA, in English and Welsh, at a width of 320 pixels and without scripts. "
                "A program finds only part of what can be wrong.",
            )),
            ("What is not good yet", (
                "No person who needs a screen reader has tried it yet. The Welsh pages are a draft. What a "
                "council writes about its uses may be harder to read than it should be: each page says how "
                "old a reader has to be.",
            )),
            ("If something does not work", (
                "Write to the address that each use names. Say which page it was. If the answer does not "
                "help, the Equality Advisory and Support Service can.",
            )),
        ),
    ),
}  # fmt: skip

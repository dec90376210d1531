"""The questionnaire as an XLSForm: rows for KoboToolbox, ODK and whatever else reads XLSForms.

Three draws are made once for each person and kept with the answers: ``flip`` (options as written or
flipped), ``order`` (blocks as written or from the end) and ``set`` (which statements). A form cannot
turn a list round by itself, so a statement stands in the form once for each way of showing it, its
arms, and each person sees exactly one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from licet.instrument.document import Block, Instrument, Question, Scale, Statement

Row = Mapping[str, str]

SURVEY_COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "calculation",
    "constraint",
    "constraint_message",
    "appearance",
)
CHOICE_COLUMNS = ("list_name", "name", "label")

FLIPS = ("written", "flipped")
ORDERS = ("written", "rotated")


@dataclass(frozen=True)
class Arm:
    """One way of showing a block. ``suffix``: what its columns end in."""

    flip: str
    order: str
    draws: tuple[tuple[str, str], ...]

    @property
    def suffix(self) -> str:
        return ("__rotated" if self.order == "rotated" else "") + (
            "__flipped" if self.flip == "flipped" else ""
        )


@dataclass(frozen=True)
class Form:
    """The sheets of an XLSForm."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row


def arms(block: Block) -> tuple[Arm, ...]:
    """The ways a block is shown: one, two or four. ``draws``: what each arm is chosen by."""
    found = []
    flips = FLIPS if block.flip else FLIPS[:1]
    orders = ORDERS if block.order == "rotated" else ORDERS[:1]
    for order, flip in product(orders, flips):
        draws = [("order", order)] if len(orders) > 1 else []
        draws += [("flip", flip)] if len(flips) > 1 else []
        found.append(Arm(flip, order, tuple(draws)))
    return tuple(found)


def draws_of(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """What the form draws for each person, and what can come out, each equally likely."""
    found: dict[str, tuple[str, ...]] = {}
    if any(block.flip for block in instrument.blocks):
        found["flip"] = FLIPS
    if any(block.order == "rotated" for block in instrument.blocks):
        found["order"] = ORDERS
    if instrument.sets:
        found["set"] = instrument.sets
    return found


def codes(options: Sequence[str]) -> dict[str, str]:
    """The code of each option: its place, from 1."""
    return {option: str(place) for place, option in enumerate(options, start=1)}


def flipped_codes(scale: Scale, meaning: str) -> dict[str, str]:
    """The code of each option in a column of flipped options.

    meaning: ``option``, the same code as unflipped; ``place``, where the option was shown.
    """
    return codes(scale.flipped if meaning == "place" else scale.options)


def form(instrument: Instrument) -> Form:
    """The whole form. The same instrument always gives the same rows."""
    survey = [
        *_opening(instrument),
        *_explanation(instrument),
        *(row for block in instrument.blocks for row in _block(instrument, block)),
        *_about(instrument),
        _row("end_group", "asked"),
    ]
    settings = {
        "form_title": instrument.title,
        "form_id": instrument.id.replace(".", "_"),
        "version": instrument.stamp,
        "default_language": "default",
        "style": "pages",
    }
    return Form(tuple(survey), tuple(_choices(instrument)), settings)


def _row(type: str, name: str, label: str = "", **more: str) -> Row:
    """One row; text of the questionnaire may not be mistaken for a reference to an answer."""
    shown = {key: more.pop(key) for key in ("hint",) if key in more}
    cells = {"type": type, "name": name, "label": _plain(label)}
    return cells | {key: _plain(text) for key, text in shown.items()} | more


def _plain(text: str) -> str:
    """The text on one line, with no ``${``, which a form would take for another answer."""
    return " ".join(text.split()).replace("${", "$ {")


def _opening(instrument: Instrument) -> Iterator[Row]:
    consent = instrument.consent
    yield _row("calculate", "instrument", calculation=f"'{instrument.stamp}'")
    yield from _drawing(instrument)
    yield _row("note", "note__introduction", instrument.introduction)
    how = "How are these questions being answered?"
    yield _row("select_one mode", "mode", how, required="yes")
    yield _row("select_one consent", "consent", consent.wording, required="yes")
    yield _row("note", "note__farewell", consent.farewell, relevant="${consent} = '2'")
    yield _row("begin_group", "asked", relevant="${consent} = '1'")


def _drawing(instrument: Instrument) -> Iterator[Row]:
    for name, values in draws_of(instrument).items():
        drawn = "${draw_" + name + "}"
        chosen = f"'{values[-1]}'"
        for place in range(len(values) - 1, 0, -1):
            chosen = f"if({drawn} * {len(values)} < {place}, '{values[place - 1]}', {chosen})"
        yield _row("calculate", f"draw_{name}", calculation="once(random())")
        yield _row("calculate", name, calculation=chosen)


def _explanation(instrument: Instrument) -> Iterator[Row]:
    yield _row(
        "begin_group", "page__explanation", "Please read this first", appearance="field-list"
    )
    for place, step in enumerate(instrument.explanation, start=1):
        yield _row("note", f"note__step__{place}", f"{place}. {step.heading} {step.text}")
    yield _row("end_group", "page__explanation")


def _block(instrument: Instrument, block: Block) -> Iterator[Row]:
    yield _row("begin_group", f"page__{block.id}", block.title)
    if block.intro:
        yield _row("note", f"note__intro__{block.id}", block.intro)
    for arm in arms(block):
        chosen = " and ".join(f"${{{draw}}} = '{value}'" for draw, value in arm.draws)
        if chosen:
            name = f"page__arm__{block.id}{arm.suffix}"
            yield _row("begin_group", name, relevant=chosen)
        yield from _statements(instrument, block, arm)
        if chosen:
            yield _row("end_group", name)
    yield _row("end_group", f"page__{block.id}")


def _statements(instrument: Instrument, block: Block, arm: Arm) -> Iterator[Row]:
    statements = instrument.statements_of(block)
    ordered = statements[::-1] if arm.order == "rotated" else statements
    before: str | None = None
    for statement in ordered:
        sets = {"relevant": f"${{set}} = '{statement.set}'"} if statement.set else {}
        again = statement.vignette == before and not sets
        if statement.vignette and not again:
            case = instrument.vignette(statement.vignette)
            yield _row("note", f"note__case__{statement.id}{arm.suffix}", case.text, **sets)
        # A case that only one set has read must be read by whoever comes next.
        before = None if sets else statement.vignette
        kind = f"select_one scale_{statement.scale}"
        kind += "_flipped" if arm.flip == "flipped" else ""
        hint = {"hint": statement.example} if statement.example else {}
        name = statement.id + arm.suffix
        yield _row(kind, name, statement.wording, required="yes", **hint, **sets)


def _about(instrument: Instrument) -> Iterator[Row]:
    yield _row("begin_group", "page__about_you", "About you")
    for question in instrument.questions:
        hint = {"hint": question.hint} if question.hint else {}
        if question.number:
            low, high = question.number
            limits = {
                "constraint": f". >= {low} and . <= {high}",
                "constraint_message": f"A number from {low} to {high}",
            }
            yield _row("integer", question.id, question.wording, **hint, **limits)
        else:
            kind = f"select_one question_{question.id}"
            yield _row(kind, question.id, question.wording, required="yes", **hint)
    yield _row("end_group", "page__about_you")
    if instrument.closing:
        yield _row("note", "note__closing", instrument.closing)


def _choices(instrument: Instrument) -> Iterator[Row]:
    yield from _list("mode", codes(instrument.modes))
    consent = instrument.consent
    yield from _list("consent", codes((consent.yes, consent.no)))
    flips = {
        statement.scale
        for block in instrument.blocks
        if block.flip
        for statement in instrument.statements_of(block)
    }
    for name, scale in instrument.scales.items():
        yield from _list(f"scale_{name}", codes(scale.options))
        if name in flips:
            coded = flipped_codes(scale, instrument.flipped_codes)
            shown = {option: coded[option] for option in scale.flipped}
            yield from _list(f"scale_{name}_flipped", shown)
    for question in instrument.questions:
        if question.options:
            yield from _list(f"question_{question.id}", codes(question.options))


def _list(name: str, coded: Mapping[str, str]) -> Iterator[Row]:
    for option, code in coded.items():
        yield {"list_name": name, "name": code, "label": _plain(option)}


@dataclass(frozen=True)
class Column:
    """One column of answers to a statement: who fills it, and what its codes mean.

    draws: the draws that lead to it, the set included; empty if everybody fills it.
    """

    name: str
    statement: Statement
    draws: tuple[tuple[str, str], ...]
    codes: Mapping[str, str]


def columns(instrument: Instrument) -> tuple[Column, ...]:
    """The columns of statements that an export of the form has, in its order."""
    found = []
    for block in instrument.blocks:
        for arm in arms(block):
            for statement in instrument.statements_of(block):
                scale = instrument.scales[statement.scale]
                meaning = instrument.flipped_codes
                flipped = arm.flip == "flipped"
                coded = flipped_codes(scale, meaning) if flipped else codes(scale.options)
                draws = arm.draws + ((("set", statement.set),) if statement.set else ())
                found.append(Column(statement.id + arm.suffix, statement, draws, coded))
    return tuple(found)


def question_codes(question: Question) -> Mapping[str, str]:
    """The code of each option of a question on the person; none for a number."""
    return codes(question.options)

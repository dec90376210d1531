"""The instrument as a document: ``instrument.toml`` read with all its faults, and written."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from licet.declared import Declared
from licet.evidence import Population
from licet.files.drafts import quoted
from licet.files.reading import shown
from licet.files.sections import Faults
from licet.files.toml import read_toml
from licet.instrument.checks import misfits, unknown_names
from licet.instrument.document import (
    Block,
    Consent,
    GroupOfPeople,
    Heading,
    Instrument,
    Question,
    Scale,
    Statement,
    Step,
    Vignette,
)

INSTRUMENT = "instrument.toml"
_LISTS: Mapping[str, type[Declared]] = {
    "explanation": Step,
    "vignettes": Vignette,
    "blocks": Block,
    "statements": Statement,
    "questions": Question,
    "groups": GroupOfPeople,
}
_TABLES: Mapping[str, type[Declared]] = {"population": Population, "consent": Consent}


def read_instrument(path: Path) -> Instrument:
    """The questionnaire declared in ``path``. Refuses with all faults at once."""
    path = Path(path)
    faults = Faults(shown(path))
    document = faults.table(read_toml(path), "", Instrument.model_fields) or {}
    for key, field in Instrument.model_fields.items():
        if field.is_required() and key not in document and key not in Heading.model_fields:
            faults.add(f"the key {key!r} is missing", key, "", "`licet questionnaire new` shows it")
    heading = {key: value for key, value in document.items() if key in Heading.model_fields}
    own = _made(Heading, heading, "", faults)
    made = _parts(document, faults)
    sets, modes = (own.sets, own.modes) if own else ((), ())
    known = _known(document)
    for place, table in enumerate(_tables(document, "statements"), start=1):
        faults.extend(unknown_names(table, known, _place(f"statements[{place}]", table)))
    faults.extend(misfits(_for_checks(made, sets, modes), known))
    faults.refuse()
    whole = faults.attempt("", partial(Instrument, **heading, **made))
    faults.refuse()
    assert whole is not None
    return whole


def _parts(document: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The lists and tables of the document, without their faulty members."""
    made: dict[str, Any] = {}
    for key, form in _TABLES.items():
        if key in document:
            part = _made(form, document[key], key, faults)
            made |= {} if part is None else {key: part}
    for key, form in _LISTS.items():
        if key in document:
            tables = faults.tables(document[key], key, form.model_fields)
            parts = [_made(form, table, _place(where, table), faults) for where, table in tables]
            made[key] = tuple(part for part in parts if part is not None)
    scales = document.get("scales", {})
    if not isinstance(scales, dict):
        faults.add("this is not a table of scales", "scales", "[scales.NAME] for each")
        scales = {}
    read = {name: _made(Scale, table, f"scales.{name}", faults) for name, table in scales.items()}
    if "scales" in document:
        made["scales"] = {name: scale for name, scale in read.items() if scale is not None}
    return made


def _place(where: str, table: Mapping[str, Any]) -> str:
    name = table.get("id")
    return f"{where} {name[:40]}" if isinstance(name, str) and name else where


def _made(form: type[Declared], value: Any, where: str, faults: Faults) -> Any:
    table = faults.table(value, where, form.model_fields)
    make: Callable[[], Declared] | None = partial(form, **table) if table is not None else None
    return faults.attempt(where, make) if make else None


def _for_checks(
    made: Mapping[str, Any], sets: tuple[str, ...], modes: tuple[str, ...]
) -> dict[str, Any]:
    """The parts that are sound, for the checks between them."""
    parts: dict[str, Any] = {key: made.get(key, ()) for key in _LISTS}
    return parts | {"scales": made.get("scales", {}), "sets": sets, "modes": modes}


def _known(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every name the document declares, also in parts with faults."""

    def ids(key: str) -> list[str]:
        return [str(table.get("id", "")) for table in _tables(document, key)]

    sets, scales = document.get("sets", []), document.get("scales", {})
    return {
        "scale": list(scales) if isinstance(scales, dict) else [],
        "set": [str(name) for name in sets] if isinstance(sets, list) else [],
        "block": ids("blocks"),
        "vignette": ids("vignettes"),
        "question": ids("questions"),
        "statement": ids("statements"),
        "group": ids("groups"),
    }


def _tables(document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The entries of a list that are tables, faulty ones included."""
    listed = document.get(key, [])
    return [t for t in listed if isinstance(t, dict)] if isinstance(listed, list) else []


_COMMENTS = {
    "": """\
# A questionnaire on joining records of families. `licet questionnaire write` makes from it the form,
# a page, a Word document and the codebook. Whoever changes a wording gives it a source of its own
# and the next version. The words are explained in docs/how-to/ask-parents.md.
""",
    "population": "# Who is to be asked. area: from wide to narrow.",
    "consent": "# Asked first. Nothing is asked of, and nothing kept from, people who say no.",
    "explanation": "# What everybody reads first, one [[explanation]] for each step.",
    "scales": """\
# Options in the order shown, and what each means; fixed before any answer is opened. flips: whether
# the options may be shown the other way round. agrees and disagrees: for scales of no licence.""",
    "vignettes": "# Short cases. A statement that names one is asked after it.",
    "blocks": """\
# Statements asked together. order: "as written", or "rotated": a random half is asked from the last
# to the first. flip: options the other way round for a random half.""",
    "statements": """\
# One wording each. item: the column of the answers, if not the id; statements of one item are put to
# different sets. set: only these people are asked. source: where the wording comes from.""",
    "questions": "# On the person: options, or number = [least, most]. unknown: options that say nothing.",
    "groups": "# when: an expression over the questions. reference: only compared with, never deciding.",
}


def instrument_toml(instrument: Instrument) -> str:
    """The document as commented TOML; reading it gives the same instrument."""
    values = instrument.model_dump(mode="json", exclude_defaults=True)
    values["version"] = instrument.version
    plain = {key: value for key, value in values.items() if _is_plain(value)}
    text = [_COMMENTS[""], *_keys(plain)]
    for key, value in values.items():
        if key in plain:
            continue
        text += ["", _COMMENTS[key]]
        if key == "scales":
            for name, scale in value.items():
                text += [f"[scales.{name}]", *_keys(scale), ""]
        elif isinstance(value, dict):
            text += [f"[{key}]", *_keys(value)]
        else:
            for entry in value:
                text += [f"[[{key}]]", *_keys(entry), ""]
    return "\n".join(text).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _is_plain(value: Any) -> bool:
    tables = isinstance(value, dict) or (isinstance(value, list) and any(map(_is_table, value)))
    return not tables


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _keys(table: Mapping[str, Any]) -> Iterable[str]:
    for key, value in table.items():
        yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        line = "[" + ", ".join(_value(entry) for entry in value) + "]"
        if len(line) <= 88:
            return line
        return "[\n" + "".join(f"    {_value(entry)},\n" for entry in value) + "]"
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(text: str) -> str:
    """Text in quotes, long text over several lines."""
    line = quoted(text)
    if len(line) <= 88 or text != " ".join(text.split()):
        return line
    lines = textwrap.wrap(line[1:-1], 92, break_long_words=False, break_on_hyphens=False)
    return '"""\\\n' + " \\\n".join(lines) + '"""'

"""Why a line is not TOML: the line with a mark at the place, and what was probably meant.

The reader of TOML says where it stopped; here is guessed why, from the line itself. A guess never
changes what is read: the document is refused, and the message says what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from licet.errors import Fault, nearest
from licet.files.reading import shown
from licet.synonyms import day_meant, looks_like_day

_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
_INVISIBLE = "\u00a0\u00ad\u2007\u200b\u200c\u200d\u2028\u2029\u202f\u2060\u3000\ufeff"
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_PAIR = re.compile(r"\s*([\w.\"'-]+)\s*=\s*(.*)")
_TRUE = ("yes", "y", "on", "true")
_FALSE = ("no", "n", "off", "false")
_WIDEST = 64
"""Characters of a line that are shown."""


@dataclass(frozen=True)
class _Place:
    """Where reading stopped. line: the text of that line; column: from 1; key, value: of the line.

    message: what the reader of TOML said.
    """

    lines: tuple[str, ...]
    number: int
    column: int
    message: str

    @property
    def line(self) -> str:
        return self.lines[self.number - 1] if self.number <= len(self.lines) else ""

    @property
    def pair(self) -> tuple[str, str]:
        """The key and the value as written, without a comment; empty if it is no such line."""
        found = _PAIR.fullmatch(self.line)
        if not found:
            return "", ""
        return found[1], re.sub(r"\s+#[^\"']*$", "", found[2]).rstrip()

    @property
    def sign(self) -> str:
        return self.line[self.column - 1 : self.column]

    def at(self, number: int, column: int = 1) -> _Place:
        return _Place(self.lines, number, column, self.message)


@dataclass(frozen=True)
class _Cause:
    """What is wrong, what to write, what is allowed, and the place if it is another."""

    what: str
    todo: str
    allowed: str
    place: _Place | None = None


def syntax_fault(message: str, text: str, path: Path) -> Fault:
    """The fault of a document that is not TOML. message: what the reader of TOML said of it."""
    lines = tuple(text.replace("\r\n", "\n").split("\n"))
    found = _PLACE.search(message)
    last = max((n for n, line in enumerate(lines, start=1) if line.strip()), default=1)
    number, column = (int(found[1]), int(found[2])) if found else (last, len(lines[last - 1]) + 1)
    place = _Place(lines, number, column, message)
    cause = next((cause for guess in _GUESSES if (cause := guess(place))), None)
    if cause is None:
        plain = _PLACE.sub("", message).strip().replace("\n", "\\n")[:100]
        cause = _Cause(
            plain, "correct the line", 'key = value; "text" in quotes, [lists] in brackets'
        )
    at = cause.place or place
    return Fault(
        f"this is not valid TOML: {cause.what}",
        f"{shown(path)}: line {at.number}, column {at.column}",
        cause.allowed,
        cause.todo,
        _marked(at),
    )


def _marked(place: _Place) -> str:
    """The line as far as it fits, and a mark below the column."""
    line = "".join(c if c.isprintable() else " " for c in place.line)
    column = min(place.column, len(line) + 1) - 1
    start = max(0, column - _WIDEST * 3 // 4) if len(line) > _WIDEST else 0
    cut = line[start : start + _WIDEST]
    indent = 0 if start else len(cut) - len(cut.lstrip())
    return f"{cut[indent:].rstrip()}\n{' ' * max(column - start - indent, 0)}^"


def _twice(place: _Place) -> _Cause | None:
    if not re.search(r"Cannot (overwrite|declare|mutate)", place.message):
        return None
    key = place.pair[0]
    if not key:
        name = place.line.strip("[] ")
        return _Cause(
            f"the table {place.line.strip()} is given twice",
            f"join the two, or write [[{name}]] if there may be several",
            "each table once",
            place.at(place.number),
        )
    before = None
    for number in range(place.number - 1, 0, -1):
        if place.at(number).line.lstrip().startswith("["):
            break
        if place.at(number).pair[0] == key:
            before = number
    first = f" (first in line {before})" if before else ""
    what, at = f"the key {key!r} is given twice{first}", place.at(place.number)
    return _Cause(what, "keep one of them", "each key once", at)


def _curly(place: _Place) -> _Cause | None:
    value = place.pair[1]
    if not (place.sign and place.sign in _CURLY) and not (value and value[0] in _CURLY):
        return None
    straight = re.sub(f"[{_CURLY}]", '"', place.line.strip())
    return _Cause(
        "curly quotes, as a word processor makes them",
        f"write {_short(straight)}" if len(straight) < 60 else "write straight quotes",
        'straight quotes: "..."',
    )


def _invisible(place: _Place) -> _Cause | None:
    if not place.sign or (place.sign not in _INVISIBLE and place.sign >= " "):
        return None
    if place.sign in "\n\t":
        return None
    return _Cause(
        f"a character that cannot be seen (U+{ord(place.sign):04X})",
        "type the line anew: such characters come with text that is pasted",
        "spaces and tabs between words",
    )


def _backslash(place: _Place) -> _Cause | None:
    if not re.search(r"Unescaped '\\|Invalid hex|Escaped", place.message):
        return None
    key, value = place.pair
    if re.fullmatch(r'"[^"\']*"', value):
        todo = f"write {key} = '{value[1:-1]}', in single quotes"
    else:
        todo = "put the text in single quotes, or write each backslash twice"
    return _Cause("a backslash in double quotes begins a special character", todo, "'C:\\folder'")


def _open_list(place: _Place) -> _Cause | None:
    if "Unclosed array" not in place.message:
        return None
    starts_anew = _is_start(place)
    if "end of document" not in place.message and not starts_anew:
        return _Cause(
            "a comma is missing between two words of a list",
            "put a comma before the mark",
            '["one", "two"]',
        )
    last = place.number - 1 if starts_anew else place.number
    opened = place.at(max(last, 1), max(len(place.at(max(last, 1)).line), 1))
    for number in range(last, 0, -1):
        found = re.match(r"[^=]*=\s*\[", place.lines[number - 1])
        if found:
            opened = place.at(number, found.end())
            break
    todo = "put ] after the last word of the list"
    return _Cause("a list has no closing bracket", todo, '["one", "two"]', opened)


def _is_start(place: _Place) -> bool:
    """Whether the reader stopped where a new key or table begins."""
    return (
        bool(re.match(r"\s*(\[|[\w.\"-]+\s*=)", place.line))
        and not place.line[: place.column - 1].strip()
    )


def _open_quote(place: _Place) -> _Cause | None:
    told = ("Illegal character '\\n'", "nterminated", 'Expected "\'"', "Expected '\"'")
    if not any(part in place.message for part in told):
        return None
    mark, at = '"', place
    if "end of document" in place.message:
        for number in range(place.number, 0, -1):
            opened = re.match(r"[^=]*=\s*(\"{3}|'{3}|[\"'])", place.lines[number - 1])
            if opened:
                mark, at = opened[1], place.at(number, opened.start(1) + 1)
                break
    allowed = '"text on one line", or """text on several"""'
    todo = f"put {mark} at the end of the text"
    return _Cause("a text in quotes does not end", todo, allowed, at)


def _date(place: _Place) -> _Cause | None:
    key, value = place.pair
    if not looks_like_day(value) or value.startswith(('"', "'")):
        return None
    allowed = "year, month and day with hyphens, without quotes: 2026-11-30"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        if "Invalid date" not in place.message:
            return None
        return _Cause(f"there is no day {value}", "correct the day", allowed)
    known = day_meant(value)
    todo = f"write {key} = {known}" if known else "write the year first: 2026-11-30"
    return _Cause(f"{value[:40]} is not a date as TOML writes it", todo, allowed)


def _nothing(place: _Place) -> _Cause | None:
    key, value = place.pair
    if not key or value:
        return None
    return _Cause(
        f"the key {key!r} has no value",
        f'write {key} = "...", or take the line out',
        'a value after the sign of equality; "" is an empty text',
    )


def _yes_no(place: _Place) -> _Cause | None:
    key, value = place.pair
    said = value.casefold()
    if said not in (*_TRUE, *_FALSE) or value in ("true", "false"):
        return None
    right = "true" if said in _TRUE else "false"
    return _Cause(
        f"{value} is neither true nor false",
        f"write {key} = {right}",
        "true or false, in small letters and without quotes",
    )


def _number(place: _Place) -> _Cause | None:
    key, value = place.pair
    allowed = "digits with a decimal point: 1234 or 0.75"
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", value):
        plain = value.replace(",", "")
        todo = f"write {key} = {plain}, or {value.replace(',', '.', 1)} if the comma is decimal"
        return _Cause("a number with a comma in it", todo, allowed)
    if re.fullmatch(r"[-+]?\d+,\d+", value):
        todo = f"write {key} = {value.replace(',', '.')}"
        return _Cause("a number with a decimal comma", todo, allowed)
    money = re.fullmatch(r"[\u00a3$\u20ac]\s*(\d+(?:\.\d+)?)", value)
    if money:
        return _Cause("a sign before a number", f"write {key} = {money[1]}", allowed)
    percent = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%", value)
    if percent:
        share = float(percent[1].replace(",", ".")) / 100
        todo = f"write {key} = {share:g}: shares are from 0 to 1"
        return _Cause("a number with a percent sign", todo, allowed)
    if re.fullmatch(r"[-+]?0\d+", value):
        todo = f'write {key} = {int(value)}, or {key} = "{value}" if it is a code'
        return _Cause("a number that begins with 0", todo, allowed)
    if re.fullmatch(r"[-+]?(\.\d+|\d+\.)", value):
        todo = f"write {key} = {float(value):g}" if value[0] == "." else f"write {key} = {value}0"
        return _Cause("a number needs digits on both sides of the point", todo, allowed)
    return None


def _equality(place: _Place) -> _Cause | None:
    if "Expected '='" not in place.message:
        return None
    allowed = "key = value"
    if place.line.lstrip().startswith("#") or place.line.rstrip().endswith("]"):
        return _brackets(place)
    key, colon, value = place.line.strip().partition(":")
    if colon and re.fullmatch(r"[\w.-]+\s*", key):
        todo = _short(f"write {key.strip()} = {value.strip()}")
        return _Cause("a colon stands where = belongs", todo, allowed)
    name, equals, _ = place.line.strip().partition("=")
    joined = "_".join(name.strip().casefold().split())
    if equals and "_" in joined and re.fullmatch(r"\w+", joined):
        return _Cause(
            f"the key {name.strip()!r} has a space in it", f"write {joined} = ...", allowed
        )
    if equals:
        todo = "write a key of small letters a to z, with _ between words"
        return _Cause("this is not a key", todo, allowed)
    todo = "write key = value, or # before a remark"
    return _Cause("the line has no sign of equality", todo, allowed)


def _brackets(place: _Place) -> _Cause | None:
    line = re.sub(r"\s+#.*", "", place.line).strip()
    name = line.strip("[] ")
    if not re.search(r"at the end of an? (table|array)|Expected '='", place.message):
        return None
    several = line.startswith("[[") or line.endswith("]]")
    right = f"[[{name}]]" if several else f"[{name}]"
    if line == right:
        return None
    todo = f"write {right}" if re.fullmatch(r"[\w.-]+", name) else "close the brackets"
    return _Cause(
        "the name of a table is not in brackets", todo, "[table], or [[table]] of several"
    )


def _no_quotes(place: _Place) -> _Cause | None:
    key, value = place.pair
    part = place.line[place.column - 1 :]
    if not key or "Invalid value" not in place.message or not re.match(r"[^\W\d]", part):
        return None
    allowed = 'text in quotes: "..."'
    words = ", ".join(f'"{word}"' for word in re.findall(r"[\w-]+", value))
    as_list = _short(f"write {key} = [{words}]", 70)
    if value.startswith("["):
        return _Cause("a word of the list is not in quotes", as_list, 'a list: ["one", "two"]')
    if re.fullmatch(r"[\w-]+(\s*,\s*[\w-]+)+", value):
        return _Cause("several words without quotes", as_list, 'a list: ["one", "two"]')
    if '"' in value:
        return _Cause("a text does not begin with quotes", "put all of it in quotes", allowed)
    near = nearest(value, ("true", "false"))
    more = f", or {key} = {near}" if near else ""
    return _Cause(
        "the text is not in quotes", _short(f'write {key} = "{value}"', 70) + more, allowed
    )


def _more(place: _Place) -> _Cause | None:
    """Something stands after the end of a value."""
    key, value = place.pair
    rest = place.line[place.column - 1 :].strip()
    if not key or "Expected newline" not in place.message or not rest:
        return None
    allowed = "one value for each line; remarks after #"
    if rest in (",", ";", ".", ","):
        return _Cause(f"{rest!r} stands after the value", f"take the {rest!r} out", allowed)
    if value[:1] in "\"'" and value.count(value[0]) > 2:
        if value[0] == '"':
            todo = f"write {key} = '{value[1:-1]}'" if "'" not in value else 'write \\" inside'
        else:
            todo = f'write {key} = "{value[1:-1]}"' if '"' not in value else "use double quotes"
        return _Cause("quotes stand inside quotes", _short(todo, 70), "other quotes inside: '\"'")
    return _Cause(
        f"{rest[:40]!r} stands after the value", "begin a new line, or write # before it", allowed
    )


def _remark(place: _Place) -> _Cause | None:
    if not re.match(r"\s*(//|--|/\*|;|')", place.line):
        return None
    return _Cause("this is not how a remark is written", "begin the line with #", "# a remark")


def _json(place: _Place) -> _Cause | None:
    if not re.match(r"\s*[{<]", place.line):
        return None
    return _Cause("this looks like JSON or XML", "licet new use shows a document", "key = value")


def _short(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "\u2026"


_GUESSES: tuple[Callable[[_Place], _Cause | None], ...] = (
    _twice,
    _curly,
    _invisible,
    _backslash,
    _open_list,
    _open_quote,
    _date,
    _nothing,
    _yes_no,
    _number,
    _equality,
    _brackets,
    _remark,
    _json,
    _no_quotes,
    _more,
)
"""From the surest to the least sure."""

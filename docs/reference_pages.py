"""The other pages of the reference: commands, Python, words, statuses and rules, from the code."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from textwrap import dedent
from typing import Any

from docs import python_api
from docs.keys import ROW, page, prose

KEYS_ELSEWHERE = {"Use": "use.md", "Evidence": "codebook.md", "Feed": "feed.md"}


def commands() -> Iterator[tuple[str, str]]:
    """Every command as (``licet new use``, what its --help prints), in the order of the help."""
    import typer

    from licet.cli import app

    def below(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
        word = name.rpartition(" ")[2]
        context = command.context_class(
            command, info_name=word, parent=parent, terminal_width=80, **command.context_settings
        )
        yield name, command.get_help(context).rstrip()
        for word, inner in getattr(command, "commands", {}).items():
            yield from below(inner, f"{name} {word}", context)

    return below(typer.main.get_command(app), "licet", None)


def commands_page() -> str:
    """What every command's --help prints."""
    parts = [
        "What `licet COMMAND --help` prints. What the statuses mean: [exit status](exit-status.md)."
    ]
    parts += [f"## {name}\n\n```text\n{text}\n```" for name, text in commands()]
    return page("Commands", *parts)


def python_page() -> str:
    """Every public name with its signature and docstring."""
    import licet

    title, _, text = prose(licet.__doc__).partition("\n\n")
    parts = [title, f"```text\n{dedent(text.partition(chr(10) * 2)[0])}\n```"]
    parts += [text.partition("\n\n")[2], python_api.EVERYWHERE]
    for name in licet.__all__:
        thing = getattr(licet, name)
        if inspect.isfunction(thing):
            signature = _signature(name, inspect.signature(thing))
            parts += [f"## licet.{name}", f"```text\n{signature}\n```", prose(thing.__doc__)]
            parts += python_api.below(name, thing, licet.__all__)
        elif inspect.isclass(thing):
            parts += [f"## licet.{name}", prose(thing.__doc__), *_members(thing)]
    return page("Python", *parts)


def _signature(name: str, signature: inspect.Signature) -> str:
    """One parameter a line; a default that is a value of ours is named, not spelt out."""
    lines = []
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            lines.append("    *,")
            keyword_only = True
        default = parameter.default
        shown = "" if default is parameter.empty else f" = {_default(default)}"
        lines.append(f"    {parameter.name}: {parameter.annotation}{shown},")
    return "\n".join([f"licet.{name}(", *lines, f") -> {signature.return_annotation}"])


def _default(value: Any) -> str:
    return f"{type(value).__name__}()" if is_dataclass(value) else repr(value)


def _members(thing: type) -> Iterator[str]:
    """What a class holds: the values of an enumeration, else its fields and its properties."""
    if hasattr(thing, "__members__"):
        yield "Values: " + ", ".join(f"`{value}`" for value in thing.__members__.values()) + "."
        return
    if thing.__name__ in KEYS_ELSEWHERE:
        yield f"Fields: the keys of [the document]({KEYS_ELSEWHERE[thing.__name__]})."
    elif is_dataclass(thing):
        names = [field.name for field in fields(thing) if field.repr]
        yield "Fields: " + ", ".join(f"`{name}`" for name in names) + "."
    told = {
        name: member.__doc__
        for kind in reversed(thing.__mro__)
        for name, member in vars(kind).items()
        if kind.__module__.startswith("licet") and isinstance(member, property) and member.__doc__
    }
    if told:
        yield "\n".join(f"- `.{name}`: {prose(doc).splitlines()[0]}" for name, doc in told.items())


def vocabulary_page() -> str:
    from licet.vocabulary import VOCABULARY

    parts = [
        "The words that uses and codebooks may say. `licet vocabulary` prints them. DPV is the "
        "identifier of the same idea in the W3C Data Privacy Vocabulary, where there is one."
    ]
    for kind, terms in VOCABULARY.items():
        rows = [ROW.format("word", "label", "meaning", "DPV"), ROW.format(*["---"] * 4)]
        rows += [
            ROW.format(f"`{t.id}`", t.label, t.definition, t.dpv or "") for t in terms.values()
        ]
        parts += [f"## {kind}", "\n".join(rows)]
    return page("Vocabulary", *parts)


def exit_status_page() -> str:
    from licet.gate import Refusal, Undetermined

    rows = [
        (0, "LICENSED, or the command did what it was asked", "tell families 30 days before"),
        (5, "NO LICENCE: ASK EACH FAMILY", "link only families who said yes"),
        (Refusal.exit_status, "NOT PERMITTED", "do not start; see the smaller uses that pass"),
        (Undetermined.exit_status, "NOT KNOWN", "link nothing; measure what is named"),
        (2, "Bad input: every fault is named", "correct the file or the command"),
        (1, "A fault of Licet", "report it"),
        (130, "Stopped from the keyboard", ""),
        (141, "Whatever read the output stopped reading, as `head` does", ""),
    ]
    lines = ["| status | what it says | what to do |", "|---|---|---|"]
    lines += [f"| {status} | {says} | {todo} |" for status, says, todo in rows]
    text = (
        "`licet assess` ends with the status of its ruling, so that a script can act on it; so do "
        "`licet link`, `licet identify`, `licet forecast` and `licet permission invite` where they "
        "refuse, and `licet identify` with 3 where nobody may be picked out, as does `licet forecast "
        "release`. `licet audit` and `licet forecast fit` end with 0 for PASS or where no verdict is "
        "passed, 3 for FAIL, 4 for UNDETERMINED. `licet log verify` ends with 3 for a log or proof that "
        "is broken, `licet permission receipt` for a receipt that is not genuine. Every other command "
        "ends with 0, 1 or 2. LICENSED, BUT ASK EACH FAMILY is 5 as well: all items are granted, but a "
        "duty, the use, a condition or the workspace asks for more."
    )
    return page("Exit status", text, "\n".join(lines))


DOCUMENTS = {
    "workspace": ("workspace.md", "the settings"),
    "use": ("use.md", "a plan to join records"),
    "codebook": ("codebook.md", "what the answers of a survey mean"),
    "feed": ("feed.md", "one extract of a service"),
    "linkage": ("linkage.md", "what is compared"),
    "criteria": ("criteria.md", "a rule for offers"),
    "forecast": ("forecast.md", "a forecast to fit"),
    "audit-plan": ("audit-plan.md", "what an audit will ask"),
}
"""By schema: the page with its keys, and what the document is."""


def schemas_page() -> str:
    """Which document has which schema, as the workspace itself says it."""
    from importlib.resources import files

    rules = tomllib.loads(
        (files("licet.bundled") / "town" / ".taplo.toml").read_text(encoding="utf-8")
    )["rule"]
    rows = [ROW.format("file", "what it is", "schema", "every key"), ROW.format(*["---"] * 4)]
    for rule in rules:
        path = rule["schema"]["path"]
        where, what = DOCUMENTS[path.removeprefix("schemas/").removesuffix(".schema.json")]
        places = ", ".join(f"`{place}`" for place in rule["include"])
        rows.append(
            ROW.format(places, what, f"`{path}`", f"[{where.removesuffix('.md')}]({where})")
        )
    return page("Schemas for editors", *SCHEMA_WORDS[:1], "\n".join(rows), *SCHEMA_WORDS[1:])


SCHEMA_WORDS = (
    "`licet init` puts JSON Schemas (draft 7) into `schemas/` of a new workspace, and `.taplo.toml` "
    "beside them says which file has which. An editor that knows TOML by Taplo (Even Better TOML in VS "
    "Code, Helix, Neovim and others) then completes keys and words, says what each means, and underlines "
    "what is not allowed. Nothing is fetched.",
    "Open the folder of the workspace, not a single file in it: editors look for `.taplo.toml` at the "
    "top. Another editor, or a file elsewhere, takes the schema by a first line of its own:",
    "```toml\n#:schema ./schemas/use.schema.json\n```",
    "A workspace made by an earlier Licet has none, or older ones: make a new one with `licet init` "
    "elsewhere, and copy `schemas/` and `.taplo.toml`. A schema knows less than `licet check`, which also "
    "knows what has to fit together. No command reads a schema.",
)


def spec_page() -> str:
    """The rules as the tests state them; empty while one of their modules is missing."""
    try:
        rendered: str = import_module("tests.spec.render").render()
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("tests.spec"):
            raise
        return ""
    title, _, rest = rendered.partition("\n")
    return page(title.removeprefix("# "), rest)

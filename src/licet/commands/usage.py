"""What was typed wrongly on the command line, in the shape of every other fault."""

from __future__ import annotations

from typing import Any

from licet.errors import Fault, nearest

_KINDS = {
    "int": "a whole number",
    "float": "a number: 0.5",
    "bool": "true or false",
    "path": "a path",
}
_LIMITS = {"ge": "{} or more", "gt": "more than {}", "le": "{} or less", "lt": "less than {}"}


def usage_fault(error: Exception) -> Fault | None:
    """A usage error of the command line as a fault; None where it is the help of a command.

    error: what typer raises, with ``format_message``.
    """
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return None
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    command = context.command_path if context is not None else "licet"
    todo = f"{command} --help"
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        known = sorted(o for p in context.command.params for o in p.opts) if context else []
        near = nearest(str(option), known)
        todo = f"write {near} if that is meant; {todo}" if near else todo
        options = ", ".join(name for name in known if name.startswith("--"))
        return Fault(f"unknown option {option}", command, options, todo)
    if parameter is not None:
        where = f"{command} {_name(parameter)}"
        allowed = _said(getattr(parameter, "help", None))
        if kind == "MissingParameter":
            what = f"{_name(parameter)} is missing"
            return Fault(what, command, allowed, f"add {_name(parameter)}; {todo}")
        return Fault(_what(error), where, _allowed(error) or allowed, todo)
    where = f"{command} {option}" if option else command
    message = str(getattr(error, "message", error)).rstrip(".")
    return Fault(message[:1].lower() + message[1:], where, "", todo)


def _name(parameter: Any) -> str:
    """``--seed``, or ``EVIDENCE`` of what is typed without an option."""
    named = str(parameter.opts[0] if parameter.opts else parameter.name)
    return named if named.startswith("-") else str(parameter.metavar or named).strip("[]").upper()


def _said(text: str | None) -> str:
    return (text or "").rstrip(".")


def _details(error: Exception) -> dict[str, Any]:
    """What the check of a value found: its kind, the value and the limits."""
    errors = getattr(error.__cause__, "errors", None)
    found: list[dict[str, Any]] = list(errors()) if errors else []
    return found[0] if found else {}


def _what(error: Exception) -> str:
    details = _details(error)
    if "input" not in details:
        return str(getattr(error, "message", error)).rstrip(".")
    typed = str(details["input"])[:40]
    kind = _KINDS.get(str(details.get("type", "")).split("_")[0])
    if kind:
        return f"{typed!r} is not {kind.split(':')[0]}"
    return f"{typed} is outside what is allowed"


def _allowed(error: Exception) -> str:
    details = _details(error)
    limits = details.get("ctx") or {}
    said = [form.format(limits[key]) for key, form in _LIMITS.items() if key in limits]
    return " and ".join(said) or _KINDS.get(str(details.get("type", "")).split("_")[0], "")

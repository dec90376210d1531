"""What went wrong, in words: a page for people, problem+json for machines. Never what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from licet.errors import BadInput, Fault
from licet.web.views.pages import is_data, page, wants_json

TEXTS = {
    400: ("That could not be understood", "The address or the form was not complete."),
    403: ("You may not do this", "Your account has no right to it."),
    404: ("There is no such page", "It may have been mistyped, or the use may have ended."),
    405: (
        "This page cannot be used that way",
        "Open it as a page, or send the form that is on it.",
    ),
    413: ("That is too much at once", "Forms and files may hold one million bytes."),
    429: ("Too many tries", "Wait a quarter of an hour, then try again."),
    503: ("This does not work just now", "Nothing was saved. Try again later."),
    500: ("Something went wrong here", "It is our fault, not yours. Nothing was saved."),
}


def said(request: Any, status: int, detail: str = "") -> Any:
    """A fault by its status."""
    title, text = TEXTS[status]
    if wants_json(request):
        return _problem(status, detail or text)
    # The address may hold somebody's name: links to other languages lead to the front page.
    return page(request, "fault.html", status=status, path="", title=title, text=detail or text)


def _problem(status: int, detail: str) -> Any:
    """RFC 9457, the one shape of every fault for machines."""
    from django.http import JsonResponse

    body = {"type": "about:blank", "title": TEXTS[status][0], "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def not_allowed(request: Any, allowed: Sequence[str]) -> Any:
    """405, with the methods that are allowed."""
    answer = said(request, 405)
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


def wrong(request: Any, error: BadInput) -> Any:
    """An input that cannot be used: what was wrong and what to do."""
    return said(request, 400, sentence(error.faults[0]))


def sentence(fault: Fault) -> str:
    """A fault in words: what is wrong, what is allowed, what to do."""
    allowed = f"Allowed: {fault.allowed}" if fault.allowed else ""
    parts = [x.rstrip(".") for x in (fault.what, allowed, fault.todo) if x]
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in parts) + "."


def forged(request: Any, reason: str = "") -> Any:
    """A form that did not come from a page of ours."""
    return said(
        request, 403, "The form had gone stale or came from another site. Open the page again."
    )


def bad_request(request: Any, exception: Exception) -> Any:
    """400, and 413 for a body that is too large."""
    from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent

    large = RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent
    return said(request, 413 if isinstance(exception, large) else 400)


def denied(request: Any, exception: Exception) -> Any:
    """403."""
    return said(request, 403)


def missing(request: Any, exception: Exception) -> Any:
    """404."""
    return said(request, 404)


def broken(request: Any) -> Any:
    """500: with nothing of the request but how its address ends, since it may be what broke."""
    from django.http import HttpResponse

    title, text = TEXTS[500]
    if is_data(request.path):
        return _problem(500, text)
    return HttpResponse(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><main><h1>{title}</h1><p>{text}</p></main>',
        status=500,
    )

"""Pages that show what one person said: nothing around them may tell what anybody else did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from licet.errors import BadInput
from licet.permission.receipts import WITHDRAWING
from licet.permission.voices import DECIDES, NOT_SHOWN
from licet.web.views.pages import around

CHANNELS: Mapping[str, str] = {
    "web": "On this site",
    "phone": "By phone",
    "paper": "On paper",
    "in_person": "At the desk",
    "import": "From the office's own list",
}
"""How something was said, as families read it."""


def page(request: Any, template: str, *, status: int = 200, **values: Any) -> Any:
    """A page without the log's checkpoint, which changes whenever somebody says no; never kept."""
    from django.http import HttpResponse

    done = request.session.pop("done", None)
    fixed = {
        "withdrawing": WITHDRAWING,
        "decides": DECIDES,
        "not_shown": NOT_SHOWN,
        "channels": CHANNELS,
    }
    text = replace(around(request), log=None).page(template, done=done, **fixed, **values)
    answer = HttpResponse(text, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def download(text: str, name: str, kind: str = "application/json") -> Any:
    """A receipt, or whatever else only whoever asks may have, as a file."""
    from django.http import HttpResponse

    answer = HttpResponse(text, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def onto(form: Any, error: BadInput, first: str) -> None:
    """Write faults into a form, beside the fields they are of; else beside ``first``."""
    for fault in error.faults:
        field = fault.where.rpartition(": ")[2].lstrip("-").replace("-", "_")
        text = ". ".join(part.rstrip(".") for part in (fault.what, fault.todo) if part) + "."
        form.add_error(field if field in form.fields else first, text[:1].upper() + text[1:])

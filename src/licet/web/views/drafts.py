"""Drafting a use: the ruling is seen before anything is kept, and long before anything is linked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.web.forms.uses import DraftUse
from licet.web.views.pages import doing, page, serving, then


@doing("draft")
def draft(request: Any) -> Any:
    """A form; with it filled the ruling; with "keep" the document in the workspace."""
    form = DraftUse(request.POST or None)
    proposed = None
    if request.method == "POST" and form.is_valid():
        try:
            today = datetime.now(UTC).date()
            proposed = flow.propose(serving().workspace, form.facts, today=today)
            if request.POST.get("act") == "keep":
                flow.keep_proposed(serving().workspace, proposed)
                return then(
                    request,
                    "/staff/runs",
                    f"{proposed.use.title} is kept as uses/{proposed.use.id}.toml. "
                    "Look at every line that says CHECK, then publish.",
                )
        except BadInput as error:
            for fault in error.faults:
                form.add_error(None, ". ".join(x for x in (fault.what, fault.todo) if x))
    errors = form.summary if form.is_bound else []
    status = 400 if errors else 200
    return page(request, "draft.html", status=status, form=form, proposed=proposed, errors=errors)

"""A record is wrong: the family says so, the desk sees it through."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.web.forms.permission import Step, Wrong
from licet.web.limits import WRITE, tried
from licet.web.views.faults import said
from licet.web.views.mine import key_of, today, voice_or_none
from licet.web.views.pages import doing, serving, then
from licet.web.views.private import onto, page
from licet.web.views.record import post_of


@doing("dispute")
def wrong(request: Any, key: str) -> Any:
    """Say that a record about somebody is wrong."""
    voice = voice_or_none(request, key)
    if voice is None:
        return said(request, 404)
    root = serving().workspace
    more = {"services": flow.disputable_services(root), "things": flow.DISPUTED_FIELDS}
    form = Wrong(request.POST or None, **more)
    if request.method == "POST" and form.is_valid():
        now, given = datetime.now(UTC), form.cleaned_data
        if not tried(WRITE, key_of(request), secret=serving().secret, now=now):
            return said(request, 429)
        try:
            flow.dispute(
                root, voice, given["service"], given["record"], given["field"], given["claim"],
                hold=given["hold"] == "yes", now=now,
            )  # fmt: skip
        except BadInput as error:
            onto(form, error, "claim")
        else:
            return then(
                request, "/mine/wrong", "It is recorded. The service has 30 days to answer."
            )
    errors = form.summary if form.is_bound else []
    return page(
        request,
        "one_form.html",
        form=form,
        heading="A record is wrong",
        button="Send it",
        action=request.get_full_path(),
        texts=(
            "The service that holds the record looks at it and answers within 30 days. If it keeps "
            "the record as it is, it says why, and you can ask for another look.",
        ),
        links=(("mine/wrong", "What I disputed before"),),
        errors=errors,
        status=400 if errors else 200,
    )


@doing("dispute")
def own(request: Any) -> Any:
    """What the account disputed, and what became of it."""
    if request.method == "POST":
        failed = _step(request, "family", "web")
        return failed or then(request, "/mine/wrong", "It is recorded.")
    root = serving().workspace
    shown = flow.own_disputes(root, key_of(request), today=today())
    return page(request, "mine_wrong.html", disputes=shown)


@doing("settle")
def settle(request: Any) -> Any:
    """Disputed records for the desk: those that wait, the one due first."""
    settled = request.GET.get("settled") == "yes"
    errors: Any = []
    if request.method == "POST":
        form = Step(request.POST)
        if not form.is_valid():
            return said(request, 400)
        try:
            flow.move_dispute(
                serving().workspace, form.cleaned_data["key"], form.cleaned_data["step"],
                by="clerk", post=post_of(request), account=key_of(request),
                reason=form.cleaned_data["reason"], now=datetime.now(UTC),
            )  # fmt: skip
            return then(request, "/staff/disputes", "It is recorded, and the family can read it.")
        except BadInput as error:
            onto(form, error, "reason")
            place = f"#reason-{form.cleaned_data['key']}"
            errors = [{"text": one["text"], "href": place} for one in form.summary]
    shown = flow.all_disputes(serving().workspace, today=today(), settled=settled)
    return page(
        request, "dispute_list.html", disputes=shown, settled=settled, errors=errors,
        typed=request.POST if errors else {}, status=400 if errors else 200,
    )  # fmt: skip


def _step(request: Any, by: str, post: str) -> Any:
    """Take a step; the page that says why not, or None."""
    form = Step(request.POST)
    if not form.is_valid():
        return said(request, 400)
    try:
        flow.move_dispute(
            serving().workspace, form.cleaned_data["key"], form.cleaned_data["step"], by=by,
            post=post, account=key_of(request), reason="", now=datetime.now(UTC),
        )  # fmt: skip
    except BadInput:
        return said(request, 404)
    return None

"""Offers of support: one household before a reviewer; a family with the code of its letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.identify.notice import MEANS
from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL
from licet.web.forms.offers import Contest, Decision
from licet.web.forms.permission import Code
from licet.web.views.faults import said
from licet.web.views.letters import in_time, was_right
from licet.web.views.pages import doing, serving, then
from licet.web.views.private import onto, page


@doing("offer")
def queue(request: Any) -> Any:
    """The household that a reviewer holds, and the answer to it; a button that gives the next one."""
    today = datetime.now(UTC).date()
    root, account = serving().workspace, str(request.user.key)
    post = request.user.post or "Reviewer"
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "take":
        found = flow.next_offer(root, account, post, today=today)
        return then(request, "/staff/offers", "" if found else "No household waits for you.")
    if act == "back":
        return _back(request, account, today)
    form = Decision(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = _decided(request, form, account, post, today)
        if done:
            return then(request, "/staff/offers", done)
    found = flow.next_offer(root, account, post, today=today, take=False)
    if found is not None and not form.is_bound:
        form = Decision(initial={"item": found.name, "use": found.use})
    errors = form.summary if form.is_bound and found is not None else []
    return page(
        request, "offers.html", status=400 if form.is_bound else 200, found=found, form=form,
        errors=errors, never_hinders=NEVER_HINDERS, no_is_normal=NO_IS_NORMAL, means=MEANS,
    )  # fmt: skip


def _decided(request: Any, form: Decision, account: str, post: str, today: Any) -> str:
    """What is said when a decision is kept; "" where the form has faults now."""
    given = form.cleaned_data
    try:
        state = flow.decide_offer(
            serving().workspace, given["item"], given["use"], account, post,
            answer=given["answer"], because=given["because"], today=today,
        )  # fmt: skip
    except BadInput as error:
        onto(form, error, "answer")
        return ""
    if state == "offered":
        return "Support is offered, and the letter is written."
    return (
        "Your decision is kept." if state == "not_offered" else "It is kept. Somebody else looks."
    )


def _back(request: Any, account: str, today: Any) -> Any:
    try:
        flow.put_offer_back(
            serving().workspace, request.POST.get("item", "")[:40], request.POST.get("use", "")[:200],
            account, today=today,
        )  # fmt: skip
    except BadInput:
        return then(request, "/staff/offers")
    return then(request, "/staff/offers", "You put it back. Somebody else can take it.")


@doing("contest")
def offer(request: Any) -> Any:
    """The code is asked for; with it, the letter and what can be said of it."""
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if not in_time(request, code):
            return said(request, 429)
        try:
            found = _opened(code)
        except BadInput as error:
            onto(form, error, "code")
        else:
            was_right(request, code)
            return _letter(request, found, Contest(initial={"code": code}), code)
    errors = form.summary if form.is_bound else []
    status = 400 if errors else 200
    return page(request, "offer_code.html", form=form, errors=errors, status=status)


def _opened(code: str) -> Any:
    return flow.open_offer(serving().workspace, code, today=datetime.now(UTC).date())


def _letter(request: Any, found: Any, form: Contest, code: str) -> Any:
    errors = form.summary if form.is_bound else []
    return page(
        request, "offer_letter.html", letter=found, form=form, code=code, errors=errors,
        status=400 if errors else 200,
    )  # fmt: skip


@doing("contest")
def answer(request: Any) -> Any:
    """Contest an offer, or leave it; what follows is said."""
    if request.method != "POST":
        return then(request, "/offer")
    code = request.POST.get("code", "")
    if not in_time(request, code):
        return said(request, 429)
    today, root = datetime.now(UTC).date(), serving().workspace
    try:
        found = _opened(code)
    except BadInput:
        return then(request, "/offer")
    was_right(request, code)
    leaving = request.POST.get("act", "") == "left"
    form = Contest(None if leaving else request.POST)
    try:
        if leaving:
            return then(request, "/offer", flow.leave_offer(root, code, today=today))
        if form.is_valid():
            why = form.cleaned_data["why"]
            return then(request, "/offer", flow.contest_offer(root, code, why, today=today))
    except BadInput:  # somebody of the household answered before
        return _letter(request, _opened(code), Contest(initial={"code": code}), code)
    return _letter(request, found, form, code)

"""What may concern me: for oneself and each child, what one said and may say. Nothing of anybody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.web.forms.permission import Answer, Code
from licet.web.views import letters
from licet.web.views.faults import said
from licet.web.views.letters import in_time, mark_of, was_right
from licet.web.views.pages import doing, serving, then
from licet.web.views.private import onto, page


def today() -> date:
    """The day."""
    return datetime.now(UTC).date()


def key_of(request: Any) -> str:
    """What the account is called; the store keeps a keyed hash of it."""
    return str(request.user.key)


def voice_or_none(request: Any, key: str) -> Any:
    """A voice of this account; None for anything else, whether it is somebody's or nobody's."""
    return flow.voice_of(serving().workspace, key_of(request), key)


@doing("own_permissions")
def mine(request: Any) -> Any:
    """Everybody for whom the account speaks, and the way to add somebody."""
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if not in_time(request, code):
            return said(request, 429)
        here = mark_of(code) in request.session.get("answered", [])
        try:
            voice = flow.open_voice(
                serving().workspace,
                key_of(request),
                code,
                now=datetime.now(UTC),
                answered_here=here,
            )
        except BadInput as error:
            onto(form, error, "code")
        else:
            was_right(request, code)
            request.session.cycle_key()
            return then(request, f"/mine/{voice.key}", "You now speak for this person here.")
    root = serving().workspace
    errors = form.summary if form.is_bound else []
    return page(
        request,
        "mine.html",
        form=form,
        errors=errors,
        status=400 if errors else 200,
        people=flow.concerned(root, key_of(request), today=today()),
        provider=getattr(flow.provider(root), "name", ""),
        verified=flow.account_verified(root, key_of(request)),
    )


@doing("own_permissions")
def person(request: Any, key: str) -> Any:
    """The published uses as they concern one person."""
    voice = voice_or_none(request, key)
    if voice is None:
        return said(request, 404)
    number = request.GET.get("page", "1")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found, pages = flow.matters(serving().workspace, voice, max(1, chosen), today=today())
    return page(
        request,
        "mine_person.html",
        who=_who(request, voice),
        matters=found,
        pages=pages,
        number=min(max(1, chosen), pages),
    )


def _who(request: Any, voice: Any) -> Any:
    people = flow.concerned(serving().workspace, key_of(request), today=today())
    return next(one for one in people if one.voice.key == voice.key)


@doing("own_permissions")
def use(request: Any, key: str, use: str) -> Any:
    """One use: what one said, what one may say, and what that does."""
    voice = voice_or_none(request, key)
    if voice is None:
        return said(request, 404)
    given = request.POST if request.method == "POST" else request.GET
    language, service = given.get("language", "")[:20], given.get("service", "")[:80]
    root = serving().workspace
    found = flow.matter(root, voice, use, today=today(), language=language)
    told = found and {one.service: one for one in (found.whole, *found.services)}.get(service)
    if found is None or told is None:
        return said(request, 404)
    form = Answer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = flow.say_for(
                root, voice, use, service, form.cleaned_data["answer"],
                language=language, today=today(), now=datetime.now(UTC),
            )  # fmt: skip
        except BadInput as error:
            onto(form, error, "answer")
        else:
            return then(request, f"/mine/receipt/{done.receipt.receipt_id}", "It is recorded.")
    errors = (
        [{"text": one["text"], "href": "#answer"} for one in form.summary] if form.is_bound else []
    )
    return page(
        request,
        "mine_use.html",
        who=_who(request, voice),
        matter=found,
        told=told,
        language=language,
        errors=errors,
        status=400 if errors else 200,
    )


@doing("own_permissions")
def history(request: Any, key: str) -> Any:
    """Everything that this account's voice said for somebody."""
    voice = voice_or_none(request, key)
    if voice is None:
        return said(request, 404)
    lines = flow.own_history(serving().workspace, voice)
    return page(request, "mine_history.html", who=_who(request, voice), lines=lines)


@doing("own_permissions")
def end(request: Any, key: str) -> Any:
    """The account speaks for somebody no more."""
    voice = voice_or_none(request, key)
    if voice is None:
        return said(request, 404)
    if request.method != "POST":
        return page(request, "mine_end.html", who=_who(request, voice))
    flow.end_voice(serving().workspace, voice, now=datetime.now(UTC))
    return then(request, "/mine", "This account no longer speaks for that person.")


@doing("own_permissions")
def receipt(request: Any, name: str) -> Any:
    """The receipt of something that this account said."""
    if not _own(request, name):
        return said(request, 404)
    return letters.show(request, name, f"mine/receipt/{name}.json", "mine")


@doing("own_permissions")
def receipt_file(request: Any, name: str) -> Any:
    """The same as a file."""
    return letters.file(request, name) if _own(request, name) else said(request, 404)


def _own(request: Any, name: str) -> bool:
    found = flow.kept_receipt(serving().workspace, name)
    return found is not None and flow.speaks(serving().workspace, key_of(request), found[1])

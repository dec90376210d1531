"""Answering a letter without an account: code, notice, answer, receipt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.vocabulary import label
from licet.web.forms.permission import Answer, Code
from licet.web.limits import CODE, forgiven, tried, uncounted
from licet.web.views.faults import said
from licet.web.views.pages import doing, serving, then
from licet.web.views.private import download, onto, page

HELD = 20
"""Receipts of one visit without an account."""


def in_time(request: Any, code: str) -> bool:
    """Whether a code may be tried once more: from this address, and this code from anywhere."""
    now, secret = datetime.now(UTC), serving().secret
    from_here = tried(CODE, _address(request), secret=secret, now=now)
    of_code = tried(CODE, _code(code), secret=secret, now=now)
    return from_here and of_code


def was_right(request: Any, code: str) -> None:
    """A code that works was typed: it is no guess. Wrong ones from the same address stay counted, so that
    nobody with one letter has more guesses at others."""
    secret = serving().secret
    uncounted(CODE, _address(request), secret=secret)
    forgiven(CODE, _code(code), secret=secret)


def _address(request: Any) -> str:
    return f"from {request.META.get('REMOTE_ADDR', '')}"


def _code(code: str) -> str:
    return "code " + "".join(code.upper().split()).replace("-", "")[:80]


@doing("answer")
def letter(request: Any) -> Any:
    """The code is asked for; with it, the notice and the answers."""
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
            return _notice(request, code, found)
    errors = form.summary if form.is_bound else []
    status = 400 if errors else 200
    return page(request, "permission_code.html", form=form, errors=errors, status=status)


def _opened(code: str) -> Any:
    return flow.open_letter(serving().workspace, code, today=datetime.now(UTC).date())


def _notice(request: Any, code: str, found: Any, errors: Any = (), status: int = 200) -> Any:
    return page(
        request, "permission_letter.html", letter=found, code=code, errors=errors, status=status
    )


@doing("answer")
def answer(request: Any) -> Any:
    """Record the answer; its receipt follows."""
    if request.method != "POST":
        return then(request, "/letter")
    code = request.POST.get("code", "")
    if not in_time(request, code):
        return said(request, 429)
    form = Answer(request.POST)
    try:
        found = _opened(code)
    except BadInput:
        return then(request, "/letter")
    was_right(request, code)
    if form.is_valid():
        now = datetime.now(UTC)
        chosen = form.cleaned_data["answer"]
        try:
            done = flow.answer_letter(serving().workspace, code, chosen, today=now.date(), now=now)
        except BadInput as error:
            onto(form, error, "answer")
        else:
            _remember(request, done.receipt.receipt_id, code)
            return then(request, f"/letter/receipt/{done.receipt.receipt_id}")
    errors = [{"text": one["text"], "href": "#answer"} for one in form.summary]
    return _notice(request, code, found, errors, 400)


def _remember(request: Any, receipt: str, code: str) -> None:
    """What this visit may see again: the receipt; and that it knew the code, by a keyed hash.

    From here on the visit has another name: whoever knew the one before sees nothing of it.
    """
    request.session.cycle_key()
    request.session["receipts"] = [*request.session.get("receipts", []), receipt][-HELD:]
    marks = [*request.session.get("answered", []), mark_of(code)]
    request.session["answered"] = marks[-HELD:]


def mark_of(code: str) -> str:
    """What a session keeps of a code: nobody can read it back."""
    from django.utils.crypto import salted_hmac

    return salted_hmac("licet letter", _code(code), algorithm="sha256").hexdigest()


@doing("answer")
def receipt(request: Any, name: str) -> Any:
    """The receipt of this visit, to print or keep."""
    if name not in request.session.get("receipts", []):
        return said(request, 404)
    return show(request, name, f"letter/receipt/{name}.json", "letter")


@doing("answer")
def receipt_file(request: Any, name: str) -> Any:
    """The receipt as a file that the page Check a receipt reads."""
    if name not in request.session.get("receipts", []):
        return said(request, 404)
    return file(request, name)


def show(request: Any, name: str, file_path: str, back: str) -> Any:
    """A receipt as a page. file_path, back: pages of the site."""
    found = flow.kept_receipt(serving().workspace, name)
    if found is None:
        return said(request, 404)
    one, event = found
    scope = event.scope
    return page(
        request, "permission_receipt.html", receipt=one, says=one.says, file=file_path, back=back,
        said_at=event.at, title=flow.title_of(serving().workspace, scope.use or ""),
        service=label("service", scope.service) if scope.service else "",
    )  # fmt: skip


def file(request: Any, name: str) -> Any:
    """A receipt as a download."""
    found = flow.kept_receipt(serving().workspace, name)
    if found is None:
        return said(request, 404)
    return download(flow.receipt_json(found[0]), f"receipt-{name}.json")

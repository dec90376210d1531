"""The desk: what somebody said on paper, by phone or in person; codes for accounts."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from licet import flow
from licet.errors import BadInput
from licet.web.forms.permission import Find, Link, Record
from licet.web.views import letters
from licet.web.views.faults import said
from licet.web.views.pages import doing, serving, then
from licet.web.views.private import onto, page


def post_of(request: Any) -> str:
    """The post that records: never a person's name."""
    return str(request.user.post or request.user.role)


@doing("record")
def record(request: Any) -> Any:
    """Find the one person, record what they said, or hand over a code."""
    act = request.POST.get("act", "")
    if act in ("record", "link"):
        return _done(request, act)
    form = Find(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["who"]
        found = flow.look_up(serving().workspace, who, by=post_of(request), now=datetime.now(UTC))
        if found is not None:
            return _found(request, who, found)
        onto(form, flow.desk_found_nobody(), "who")
    errors = form.summary if form.is_bound else []
    status = 400 if errors else 200
    return page(request, "permission_find.html", form=form, errors=errors, status=status)


def _forms(request: Any, who: str) -> tuple[Any, Any]:
    root = serving().workspace
    act = request.POST.get("act", "")
    more: dict[str, Any] = {
        "uses": flow.published_uses(root),
        "services": flow.disputable_services(root),
    }
    fresh: dict[str, Any] = {"initial": {"who": who}}
    recording = Record(request.POST, **more) if act == "record" else Record(**fresh, **more)
    linking = Link(request.POST) if act == "link" else Link(**fresh)
    for prefix, form in (("record", recording), ("link", linking)):
        form.auto_id = f"{prefix}-%s"
    return recording, linking


def _found(request: Any, who: str, found: Any, forms: Any = None, errors: Any = ()) -> Any:
    recording, linking = forms or _forms(request, who)
    status = 400 if errors else 200
    return page(
        request, "permission_record.html", found=found, recording=recording, linking=linking,
        errors=errors, status=status,
    )  # fmt: skip


def _done(request: Any, act: str) -> Any:
    root, by, now = serving().workspace, post_of(request), datetime.now(UTC)
    who = request.POST.get("who", "")[:200]
    found = flow.look_up(root, who, by=by, now=now)
    if found is None:
        return said(request, 404)
    forms = _forms(request, who)
    form = forms[0] if act == "record" else forms[1]
    if form.is_valid():
        given = form.cleaned_data
        try:
            relation, said_by = _holder(root, who, given)
            if act == "link":
                code = flow.link_for(root, who, relation, said_by, given["checked"], by=by, now=now)
                return page(request, "permission_link.html", code=code, found=found)
            return _recorded(request, who, given, relation, said_by, now)
        except BadInput as error:
            onto(form, error, "answer" if act == "record" else "checked")
    return _found(request, who, found, forms, form.summary)


def _holder(root: Any, who: str, given: Any) -> tuple[Any, str]:
    """Relation and the office's own name of whoever speaks."""
    if given["holder"] == "person":
        return "self", ""
    if given["holder"] == "letter":
        return "parental_responsibility", flow.letter_holder(root, who)
    return given["relation"] or "parental_responsibility", given["said_by"].strip()


def _recorded(
    request: Any, who: str, given: Any, relation: Any, said_by: str, now: datetime
) -> Any:
    everything = given["use"] == "*"
    told = flow.Said(
        who,
        given["answer"],
        None if everything else given["use"],
        everything,
        service=given["service"] or None,
        relation=relation,
        said_by=said_by,
        verified=given["verified"].strip(),
        language=given["language"].strip(),
        channel=given["channel"],
    )
    day = given["day"]
    at = now if day in (None, now.date()) else datetime.combine(day, time(12, tzinfo=UTC))
    done = flow.record_for(serving().workspace, who, told, at=at, by=post_of(request), now=now)
    name = done.receipt.receipt_id
    request.session["receipts"] = [*request.session.get("receipts", []), name][-letters.HELD :]
    text = "It is recorded. Print the receipt, or read it out."
    return then(request, f"/staff/receipt/{name}", text)


@doing("record")
def receipt(request: Any, name: str) -> Any:
    """The receipt of what was just recorded."""
    if name not in request.session.get("receipts", []):
        return said(request, 404)
    return letters.show(request, name, f"staff/receipt/{name}.json", "staff/record")


@doing("record")
def receipt_file(request: Any, name: str) -> Any:
    """The same as a file."""
    if name not in request.session.get("receipts", []):
        return said(request, 404)
    return letters.file(request, name)

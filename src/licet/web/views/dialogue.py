"""What families do in the dialogue: read, ask, second, agree or disagree, appeal, rate an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404

from licet import flow
from licet.errors import BadInput
from licet.web.forms.dialogue import Ask, Groups
from licet.web.limits import WRITE, tried
from licet.web.roles import ROLES, may
from licet.web.views.faults import not_allowed, said
from licet.web.views.pages import READ, doing, page, role_of, serving, then

OWN = ("appeal", "withdraw", "satisfied", "contest")
DONE = {
    "appeal": "Another moderator will read it.",
    "withdraw": "It is taken back.",
    "satisfied": "Thank you. It is settled.",
    "contest": "It waits for a better answer.",
}


def who(request: Any) -> Any:
    """Who acts, as the dialogue knows them; None for anyone without an account."""
    role = role_of(request)
    if role == "anyone":
        return None
    post = "" if role == "family" else (request.user.post or ROLES[role])
    return flow.Who(str(request.user.key), post)


def in_time(request: Any) -> bool:
    """Whether this account may write now."""
    key = str(request.user.key)
    return tried(WRITE, key, secret=serving().secret, now=datetime.now(UTC))


def today() -> Any:
    """The day, UTC."""
    return datetime.now(UTC).date()


def shown(request: Any, number: int) -> Any:
    """An item as whoever asks may see it, else there is no such page."""
    found = flow.question(serving().workspace, number, today=today(), who=who(request))
    if found is None:
        raise Http404
    if not (found.public or found.own or may(role_of(request), "moderate")):
        raise Http404  # of staff, moderators alone read what nobody has opened
    return found


@doing("read", methods=READ)
def questions(request: Any) -> Any:
    """Everything that was asked and opened, and what people changed."""
    found = flow.heard(serving().workspace, use=request.GET.get("use") or None, today=today())
    return page(request, "dialogue_list.html", path="questions", heard=found,
                use=request.GET.get("use", ""))  # fmt: skip


@doing("read", methods=READ)
def question(request: Any, number: int) -> Any:
    """One item, with how far each group agrees."""
    found = shown(request, number)
    role = role_of(request)
    vote = ""
    if role == "family":
        vote = flow.vote_of(serving().workspace, number, who(request))
    return page(
        request, "dialogue_item.html", path=f"questions/{number}", one=found, role=role, vote=vote,
        errors=[],
    )  # fmt: skip


@doing("ask")
def say(request: Any, number: int) -> Any:
    """Agree, disagree, pass or second; from a form alone."""
    if request.method != "POST":
        return not_allowed(request, ["POST"])
    shown(request, number)
    if not in_time(request):
        return said(request, 429)
    word = request.POST.get("said", "")
    flow.say(serving().workspace, number, who(request), word, now=datetime.now(UTC))
    return then(request, f"/questions/{number}", "It is counted. You can change it.")


@doing("ask")
def own_move(request: Any, number: int) -> Any:
    """What whoever sent an item may do of it; from a form alone."""
    if request.method != "POST":
        return not_allowed(request, ["POST"])
    move = request.POST.get("move", "")
    found = shown(request, number)
    if not found.own or move not in OWN:
        return said(request, 403)
    if not in_time(request):
        return said(request, 429)
    flow.do_dialogue(serving().workspace, number, move, who(request), now=datetime.now(UTC))
    return then(request, "/mine/questions", DONE[move])


@doing("ask")
def ask(request: Any, use: str) -> Any:
    """Send a question, an objection or a proposed condition."""
    title = dict(flow.use_titles(serving().workspace)).get(use)
    if title is None:
        raise Http404
    form = Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not in_time(request):
            return said(request, 429)
        given = form.cleaned_data
        made = flow.ask_dialogue(
            serving().workspace, use, given["sort"], given["words"], who(request),
            now=datetime.now(UTC),
        )  # fmt: skip
        return then(request, "/mine/questions", f"It is sent. Its name is {made.name}.")
    return formed(request, form, "Ask, object or propose", "Send",
                  texts=(title, "An answer is due within 30 days."))  # fmt: skip


def formed(request: Any, form: Any, heading: str, button: str, **more: Any) -> Any:
    """A page with one form."""
    bound = form.is_bound and form.errors
    values: dict[str, Any] = {
        "form": form, "heading": heading, "button": button, "action": request.path, "texts": (),
        "links": (), "errors": form.summary if form.is_bound else [], "status": 400 if bound else 200,
    }  # fmt: skip
    template = more.pop("template", "one_form.html")
    return page(request, template, **{**values, **more})


@doing("ask")
def mine(request: Any) -> Any:
    """What somebody sent, and what they may do of it."""
    found = flow.own_questions(serving().workspace, who(request), today=today())
    return page(request, "dialogue_mine.html", questions=found,
                uses=flow.use_titles(serving().workspace))  # fmt: skip


@doing("ask")
def groups(request: Any) -> Any:
    """What somebody says of themselves."""
    choices = flow.dialogue_groups(serving().workspace)
    form = Groups(request.POST or None, choices=choices)
    if request.method == "POST":
        form = Groups(request.POST, choices=choices)
        if form.is_valid():
            try:
                flow.declare_groups(serving().workspace, who(request), form.cleaned_data["groups"])
            except BadInput:
                return said(request, 400)
            return then(request, "/mine/questions", "It is kept apart from your account.")
    return formed(request, form, "About you", "Keep it",
                  texts=("So that everybody can see if all groups agree. You need not say.",))  # fmt: skip

"""What staff do in the dialogue: moderate with a public reason, answer, accept a condition, end one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404

from licet import flow
from licet.errors import BadInput
from licet.web.forms.dialogue import End, Explain, Moderate, Notice, Reply
from licet.web.views.dialogue import formed, shown, today, who
from licet.web.views.faults import said
from licet.web.views.pages import doing, page, serving, then

MODERATED = (
    ("sent", (("open", "Open it to everybody"), ("withhold", "Do not publish it"))),
    ("appealed", (("open", "Open it to everybody"), ("uphold", "Do not publish it"))),
)
TAKE_DOWN = (("take_down", "Take the text down"),)


@doing("moderate")
def moderation(request: Any) -> Any:
    """What waits for a moderator."""
    found = flow.dialogue_queue(serving().workspace, ("sent", "appealed"), today=today())
    return page(request, "dialogue_queue.html", heading="Questions to moderate", questions=found,
                place="staff/questions", uses=())  # fmt: skip


@doing("moderate")
def moderate(request: Any, number: int) -> Any:
    """Open one to everybody, or say why not; take a text down that is open."""
    found = shown(request, number)
    moves = dict(MODERATED).get(found.state, TAKE_DOWN if found.public else ())
    if not moves:
        raise Http404
    form = Moderate(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        move, words = form.cleaned_data["move"], form.cleaned_data["words"]
        try:
            flow.do_dialogue(
                serving().workspace, number, move, who(request), now=datetime.now(UTC),
                words="" if move == "open" else words,
            )  # fmt: skip
        except BadInput as error:
            form.add_error("move", _sentence(error))
        else:
            return then(request, "/staff/questions", "Done. It is in the log.")
    return formed(request, form, f"{found.name}: moderate", "Save", one=found,
                  template="dialogue_form.html")  # fmt: skip


@doing("reply")
def answers(request: Any) -> Any:
    """What waits for an answer, and what was answered."""
    states = ("open", "contested", "answered", "settled")
    found = flow.dialogue_queue(serving().workspace, states, today=today())
    return page(request, "dialogue_queue.html", heading="Questions to answer", questions=found,
                place="staff/answers", uses=flow.use_titles(serving().workspace))  # fmt: skip


@doing("reply")
def answer(request: Any, number: int) -> Any:
    """Answer one. A condition is accepted in two steps: first the ruling that would follow is shown."""
    found = shown(request, number)
    if found.state not in ("open", "contested"):
        return _ended(request, found)
    if found.sort == "question":
        form: Any = Explain(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _done(request, number, "explain", form)
        return formed(request, form, f"{found.name}: answer", "Publish the answer", one=found,
                      template="dialogue_form.html")  # fmt: skip
    choices = [(c.key, c.text) for c in flow.fitting_conditions(serving().workspace, found.use)]
    form = Reply(request.POST or None, choices=choices)
    preview, button = None, "Go on"
    if request.method == "POST" and form.is_valid():
        parameter, value = form.accepted
        if not parameter or form.cleaned_data["seen"] == f"{parameter}={value}":
            return _done(request, number, form.cleaned_data["move"], form, parameter, value)
        preview = flow.preview_condition(
            serving().workspace, found.use, parameter, value, today=today()
        )
        data = request.POST.copy()
        data["seen"] = f"{parameter}={value}"
        form, button = Reply(data, choices=choices), "Accept it: it binds from now on"
    return formed(request, form, f"{found.name}: answer", button, one=found, preview=preview,
                  template="dialogue_form.html")  # fmt: skip


def _done(
    request: Any, number: int, move: str, form: Any, parameter: str = "", value: str = ""
) -> Any:
    flow.do_dialogue(
        serving().workspace, number, move, who(request), now=datetime.now(UTC),
        words=form.cleaned_data["words"], parameter=parameter, value=value,
    )  # fmt: skip
    return then(request, f"/questions/{number}", "The answer is published and in the log.")


def _ended(request: Any, found: Any) -> Any:
    """End the condition of an answered item."""
    if not found.condition:
        return said(request, 404, "It is answered, and no condition of it is in force.")
    form = End(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _done(request, found.number, "end", form)
    return formed(request, form, f"{found.name}: end its condition", "End the condition", one=found,
                  template="dialogue_form.html")  # fmt: skip


@doing("reply")
def notice(request: Any, use: str) -> Any:
    """Give notice. It counts as nothing."""
    title = dict(flow.use_titles(serving().workspace)).get(use)
    if title is None:
        raise Http404
    form = Notice(request.POST or None)
    if request.method == "POST" and form.is_valid():
        flow.ask_dialogue(
            serving().workspace, use, "notice", form.cleaned_data["words"], who(request),
            now=datetime.now(UTC),
        )  # fmt: skip
        return then(request, "/questions", "The notice is there. It counts as nothing.")
    return formed(request, form, "Give notice", "Publish", texts=(title,))


def _sentence(error: BadInput) -> str:
    text = error.faults[0].what
    return f"{text[:1].upper()}{text[1:]}"

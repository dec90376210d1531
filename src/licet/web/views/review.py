"""Pairs of rows before a reviewer: the same or different people. Blind: nothing of others is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms

from licet import flow
from licet.errors import BadInput
from licet.web.forms.fields import Form
from licet.web.views.faults import said, sentence
from licet.web.views.pages import doing, page, serving, then
from licet.web.views.private import download

FIELD_NAMES: Mapping[str, str] = {
    "given": "First name",
    "middle": "Middle name",
    "family": "Family name",
    "previous_family": "Family name before",
    "birth": "Date of birth",
    "sex": "Sex",
    "house": "House",
    "street": "Street",
    "postcode": "Postcode",
    "uprn": "Number of the home (UPRN)",
    "nhs": "NHS number",
    "upn": "Pupil number (UPN)",
    "nino": "National Insurance number",
    "seen_from": "Seen from",
    "seen_to": "Seen until",
}
"""Fields of the standard form, as reviewers read them."""


class Said(Form):
    """What a reviewer says of a pair."""

    answer = forms.ChoiceField(
        label="Are these two records of one person?",
        choices=[
            ("same", "Yes, the same person"),
            ("different", "No, two people"),
            ("unsure", "I cannot tell"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say yes, no, or that you cannot tell"},
    )
    reason = forms.CharField(
        label="Why (optional)",
        help_text="No names: say which fields decided it.",
        max_length=300,
        required=False,
    )
    pair = forms.CharField(max_length=40, widget=forms.HiddenInput)
    use = forms.CharField(max_length=200, widget=forms.HiddenInput)


@doing("review")
def pairs(request: Any) -> Any:
    """The next pair, and the answer to it."""
    root, account = serving().workspace, str(request.user.key)
    now = datetime.now(UTC)
    form = Said(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return then(request, "/staff/pairs", _answered(request, form.cleaned_data, now))
    found = flow.next_pair(root, account, today=now.date())
    if found is not None and not form.is_bound:
        form = Said(initial={"pair": found.name, "use": found.use})
    errors = form.summary if form.is_bound else []
    return page(
        request,
        "pairs.html",
        status=400 if errors else 200,
        found=found,
        form=form,
        errors=errors,
        field_names=FIELD_NAMES,
    )


def _answered(request: Any, given: Any, now: datetime) -> str:
    """Keep what a reviewer says; what they are told. Who went back, or came late, is shown the next."""
    try:
        flow.answer_pair(
            serving().workspace,
            given["pair"],
            given["use"],
            str(request.user.key),
            post=request.user.post or "Reviewer",
            answer=given["answer"],
            reason=given["reason"],
            now=now,
        )
    except BadInput:
        return "That pair is settled, or you answered it before. Nothing was changed."
    return "Your answer is kept."


class Draw(Form):
    """How many pairs are drawn, of which use."""

    use = forms.CharField(max_length=200, widget=forms.Select)
    number = forms.IntegerField(
        label="How many pairs",
        help_text="Two reviewers look at each. 1,000 pairs give intervals a few points wide.",
        min_value=10,
        max_value=20_000,
        initial=200,
        error_messages={
            "required": "Enter how many pairs",
            "invalid": "Enter a whole number",
            "min_value": "Draw at least 10 pairs",
            "max_value": "Draw at most 20,000 pairs",
        },
    )


@doing("sample")
def draw(request: Any) -> Any:
    """A sample for the reviewers, and how far they are."""
    root = serving().workspace
    uses = flow.uses_to_run(root)
    form = Draw(request.POST or None)
    form.fields["use"].label = "Use"
    form.fields["use"].widget.choices = [(one["id"], one["title"]) for one in uses]
    if request.method == "POST" and form.is_valid():
        now, use = datetime.now(UTC), form.cleaned_data["use"]
        try:
            made = flow.draw_pairs(
                root,
                use,
                form.cleaned_data["number"],
                post=request.user.post or "Auditor",
                today=now.date(),
                seed=secrets.randbelow(2**31),
                now=now,
            )
        except BadInput as error:
            fault = error.faults[0]
            told = f"Draw {fault.allowed}" if fault.where == "pairs" else sentence(fault)
            form.add_error("number" if fault.where == "pairs" else "use", told)
        else:
            return then(request, "/staff/samples", f"{made.pairs:,} pairs are drawn.")
    errors = form.summary if form.is_bound else []
    far = [(one["id"], one["title"], flow.pairs_so_far(root, one["id"])) for one in uses]
    return page(
        request, "samples.html", status=400 if errors else 200, form=form, errors=errors,
        far=[one for one in far if one[2]], workspace=root.name,
    )  # fmt: skip


@doing("sample")
def labels(request: Any, use: str) -> Any:
    """What the reviewers settled, as a file that the audit of the linkage takes; the log says so."""
    if request.method != "POST":
        return then(request, "/staff/samples")
    root = serving().workspace
    if use not in {one["id"] for one in flow.uses_to_run(root)}:
        return said(request, 404)
    now = datetime.now(UTC)
    found = flow.pair_labels(root, use, today=now.date(), post=request.user.post or "Auditor")
    return download(found.text, f"reviewed-{use}.csv", "text/csv")

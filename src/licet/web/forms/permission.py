"""Forms of permission: a code, an answer, what the desk records, a record that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from licet.permission.events import RELATIONS
from licet.web.forms.fields import Form

YES_NO = (("yes", "Yes"), ("no", "No"))
HOLDERS = (
    ("person", "The person themselves"),
    ("letter", "The parent or carer to whom our letter went"),
    ("other", "Somebody else who answers for the person"),
)
"""Who says it, as the desk asks."""


class Code(Form):
    """The code of a letter."""

    code = forms.CharField(
        label="Code",
        help_text="16 letters and digits, like ABCD-EFGH-JKMN-PQRS. It is on the letter.",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the code of the letter"},
    )


class Answer(Form):
    """One of the answers that the page offers. Which are open is checked where it is recorded."""

    answer = forms.CharField(
        max_length=20, required=True, error_messages={"required": "Choose an answer"}
    )
    code = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    service = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    language = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)


class Find(Form):
    """The one person that the desk means."""

    who = forms.CharField(
        label="Code of a letter, record number or handle",
        help_text="A record number with its feed: education/10023. There is no search by name.",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Enter a code, a record number or a handle"},
    )


class _Holder(Form):
    """Who it is that speaks."""

    who = forms.CharField(max_length=200, widget=forms.HiddenInput)
    holder = forms.ChoiceField(
        label="Who says it?",
        choices=HOLDERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who says it"},
    )
    relation = forms.ChoiceField(
        label="If it is somebody else: what are they to the person?",
        choices=[(name, term.label) for name, term in RELATIONS.items() if name != "self"],
        required=False,
    )
    said_by = forms.CharField(
        label="If it is somebody else: the office's own name for them",
        help_text="The same each time, so that each holder is one voice.",
        max_length=120,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Somebody else has a name and a relation."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("holder") == "other" and not (found.get("said_by") or "").strip():
            self.add_error("said_by", "Enter the office's own name for them")
        return found


class Record(_Holder):
    """What somebody said on paper, by phone or at the desk."""

    use = forms.ChoiceField(label="About which use?", error_messages={"required": "Choose a use"})
    service = forms.ChoiceField(label="About which records?", required=False)
    answer = forms.ChoiceField(
        label="What did they say?",
        choices=(
            ("grant", "Yes"), ("refuse", "No"), ("defer", "Not now"), ("withdraw", "Take back a yes"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they said"},
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="How did they say it?",
        choices=(("paper", "On paper"), ("phone", "By phone"), ("in_person", "At the desk")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they said it"},
    )
    verified = forms.CharField(
        label="How did you check who they are?",
        help_text="A yes counts only if somebody checked: passport seen at the desk.",
        max_length=150,
        required=False,
    )
    language = forms.CharField(
        label="Language of the notice they read",
        help_text="As a code: en, cy, ur. Leave it empty for the first that they read.",
        max_length=10,
        required=False,
    )
    day = forms.CharField(
        label="On which day did they say it?",
        help_text="Like 2026-11-30. Leave it empty for today.",
        max_length=10,
        required=False,
    )

    def __init__(
        self, *given: Any, uses: Sequence[Any] = (), services: Mapping[str, str], **named: Any
    ):
        super().__init__(*given, **named)
        titles = [(use.id, use.title) for use in uses]
        self.fields["use"].choices = [*titles, ("*", "Every use (a no, or not now)")]
        self.fields["service"].choices = [("", "All records of the use"), *services.items()]

    def clean_day(self) -> date | None:
        """A day that exists."""
        text = self.cleaned_data["day"].strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise ValidationError("Enter a day that exists, like 2026-11-30") from None


class Link(_Holder):
    """A code for an account, after the desk checked who somebody is."""

    checked = forms.CharField(
        label="How did you check who they are?",
        help_text="Passport and birth certificate seen at the desk. Not a name.",
        min_length=5,
        max_length=120,
        error_messages={
            "required": "Enter how you checked who they are",
            "min_length": "Say in a few words how you checked",
        },
    )


class Wrong(Form):
    """A record that is wrong."""

    service = forms.ChoiceField(
        label="Which service holds the record?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a service"},
    )
    record = forms.CharField(
        label="Number of the record",
        help_text="It is on the service's letters. Leave it empty if you mean every record.",
        max_length=100,
        required=False,
    )
    field = forms.ChoiceField(
        label="What is wrong?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong"},
    )
    claim = forms.CharField(
        label="What would be right?",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={
            "required": "Say what would be right",
            "max_length": "Say it in at most 1,000 letters",
        },
    )
    hold = forms.ChoiceField(
        label="Leave the record out of everything that joins records, until this is settled?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no"},
    )

    def __init__(
        self, *given: Any, services: Mapping[str, str], things: Mapping[str, str], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["service"].choices = list(services.items())
        self.fields["field"].choices = list(things.items())


class Step(Form):
    """One step of a dispute, with a reason where the step needs one."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    step = forms.CharField(max_length=20)
    reason = forms.CharField(max_length=1000, required=False)

"""Forms of the dialogue. What is written is read by everybody, so names are asked about before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from licet import flow
from licet.errors import BadInput
from licet.web.forms.fields import Form

LOOK = (
    "This may name somebody ({what}). Everybody will read it: take the name out, or say that it is "
    "nobody's below"
)


def _words(label: str, hint: str, *, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=2000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={
            "required": "Write at least 20 characters",
            "max_length": "Write at most 1,000 characters",
        },
    )


class Words(Form):
    """Anything that people write: 20 to 1,000 characters, looked through for names."""

    asked_about_names = False

    def clean_words(self) -> str:
        """As it will be kept."""
        text = str(self.cleaned_data.get("words", ""))
        if not text.strip() and not self.fields["words"].required:
            return ""
        try:
            return flow.check_words(text)
        except BadInput as error:
            one = error.faults[0]
            what = f"{one.what}: write {one.allowed}"
            raise ValidationError(f"{what[:1].upper()}{what[1:]}") from None

    def clean(self) -> dict[str, Any]:
        """Ask about what looks like a name, once."""
        given = super().clean() or {}
        found = flow.named_in(str(given.get("words", "")))
        if found:
            self.asked_about_names = True
            if not given.get("sure"):
                self.add_error("words", LOOK.format(what=", ".join(found)))
        return given

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """The question about names is drawn only where there is one."""
        return [f for f in super().drawn if f["name"] != "sure" or self.asked_about_names]


def _sure() -> Any:
    return forms.BooleanField(
        label="No person can be recognised by it: it can be read by everybody", required=False
    )


class Ask(Words):
    """A question, an objection or a proposed condition."""

    sort = forms.ChoiceField(
        label="What do you want to do?",
        choices=[
            ("question", "Ask a question"),
            ("objection", "Object"),
            ("proposal", "Propose a condition"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do"},
    )
    words = _words(
        "In your own words",
        "Do not write the name of anybody. 20 to 1,000 characters. A moderator reads it first.",
    )
    sure = _sure()


class Notice(Words):
    """A notice of the body: it counts as nothing."""

    words = _words("The notice", "It is shown to everybody and is not part of the dialogue.")
    sure = _sure()


class Moderate(Words):
    """Open to everybody, or not, and why."""

    move = forms.ChoiceField(
        label="What happens with it?",
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens with it"},
    )
    words = _words(
        "Why it is not published",
        "Everybody reads this. Needed only if it is not published, or taken down.",
        required=False,
    )
    sure = _sure()

    def __init__(self, *given: Any, moves: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["move"].choices = list(moves)

    def clean(self) -> dict[str, Any]:
        """A reason wherever something is not shown."""
        given = super().clean()
        needed = given.get("move") not in (None, "open") and not given.get("words")
        if needed and "words" not in self.errors:
            self.add_error("words", "Say why, in at least 20 characters: everybody reads it")
        return given


class Explain(Words):
    """The answer to a question."""

    words = _words("The answer", "Plain words. Everybody reads it.")
    sure = _sure()


class Reply(Words):
    """The answer to an objection or a proposed condition. seen: the condition whose ruling was shown."""

    move = forms.ChoiceField(
        label="What is the answer?",
        choices=[
            ("accept", "Accept: a condition binds"),
            ("accept_in_part", "Accept in part: a condition binds"),
            ("decline", "Decline"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer"},
    )
    condition = forms.ChoiceField(
        label="The condition",
        help_text="Only if it is accepted. It is enforced from then on.",
        choices=(),
        required=False,
    )
    value = forms.CharField(
        label="Number or day, if the condition asks for one",
        help_text="A number, like 365 or 0.6, or a day, like 2026-11-30.",
        required=False,
        max_length=40,
    )
    words = _words("The answer in words", "Plain words, with your reasons. Everybody reads it.")
    sure = _sure()
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    def __init__(self, *given: Any, choices: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["condition"].choices = [("", "None"), *choices]

    @property
    def accepted(self) -> tuple[str, str]:
        """Parameter and value of the condition, "" for none."""
        if self.cleaned_data.get("move") == "decline":
            return "", ""
        parameter, _, value = str(self.cleaned_data.get("condition", "")).partition("=")
        return parameter, value or str(self.cleaned_data.get("value", "")).strip()

    def clean(self) -> dict[str, Any]:
        """A condition where it is accepted, and a value that it can have."""
        given = super().clean()
        if given.get("move") in ("accept", "accept_in_part"):
            self.cleaned_data = given
            parameter, value = self.accepted
            if not parameter:
                self.add_error("condition", "Choose the condition that is accepted")
            else:
                try:
                    flow.made_condition(parameter, value)
                except BadInput as error:
                    self.add_error("value", f"Write {error.faults[0].allowed}")
        return given


class End(Words):
    """The end of a condition."""

    words = _words("Why the condition ends", "Everybody reads it.")
    sure = _sure()


class Groups(Form):
    """What somebody says of themselves, if they like."""

    groups = forms.MultipleChoiceField(
        label="Which of these are you?",
        help_text="As many as are true, or none. It is counted, kept apart from your account, and never "
        "shown of one person.",
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *given: Any, choices: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["groups"].choices = list(choices)

"""The form in which a use is drafted. Words are chosen from the vocabulary, never typed."""

from __future__ import annotations

from typing import Any

from django import forms

from licet.files.use_draft import UseFacts
from licet.vocabulary import VOCABULARY
from licet.web.forms.fields import Form


def _words(kind: str) -> list[tuple[str, str]]:
    return [(word, term.label) for word, term in VOCABULARY[kind].items()]


def _one(kind: str, label: str, hint: str = "") -> Any:
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=_words(kind),
        widget=forms.RadioSelect,
        error_messages={"required": f"Choose: {label.casefold()}"},
    )


def _several(kind: str, label: str, hint: str = "") -> Any:
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=_words(kind),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": f"Choose at least one: {label.casefold()}"},
    )


class DraftUse(Form):
    """What somebody says of a use before it is a document."""

    id = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,40}$",
        label="Short name",
        help_text="Small letters, digits and dashes, like early-help. It is in the address of its page.",
        error_messages={
            "required": "Enter a short name",
            "invalid": "Use small letters, digits and dashes, like early-help",
        },
    )
    title = forms.CharField(
        label="Title", max_length=120, error_messages={"required": "Enter a title"}
    )
    controller = forms.CharField(
        label="The body that answers for it",
        max_length=120,
        error_messages={"required": "Enter the body that answers for it"},
    )
    services = _several("service", "Whose records are joined")
    reasons = _several("reason", "Why")
    purpose = _one("purpose", "Purpose")
    people = _one("people", "Whose records")
    analytics = _several("analytics", "What is done with the records")
    action = _one("action", "What may follow for a family")
    processor = _one(
        "processor", "Who runs it", "A company that can see names makes it commercial."
    )

    @property
    def facts(self) -> UseFacts:
        """What was said."""
        given = self.cleaned_data
        return UseFacts(
            id=given["id"],
            title=given["title"],
            controller=given["controller"],
            services=given["services"],
            reasons=given["reasons"],
            purpose=given["purpose"],
            people=given["people"],
            analytics=given["analytics"],
            action=given["action"],
            processor=given["processor"],
        )

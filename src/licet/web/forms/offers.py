"""Forms of offers: what a reviewer decides of one household, what a family says of its letter."""

from __future__ import annotations

from django import forms

from licet.web.forms.fields import Form


class Decision(Form):
    """What a reviewer decides of the household they hold."""

    answer = forms.ChoiceField(
        label="What do you decide?",
        choices=(
            ("offer", "Offer support"),
            ("no_offer", "Offer nothing"),
            ("second", "Somebody else should look"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    because = forms.CharField(
        label="Why",
        help_text="The family reads this if support is offered. No names, places or numbers.",
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        error_messages={
            "required": "Say why, in 1 to 500 characters",
            "max_length": "Say why, in 1 to 500 characters",
        },
    )
    item = forms.CharField(max_length=40, widget=forms.HiddenInput)
    use = forms.CharField(max_length=200, widget=forms.HiddenInput)


class Contest(Form):
    """What a family says is wrong with its letter."""

    why = forms.CharField(
        label="What is wrong?",
        help_text="Somebody who had no part in this reads it, and nobody else.",
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={
            "required": "Say what is wrong",
            "max_length": "Write at most 1,000 characters",
        },
    )
    code = forms.CharField(max_length=80, widget=forms.HiddenInput)

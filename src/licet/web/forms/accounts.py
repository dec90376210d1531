"""Forms of signing in. A wrong name and a wrong password are told alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from licet.web.accounts.models import Account
from licet.web.forms.fields import Form
from licet.web.roles import ROLES, STAFF

CHOOSE = "At least 10 characters. Three words that you can remember are good."


class SignIn(Form):
    """A name and a password."""

    login = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "username"}),
        error_messages={"required": "Enter your name"},
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )


class SignUp(Form):
    """A new family account."""

    login = forms.CharField(
        label="Choose a name to sign in with",
        help_text="It need not be your own name. No e-mail address is needed.",
        min_length=3,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "username"}),
        error_messages={
            "required": "Enter a name to sign in with",
            "min_length": "The name must have at least 3 characters",
            "max_length": "The name may have at most 80 characters",
        },
    )
    password = forms.CharField(
        label="Choose a password",
        help_text=CHOOSE,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password"},
    )

    def clean_login(self) -> str:
        """Free, and of letters that can be told apart."""
        login = " ".join(str(self.cleaned_data["login"]).split()).casefold()
        if not login.isprintable():
            raise ValidationError("The name may hold letters, digits and spaces only")
        if Account.objects.filter(login=login).exists():
            raise ValidationError("That name is taken: choose another")
        return login

    def clean_password(self) -> str:
        """Not one that is easily guessed."""
        return _good(self.cleaned_data["password"])


class NewPassword(Form):
    """Another password."""

    old = forms.CharField(
        label="Your password now",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )
    password = forms.CharField(
        label="Your new password",
        help_text=CHOOSE,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": "Enter a new password"},
    )

    def __init__(self, *given: Any, account: Account | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.account = account

    def clean_old(self) -> str:
        """The one that holds."""
        if self.account is None or not self.account.check_password(self.cleaned_data["old"]):
            raise ValidationError("That is not your password")
        return str(self.cleaned_data["old"])

    def clean_password(self) -> str:
        """Not one that is easily guessed."""
        return _good(self.cleaned_data["password"])


class Second(Form):
    """The six digits of the second factor."""

    token = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label="Six digits that your app shows now",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={
            "required": "Enter the six digits",
            "invalid": "Enter six digits, like 123 456",
        },
    )

    def clean_token(self) -> str:
        """Digits alone."""
        return "".join(str(self.cleaned_data["token"]).split())


class StaffAccount(Form):
    """An account for a post."""

    login = SignUp.base_fields["login"]
    post = forms.CharField(
        label="Post",
        help_text="What the public reads: Head of Early Help. Not a person's name.",
        max_length=120,
        error_messages={"required": "Enter the post"},
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role, ROLES[role]) for role in sorted(STAFF)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role"},
    )
    password = SignUp.base_fields["password"]
    clean_login = SignUp.clean_login
    clean_password = SignUp.clean_password


def _good(password: str) -> str:
    try:
        validate_password(password)
    except ValidationError as error:
        told = {
            "password_too_short": "The password must have at least 10 characters",
            "password_too_common": "That password is one of the most common: choose another",
            "password_entirely_numeric": "The password must not be digits alone",
        }
        raise ValidationError(
            [told.get(str(one.code), str(one.message)) for one in error.error_list]
        ) from None
    return password

"""Signing up, in and out; the second factor; one's own account; accounts of staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from licet.web.accounts.models import Account
from licet.web.demonstration import DEMO_ACCOUNTS, DEMO_PASSWORD
from licet.web.forms.accounts import NewPassword, Second, SignIn, SignUp, StaffAccount
from licet.web.limits import ADDRESS, PASSWORD, SECOND, SIGN_IN, forgiven, tried
from licet.web.roles import ROLES, STAFF, Role, may
from licet.web.views.faults import not_allowed, said
from licet.web.views.pages import MENU, doing, page, serving, then

WRONG = "The name or the password is wrong, or the account is locked"


def _onward(request: Any) -> str:
    """Where to go next: on this site alone."""
    wanted = request.POST.get("then") or request.GET.get("then") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    role: Role = request.user.role if request.user.is_authenticated else "family"
    home = f"/{next(path for action, path, _ in MENU if may(role, action))}"
    return wanted if safe and wanted.startswith("/") and not wanted.startswith("//") else home


def _form(request: Any, form: Any, heading: str, button: str, **more: Any) -> Any:
    values = {
        "form": form,
        "heading": heading,
        "button": button,
        "action": request.get_full_path(),
        "texts": (),
        "links": (),
        "errors": form.summary if form.is_bound else [],
    }
    status = 400 if form.is_bound and form.errors else 200
    template = more.pop("template", "one_form.html")
    return page(request, template, **{**values, "status": status, **more})


@doing("sign_in")
def sign_in(request: Any) -> Any:
    """A name and a password; for staff the second factor follows."""
    form = SignIn(request.POST or None)
    links = (("sign-up", "Make an account"),)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["login"].strip().casefold()
        now, secret = datetime.now(UTC), serving().secret
        address = str(request.META.get("REMOTE_ADDR", ""))
        in_time = tried(SIGN_IN, name, secret=secret, now=now)
        if not (tried(ADDRESS, address, secret=secret, now=now) and in_time):
            return said(request, 429)
        account = authenticate(request, username=name, password=form.cleaned_data["password"])
        if account is None or (account.demo and not serving().demo):
            form.add_error("login", WRONG)
        else:
            forgiven(SIGN_IN, name, secret=secret)
            login(request, account)
            onward = _onward(request)  # where somebody starts hangs on who they are
            if account.role in STAFF and not serving().demo:
                _device(account)
                request.session["then"] = onward
                return then(request, "/second-factor")
            return then(request, onward)
    return _form(
        request, form, "Sign in", "Sign in", links=links, template="sign_in.html", demo=_demo()
    )


def _demo() -> dict[str, Any] | None:
    """The accounts that everybody may try; None where no demonstration is served."""
    if not serving().demo:
        return None
    lines = [(login, ROLES[role], post) for login, role, post in DEMO_ACCOUNTS]
    return {"password": DEMO_PASSWORD, "accounts": lines}


@doing("sign_in")
def sign_up(request: Any) -> Any:
    """A family account: a name and a password, nothing else."""
    if request.method == "POST":  # whether a name is taken is told, so each asking counts
        address = str(request.META.get("REMOTE_ADDR", ""))
        if not tried(ADDRESS, address, secret=serving().secret, now=datetime.now(UTC)):
            return said(request, 429)
    form = SignUp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = Account.objects.make(form.cleaned_data["login"], form.cleaned_data["password"])
        login(request, account, backend="django.contrib.auth.backends.ModelBackend")
        return then(request, _onward(request), "Your account is made.")
    texts = (
        "An account keeps what you said in one place. You can also answer a letter without one.",
    )
    return _form(
        request, form, "Make an account", "Make the account", texts=texts,
        links=(("sign-in", "I have an account"),),
    )  # fmt: skip


def sign_out(request: Any) -> Any:
    """Out, from a form alone."""
    if request.method != "POST":
        return not_allowed(request, ["POST"])
    logout(request)
    return then(request, "/")


sign_out.action = "sign_in"  # type: ignore[attr-defined]


def second_factor(request: Any) -> Any:
    """Six digits of an app. Shown once, when it is set up; asked at every signing in of staff."""
    if not request.user.is_authenticated:
        return then(request, "/sign-in")
    device = TOTPDevice.objects.filter(user=request.user).first()
    if device is None:  # families have none; of staff it was taken away meanwhile
        return then(request, "/sign-in" if request.user.staff else "/account")
    form = Second(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, secret = str(request.user.key), serving().secret
        if not tried(SECOND, key, secret=secret, now=datetime.now(UTC)):
            return said(request, 429)
        if device.verify_token(form.cleaned_data["token"]):
            forgiven(SECOND, key, secret=secret)
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            request.session.cycle_key()
            otp_login(request, device)
            return then(request, request.session.pop("then", "/account"))
        form.add_error(
            "token", "Those digits are not right, or no longer: enter the ones shown now"
        )
    texts = ["Staff sign in with a second factor."]
    picture = ""
    if not device.confirmed:
        import segno

        picture = segno.make(device.config_url).svg_data_uri(scale=4, border=2)
        texts = [
            "Open an authenticator app, scan the picture or type the key, then enter six digits."
        ]
    return _form(
        request, form, "Your second factor", "Go on",
        **{"texts": texts, "picture": picture, "key": "" if device.confirmed else _key(device)},
    )  # fmt: skip


second_factor.action = "sign_in"  # type: ignore[attr-defined]


def _device(account: Any) -> None:
    """What the second factor of an account is checked by: made when its password was first right."""
    TOTPDevice.objects.get_or_create(user=account, defaults={"name": "app", "confirmed": False})


def _key(device: Any) -> str:
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


@doing("own_account")
def account(request: Any) -> Any:
    """One's own account: another password."""
    key, secret = str(request.user.key), serving().secret
    if request.method == "POST" and not tried(PASSWORD, key, secret=secret, now=datetime.now(UTC)):
        return said(request, 429)
    form = NewPassword(request.POST or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        forgiven(PASSWORD, key, secret=secret)
        request.user.set_password(form.cleaned_data["password"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)
        return then(request, "/account", "Your password is changed. Other places are signed out.")
    return _form(request, form, "My account", "Change the password")


@doing("accounts")
def accounts(request: Any) -> Any:
    """Accounts of staff: make one, lock one."""
    locking = request.POST.get("act") == "lock"
    form = StaffAccount(None if locking else request.POST or None)
    if request.method == "POST" and locking:
        named = Account.objects.filter(key=_uuid(request.POST.get("key", "")), role__in=STAFF)
        found = named.exclude(pk=request.user.pk).first()
        if found is None:
            return said(request, 404)
        found.is_active = not found.is_active
        found.save(update_fields=["is_active"])
        return then(request, "/staff/accounts", "Done.")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        Account.objects.make(given["login"], given["password"], given["role"], post=given["post"])
        return then(request, "/staff/accounts", "The account is made.")
    held = Account.objects.filter(role__in=STAFF).order_by("login")
    rows = [
        {"key": str(one.key), "login": one.login, "post": one.post, "role": one.role,
         "active": one.is_active, "own": one.pk == request.user.pk}
        for one in held
    ]  # fmt: skip
    return _form(request, form, "Accounts", "Make the account", template="accounts.html", rows=rows)


def _uuid(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None

"""What every view begins and ends with: who asks, whether they may, and the page around the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from licet import flow
from licet.register.exports.openapi import ENDINGS
from licet.report.site.around import Around
from licet.report.site.environment import NAMES
from licet.web.middleware import ENGLISH
from licet.web.roles import ACTIONS, STAFF, Role, may
from licet.web.settings import Serving

View = Callable[..., Any]
READ = ("GET", "HEAD")
READ_OR_SENT = (*READ, "POST")
LANGUAGES = tuple(NAMES)
MENU: Sequence[tuple[str, str, str]] = (
    ("own_permissions", "mine", "What may concern me"),
    ("ask", "mine/questions", "What I asked"),
    ("draft", "staff/uses", "Draft a use"),
    ("moderate", "staff/questions", "Questions to moderate"),
    ("reply", "staff/answers", "Questions to answer"),
    ("record", "staff/record", "Record an answer"),
    ("settle", "staff/disputes", "Disputed records"),
    ("review", "staff/pairs", "Pairs to review"),
    ("offer", "staff/offers", "Offers to decide"),
    ("sample", "staff/samples", "Samples for review"),
    ("run", "staff/runs", "Runs"),
    ("accounts", "staff/accounts", "Accounts"),
    ("own_account", "account", "My account"),
)
"""Of those who are signed in: action, page, text."""


DATA = tuple(ENDINGS)
"""How the addresses of data end."""
MACHINES = ("application/json", "application/problem+json", "application/ld+json", "text/csv")
"""What a machine asks for, and no browser."""


def serving() -> Serving:
    """What is served."""
    from django.conf import settings

    found: Serving = settings.LICET
    return found


def role_of(request: Any) -> Role:
    """The role of whoever asks. Staff without their second factor are no more than anyone."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "anyone"
    role: Role = user.role
    if role in STAFF and not (user.is_verified() or serving().demo):
        return "anyone"
    return role


def doing(action: str, *, methods: Sequence[str] = READ_OR_SENT) -> Callable[[View], View]:
    """A view that does an action of the table: whoever may not is told so, or may sign in first.

    methods: how it may be asked for; any other way is answered with 405 before anything else.
    """
    who = ACTIONS[action].who

    def made(view: View) -> View:
        @wraps(view)
        def asked(request: Any, *given: Any, **named: Any) -> Any:
            from django.http import HttpResponseRedirect
            from django.utils.http import urlencode

            role = role_of(request)
            if role in who:
                return view(request, *given, **named)
            if role != "anyone":
                return denied(request, action)
            waiting = request.user.is_authenticated  # staff, before the second factor
            page = "/second-factor" if waiting else "/sign-in"
            language = getattr(request, "language", "en")
            page = page if waiting or language == "en" else f"/{language}{page}"
            then = request.get_full_path() if request.method == "GET" else request.path
            return HttpResponseRedirect(f"{page}?{urlencode({'then': then})}")

        asked.action = action  # type: ignore[attr-defined]
        asked.methods = methods  # type: ignore[attr-defined]
        return asked

    return made


def around(request: Any, path: str | None = None) -> Around:
    """What stands around the page of a request."""
    from django.middleware.csrf import get_token
    from django.utils.functional import SimpleLazyObject

    role = role_of(request)
    signed = getattr(request, "user", None) is not None and request.user.is_authenticated
    name, synthetic, notices, log = flow.site_head(serving().workspace)
    own = request.path_info.strip("/")
    return Around(
        name=name,
        path=own if path is None else path,
        language=getattr(request, "language", "en"),
        languages=("en",) if own.startswith(ENGLISH) else LANGUAGES,
        served=True,
        person=request.user.login if signed else "",
        role=role,
        nonce=str(getattr(request, "csp_nonce", "")),
        token=SimpleLazyObject(lambda: get_token(request)),  # who only reads gets no cookie
        synthetic=synthetic,
        notices=notices,
        menu=[
            (page, text) for action, page, text in MENU if role != "anyone" and may(role, action)
        ],
        log=log,
    )


def page(
    request: Any, template: str, *, status: int = 200, path: str | None = None, **values: Any
) -> Any:
    """A page as an answer."""
    from django.http import HttpResponse

    done = request.session.pop("done", None) if hasattr(request, "session") else None
    text = around(request, path).page(template, done=done, **values)
    return HttpResponse(text, status=status)


def then(request: Any, place: str, done: str = "") -> Any:
    """On to another page of this site, and what is said there."""
    from django.http import HttpResponseRedirect

    if done:
        request.session["done"] = done
    language = getattr(request, "language", "en")
    if language != "en" and place.startswith("/") and not place.startswith(f"/{language}/"):
        place = f"/{language}{place}"
    return HttpResponseRedirect(place)


def denied(request: Any, action: str) -> Any:
    """Told that somebody else may."""
    if wants_json(request):
        from licet.web.views.faults import said

        return said(request, 403, f"Your account may not {ACTIONS[action].what}.")
    return page(request, "denied.html", status=403, path="", action=ACTIONS[action])


def is_data(path: str) -> bool:
    """Whether an address is of data, by how it looks."""
    return path.endswith(DATA) or path.startswith("/log/")


def wants_json(request: Any) -> bool:
    """Whether a machine asks."""
    if is_data(request.path):
        return True
    asked = request.get_preferred_type(["text/html", *MACHINES])
    return asked is not None and asked != "text/html"

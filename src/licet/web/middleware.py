"""What holds for every request: headers, methods, text that is text, and faults said in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from licet.errors import BadInput, OutOfService

Get = Callable[[Any], Any]


class Plain:
    """Headers that Django and django-csp leave to us; nothing personal is kept by a browser."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        answer = self.get(request)
        answer.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            answer.headers["Cache-Control"] = "no-store"
        return _bodiless(answer) if request.method == "HEAD" else answer


def _bodiless(answer: Any) -> Any:
    """An answer to HEAD: Waitress would send the page too, and whoever keeps the connection take it for
    the next answer."""
    answer.headers.setdefault("Content-Length", str(len(answer.content)))
    answer.content = b""
    return answer


ENGLISH = ("staff/", "second-factor")
"""Where only staff come: pages in English alone, whatever language is asked for."""


class Language:
    """Every public page is there in every language of the site: ``/cy/uses`` is ``/uses`` in Welsh."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        from licet.report.site.environment import NAMES

        first, _, rest = request.path_info.removeprefix("/").partition("/")
        request.language = "en"
        if first in NAMES and first != "en":
            request.path_info = f"/{rest}"
            request.language = "en" if rest.startswith(ENGLISH) else first
        answer = self.get(request)
        answer.headers.setdefault("Content-Language", request.language)
        return answer


class Methods:
    """A page is read or sent; what may only be read, or only be sent, says so by its view's ``methods``."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        return self.get(request)

    def process_view(self, request: Any, view: Any, given: Any, named: Any) -> Any:
        """405 with what is allowed, before anything else is looked at."""
        from licet.web.views import faults
        from licet.web.views.pages import READ_OR_SENT

        allowed = getattr(view, "methods", READ_OR_SENT)
        if request.method in allowed:
            return None
        return faults.not_allowed(request, allowed)


class Faults:
    """An input that Licet cannot use is told on a page, or as problem+json; never a traceback."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        from licet.web.views import faults

        return self.get(request) if _is_text(request) else faults.said(request, 400)

    def process_exception(self, request: Any, error: Exception) -> Any:
        """What a view raised."""
        from licet.web.views import faults

        if isinstance(error, BadInput):
            return faults.wrong(request, error)
        if isinstance(error, OutOfService):
            logging.getLogger("licet.web").error("out of service", exc_info=error)
            return faults.said(request, 503)
        return None


def _is_text(request: Any) -> bool:
    """Whether everything that was sent is UTF-8 without the sign that databases refuse."""
    if request.content_params.get("charset", "utf-8").casefold() not in ("utf-8", "utf8"):
        return False
    sent = [request.path_info, *_texts(request.GET)]
    if request.method == "POST":
        sent += _texts(request.POST)
    return not any("\0" in text for text in sent)


def _texts(given: Any) -> list[str]:
    return [text for name, values in given.lists() for text in (name, *values)]

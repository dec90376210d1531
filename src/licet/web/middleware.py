"""What holds for every request: headers, and faults said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from licet.errors import BadInput

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
        return answer


class Language:
    """Every page is there in every language of the site: ``/cy/uses`` is ``/uses`` in Welsh."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        from licet.report.site.environment import NAMES

        first, _, rest = request.path_info.removeprefix("/").partition("/")
        request.language = "en"
        if first in NAMES and first != "en":
            request.language, request.path_info = first, f"/{rest}"
        answer = self.get(request)
        answer.headers.setdefault("Content-Language", request.language)
        return answer


class Faults:
    """An input that Licet cannot use is told on a page, or as problem+json; never a traceback."""

    def __init__(self, get: Get) -> None:
        self.get = get

    def __call__(self, request: Any) -> Any:
        return self.get(request)

    def process_exception(self, request: Any, error: Exception) -> Any:
        """What a view raised."""
        from licet.web.views import faults

        if isinstance(error, BadInput):
            return faults.wrong(request, error)
        return None

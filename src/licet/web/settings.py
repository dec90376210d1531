"""Django's settings, made from a workspace. Nothing is read from a file of settings.

Cookies, headers and hosts are as strict for a town on localhost as for a council on the internet; only
https is left out where the address is this machine itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.errors import bad
from licet.web.journal import JOURNAL

HERE = Path(__file__).parent
LOCAL = ("localhost", "127.0.0.1", "[::1]")
BODY_BYTES = 1_000_000
"""The largest form or file that is taken."""


@dataclass(frozen=True)
class Serving:
    """workspace: its folder. hosts: names it is reached by. secret: of sessions and forms. database:
    Django's description of the workspace's database. secure: served over https. demo: accounts of the
    demonstration may sign in without a second factor."""

    workspace: Path
    secret: str
    database: dict[str, Any]
    hosts: tuple[str, ...] = LOCAL
    secure: bool = False
    demo: bool = False


_SELF, _NONE = "'self'", "'none'"
_APPS: dict[str, Any] = {
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "INSTALLED_APPS": [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "csp",
        "django_otp",
        "django_otp.plugins.otp_totp",
        "django_tasks",
        "django_tasks_db",
        "licet.store",
        "licet.web.accounts",
    ],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "licet.web.middleware.Plain",
        "licet.web.middleware.Language",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "licet.web.middleware.Methods",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_otp.middleware.OTPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "licet.web.middleware.Faults",
    ],
    "ROOT_URLCONF": "licet.web.urls",
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [HERE / "templates"],
            "OPTIONS": {"environment": "licet.report.site.environment.environment"},
        }
    ],
}
_ACCOUNTS: dict[str, Any] = {
    "AUTH_USER_MODEL": "accounts.Account",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {
            "NAME": f"django.contrib.auth.password_validation.{name}",
            "OPTIONS": options,
        }
        for name, options in (
            ("MinimumLengthValidator", {"min_length": 10}),
            ("CommonPasswordValidator", {}),
            ("NumericPasswordValidator", {}),
        )
    ],
    "OTP_TOTP_THROTTLE_FACTOR": 0,  # ``limits.SECOND`` counts: right digits after wrong ones work
    "LOGIN_URL": "/sign-in",
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "SESSION_COOKIE_NAME": "licet",
    "SESSION_COOKIE_AGE": 60 * 60,
    "SESSION_SAVE_EVERY_REQUEST": False,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_FAILURE_VIEW": "licet.web.views.faults.forged",
}
_HEADERS: dict[str, Any] = {
    "SECURE_SSL_REDIRECT": False,  # the proxy in front does it: docs/how-to/serve-the-register.md
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "CONTENT_SECURITY_POLICY": {
        "DIRECTIVES": {
            "default-src": [_NONE],
            "script-src": [_SELF],  # and the nonce of each answer: see _served
            "style-src": [_SELF],
            "img-src": [_SELF, "data:"],
            "font-src": [_SELF],
            "connect-src": [_SELF],
            "form-action": [_SELF],
            "frame-ancestors": [_NONE],
            "base-uri": [_NONE],
        }
    },
}
_REST: dict[str, Any] = {
    "DEBUG": False,
    "DATA_UPLOAD_MAX_MEMORY_SIZE": BODY_BYTES,
    "FILE_UPLOAD_MAX_MEMORY_SIZE": BODY_BYTES,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
    "APPEND_SLASH": False,
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
    "USE_I18N": True,
    "LANGUAGE_CODE": "en",
    "LANGUAGES": [("en", "English"), ("cy", "Cymraeg")],
    "STATIC_URL": "/static/",
    "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}},
    "LOGGING_CONFIG": "logging.config.dictConfig",
    "LOGGING": JOURNAL,
}


def configure(serving: Serving) -> None:
    """Give Django these settings. Raises BadInput without the extra ``web``.

    One process serves one workspace: Django's settings are its own for good.
    """
    try:
        import csp  # noqa: F401
        import django
        import django_otp  # noqa: F401 - asked for here, where what to do can still be said
        from django.conf import settings
    except ImportError as error:
        todo = "pip install 'licet[link,web]'"
        raise bad(f"serving needs the package {error.name}", todo=todo) from None
    if settings.configured:
        raise bad(
            "this process has Django's settings already", todo="serve in a process of its own"
        )
    settings.configure(LICET=serving, **_APPS, **_ACCOUNTS, **_REST, **_served(serving))
    django.setup()


def _served(serving: Serving) -> dict[str, Any]:
    """What depends on what is served, and how."""
    from csp.constants import NONCE

    policy = _HEADERS["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    scripts = {"script-src": [*policy["script-src"], NONCE]}
    return {
        **_HEADERS,
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**policy, **scripts}},
        "SECRET_KEY": serving.secret,
        "ALLOWED_HOSTS": list(serving.hosts),
        "DATABASES": {"default": serving.database},
        "SESSION_COOKIE_SECURE": serving.secure,
        "CSRF_COOKIE_SECURE": serving.secure,
        "SECURE_PROXY_SSL_HEADER": (
            ("HTTP_X_FORWARDED_PROTO", "https") if serving.secure else None
        ),
        "SECURE_HSTS_SECONDS": 31_536_000 if serving.secure else 0,
    }

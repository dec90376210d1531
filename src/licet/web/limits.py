"""How often something that can be guessed may be tried: passwords, codes of letters, second factors.

Kept in the database, so that every process counts together; by a keyed hash, so that no name and no
address is kept. Counting is one statement, so that a hundred tries at once are a hundred.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most ``times`` in ``minutes``, then no more until they are over."""

    name: str
    times: int
    minutes: int


SIGN_IN = Limit("sign-in", 8, 15)
"""Of one account, from anywhere."""
ADDRESS = Limit("address", 60, 15)
"""Of one address, over all accounts: a school's pupils share one."""
CODE = Limit("code", 10, 60)
SECOND = Limit("second-factor", 6, 15)
PASSWORD = Limit("password", 8, 15)
"""Of the password that is asked for before it is changed: whoever finds a browser open has no more tries."""
WRITE = Limit("write", 20, 60)
"""Questions and proposals of one account."""


def tried(limit: Limit, who: str, *, secret: str, now: datetime) -> bool:
    """Count one try. False where it is one too many: then nothing may be looked at."""
    from django.db import connection

    mark = _mark(limit, who, secret)
    start = now - timedelta(minutes=limit.minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_attempts (mark, since, times) VALUES (%s, %s, 1) "
            "ON CONFLICT (mark) DO UPDATE SET "
            "times = CASE WHEN accounts_attempts.since < %s THEN 1 ELSE accounts_attempts.times + 1 END, "
            "since = CASE WHEN accounts_attempts.since < %s THEN %s ELSE accounts_attempts.since END "
            "RETURNING times",
            [mark, now, start, start, now],
        )
        (times,) = cursor.fetchone()
    return bool(times <= limit.times)


def forgiven(limit: Limit, who: str, *, secret: str) -> None:
    """Start anew after it was right."""
    from licet.web.accounts.models import Attempts

    Attempts.objects.filter(mark=_mark(limit, who, secret)).delete()


def uncounted(limit: Limit, who: str, *, secret: str) -> None:
    """Take back the one try that was right; those that were wrong before stay counted."""
    from django.db.models import F

    from licet.web.accounts.models import Attempts

    held = Attempts.objects.filter(mark=_mark(limit, who, secret), times__gt=0)
    held.update(times=F("times") - 1)


def _mark(limit: Limit, who: str, secret: str) -> str:
    text = f"{limit.name}\n{who}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()

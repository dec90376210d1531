"""The register of one workspace, served: the database brought up to date, accounts, the program."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from licet import flow
from licet.errors import bad, unknown
from licet.report.site.environment import ASSETS
from licet.web.demonstration import DEMO_ACCOUNTS, DEMO_PASSWORD
from licet.web.roles import STAFF
from licet.web.settings import LOCAL, Serving, configure

SECRET = Path("store/keys/web-secret")


def prepare(
    workspace: Path, *, hosts: tuple[str, ...] = LOCAL, secure: bool = False, demo: bool = False
) -> Any:
    """A WSGI program that serves a workspace. Raises BadInput for what is no workspace.

    demo: make the accounts of the demonstration; refused for a workspace that is not made up.
    """
    root = workspace.absolute()
    if demo and not flow.made_up(root):
        raise bad(
            "demo accounts have a password that everybody knows",
            "--demo",
            "a made-up workspace, as licet demo makes",
            "licet account WORKSPACE NAME --role keeper makes a real one",
        )
    database = flow.served_database(root)
    configure(Serving(root, _secret(root), database, hosts, secure, demo))
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    flow.keep_store_open(root, "default")
    if demo:
        _accounts()
    return program()


def program() -> Any:
    """Django's program, with files of the site in front."""
    from django.core.wsgi import get_wsgi_application
    from whitenoise import WhiteNoise

    for stage in dir(flow):  # no visitor shall wait until a chapter is read
        getattr(flow, stage)

    def headers(found: Any, path: str, url: str) -> None:
        found["X-Content-Type-Options"] = "nosniff"

    app = WhiteNoise(get_wsgi_application(), add_headers_function=headers, max_age=3600)
    app.add_files(str(ASSETS), prefix="static/")
    return app


def serve(app: Any, *, host: str, port: int, secure: bool = False, threads: int = 8) -> None:
    """Answer requests until interrupted. Slow and large bodies are cut off.

    secure: a proxy on this machine stands in front, and says who asks; otherwise nobody is believed.
    """
    from licet.web.patience import server
    from licet.web.settings import BODY_BYTES

    server(
        app,
        host=host,
        port=port,
        threads=threads,
        body_bytes=BODY_BYTES,
        trusted_proxy="127.0.0.1" if secure else None,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if secure else set(),
    ).run()


def work(workspace: Path, *, once: bool = False) -> None:
    """Do queued jobs until interrupted; once: until none is left."""
    prepare(workspace)
    from django.core.management import call_command

    call_command("db_worker", batch=once, interval=1, startup_delay=False, verbosity=0)


@contextmanager
def worker(workspace: Path) -> Iterator[None]:
    """A program of its own that does queued jobs, as long as this lasts: also where this is told to end."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    command = [sys.executable, "-m", "licet", "work", str(workspace)]
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        program.terminate()
        program.wait()
        signal.signal(signal.SIGTERM, before)


def make_account(workspace: Path, login: str, role: str, post: str) -> str:
    """A new account with a password made here, which is returned once and kept nowhere.

    Raises BadInput for a role that is none and a name that is taken.
    """
    if role not in STAFF:
        raise unknown("role", role, sorted(STAFF), "--role")
    prepare(workspace)
    from licet.web.accounts.models import Account

    if Account.objects.filter(login=login.strip().casefold()).exists():
        raise bad(f"there is an account {login!r} already", "NAME", "a name that is free")
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    Account.objects.make(login, password, role, post=post)
    return password


def _secret(root: Path) -> str:
    """The secret of sessions and forms, made once, beside the keys."""
    path = root / SECRET
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="utf-8").strip()


def _accounts() -> None:
    from licet.web.accounts.models import Account

    for login, role, post in DEMO_ACCOUNTS:
        if not Account.objects.filter(login=login).exists():
            Account.objects.make(login, DEMO_PASSWORD, role, post=post, demo=True)

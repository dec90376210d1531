"""``licet serve``: the register in a browser."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from licet.errors import bad


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(serve)
    app.command()(work)
    app.command()(account)


def serve(
    workspace: Annotated[Path, typer.Argument(help="The folder of a workspace.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option(help="Name that the site is reached by; may be repeated.")
    ] = None,
    secure: Annotated[
        bool, typer.Option(help="Behind a proxy that speaks https: cookies for https alone.")
    ] = False,
    demo: Annotated[
        bool, typer.Option(help="Made-up workspaces only: demo accounts, no second factor.")
    ] = False,
    jobs: Annotated[bool, typer.Option(help="Do queued jobs too, in a program of its own.")] = True,
) -> None:
    """Serve the register, dialogue, permission and review of a workspace."""
    from licet.web import demonstration, serving
    from licet.web.settings import LOCAL

    if not secure and host not in (*LOCAL, "::1"):
        raise bad(
            "without https, passwords would cross the network for everybody to read",
            "--host",
            "127.0.0.1, or --secure behind a proxy that speaks https",
            "licet serve town/, or read how to deploy",
        )
    app = serving.prepare(workspace, hosts=(*LOCAL, *(name or ())), secure=secure, demo=demo)
    typer.echo(f"The register: http://{host}:{port}/  (Ctrl+C ends it)")
    if demo:
        typer.echo(f"Demo accounts, password {demonstration.DEMO_PASSWORD!r}:")
        for login, role, _ in demonstration.DEMO_ACCOUNTS:
            typer.echo(f"  {login}: {role}")
    with serving.worker(workspace) if jobs else nullcontext():
        serving.serve(app, host=host, port=port, secure=secure)


def work(
    workspace: Annotated[Path, typer.Argument(help="The folder of a workspace.")],
    once: Annotated[bool, typer.Option("--once", help="End when nothing is queued.")] = False,
) -> None:
    """Do what pages queued: runs, publishing. One is started by serve."""
    from licet.web import serving

    serving.work(workspace, once=once)


def account(
    workspace: Annotated[Path, typer.Argument(help="The folder of a workspace.")],
    login: Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.")],
    role: Annotated[
        str, typer.Option(help="keeper, owner, reviewer, clerk or auditor.")
    ] = "keeper",
    post: Annotated[str, typer.Option(help="The post, as the public reads it.")] = "",
) -> None:
    """Make an account for staff. Its password is shown once."""
    from licet.web.serving import make_account

    password = make_account(workspace, login, role, post or login)
    typer.echo(f"{login}: {password}")
    typer.echo(
        "It is shown this once. A second factor is set up at the first signing in.", err=True
    )

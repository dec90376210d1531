"""Work that takes longer than a page may: queued in the database, done by ``licet work``.

A job is named by what it does and for which use; nothing that a person typed is in the queue.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django_tasks import task

from licet import flow
from licet.errors import LicetError
from licet.web.accounts.models import Progress
from licet.web.views.pages import serving


def queue(kind: str, use: str, by: str) -> str:
    """Queue a job, unless the same waits or runs already. kind: link | publish | follow. by: the post.

    Returns the job's id. Raises KeyError for an unknown kind.
    """
    waiting = Progress.objects.filter(kind=kind, use=use, ended=None).first()
    if waiting is not None:
        return str(waiting.job)
    work = {"link": link_use, "publish": publish_all, "follow": follow_runs}[kind]
    made = Progress.objects.create(kind=kind, use=use, by=by, stage="waiting")
    work.enqueue(str(made.job))
    return str(made.job)


@task()
def link_use(job: str) -> None:
    """Run a use. Refused is a result, not a fault: it is logged and told."""
    _do(job, lambda held, say: flow.linked_line(serving().workspace, held.use, say, today=_today()))


@task()
def publish_all(job: str) -> None:
    """Publish every use."""
    _do(job, lambda held, say: flow.published_line(serving().workspace, today=_today()))


@task()
def follow_runs(job: str) -> None:
    """Bring every run to the end of the ledger."""
    _do(job, lambda held, say: flow.followed_line(serving().workspace, today=_today()))


def _today() -> date:
    return datetime.now(UTC).date()


def _do(job: str, work: Any) -> None:
    held = Progress.objects.get(job=job)

    def say(text: str) -> None:
        Progress.objects.filter(job=job).update(stage=text[:200])

    try:
        text, state = work(held, say), "done"
    except LicetError as error:
        text, state = str(error), "refused"
    except BaseException:
        _end(job, "failed", "It is a fault of Licet. Nothing was released.")
        raise
    _end(job, state, text)


def _end(job: str, state: str, text: str) -> None:
    Progress.objects.filter(job=job).update(
        state=state, text=text[:2000], stage="", ended=datetime.now(UTC)
    )

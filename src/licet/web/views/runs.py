"""Runs: what may be run, started from a form, and how far it is."""

from __future__ import annotations

from typing import Any

from licet import flow
from licet.web import jobs
from licet.web.accounts.models import Progress
from licet.web.views.faults import said
from licet.web.views.pages import doing, page, serving, then

STATES = {
    "running": "Under way",
    "done": "Done",
    "refused": "Refused",
    "failed": "Failed",
}
KINDS = {"link": "Run", "publish": "Publish", "follow": "Follow what people said"}


@doing("run")
def runs(request: Any) -> Any:
    """Every use with its ruling and a button; jobs, the latest first."""
    uses = flow.uses_to_run(serving().workspace)
    if request.method == "POST":
        kind, use = request.POST.get("kind", ""), request.POST.get("use", "")
        if kind not in KINDS or (kind == "link" and use not in {one["id"] for one in uses}):
            return said(request, 404)
        jobs.queue(kind, use if kind == "link" else "", request.user.post or request.user.role)
        return then(request, "/staff/runs", "It is queued.")
    shown = [
        {
            "kind": KINDS[one.kind],
            "use": one.use,
            "state": STATES[one.state],
            "text": one.stage or one.text,
            "by": one.by,
            "made": one.made.strftime("%Y-%m-%d %H:%M"),
        }
        for one in Progress.objects.order_by("-made")[:25]
    ]
    return page(request, "runs.html", uses=uses, jobs=shown)

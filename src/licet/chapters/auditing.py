"""Audits as a user asks for them: made, written, and, in a workspace, logged beside the use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.audit.plan import Tolerances
from licet.audit.standing import Standing, worst
from licet.chapters import auditing_contact, auditing_forecast, auditing_linkage, auditing_source
from licet.chapters.auditing_before import Past
from licet.chapters.binding import audited_groups
from licet.chapters.deciding import record_audit
from licet.chapters.stores import open_store
from licet.disclosure.counts import shown_count
from licet.errors import bad
from licet.files.audit_opened import Opening
from licet.files.audit_plan import read_plan, refuse_unchecked
from licet.files.audit_released import read_released
from licet.files.feeds import read_feed
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import check_folder, write_together
from licet.use import Use

if TYPE_CHECKING:
    from licet.audit.linked.tolerated import Allowed
    from licet.report.audit.forecast_outputs import Outputs

STATUS: Mapping[Standing | None, int] = {
    None: 0,
    Standing.PASS: 0,
    Standing.FAIL: 3,
    Standing.UNDETERMINED: 4,
}
"""The exit status of a command by what an audit came to; None: it passes no verdict."""


@dataclass(frozen=True)
class Done:
    """An audit that was written. text: for the screen. paths: by kind. standing: None without verdict.
    logged: the uses beside which it was logged."""

    text: str
    json: str
    paths: dict[str, Path]
    standing: Standing | None
    logged: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The exit status of the command."""
        return STATUS[self.standing]


def forecast(
    plan: Path,
    data: Path,
    frame: Path | None = None,
    *,
    today: date,
    folder: Path | None = None,
    encoding: str | None = None,
) -> Done:
    """Audit a score; in a workspace, for the use that the plan names."""
    from licet.report.audit.forecast_outputs import Outputs

    declared = read_plan(plan)
    refuse_unchecked(plan)
    workspace = find_workspace(plan)
    use = _named(workspace, declared.use) if declared.use else None
    place = folder or report_folder(workspace, f"forecast-{declared.id}", use)

    def log(opening: Opening) -> None:
        if workspace is not None and use is not None:
            log_opening(workspace, use, opening)

    def known(opening: Opening) -> None:
        if workspace is not None:
            refuse_changed(opening, logged_openings(workspace))

    past = Past(place, workspace, declared.id)
    found = auditing_forecast.audit_forecast(
        declared if workspace is None else plan, data, frame, today=today, folder=place,
        encoding=encoding, known=known, log=log, told=past.groups,
    )  # fmt: skip
    outputs = Outputs(found, past.printed)
    text = outputs.json()
    paths = write_forecast(outputs, text, place, past.record(outputs.printed(today)))
    gates = {gate.id: gate.standing for gate in found.gates}
    logged = logged_beside(
        workspace, [use] if use else [], "forecast", found.standing, text, today,
        gates=gates, plan=found.plan_hash, audited=declared.id,
        asked={"plan": found.plan_hash, "exploratory": found.exploratory},
        looser=looser_of(declared.tolerances),
    )  # fmt: skip
    return Done(outputs.screen().rstrip(), text, paths, found.standing, logged)


def write_forecast(
    outputs: Outputs, text: str, folder: Path, record: Mapping[Path, bytes]
) -> dict[str, Path]:
    """Write page, data, table and, where XlsxWriter is there, a workbook; the paths by kind.

    Beside them, and with them or not at all, the record of what was printed.
    """
    made = {
        "page": ("forecast-audit.html", outputs.page().encode()),
        "data": ("forecast-audit.json", text.encode()),
        "table": ("forecast-audit.csv", outputs.csv().encode()),
    }
    if find_spec("xlsxwriter"):
        made["workbook"] = ("forecast-audit.xlsx", outputs.workbook())
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in record:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: content for name, content in made.values()} | {**record})
    return {kind: folder / name for kind, (name, _) in made.items()}


def log_opening(workspace: Workspace, use: Use, opening: Opening) -> None:
    """A leaf that tells when a plan was fixed, before anybody knows the outcomes."""
    body: dict[str, object] = {
        "plan": opening.plan, "plan_hash": opening.plan_hash, "data_hash": opening.data_hash,
        "day": opening.day, "use": use.id, "version": use.version,
    }  # fmt: skip
    if opening.amends:
        body |= {"amends": opening.amends, "reason": " ".join(opening.because.split())[:900]}
    same = ("plan_hash", "data_hash")
    if not any(all(one[key] == body[key] for key in same) for one in logged_openings(workspace)):
        with open_store(workspace) as store:
            store.log.append("audit_plan", body)


def logged_openings(workspace: Workspace) -> list[Mapping[str, Any]]:
    """Every opening of outcomes that the log tells of."""
    with open_store(workspace) as store:
        return [e.leaf.body for e in store.log.entries() if e.leaf.kind == "audit_plan"]


def refuse_changed(opening: Opening, told: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a plan that another came before, on the same data or under the same name, as the log has it.

    A record beside the output can be deleted, or the output put elsewhere; a leaf of the log cannot.
    """
    if any(one["plan_hash"] == opening.plan_hash for one in told):
        return
    before = [
        one for one in told if one["data_hash"] == opening.data_hash or one["plan"] == opening.plan
    ]
    if before and opening.amends not in {one["plan_hash"] for one in before}:
        first = before[0]
        raise bad(
            f"these outcomes, or a plan called {opening.plan!r}, were opened with another plan before: "
            f"{first['plan']!r} on {first['day']}, as the log has it",
            "plan",
            "the plan as it was then, or one that says what it amends and why",
            f'add amends = "{first["plan_hash"]}" and because = "..."; what it finds is exploratory',
        )


def linkage(
    run: Path,
    *,
    truth: Path | None = None,
    pairs: Path | None = None,
    groups: Path | None = None,
    by: Sequence[str] = (),
    intersections: Sequence[Sequence[str]] = (),
    gap: float | None = None,
    missed: float | None = None,
    false: float | None = None,
    today: date,
    folder: Path | None = None,
) -> Done:
    """Audit a run of a workspace, and log what it came to beside its use. gap, missed, false: shares 0-1
    that may be wrong, of a group against the rest and of everybody; a workspace can only tighten them."""
    from licet.audit.linked.tolerated import linkage_sentence, linkage_standing

    allowed = _allowed(find_workspace(run), {"gap": gap, "missed": missed, "false": false})
    found = auditing_linkage.audit_linkage(
        run, today=today, truth=truth, pairs=pairs, groups=groups, by=by,
        intersections=intersections,
    )  # fmt: skip
    workspace = find_workspace(run)
    use = _named(workspace, str(found.about["use"])) if "use" in found.about else None
    standing = linkage_standing(found, allowed)
    tolerance = asdict(allowed)
    data = auditing_linkage.linkage_audit_data(found) | {
        "standing": str(standing), "tolerance": tolerance,
        "sentence": linkage_sentence(found, allowed), "truth": _rounded(found),
    }  # fmt: skip
    place = folder or report_folder(workspace, "linkage", use)
    paths = auditing_linkage.write_linkage_audit(data, place)
    text = auditing_linkage.linkage_audit_json(data)
    logged = logged_beside(
        workspace, [use] if use else [], "linkage", standing, text, today,
        run=str(found.about.get("run", "")), audited="linkage", truth=data["truth"].get("hash", ""),
        asked={**tolerance, "by": sorted(by), "crossed": [sorted(one) for one in intersections]},
        groups=audited_groups(data),
    )  # fmt: skip
    screen = auditing_linkage.linkage_audit_text(data)
    return Done(screen.rstrip(), text, paths, standing, logged)


def _rounded(found: auditing_linkage.LinkageAudit) -> dict[str, Any]:
    """What a linkage was held against: counts of rows as they may be shown, and the keyed hash."""
    told = found.about.get("truth")
    parts = dict(told) if isinstance(told, Mapping) else {}
    return {
        name: value if isinstance(value, str) else shown_count(value, found.asked.threshold)
        for name, value in parts.items()
    }


def _allowed(workspace: Workspace | None, asked: Mapping[str, float | None]) -> Allowed:
    """What a linkage may do wrong. Refuses no shares, and in a workspace anything looser than usual."""
    from licet.audit.linked.tolerated import USUAL, Allowed

    said = {name: value for name, value in asked.items() if value is not None}
    for name, value in said.items():
        option, usual = f"--{name}", getattr(USUAL, name)
        if not 0 < value < 1:
            raise bad(
                f"{value:g} is no share to allow", option, f"between 0 and 1: {usual:g} is usual"
            )
        if workspace is not None and value > usual:
            raise bad(f"{value:g} allows more than is usual", option,
                      f"{usual:g} or less: it can be tightened, never loosened")  # fmt: skip
    return replace(USUAL, **said) if said else Allowed()


def source(
    feed: Path,
    population: Path | None = None,
    *,
    sample: int | None = None,
    zeros_below: int | None = None,
    over: float | None = None,
    today: date | None = None,
    threshold: int | None = None,
    folder: Path | None = None,
) -> Done:
    """Audit a feed, and log it beside every published use that joins records of its service."""
    name = read_feed(feed).id
    workspace = find_workspace(feed.parent)
    usual = Tolerances().over_representation
    if workspace is not None and over is not None and over > usual:
        raise bad(f"over-representation of {over:g}", "--over",
                  f"{usual:g} or less: it can be tightened, never loosened")  # fmt: skip
    place = folder or report_folder(workspace, f"source-{name}", None)
    earlier = read_released(place / auditing_source.released_name(name), name)
    found = auditing_source.audit_source(
        feed, population, sample=sample, zeros_below=zeros_below, over=over, today=today,
        threshold=threshold, earlier=earlier,
    )  # fmt: skip
    paths = auditing_source.write_source(found, place, earlier)
    text = auditing_source.source_json(found)
    standing = worst(one.standing for one in found.represented) if found.represented else None
    uses = [use for use in _uses(workspace) if found.feed.service in use.services]
    logged = logged_beside(
        workspace,
        uses,
        "source",
        standing or Standing.UNDETERMINED,
        text,
        today or found.day,
        audited=found.feed.id,
        asked={"over": found.over, "sample": sample is not None},
    )
    return Done(auditing_source.source_screen(found).rstrip(), text, paths, standing, logged)


def contact(
    contacts: Path,
    *,
    before: date,
    by: str | None = None,
    compare: str | None = None,
    use: Path | None = None,
    threshold: int | None = None,
    today: date,
    folder: Path | None = None,
) -> Done:
    """Audit whether families avoid services since a day; it is evidence of a concern, no verdict."""
    found = auditing_contact.audit_contact(
        contacts, before=before, by=by, compare=compare, threshold=threshold
    )
    workspace = find_workspace(use) if use else None
    declared = read_use(use) if use else None
    place = folder or report_folder(workspace, "contact", declared)
    paths = auditing_contact.write_contact(found, place)
    text = auditing_contact.contact_json(found)
    logged = logged_beside(workspace, [declared] if declared else [], "contact", None, text, today)
    return Done(auditing_contact.contact_screen(found).rstrip(), text, paths, None, logged)


def looser_of(chosen: Tolerances) -> list[str]:
    """The tolerances of a plan that let more pass than those that stand where nothing is said."""
    usual = Tolerances()
    less = ("gain", "precision", "recall")
    return [
        name
        for name in type(usual).model_fields
        if (getattr(chosen, name) < getattr(usual, name)) == (name in less)
        and getattr(chosen, name) != getattr(usual, name)
    ]


def report_folder(workspace: Workspace | None, name: str, use: Use | None) -> Path:
    """reports/USE/NAME of a workspace, else licet-reports/NAME here."""
    place = workspace.root / "reports" if workspace else Path("licet-reports")
    return (place / use.id if use else place) / name


def _uses(workspace: Workspace | None) -> list[Use]:
    return [read_use(path) for path in workspace.uses] if workspace else []


def _named(workspace: Workspace | None, name: str) -> Use | None:
    return next((use for use in _uses(workspace) if use.id == name), None)


def logged_beside(
    workspace: Workspace | None,
    uses: Sequence[Use],
    audit: str,
    standing: Standing | None,
    text: str,
    today: date,
    **more: Any,
) -> tuple[str, ...]:
    """Log an audit beside those of the uses that are in the register; their ids."""
    if workspace is None:
        return ()
    with open_store(workspace) as store:
        known = {
            (entry.leaf.body["use"], entry.leaf.body["version"])
            for entry in store.log.entries()
            if entry.leaf.kind == "use_version"
        }
    told = [use for use in uses if (use.id, use.version) in known]
    report = hashlib.sha256(text.encode()).hexdigest()
    for use in told:
        record_audit(workspace, use, audit, standing, report, today=today, **more)
    return tuple(use.id for use in told)

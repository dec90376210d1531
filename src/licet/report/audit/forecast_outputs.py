"""A forecast audit for people and programs: page, screen, JSON, CSV and a workbook of one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from licet.audit.forecast import Audit
from licet.disclosure.releases import Printed
from licet.report.audit.forecast_cells import Part
from licet.report.audit.forecast_data import csv_of, json_of
from licet.report.audit.forecast_kept import Kept, kept_of
from licet.report.audit.forecast_page import page_text
from licet.report.audit.forecast_released import printed_of
from licet.report.audit.forecast_screen import screen_text
from licet.report.audit.forecast_shown import document_of
from licet.report.audit.forecast_workbook import workbook_of


class Outputs:
    """Everything that is shown of an audit. What may be shown is decided once, when first asked for."""

    def __init__(self, audit: Audit, earlier: Sequence[Printed] = ()) -> None:
        """earlier: what was printed of the same audit before."""
        self.audit, self.earlier = audit, earlier

    @cached_property
    def kept(self) -> Kept:
        """What may not be shown, with why."""
        return kept_of(self.audit, self.earlier)

    @cached_property
    def document(self) -> Part:
        """What may be shown, from which all else is made."""
        return document_of(self.kept, self.earlier)

    def printed(self, day: date) -> Printed:
        """What is public now, for the next release."""
        return printed_of(self.document, self.kept.printed, day)

    def page(self) -> str:
        """One HTML page that needs nothing else."""
        return page_text(self.document)

    def screen(self) -> str:
        """The short text of the program."""
        return screen_text(self.document)

    def json(self) -> str:
        """All of it as JSON text."""
        return json_of(self.document)

    def csv(self) -> str:
        """Every figure as one long table."""
        return csv_of(self.document)

    def workbook(self) -> bytes:
        """An .xlsx file. Refuses without XlsxWriter."""
        return workbook_of(self.document)


def page(audit: Audit) -> str:
    """The page of an audit."""
    return Outputs(audit).page()


def screen(audit: Audit) -> str:
    """The screen of an audit."""
    return Outputs(audit).screen()


def json_text(audit: Audit) -> str:
    """The JSON of an audit."""
    return Outputs(audit).json()


def csv_text(audit: Audit) -> str:
    """The long table of an audit."""
    return Outputs(audit).csv()


def workbook_bytes(audit: Audit) -> bytes:
    """The workbook of an audit."""
    return Outputs(audit).workbook()

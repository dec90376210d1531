"""The form as an .xlsx workbook (XLSForm), and its trial by pyxform where that is installed."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from licet.errors import BadInput, Fault, bad
from licet.instrument.form import CHOICE_COLUMNS, SURVEY_COLUMNS, Form

SETTING_COLUMNS = ("form_title", "form_id", "version", "default_language", "style")


def form_workbook(form: Form) -> bytes:
    """The bytes of the .xlsx file; the same form always gives the same bytes.

    Refuses where XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise bad(
            "writing .xlsx needs XlsxWriter, which is not installed",
            "form.xlsx",
            "",
            'pip install "licet[forms]"',
        ) from None
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {"created": datetime.combine(date(2000, 1, 1), time()), "author": "", "title": ""}
    )
    head = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for name, columns, rows in (
        ("survey", SURVEY_COLUMNS, form.survey),
        ("choices", CHOICE_COLUMNS, form.choices),
        ("settings", SETTING_COLUMNS, [form.settings]),
    ):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 60 if column == "label" else 24)
            sheet.write_string(0, place, column, head)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                if row.get(column):
                    sheet.write_string(number, place, row[column], wrapped)
    book.close()
    return out.getvalue()


def try_form(workbook: bytes) -> tuple[str, ...] | None:
    """Warnings of pyxform on a form; None where pyxform is not installed.

    Refuses a form that pyxform refuses.
    """
    try:
        from pyxform.errors import PyXFormError
        from pyxform.xls2xform import convert
    except ImportError:
        return None
    try:
        result = convert(io.BytesIO(workbook), file_type=".xlsx", form_name="form")
    except PyXFormError as error:
        told = Fault(f"pyxform refuses the form: {str(error)[:300]}", "form.xlsx")
        raise BadInput(told) from None
    return tuple(result.warnings)

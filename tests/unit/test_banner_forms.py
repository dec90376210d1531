"""A banner as a workbook, a Word document, CSV and a page: read back, they say what it says."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from licet.chapters.banners import Banner, banner
from licet.errors import BadInput
from licet.report.banner.csvw import COMPARISONS, TABLE, files_of
from licet.report.banner.word import document
from licet.report.banner.workbook import sheet_names, text_of
from tests.unit.test_banner import counted, people

HOSTILE = {
    "some": "=1+1",
    "little": "<script>alert(1)</script>",
    "none": "@SUM(A1) [x] _x0041_ \x0b",
    "unsure": "don't know",
}


@pytest.fixture(scope="module")
def made() -> Banner:
    frame = people(3).with_columns(pl.col("trust").cast(pl.String).replace(HOSTILE))
    frame = frame.rename({"share": "a/very:long*name?[of]" + "x" * 40})
    items = ["trust", frame.columns[1]]
    return banner(frame, items, ["race", "age"], weight="w", first=2, scores="order",
                  order=["a lot", *HOSTILE.values()],
                  title="=cmd|' /C calc'!A0", multiplicity="none")  # fmt: skip


@pytest.fixture(scope="module")
def book(made, tmp_path_factory):
    import openpyxl

    path = tmp_path_factory.mktemp("book") / "tables.xlsx"
    made.to_xlsx(path)
    return path, openpyxl.load_workbook(path)


def figures_of(sheet) -> dict[str, list[object]]:
    """The cells of a question's sheet by the text of their row; letters below as 'row/letters'."""
    found: dict[str, list[object]] = {}
    last = ""
    for row in sheet.iter_rows(values_only=True):
        if row[0] is not None:
            last = str(row[0])
            found[last] = list(row[1:])
        elif last and any(row[1:]):
            found.setdefault(f"{last}/letters", list(row[1:]))
    return found


def said(made: Banner, sheets) -> None:
    """Every figure of the banner stands in the sheets, as a number."""
    for question, sheet in zip(made.questions, sheets, strict=True):
        read = figures_of(sheet)
        for base in ("People", "Weighted base", "Effective base"):
            assert len(read[base]) >= len(made.columns)
        for row, cells in zip(question.rows, question.cells, strict=True):
            values = read[text_of(row.text)]
            letters = read.get(f"{text_of(row.text)}/letters", [])
            for at, cell in enumerate(cells):
                if cell.shown:
                    assert values[at] == pytest.approx(cell.value, rel=1e-12)
                else:
                    assert values[at] == "not shown"
                assert (letters[at] if letters else None) == (cell.signs or None)


def test_the_workbook_reads_back(made, book) -> None:
    _, read = book
    assert read.sheetnames[0] == "Contents"
    assert read.sheetnames[-3:] == ["All figures", "Comparisons", "Notes"]
    said(made, [read[name] for name in read.sheetnames[1:3]])
    figures = read["All figures"]
    assert [cell.value for cell in figures[1]] == [name for name, _, _ in TABLE]
    assert figures.max_row == made.to_polars().height + 1
    assert read["Comparisons"].max_row == made.comparisons.height + 1
    sheet = read.worksheets[1]
    assert sheet.freeze_panes and sheet.print_title_rows
    assert (
        sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    )
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value}
    assert "0%" in formats


def test_the_workbook_runs_nothing(book) -> None:
    path, read = book
    assert all(cell.data_type != "f" for sheet in read for row in sheet.iter_rows() for cell in row)
    assert read["Contents"]["A1"].value == "=cmd|' /C calc'!A0"
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
        assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
        assert not any("vba" in name or "external" in name for name in parts.namelist())


def test_the_same_banner_gives_the_same_bytes(made, book, tmp_path) -> None:
    made.to_xlsx(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book[0].read_bytes()


def test_libreoffice_reads_the_same(office, made, book, tmp_path) -> None:
    import openpyxl

    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path, book[0]]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    read = openpyxl.load_workbook(tmp_path / book[0].name)
    assert read.sheetnames == book[1].sheetnames
    said(made, [read[name] for name in read.sheetnames[1:3]])


def test_sheets_have_legal_names_of_their_own() -> None:
    names = sheet_names(["a" * 60, "a" * 60, "[]:*?/\\", "'quoted'", "History", "", "A", "a"])
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name)
        assert name.strip("'") == name and name.casefold() != "history"


def test_without_xlsxwriter_it_says_what_to_install(made, monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(BadInput, match=r"licet\[excel\]"):
        made.to_xlsx(tmp_path / "t.xlsx")


def test_the_csv_says_the_same_and_runs_nothing(made) -> None:
    rows = list(csv.DictReader(io.StringIO(files_of(made)["table.csv"])))
    assert len(rows) == made.to_polars().height
    for row, known in zip(rows, made.to_polars().iter_rows(named=True), strict=True):
        assert row["value"] == ("" if known["value"] is None else str(known["value"]))
        assert (row["shown"] == "not shown") == (known["value"] is None)
        assert not any(text.startswith(("=", "@", "+", "-")) for text in (row["row"], row["item"]))


def test_csvw_describes_every_column(tmp_path) -> None:
    import csvw

    made = banner(people(3), ["trust"], ["age"], weight="w", first=2)
    made.to_csv(tmp_path / "tables")
    for name, described in (("table", TABLE), ("comparisons", COMPARISONS)):
        path = tmp_path / "tables" / f"{name}.csv-metadata.json"
        assert json.loads(path.read_text("utf-8"))["url"] == f"{name}.csv"
        read = csvw.CSVW(str(path), validate=True)
        assert read.is_valid, read.warnings
        rows = list(read.tables[0].iterdicts())
        assert list(rows[0]) == [column for column, _, _ in described]
    values = [row["value"] for row in csvw.CSVW(str(tmp_path / "tables" / "table.csv-metadata.json"))
              .tables[0].iterdicts()]  # fmt: skip
    assert [None if v is None else float(v) for v in values] == made.to_polars()["value"].to_list()


def test_the_word_document_has_real_heads(made) -> None:
    import docx

    word = docx.Document(io.BytesIO(document(made)))
    section = word.sections[0]
    assert section.page_width > section.page_height
    assert len(word.tables) == 2
    for table in word.tables:
        heads = [row._tr.trPr.xpath("./w:tblHeader") for row in table.rows]
        assert [bool(head) for head in heads][:3] == [True, True, False]
        assert table.rows[2].cells[0].text == "People"
    text = "\n".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    assert "=1+1" in text and "<script>" in text and "(A)" in text and "not shown" in text


def test_the_page_escapes_and_repeats_its_heads(made) -> None:
    page = made.to_html()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert page.count('scope="colgroup"') == 4 and page.count("<caption>") == 2
    assert "higher than" in page and "not shown" in page and "Family: all comparisons" in page


def test_the_command_takes_every_design_that_a_table_takes(tmp_path) -> None:
    import inspect

    from licet.commands.banner import banner_command
    from licet.commands.table import table
    from licet.sampling import DesignDeclaration

    keys = set(DesignDeclaration.model_fields) & set(inspect.signature(table).parameters)
    assert {"fay", "df", "fpc"} <= keys <= set(inspect.signature(banner_command).parameters)


def test_an_unknown_form_is_refused(made, tmp_path) -> None:
    with pytest.raises(BadInput, match=r"\.xlsx"):
        made.write(tmp_path / "t.xls")


def test_the_command(tmp_path) -> None:
    import typer

    from licet.commands.banner import add_to

    app = typer.Typer()
    add_to(app)
    frame = people(3)
    frame.write_csv(tmp_path / "answers.csv")
    run = CliRunner().invoke
    basics = ["banner", str(tmp_path / "answers.csv"), "--weight", "w", "--by", "race,age"]
    for out in ("t.html", "t.docx", "tables"):
        done = run(app, [*basics, "--items", "tr*,s*re", "--letters", "95", "--multiplicity",
                         "holm", "--first", "2", "--mean", "--order", "a lot|some|little|none|unsure", "--out", str(tmp_path / out)])  # fmt: skip
        assert done.exit_code == 0, done.exception
    page = (tmp_path / "t.html").read_text("utf-8")
    assert "Holm" in page and "a small letter" not in page and "SHA-256" in page
    assert Path(tmp_path / "tables" / "table.csv-metadata.json").is_file()
    assert "Counted as an answer, in nets and means too: unsure." in page
    bad = run(app, [*basics, "--items", "trst", "--out", str(tmp_path / "t.html")])
    assert isinstance(bad.exception, BadInput) and "write 'trust'" in str(bad.exception)


def headings_of(made: Banner, form: str, path: Path) -> str:
    """The text of a banner in one form, cell after cell."""
    if form == "html":
        return re.sub(r"(<[^>]+>|\s)+", " ", made.to_html())
    if form == "docx":
        import docx

        table = docx.Document(io.BytesIO(document(made))).tables[0]
        return " | ".join(cell.text for row in table.rows for cell in row.cells)
    import openpyxl

    made.to_xlsx(path)
    sheets = openpyxl.load_workbook(path).worksheets
    rows = (row for sheet in sheets for row in sheet.iter_rows(values_only=True))
    return " | ".join(str(value) for row in rows for value in row)


@pytest.mark.parametrize("form", ["html", "docx", "xlsx"])
def test_a_column_of_few_people_is_marked(form: str, tmp_path: Path) -> None:
    """The heading of a column whose effective base is under 30 says that it rests on few."""
    frame = counted(many=(22, 18), few=(9, 11))
    made = banner(frame, ["q"], ["g"], unweighted=True, threshold=1)
    said = headings_of(made, form, tmp_path / "tables.xlsx")
    assert "few *" in said and "many *" not in said
    assert "An effective base under 30: read with care." in said or form != "html"

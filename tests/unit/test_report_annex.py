"""The Word annex: each sentence with its source, gaps listed, nobody's name inside."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile

import pytest

from licet.report.ruling.annex import annex
from licet.report.ruling.gaps import KEYS, gaps
from licet.use import Use
from tests import factories
from tests.unit.test_report_cases import every_case, example, nasty, of_readings, unfit


def opened(assessment):
    import docx

    return docx.Document(io.BytesIO(annex(assessment)))


@pytest.mark.parametrize("name", list(every_case()))
def test_every_sentence_ends_with_its_source(name):
    word = opened(every_case()[name])
    paragraphs = [p for p in word.paragraphs if p.text.strip()]
    said = [p for p in paragraphs if not p.style.name.startswith(("Heading", "Title"))]
    assert len(said) > 10
    for paragraph in said:
        assert re.search(r" \[[^\]]+.*\]\.$", paragraph.text, re.S), paragraph.text
    for table in word.tables:
        sources = [row.cells[-1].text for row in table.rows][1:]
        assert all(source.startswith("[") for source in sources)


def test_a_figure_is_cited_by_evidence_item_and_hash():
    word = opened(example("early-help-wide"))
    sha = example("early-help-wide").readings[0].evidence.files["figures.csv"][:8]
    text = "\n".join(p.text for p in word.paragraphs)
    assert f"[parents-2021, demand_ask_first, figures.csv {sha}]" in text
    assert "use file: payment_by_results" in text
    assert "NOT PERMITTED as proposed" in text


def test_empty_keys_and_missing_views_are_gaps():
    found = gaps(of_readings(factories.use(), factories.reading(factories.LICENSED)))
    sources = [source for _, source in found]
    for key, _ in KEYS:
        assert f"use file: {key}" in sources
        assert key.split(".")[0] in Use.model_fields
    texts = " ".join(text for text, _ in found)
    assert "Nobody was asked about the concern “Linkage leads to discrimination”" in texts
    filled = [source for _, source in gaps(example("early-help"))]
    assert "use file: dpia" not in filled


def test_gaps_name_what_is_not_measured_and_what_is_not_local():
    texts = [text for text, _ in gaps(example("health-housing"))]
    assert any(t.startswith("Licence for health is not measured among All parents") for t in texts)
    assert any(t.startswith("Ask the people of UK/England/Exampleton") for t in texts)
    assert any("nobody gave the answers" in t for t, _ in gaps(example("early-help", "synthetic")))
    assert any("not measured" in text for text, _ in gaps(unfit()))


def test_no_macro_and_no_name_is_inside():
    word = opened(example("early-help"))
    core = word.core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    with zipfile.ZipFile(io.BytesIO(annex(nasty()))) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower()]


def test_hidden_figures_stay_hidden_in_the_annex():
    word = opened(example("immigration", "synthetic"))
    rows = [[c.text for c in row.cells] for table in word.tables for row in table.rows]
    black = [row for row in rows if row[0] == "Black parents" and row[3] == "absent"]
    assert black
    assert black[0][1] == "not shown"


@pytest.mark.long
def test_libreoffice_opens_it(office, tmp_path):
    path = tmp_path / "annex.docx"
    path.write_bytes(annex(nasty()))
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "annex.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_ruling_gives_the_same_bytes_at_another_hour(monkeypatch):
    import time

    one = annex(example("early-help"))
    later = time.localtime(time.time() + 7 * 86400)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert annex(example("early-help")) == one

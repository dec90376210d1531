"""What machines get: CSV on the Web, linked data, the ATRS shape, a feed; each by a reader of its own."""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from licet.register.exports.atrs import atrs
from licet.register.exports.feed import feed, identifier
from licet.register.exports.linked_data import linked_data, vocabulary
from licet.register.exports.tables import figures_csv, uses_csv
from licet.register.lines import line_of
from licet.register.namespace import NAMESPACE, PREFIXES, TERMS
from tests.register.conftest import Town
from tests.register.test_entry import LEAVES, told
from tests.unit.test_report_cases import nasty

USES = ("early-help", "early-help-wide", "immigration")


def values(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


@pytest.mark.parametrize("name", ["uses", *(f"uses/{use}" for use in USES)])
def test_every_table_is_what_its_description_says(name: str, made: Town) -> None:
    from csvw import CSVW

    found = CSVW(
        str(made.site / f"{name}.csv"), str(made.site / f"{name}.csv-metadata.json"), validate=True
    )
    assert found.is_valid, found.warnings
    rows = list(found.tables[0])
    assert len(rows) == len(values((made.site / f"{name}.csv").read_text("utf-8"))) > 0


def test_a_description_that_is_wrong_is_found(made: Town, tmp_path: Path) -> None:
    from csvw import CSVW

    text = (made.site / "uses.csv").read_text("utf-8").replace("2021-09-01", "autumn")
    (tmp_path / "uses.csv").write_text(text, "utf-8", newline="")
    metadata = (made.site / "uses.csv-metadata.json").read_text("utf-8")
    (tmp_path / "uses.csv-metadata.json").write_text(metadata, "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        found = CSVW(
            str(tmp_path / "uses.csv"), str(tmp_path / "uses.csv-metadata.json"), validate=True
        )
        assert not found.is_valid


def test_the_table_of_figures_is_the_entry_s(made: Town) -> None:
    entry = made.entry()
    rows = values(figures_csv(entry))
    cells = [(r, c) for r in entry.ruling.requirements for c in r.figures]
    assert [(row["requirement"], row["group"], row["verdict"]) for row in rows] == [
        (r.id, c.group, c.verdict) for r, c in cells
    ]
    for row, (_, cell) in zip(rows, cells, strict=True):
        assert row["share"] == ("" if cell.share is None else str(cell.share.point))


def test_no_cell_is_a_formula() -> None:
    entry = told(nasty()).model_copy(update={"title": "=cmd|' /C calc'!A0"})
    for row in values(uses_csv([line_of(entry)])) + values(figures_csv(told(nasty()))):
        assert not any(cell.startswith(("=", "+", "@", "-")) for cell in row.values())


def no_network(*asked: Any, **named: Any) -> None:
    pytest.fail(f"something was fetched: {asked[:1]}")


@pytest.mark.parametrize("use", USES)
def test_linked_data_expands_without_a_network(use: str, made: Town) -> None:
    from pyld import jsonld

    entry = made.entry(use)
    given = json.loads((made.site / f"uses/{use}.jsonld").read_text("utf-8"))
    assert given == linked_data(entry)
    (node,) = jsonld.expand(
        given, {"base": "https://town.example/uses/x", "documentLoader": no_network}
    )
    assert node["@id"] == "https://town.example/uses/x#use"
    assert f"{NAMESPACE}DataUse" in node["@type"] and f"{PREFIXES['dpv']}Process" in node["@type"]
    assert node["http://purl.org/dc/terms/identifier"] == [{"@value": use}]
    (licence,) = node[f"{NAMESPACE}hasLicence"]
    shown = [c for r in entry.ruling.requirements for c in r.figures if c.in_force]
    assert len(licence[f"{NAMESPACE}hasFigure"]) == len(shown)
    assert_known(node)


def assert_known(node: Any) -> None:
    """Every term of ours that is used is one that we publish."""
    words = {one["@id"] for one in vocabulary()["@graph"]}
    if isinstance(node, list):
        for one in node:
            assert_known(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key.startswith(NAMESPACE):
                assert key.removeprefix(NAMESPACE) in TERMS, key
            for one in value if key == "@type" and isinstance(value, list) else []:
                assert not one.startswith(NAMESPACE) or one.removeprefix(NAMESPACE) in TERMS, one
            if key == "@id" and value.startswith(NAMESPACE):
                assert f"sl:{value.removeprefix(NAMESPACE)}" in words, value
            assert_known(value)


def test_the_vocabulary_expands_and_says_what_each_word_means() -> None:
    from pyld import jsonld

    found = jsonld.expand(vocabulary(), {"documentLoader": no_network})
    assert {f"{NAMESPACE}{name}" for name in TERMS} <= {one["@id"] for one in found}
    assert all(any("comment" in k or "definition" in k for k in one) for one in found)


def test_the_atrs_shape_has_its_sections_and_what_it_lacks(made: Town) -> None:
    found = atrs(made.entry("early-help-wide"))
    assert list(found)[1:6] == ["title", "tier_1", "2.1_owner_and_responsibility",
                                "2.2_description_and_rationale", "2.3_deployment_context"]  # fmt: skip
    (company,) = found["2.1_owner_and_responsibility"]["2.1.4_third_party_involvement"]
    assert company["2.1.4.1_name"] == "Example Analytics Ltd"
    assert found["not_in_the_standard"]["ruling"] == "NOT PERMITTED"
    assert found["title"]["phase"] in {
        "Idea", "Design", "Development", "Private beta", "Public beta", "Production", "Retired"
    }  # fmt: skip


ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_parses_and_names_what_happened(made: Town) -> None:
    root = ElementTree.fromstring((made.site / "feed.atom").read_bytes())
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert one.findtext(f"{ATOM}{name}"), name
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len(set(ids)) == len(ids) and all(str(id).startswith("urn:uuid:") for id in ids)
    moments = [one.findtext(f"{ATOM}updated") for one in entries]
    assert root.findtext(f"{ATOM}updated") == moments[0]
    titles = [str(one.findtext(f"{ATOM}title")) for one in entries]
    assert any(title.startswith("Run refused: Early help for families") for title in titles)
    for one in entries:
        link = one.find(f"{ATOM}link")
        assert link is not None and (made.site / link.attrib["href"]).is_file()


def test_the_feed_holds_nothing_that_xml_cannot() -> None:
    made = feed("\x07Town", "licet/town", LEAVES, {"early-help": "A\x00\u0008<b>"})
    assert ElementTree.fromstring(made).findtext(f"{ATOM}title") == "Town"
    assert ElementTree.fromstring(feed("Town", "licet/town", [], {})).find(f"{ATOM}entry") is None
    assert identifier("a") == identifier("a") != identifier("b")

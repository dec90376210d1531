"""What the description of the machine addresses says is what a site has: written, served, and asked wrongly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from licet.chapters.registering import MARK
from licet.chapters.serving_files import LOG_FILES, REGISTER_FILES
from licet.register.exports.openapi import ADDRESSES, ENDINGS, PAGE, PROBLEM, description
from tests.conftest import FULL
from tests.served.attacks.conftest import USE, Address, Site
from tests.web_permission.conftest import opened

TRIES = 60 if FULL else 3
"""Requests of each kind to each address."""
STRANGE = st.text(min_size=1, max_size=60).filter(lambda text: text.strip(". ") and "/" not in text)


@pytest.fixture(scope="module")
def told(site: Site) -> dict[str, object]:
    """The description as it is served."""
    return site.by("").get("/openapi.json").json()


def filled(path: str, use: str = USE, size: str = "1") -> str:
    return "/" + path.format(use=use, size=size)


def pattern_of(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/.]+", re.escape(path)))


def test_the_table_has_every_address_that_gives_data_and_no_other(addresses: list[Address]) -> None:
    """Held against urls.py, and against what is made for a site."""
    described = {one.path for one in ADDRESSES}
    assert len(described) == len(ADDRESSES)
    served = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.pattern) for one in addresses}
    assert described <= served
    ends = (*ENDINGS, "SHA256SUMS")
    public = {path for path in served if "receipt" not in path and not path.startswith("staff/")}
    data = {path for path in public if path.endswith(ends)}
    assert data == {one.path for one in ADDRESSES if len(one.forms) == 1}
    assert {*REGISTER_FILES, *(f"log/{name}" for name in LOG_FILES)} <= described


def test_the_written_site_has_the_same_files_and_the_same_description(
    site: Site, town: Path
) -> None:
    files = {
        str(path.relative_to(town / "site"))
        for path in (town / "site").rglob("*")
        if path.is_file()
    }
    data = {
        one
        for one in files
        if not one.endswith(".html") and not one.startswith("static/") and one != MARK
    }
    paths = [one for one in ADDRESSES if len(one.forms) == 1]
    assert (
        data
        and [one for one in data if not any(pattern_of(p.path).fullmatch(one) for p in paths)] == []
    )
    late = {"log/checkpoints/{size}.txt"}  # there once the log has grown
    assert {p.path for p in paths if not any(map(pattern_of(p.path).fullmatch, data))} <= late
    assert (town / "site" / "openapi.json").read_bytes() == site.by("").get("/openapi.json").content


def test_the_description_is_made_of_the_table_alone() -> None:
    made = description("A town", "1")
    assert list(made["paths"]) == [f"/{one.path}" for one in ADDRESSES]
    names = [one["get"]["operationId"] for one in made["paths"].values()]
    assert len(set(names)) == len(names)


def test_every_address_gives_what_is_described(site: Site, told, town: Path) -> None:
    with opened(town) as store:
        sizes = [name for name in store.log.export() if name.startswith("checkpoints/")]
    size = sizes[0].split("/")[1].removesuffix(".txt") if sizes else "1"
    for one in ADDRESSES:
        if "{size}" in one.path and not sizes:
            continue
        for media, schema in one.forms.items():
            answer = site.by("").get(filled(one.path, size=size), headers={"Accept": media})
            assert answer.status_code == 200, one.path
            assert answer.headers["Content-Type"].partition(";")[0] == media, (one.path, media)
            if schema:
                form = site.by("").get(f"/{schema}").json()
                jsonschema.validate(answer.json(), form)
            elif media.endswith("json"):
                assert isinstance(json.loads(answer.text), dict)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_every_fault_of_a_machine_has_one_shape(site: Site, told, method: str) -> None:
    """Not there, not allowed, not understood: problem+json, and nothing of what was asked in it."""
    shape = told["components"]["schemas"]["Problem"]
    visitor = site.by("")
    asked = [
        visitor.client.request(method, filled(one.path)) for one in ADDRESSES if len(one.forms) == 1
    ]
    assert {one.status_code for one in asked} == {405}
    asked += [visitor.get(place) for place in (
        "/uses/marker-name-qx.json", "/uses/marker-name-qx.csv", "/log/checkpoints/999999999.txt",
        "/marker-name-qx.json", "/uses/marker%00name.json", "/uses/a/b.jsonld", "/marker.atom",
    )]  # fmt: skip
    machine = {"Accept": "application/json"}
    asked += [visitor.get(place, headers=machine)
              for place in ("/uses/marker-name-qx", "/marker-name-qx", "/questions/999999",
                            "/search?service=marker-name-qx")]  # fmt: skip
    asked.append(site.by("parent").get("/staff/accounts", headers=machine))
    asked.append(httpx.post(f"{site.address}/sign-in", headers=machine))
    for one in asked:
        assert one.headers["Content-Type"] == PROBLEM and one.status_code in (400, 403, 404, 405), (
            one.url
        )
        jsonschema.validate(one.json(), shape)
        assert one.json()["status"] == one.status_code and "marker-name" not in one.json()["title"]


@pytest.mark.long
@pytest.mark.usefixtures("unchanged")
def test_schemathesis_finds_no_fault(site: Site) -> None:
    """Requests made from the description, right and wrong: each answer is one of those described."""
    import schemathesis
    from schemathesis.generation import GenerationMode

    schema = schemathesis.openapi.from_url(f"{site.address}/openapi.json")
    seen: dict[str, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @settings(
                max_examples=TRIES,
                deadline=None,
                database=None,
                derandomize=not FULL,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def tried(case) -> None:
                answer = case.call()
                assert answer.status_code < 500
                seen[case.operation.label] = seen.get(case.operation.label, 0) + 1
                case.validate_response(answer)

            if mode is GenerationMode.POSITIVE or operation.path_parameters:
                tried()
    assert len(seen) == len(ADDRESSES)


@pytest.mark.usefixtures("unchanged")
def test_no_address_breaks_whatever_stands_in_it(site: Site) -> None:
    """Any text for a part, any Accept, any question behind it."""
    paths = [one.path for one in ADDRESSES if "{" in one.path]
    accepted = st.sampled_from(
        [*{media for one in ADDRESSES for media in one.forms}, "*/*", "x/y", ""]
    )

    @settings(
        max_examples=TRIES * 20,
        deadline=None,
        database=None,
        derandomize=not FULL,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(paths),
        STRANGE,
        accepted,
        st.dictionaries(st.text(max_size=9), STRANGE, max_size=3),
    )
    def tried(path: str, text: str, accept: str, query: dict[str, str]) -> None:
        parts = dict.fromkeys(("use", "size"), httpx.QueryParams({"x": text})["x"])
        place = "/" + path.format(**{name: _quoted(value) for name, value in parts.items()})
        answer = site.by("").client.get(place, params=query, headers={"Accept": accept})
        assert answer.status_code in (200, 400, 404), (place, query, accept)
        assert answer.status_code == 200 or answer.headers["Content-Type"].partition(";")[0] in (
            PROBLEM,
            PAGE,
        )

    tried()


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="", errors="replace")

"""``licet dispute``: what waits, what is settled, and steps that may not be taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from licet.chapters.correcting import dispute
from licet.chapters.inviting import invite
from licet.chapters.stores import open_store
from licet.commands import dispute as cli_dispute
from licet.errors import BadInput
from licet.files.workspace import read_workspace
from tests.unit.permission_town import USE, app, letters, published, town
from tests.unit.test_permission_remind import DAY

__all__ = ["app", "published", "town"]
RUNNER = CliRunner()


@pytest.fixture
def disputing():
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    cli_dispute.add_to(made)

    def typed(*words: str) -> str:
        found = RUNNER.invoke(made, ["dispute", *words])
        if isinstance(found.exception, BadInput):
            raise found.exception
        assert found.exit_code == 0, (found.output, found.exception)
        return found.output

    return typed


def test_from_the_list_to_the_end(town: Path, disputing) -> None:
    now = datetime.now(UTC)
    assert "There is none" in disputing("list")
    invite(town / USE, today=DAY, now=datetime(2026, 6, 2, 9, tzinfo=UTC))
    with open_store(read_workspace(town)) as store:
        voice = store.voices.open(store.voices.account("a"), letters(town)[0]["code"], now)
    raised = dispute(town, voice, "education", "", "name", "Spelled Anne.", hold=True, now=now)
    said = disputing("list")
    assert raised.key in said and "Spelled Anne." in said and "held out of linkage" in said
    with pytest.raises(BadInput, match="cannot follow"):
        disputing("settle", raised.key, "correct")
    disputing("settle", raised.key, "send", "--by", "School records")
    with pytest.raises(BadInput, match="Say why"):
        disputing("settle", raised.key, "refuse")
    assert "refused" in disputing(
        "settle", raised.key, "refuse", "--because", "It is as on the form."
    )
    (told,) = json.loads(disputing("list", "--settled", "--json"))
    assert (
        told["answer"] == "It is as on the form."
        and told["state"] == "refused"
        and not told["held_out"]
    )
    assert json.loads(disputing("list", "--json")) == []
    with pytest.raises(BadInput, match="no dispute"):
        disputing("settle", "nothing", "send")

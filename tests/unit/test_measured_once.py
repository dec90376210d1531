"""Publishing measures evidence once for all uses: anew for each took most of its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licet.chapters import ruling
from licet.chapters.publishing import publish
from licet.chapters.workspaces import init


def test_evidence_is_measured_once_for_all_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []
    read = ruling.read

    def counted(evidence, answers, settings):
        measured.append((evidence.id, repr(settings)))
        return read(evidence, answers, settings)

    monkeypatch.setattr(ruling, "read", counted)
    init(tmp_path / "town")
    assert len(publish(tmp_path / "town", today=date(2026, 11, 30))) > 1
    assert measured and len(measured) == len(set(measured))

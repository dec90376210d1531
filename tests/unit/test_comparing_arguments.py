"""What may be asked of comparisons, and what is refused before anything is computed."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from licet.chapters.comparing import Request, Settings, contrasts
from licet.errors import BadInput


def bundled(name: str) -> Path:
    with as_file(files("licet.bundled") / name) as folder:
        return Path(folder)


ANSWERS = bundled("parents-2020")


@pytest.mark.parametrize(
    ("request_", "settings", "said"),
    [
        ({"items": ("trust_police", "trust_police")}, {}, "named twice"),
        ({"seed": -1}, {}, "seed"),
        ({"person": "respondent"}, {}, "no waves are named"),
        ({"wave": "stratun", "person": "respondent"}, {}, "stratun"),
        ({"wave": "stratum", "person": "respondant"}, {}, "respondant"),
        ({}, {"deff": 2.0}, "design effect for answers"),
    ],
)
def test_refused(request_: dict[str, Any], settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        contrasts(ANSWERS, Request(**request_), Settings(**settings))

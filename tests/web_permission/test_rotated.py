"""The key is changed while the site is served: receipts of both keys hold, and nobody stays signed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from licet.chapters.keeping import rotate_keys
from licet.chapters.looking import verify
from tests.served.visitor import Visitor
from tests.web_permission.conftest import answer, opened

Visit = Callable[..., Visitor]


def test_a_new_key_signs_at_once_and_old_receipts_hold(
    visitor: Visit, letters, asked: Path, tmp_path: Path
) -> None:
    def receipt(name: str) -> Path:
        somebody = visitor()
        done = answer(somebody, next(letters)["code"], "no")
        path = tmp_path / name
        path.write_bytes(somebody.get(f"{done.url.path}.json").content)
        return path

    clerk, before = visitor("clerk"), receipt("before.json")
    assert clerk.get("/staff/record").url.path == "/staff/record"
    new = rotate_keys(asked, "the yearly change", now=datetime.now(UTC))
    after = receipt("after.json")
    assert verify(asked, before).genuine and verify(asked, after).genuine
    with opened(asked) as store:
        assert store.log.key == new and not store.log.verify().findings
    keys = {json.loads(path.read_text("utf-8"))["key"] for path in (before, after)}
    assert len(keys) == 2, "the server signs with the key of now"
    assert clerk.get("/staff/record").url.path == "/sign-in", "whoever was signed in is out"
    assert "Sign out" in clerk.sign_in("clerk").get("/staff/record").text

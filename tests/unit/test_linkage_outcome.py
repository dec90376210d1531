"""What the terminal says after an arrival and of the runs that a timer keeps: small counts kept back."""

from __future__ import annotations

import pytest

from licet.report.linkage.outcome import arrived_text, kept_text

ARRIVALS = {
    "one row": ((1, {"created": 1}, 0, 0), ["Rows added: fewer than 10.", "fewer than 10 created"]),
    "many": ((1212, {"created": 1130, "joined": 3}, 0, 0),
             ["about 1,210", "about 1,130 created, fewer than 10 joined"]),
    "after a no": ((12, {}, 2, 0), ["about 10", "none changed", "rows fewer than 10, mentions none"]),
    "none": ((0, {}, 0, 0), ["No new row"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRIVALS)
def test_an_arrival_tells_no_small_count(name: str) -> None:
    counts, expected = ARRIVALS[name]
    text = " ".join(arrived_text(*counts, "runs/x", 10).split())
    for said in expected:
        assert said in text
    for exact in ("1 row", "1,212", "1,130 created"):
        assert f" {exact}" not in text.replace("about 1,130 created", "")


def test_the_mail_of_a_timer_tells_no_small_count() -> None:
    followed = [{"use": "early-help", "run": "r", "rows": 3, "mentions": 1}]
    text = kept_text([], followed, 10)
    assert "fewer than 10 rows left" in text and "3" not in text

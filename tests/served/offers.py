"""Households put into the queue of a town by hand: there is no list behind them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from licet.files.runs import current
from licet.identify.offers import Item, Round
from licet.identify.picked import Reason
from tests.linkage.town import USE, store_of

DAY = date(2026, 11, 1)
LAST = date(2099, 12, 31)
"""The clock of the server is not the day of the tests."""


def decided_to_do(root: Path) -> None:
    """The owner decided that the use goes ahead, as the log says it."""
    body = {
        "use": USE, "version": 1, "decision": "do", "by_table": "do", "role": "Head of Early Help",
        "reason": "It was shown.", "reasons": ["It was shown."], "day": DAY.isoformat(),
        "until": LAST.isoformat(),
    }  # fmt: skip
    with store_of(root) as store:
        store.log.append("decision", body)


def a_household(root: Path, posts: Sequence[str], *, offered: bool = False) -> tuple[str, str]:
    """The name of a household in the queue, and the code of its letter where it was offered support."""
    run = current(root, USE)
    rows = pl.read_parquet(root / "runs" / USE / run / "crosswalk.parquet")
    person = rows.sort("row")["person"][0]
    own = rows.filter(person=person)
    reason = Reason(
        person, "benefit", "Somebody gets a benefit", str(own["feed"][0]), "awards", 2, 2, DAY, DAY, None, 12.0
    )  # fmt: skip
    about = Round(USE, 1, "early_intervention", run, "meals", "ab" * 32, DAY, "Free school meals", 9,
                  tuple(posts), 60, ("Nobody asked whether they moved.",))  # fmt: skip
    name = secrets.token_hex(12)
    item = Item(name, about, "person", person, (person,), (reason,), False, "waiting", DAY, LAST)
    with store_of(root) as store:
        store.offers.add([item], {name: set(own["row"])}, {name: set()})
        if offered:
            assert store.offers.take(name, "somebody", posts[1], DAY)
            store.offers.step(
                name, "offer", "reviewer", date(2099, 1, 1), reviewer="somebody", post=posts[1],
                words="The records fit.",
            )  # fmt: skip
        return name, store.offers.code(name)

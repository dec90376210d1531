"""A process killed while it records: the store opens, nothing recorded is lost, nothing is half there."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from licet.store import Store

WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from licet.permission import Identity
from licet.store import Store
from datetime import date
from tests.spec.test_permission_ages import said

place, keys, turn = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
now = datetime(2026, 11, 30, tzinfo=UTC)
with Store.open(place, keys) as store:
    print("open", flush=True)
    for number in range(10_000):
        handle = f"education/{turn}-{number}"
        person = Identity(handle=handle, birth=date(1985, 1, 1), languages=("en",))
        store.permissions.append(said("person yes 2026-10-01; person no 2026-10-02", handle), [person], now=now)
        if number % 3 == 0:
            store.batches.publish(now)
        print(handle, flush=True)
"""


def test_nothing_recorded_is_lost(tmp_path: Path, full: bool) -> None:
    place, keys = f"sqlite:///{tmp_path}/licet.sqlite3", tmp_path / "keys"
    Store.open(place, keys).close()
    chance = np.random.default_rng(4)
    confirmed: list[str] = []
    for turn in range(100 if full else 1):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, place, str(keys), str(turn)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert writer.stdout is not None and writer.stdout.readline() == "open\n"
        confirmed.append(writer.stdout.readline().strip())
        time.sleep(float(chance.uniform(0.0, 0.4)))
        writer.send_signal(signal.SIGKILL)
        # A last line may be cut in two.
        confirmed += [line.strip() for line in writer.stdout if line.endswith("\n")]
        writer.stdout.close()
        writer.wait()
        with Store.open(place, keys) as store:
            found = store.permissions.verify()
            handles = set(store.permissions.subjects()["handle"])
            assert handles >= set(confirmed)
            assert found.events == 2 * len(handles), "an event and its fellow are there, or neither"
            assert store.log.verify().sound
    assert confirmed

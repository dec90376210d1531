"""Write the synthetic survey designs that the R oracle and the kernel are compared on.

Run from anywhere: ``python tests/oracles/make_designs.py [FOLDER]``; the same bytes come out every
time. Nobody's answers are in here: people, places and probabilities are made up.

Only uniform draws are used, so that the files do not depend on how a NumPy release
turns them into other distributions. An empty cell is a missing answer (outside the base
of the item) or an unknown group.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ITEMS = ("trust_a", "trust_b", "aware", "rare", "settled")
GROUPS = ("ethnicity", "lone", "age")

TRUST_A = ("trusts", "neither", "distrusts")
TRUST_B = ("fully", "mostly", "somewhat", "little", "not at all")
AGES = ("16-34", "35-54", "55+")


@dataclass(frozen=True)
class Place:
    """One block of people: their stratum and PSU (empty: not part of the design)."""

    people: int
    stratum: str = ""
    psu: str = ""


def pick(u: float, options: tuple[str, ...], shares: tuple[float, ...]) -> str:
    """The option whose slice of [0, 1) holds ``u``; ``shares`` need not sum to one."""
    edges = np.cumsum(shares) / np.sum(shares)
    return options[min(int(np.searchsorted(edges, u, side="right")), len(options) - 1)]


def draw(places: list[Place], seed: int, equal_weights: bool = False) -> list[dict[str, str]]:
    """One row for each person: design columns, weight, groups and answers.

    Opinion drifts from place to place, so that clusters cost precision; weights follow
    the stratum and the person, so that weighting costs precision too. Five people are
    "Traveller". Every "Asian" person answers yes to ``settled`` and every "Black" person no.
    """
    random = np.random.default_rng(seed).random
    total = sum(place.people for place in places)
    travellers = set(np.argsort(random(total))[:5].tolist())
    drift_of_stratum: dict[str, float] = {}
    rows: list[dict[str, str]] = []
    for place in places:
        stratum_drift = drift_of_stratum.setdefault(place.stratum, 0.3 * (random() - 0.5))
        drift = stratum_drift + 0.5 * (random() - 0.5)
        for _ in range(place.people):
            u = random(16)
            ethnicity = (
                "Traveller"
                if len(rows) in travellers
                else pick(u[0], ("White", "Black", "Asian"), (6, 2, 1.5))
            )
            lone = "1" if u[1] < 0.22 else "0"
            age = pick(u[2], AGES, (3, 4, 3))
            lean = min(
                max(0.5 + drift - 0.15 * (lone == "1") - 0.1 * (ethnicity == "Black"), 0.05), 0.95
            )
            weight = (
                1.0 if equal_weights else round(0.4 + 2.0 * u[3] ** 2 + 3.0 * abs(stratum_drift), 4)
            )
            row = {"st": place.stratum, "psu": place.psu, "wt": f"{weight:g}"}
            row["ethnicity"] = "" if u[4] < 0.03 and ethnicity != "Traveller" else ethnicity
            row["lone"] = "" if u[5] < 0.05 else lone
            row["age"] = "" if u[6] < 0.02 else age
            row["trust_a"] = pick(u[7], TRUST_A, (lean, 0.25, 0.75 - 0.6 * lean))
            row["trust_b"] = (
                "" if u[8] < 0.06 else pick(u[9], TRUST_B, (lean, 2 * lean, 0.8, 1 - lean, 0.5))
            )
            row["aware"] = "yes" if u[10] < 0.3 + 0.4 * lean else "no"
            row["rare"] = "" if u[11] < 0.6 else ("yes" if u[12] < 0.08 else "no")
            settled = {"Asian": "yes", "Black": "no"}.get(
                ethnicity, "yes" if u[13] < lean else "no"
            )
            row["settled"] = "" if u[14] < 0.04 or (row["ethnicity"] == "") else settled
            rows.append(row)
    return rows


def stratified() -> list[dict[str, str]]:
    sizes = {"north": 90, "east": 60, "south": 120, "west": 40, "islands": 25}
    return shuffled(draw([Place(n, stratum) for stratum, n in sizes.items()], seed=101), seed=1)


def clustered() -> list[dict[str, str]]:
    return shuffled(
        draw([Place(6 + (7 * i) % 11, psu=f"c{i:02d}") for i in range(28)], seed=102), seed=2
    )


def stratified_clusters() -> list[dict[str, str]]:
    counts = (2, 3, 5, 4, 9, 2)
    places = [
        Place(5 + (3 * p + 2 * s) % 13, f"s{s + 1}", f"s{s + 1}p{p + 1}")
        for s, count in enumerate(counts)
        for p in range(count)
    ]
    return shuffled(draw(places, seed=113), seed=3)


def nested_labels() -> list[dict[str, str]]:
    counts = (3, 2, 6, 4, 8)
    places = [
        Place(6 + (5 * p + s) % 10, str(s + 1), str(p + 1))
        for s, count in enumerate(counts)
        for p in range(count)
    ]
    return shuffled(draw(places, seed=104), seed=4)


def weights_only() -> list[dict[str, str]]:
    return draw([Place(60), Place(60), Place(60), Place(60)], seed=105)


def equal() -> list[dict[str, str]]:
    return draw([Place(70), Place(70), Place(70)], seed=106, equal_weights=True)


def lonely() -> list[dict[str, str]]:
    """Strata ``alone1`` and ``alone2`` hold a single PSU each.

    The extra group ``place`` makes domains that are lonely in their own ways: ``island``
    lies wholly inside ``alone1``; ``block`` wholly inside one PSU of an ordinary stratum;
    ``thin`` in one PSU each of two ordinary strata; ``edge`` in one PSU of an ordinary
    stratum and in ``alone2``; everybody else is ``rest of country``.
    """
    counts = {"a": 3, "b": 4, "c": 2, "d": 6, "alone1": 1, "alone2": 1}
    places = [
        Place(8 + (5 * p + len(stratum)) % 9, stratum, f"{stratum}-{p + 1}")
        for stratum, count in counts.items()
        for p in range(count)
    ]
    rows = draw(places, seed=107)
    seen: dict[str, int] = {}
    for row in rows:
        seen[row["psu"]] = index = seen.get(row["psu"], 0) + 1
        row["place"] = "rest of country"
        if row["st"] == "alone1":
            row["place"] = "island"
        elif row["psu"] == "b-2":
            row["place"] = "block"
        elif row["psu"] in ("a-1", "d-4") and index > 2:
            row["place"] = "thin"
        elif row["psu"] in ("c-1", "alone2-1") and index > 3:
            row["place"] = "edge"
    return shuffled(rows, seed=7)


def zero_weights() -> list[dict[str, str]]:
    """Weight 0: a whole PSU (``s2p1``), every lone parent of ``s1p1``, and a few others."""
    counts = (3, 4, 5)
    places = [
        Place(9 + (4 * p + s) % 7, f"s{s + 1}", f"s{s + 1}p{p + 1}")
        for s, count in enumerate(counts)
        for p in range(count)
    ]
    rows = draw(places, seed=108)
    for index, row in enumerate(rows):
        if row["psu"] == "s2p1" or (row["psu"] == "s1p1" and row["lone"] == "1") or index % 17 == 0:
            row["wt"] = "0"
    return shuffled(rows, seed=8)


def shuffled(rows: list[dict[str, str]], seed: int) -> list[dict[str, str]]:
    """Rows in an order that does not follow the design, as real files arrive."""
    order = np.argsort(np.random.default_rng(seed).random(len(rows)))
    return [rows[i] for i in order]


DESIGNS = {
    design.__name__: design
    for design in (
        stratified,
        clustered,
        stratified_clusters,
        nested_labels,
        weights_only,
        lonely,
        equal,
        zero_weights,
    )
}


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, design in DESIGNS.items():
        rows = design()
        columns = ["id"] + [
            c for c in rows[0] if c not in ("st", "psu") or any(row[c] for row in rows)
        ]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows({"id": i + 1} | row for i, row in enumerate(rows))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "designs")

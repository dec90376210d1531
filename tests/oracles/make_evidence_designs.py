"""Write the synthetic designs on which R's more elaborate features are recorded.

Run from anywhere: ``python tests/oracles/make_evidence_designs.py [FOLDER]``; the same bytes come out
every time. The people come from ``make_designs.draw``: nobody's answers are in here. Replicate weights
are made here too (not by R), rounded, and then are data like any other: whoever reads the file, R or
the kernel, must only use them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from make_designs import HERE, Place, draw, shuffled
from numpy.typing import NDArray

Rows = list[dict[str, str]]
Floats = NDArray[np.float64]


def drawn(places: list[Place], seed: int) -> Rows:
    """People without the item ``rare``: these files need no rare answers."""
    rows = draw(places, seed)
    for row in rows:
        del row["rare"]
    return rows


# --- finite populations -------------------------------------------------------------------------


def fpc_clusters() -> Rows:
    """Stratum, PSUs taken, PSUs there are. Every PSU of ``b`` was taken. ``f``: the share taken."""
    there = {"a": (4, 16), "b": (3, 3), "c": (5, 40), "d": (2, 8)}
    places = [
        Place(8 + (5 * p + 3 * s) % 9, name, f"{name}{p + 1}")
        for s, (name, (taken, _)) in enumerate(there.items())
        for p in range(taken)
    ]
    rows = drawn(places, seed=201)
    for row in rows:
        taken, population = there[row["st"]]
        row["N"], row["f"] = str(population), f"{taken / population:g}"
    return shuffled(rows, seed=21)


def fpc_people() -> Rows:
    """Every person is a PSU; all twelve people of ``hamlet`` were taken."""
    there = {"town": (70, 140), "village": (40, 100), "hamlet": (12, 12), "city": (60, 6000)}
    rows = drawn([Place(taken, name) for name, (taken, _) in there.items()], seed=202)
    for row in rows:
        row["N"] = str(there[row["st"]][1])
    return shuffled(rows, seed=22)


def fpc_simple() -> Rows:
    """A simple random sample of 120 of 300: no strata, no clusters."""
    rows = drawn([Place(40), Place(40), Place(40)], seed=203)
    for row in rows:
        row["N"] = "300"
    return rows


def fpc_lonely() -> Rows:
    """``alone1`` is one PSU of five; ``alone2`` is the only PSU there is, which is not lonely at all."""
    there = {"a": (3, 9), "b": (4, 5), "c": (2, 20), "alone1": (1, 5), "alone2": (1, 1)}
    places = [
        Place(9 + (4 * p + 5 * s) % 8, name, f"{name}-{p + 1}")
        for s, (name, (taken, _)) in enumerate(there.items())
        for p in range(taken)
    ]
    rows = drawn(places, seed=204)
    for row in rows:
        row["N"] = str(there[row["st"]][1])
    return shuffled(rows, seed=24)


def two_stages(
    strata: dict[str, tuple[int, list[tuple[int, int]]]], seed: int, people: int = 4
) -> Rows:
    """Strata -> PSUs there are, and for each PSU taken its SSUs (taken, there are).

    Each SSU holds a few people, all asked. Labels of SSUs start again in each PSU.
    """
    places, facts = [], []
    for stratum, (psus, taken) in strata.items():
        for p, (ssus, there) in enumerate(taken):
            for s in range(ssus):
                size = 1 + (3 * s + 2 * p + len(places)) % people
                places.append(Place(size, stratum, f"{stratum}{p + 1}"))
                facts += [(str(psus), str(s + 1), str(there))] * size
    rows = drawn(places, seed)
    for row, (psus_there, ssu, ssus_there) in zip(rows, facts, strict=True):
        row["ssu"], row["N1"], row["N2"] = ssu, psus_there, ssus_there
    return shuffled(rows, seed)


def two_stage() -> Rows:
    """Every PSU of ``b`` was taken, every SSU of ``a2``, and every SSU of the certain PSU ``b1``."""
    return two_stages(
        {
            "a": (12, [(5, 20), (4, 4), (6, 9), (3, 15)]),
            "b": (3, [(4, 4), (6, 11), (5, 30)]),
            "c": (30, [(4, 8), (7, 14), (3, 5), (5, 6), (4, 40)]),
            "d": (2, [(6, 8), (4, 50)]),
            "e": (5, [(5, 6), (6, 7)]),
        },
        seed=205,
    )


def two_stage_people() -> Rows:
    """No strata: 14 of 40 PSUs, and in each a simple random sample of people."""
    places = [Place(6 + (7 * i) % 12, psu=f"c{i:02d}") for i in range(14)]
    rows = drawn(places, seed=206)
    sizes = {place.psu: place.people for place in places}
    for row in rows:
        n = sizes[row["psu"]]
        row["N1"], row["N2"] = "40", str(n if row["psu"] == "c05" else 2 * n + 3)
    return shuffled(rows, seed=26)


def two_stage_lonely() -> Rows:
    """``a2`` and ``c1`` hold one SSU of several, ``b1`` the only one there is; ``alone`` is one PSU."""
    return two_stages(
        {
            "a": (9, [(5, 20), (1, 6), (6, 9)]),
            "b": (6, [(1, 1), (4, 7), (5, 30)]),
            "c": (8, [(1, 10), (5, 12), (4, 9), (6, 6)]),
            "alone": (4, [(6, 15)]),
        },
        seed=207,
        people=5,
    )


# --- replicate weights --------------------------------------------------------------------------


def hadamard(order: int) -> Floats:
    """Sylvester's matrix of 1 and -1, for a power of two."""
    matrix = np.ones((1, 1))
    while len(matrix) < order:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def labels(rows: Rows) -> tuple[list[str], list[str], NDArray[np.int64]]:
    """The PSUs in order, the stratum of each, and the PSU of every person."""
    psus = sorted({row["psu"] for row in rows})
    stratum = {row["psu"]: row["st"] for row in rows}
    number = {psu: i for i, psu in enumerate(psus)}
    return psus, [stratum[p] for p in psus], np.array([number[row["psu"]] for row in rows])


def replicated(rows: Rows, factors: Floats) -> Rows:
    """Rows with ``r1``, ``r2``, ...: the weight times the factor of the PSU (rows of ``factors``)."""
    _, _, of = labels(rows)
    for row, psu in zip(rows, of, strict=True):
        for r, factor in enumerate(factors[psu]):
            row[f"r{r + 1}"] = f"{round(float(row['wt']) * factor, 4):g}"
    return rows


def one_place(rows: Rows, psu: str, fewest: int) -> Rows:
    """A group ``place``: ``corner`` lies in one PSU, so that some replicate may leave nobody."""
    seen = 0
    for row in rows:
        seen += row["psu"] == psu
        row["place"] = "corner" if row["psu"] == psu and seen > fewest else "elsewhere"
    return rows


def psu_places(counts: list[int], step: int) -> list[Place]:
    return [
        Place(6 + (step * p + 3 * s) % 7, f"s{s + 1:02d}", f"s{s + 1:02d}p{p + 1}")
        for s, count in enumerate(counts)
        for p in range(count)
    ]


def rep_jk1() -> Rows:
    rows = one_place(drawn(psu_places([18], 5), seed=211), "s01p4", 2)
    factors = 18 / 17 * (1 - np.eye(18))
    return shuffled(replicated(rows, factors), seed=31)


JKN = [2, 3, 5, 4, 2, 6]
WEIGH = [4, 3, 5, 4]


def one_left_out(rows: Rows) -> Floats:
    """A replicate for each PSU: it weighs nothing, the others of its stratum n / (n - 1)."""
    _, stratum, _ = labels(rows)
    factors = np.ones((len(stratum), len(stratum)))
    for r, dropped in enumerate(stratum):
        for p, own in enumerate(stratum):
            n = stratum.count(own)
            if own == dropped:
                factors[p, r] = 0 if p == r else n / (n - 1)
    return factors


def rep_jkn() -> Rows:
    rows = one_place(drawn(psu_places(JKN, 4), seed=212), "s03p2", 2)
    return shuffled(replicated(rows, one_left_out(rows)), seed=32)


def half_samples(strata: int, order: int, fay: float) -> Floats:
    """Two PSUs per stratum: one weighs 2 - rho, the other rho."""
    signs = hadamard(order)[1 : strata + 1] * (1 - fay)
    return np.stack([1 + signs, 1 - signs], axis=1).reshape(2 * strata, order)


def rep_brr() -> Rows:
    rows = one_place(drawn(psu_places([2] * 13, 4), seed=213), "s05p1", 1)
    return shuffled(replicated(rows, half_samples(13, 16, 0)), seed=33)


def rep_fay() -> Rows:
    rows = one_place(drawn(psu_places([2] * 14, 5), seed=214), "s02p2", 2)
    return shuffled(replicated(rows, half_samples(14, 16, 0.3)), seed=34)


def rep_bootstrap() -> Rows:
    """n - 1 of a stratum's n PSUs drawn with replacement, 40 times."""
    counts, size = [4, 5, 3, 6, 4], 40
    rows = one_place(drawn(psu_places(counts, 3), seed=215), "s02p3", 3)
    random = np.random.default_rng(61).random
    factors = []
    for n in counts:
        hits = (random((size, n - 1)) * n).astype(int)
        times = np.stack([(hits == p).sum(axis=1) for p in range(n)])
        factors.append(times * n / (n - 1))
    return shuffled(replicated(rows, np.concatenate(factors)), seed=35)


def rep_successive() -> Rows:
    """Successive differences (4 / R), over 24 PSUs in their order."""
    rows = one_place(drawn(psu_places([24], 5), seed=216), "s01p9", 2)
    signs = hadamard(32)
    # Rows 2, 3, ... of the matrix; the first is constant and would carry no information.
    factors = np.stack([1 + 2**-1.5 * (signs[i + 1] - signs[i + 2]) for i in range(24)])
    return shuffled(replicated(rows, factors), seed=36)


def replicate_scales() -> Rows:
    """What the owner of the data says of the replicates: the type, scale and a factor for each."""
    rows: Rows = []

    def say(design: str, kind: str, scale: float, rscales: list[float], rho: str = "") -> None:
        rows.extend(
            {
                "design": design,
                "type": kind,
                "rho": rho,
                "scale": repr(scale),
                "replicate": str(r + 1),
                "rscale": repr(value),
            }
            for r, value in enumerate(rscales)
        )

    say("weigh_replicates", "JKn", 1.0, [(n - 1) / n for n in WEIGH for _ in range(n)])
    say("rep_jk1", "JK1", 17 / 18, [1.0] * 18)
    say("rep_jkn", "JKn", 1.0, [(n - 1) / n for n in JKN for _ in range(n)])
    say("rep_brr", "BRR", 1 / 16, [1.0] * 16)
    say("rep_fay", "Fay", 1 / (16 * 0.7**2), [1.0] * 16, "0.3")
    say("rep_bootstrap", "bootstrap", 1 / 39, [1.0] * 40)
    say("rep_successive", "successive-difference", 4 / 32, [1.0] * 32)
    return rows


# --- a panel, and weights to be adjusted --------------------------------------------------------


def stacked(rows: Rows, seed: int) -> Rows:
    """The same people asked twice, one row for each answer. Some were not asked again, some moved."""
    random = np.random.default_rng(seed).random
    first, second = [], []
    for i, row in enumerate(rows):
        person = f"p{i + 1:03d}"
        first.append({"person": person, "wave": "1"} | row)
        if random() < 0.25:
            continue
        again = dict(row)
        u = random(8)
        again["wt"] = f"{round(float(row['wt']) * (0.8 + 0.6 * u[0]), 4):g}"
        if u[1] < 0.3:
            again["trust_a"] = "distrusts" if u[2] < 0.6 else "trusts"
        if u[3] < 0.3:
            again["trust_b"] = "somewhat" if u[4] < 0.7 else ""
        if u[5] < 0.35:
            again["aware"] = "yes"
        if u[6] < 0.08:
            again["lone"] = "1" if row["lone"] == "0" else "0"
        second.append({"person": person, "wave": "2"} | again)
    return shuffled(first + second, seed)


def panel() -> Rows:
    return stacked(drawn(psu_places([3, 4, 2, 5], 5), seed=221), seed=41)


def panel_people() -> Rows:
    return stacked(drawn([Place(45), Place(45), Place(45)], seed=222), seed=42)


def region(rows: Rows, seed: int) -> Rows:
    """Margins to be weighted to: complete, unlike the groups."""
    random = np.random.default_rng(seed).random
    for row in rows:
        u = random(3)
        row["sex"] = "f" if u[0] < 0.56 else "m"
        row["ageband"] = ("young", "middle", "old")[int(u[1] ** 0.8 * 3)]
        row["region"] = ("N", "E", "S", "W")[int(u[2] ** 1.3 * 4)]
    return rows


def weigh_people() -> Rows:
    return region(drawn([Place(90), Place(90), Place(60)], seed=231), seed=51)


def weigh_clusters() -> Rows:
    return region(shuffled(drawn(psu_places([4, 3, 6, 5, 4], 4), seed=232), seed=52), seed=53)


def weigh_replicates() -> Rows:
    """Delete-one-PSU replicates over strata (JKn, scale 1), to be weighted each on its own."""
    rows = drawn(psu_places(WEIGH, 4), seed=233)
    factors = one_left_out(rows)
    return region(shuffled(replicated(rows, factors), seed=54), seed=55)


PEOPLE = {"f": (1400, 1900, 2000), "m": (1500, 2100, 1100)}
BANDS = ("young", "middle", "old")
REGIONS = {"N": 3200, "E": 2700, "S": 2500, "W": 1600}


def population() -> Rows:
    """The ten thousand people whom weights are adjusted to: margins, and one table of two of them."""
    joint = {
        f"{sex}*{band}": n
        for sex, row in PEOPLE.items()
        for band, n in zip(BANDS, row, strict=True)
    }
    margins = {
        "sex": {sex: sum(row) for sex, row in PEOPLE.items()},
        "ageband": {band: sum(row[i] for row in PEOPLE.values()) for i, band in enumerate(BANDS)},
        "region": REGIONS,
        "sex*ageband": joint,
    }
    return [
        {"margin": name, "level": level, "people": str(n)}
        for name, levels in margins.items()
        for level, n in levels.items()
    ]


def p_values() -> Rows:
    values = [
        "0.041",
        "0.0004",
        "0.2",
        "0.013",
        "0.013",
        "0.75",
        "0.049",
        "0.0004",
        "0.99",
        "0.03",
        "0.008",
        "0.5",
    ]
    return [{"p": value} for value in values]


FILES: dict[str, Callable[[], Rows]] = {
    maker.__name__: maker
    for maker in (
        fpc_clusters,
        fpc_people,
        fpc_simple,
        fpc_lonely,
        two_stage,
        two_stage_people,
        two_stage_lonely,
        rep_jk1,
        rep_jkn,
        rep_brr,
        rep_fay,
        rep_bootstrap,
        rep_successive,
        panel,
        panel_people,
        weigh_people,
        weigh_clusters,
        weigh_replicates,
        replicate_scales,
        population,
        p_values,
    )
}
LISTS = ("replicate_scales", "population", "p_values")


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, maker in FILES.items():
        rows = maker()
        if name not in LISTS:
            rows = [{"id": str(i + 1)} | row for i, row in enumerate(rows)]
        columns = [c for c in rows[0] if c not in ("st", "psu") or any(row[c] for row in rows)]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "evidence_designs")

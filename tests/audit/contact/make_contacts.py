"""Made-up contacts of three groups in two areas over 48 months; nobody in them exists.

Run from the repository: python tests/audit/contact/make_contacts.py, then Rscript oracle.R beside it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DROP = {"blue": 0.0, "green": -0.35, "mauve": 0.0}
SIZE = {"blue": 900.0, "green": 300.0, "mauve": 120.0}


def main() -> None:
    draw = np.random.default_rng(20250401)
    with (HERE / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["period", "area", "group", "contacts", "people"])
        for t in range(48):
            year, month = 2023 + t // 12, t % 12 + 1
            for area in ("here", "elsewhere"):
                for group, size in SIZE.items():
                    people = round(size * 12 * (1 + 0.003 * t))
                    log_rate = -2.5 + 0.004 * t + 0.15 * np.sin(2 * np.pi * month / 12)
                    if t >= 27:
                        log_rate += -0.05 + (DROP[group] if area == "here" else 0.0)
                    mean = people * np.exp(log_rate)
                    count = draw.poisson(draw.gamma(900, mean / 900))
                    writer.writerow([f"{year}-{month:02}", area, group, count, people])


if __name__ == "__main__":
    main()

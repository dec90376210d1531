"""Evidence over time, from folders: what ``licet waves`` calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from licet.checks import Link
from licet.errors import bad, unknown
from licet.files.checks import checks_of, links_of
from licet.files.codebook import evidence_folders, read_evidence
from licet.files.reading import shown
from licet.files.writing import check_folder, write_together
from licet.readings import Settings
from licet.waves import Wave, Waves, follow, follow_panel
from licet.waves.matching import entries

__all__ = ["waves", "waves_json", "waves_screen", "write_waves"]


def waves(
    folders: Sequence[str | Path],
    *,
    today: date,
    joins: Mapping[str, str] | None = None,
    items: Sequence[str] = (),
    wave: str | None = None,
    person: str | None = None,
    settings: Settings = Settings(),
) -> Waves:
    """Fieldworks in order of time, each in a folder; or one folder of a panel with waves stacked.

    joins: items or groups of other wording that measure the same, with the reason, beside those that
    the codebooks declare ([same_as]). wave, person: columns of a panel. Raises BadInput.
    """
    found = [_wave(Path(folder), wave is None) for folder in folders]
    if wave is not None:
        if len(found) != 1:
            raise bad(
                f"{len(found)} folders", "--wave", "one folder, with waves stacked in one file"
            )
        if joins or items:
            raise bad(
                "--join and --items are for waves in several folders", "--wave", "one of them"
            )
        return follow_panel(found[0], wave, person, today=today, settings=settings)
    if person is not None:
        raise bad("a column of people without one of waves", "--person", "--wave COLUMN beside it")
    return follow(_linked(found, joins or {}), today=today, items=items, settings=settings)


def _wave(folder: Path, linked: bool) -> Wave:
    folders = evidence_folders(folder)
    if len(folders) > 1:
        names = ", ".join(one.name for one in folders)
        raise bad(
            f"{len(folders)} pieces of evidence",
            shown(folder),
            "one folder with a codebook.toml for each wave",
            f"name them one by one, the earliest first: {names}",
        )
    evidence, answers = read_evidence(folders[0])
    links = links_of(folders[0]) if linked else ()
    return Wave(evidence, answers, links, checks_of(folders[0]))


def _linked(found: Sequence[Wave], joins: Mapping[str, str]) -> list[Wave]:
    """The waves with the links given by hand: in each step in which both waves have the name."""
    made = list(found)
    for name, reason in joins.items():
        used = False
        for place in range(1, len(made)):
            ids = [set(entries(w.evidence)) for w in made[place - 1 : place + 1]]
            if name in ids[0] & ids[1]:
                links = (
                    *(k for k in made[place].links if k.item != name),
                    Link(item=name, reason=reason),
                )
                made[place], used = replace(made[place], links=links), True
        if not used:
            known = list(entries(made[-1].evidence))
            raise unknown("item in two waves", name, known, "--join")
    return made


def waves_screen(found: Waves) -> str:
    """The waves for the terminal."""
    from licet.report.waves.screen import waves_text

    return waves_text(found)


def waves_json(found: Waves) -> str:
    """Everything as one JSON document."""
    from licet.report.waves.data import json_text

    return json_text(found)


def write_waves(found: Waves, folder: Path) -> dict[str, Path]:
    """Write page, tables and data below ``folder``; returns the paths by kind."""
    from licet.report.waves.data import apart_csv, csv_text, json_text, shares_csv
    from licet.report.waves.page import page

    texts = {
        "page": ("waves.html", page(found)),
        "data": ("waves.json", json_text(found)),
        "changes": ("waves-changes.csv", csv_text(found)),
        "shares": ("waves-shares.csv", shares_csv(found)),
        "apart": ("waves-apart.csv", apart_csv(found)),
    }
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: text.encode("utf-8") for name, text in texts.values()})
    return {kind: folder / name for kind, (name, _) in texts.items()}

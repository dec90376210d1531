"""The manual as a site for any web host, or for a folder: ``python docs/site.py [FOLDER]``.

The pages are put together in a folder of their own, the README first, and Zensical makes HTML of them.
Nothing is fetched when it is read: no font, no script of others. A page that nothing leads to, and a link
that leads nowhere, end it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
OUTSIDE = {
    "README.md": "index.md",
    "GLOSSARY.md": "glossary.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "working-on-it.md",
}
"""Pages at the root of the repository, and where they are in the manual."""
SECTIONS = (
    ("Start", ("index.md", "tutorial.md")),
    (
        "How to: surveys",
        (
            "how-to/start-from-an-spss-file.md",
            "how-to/judge-a-printed-table.md",
            "how-to/write-a-codebook.md",
            "how-to/ask-parents.md",
            "how-to/plan-a-survey.md",
            "how-to/weight-a-survey.md",
            "how-to/replicate-weights.md",
            "how-to/banner-tables.md",
            "how-to/compare-groups.md",
            "how-to/compare-waves.md",
            "how-to/check-the-evidence.md",
        ),
    ),
    (
        "How to: rulings",
        (
            "how-to/declare-a-use.md",
            "how-to/read-a-refusal.md",
            "how-to/when-nothing-fits.md",
            "how-to/tighten-the-rules.md",
            "how-to/decide.md",
        ),
    ),
    (
        "How to: families and records",
        (
            "how-to/describe-a-feed.md",
            "how-to/ask-permission.md",
            "how-to/link-records.md",
            "how-to/link-on-spark.md",
            "how-to/offer-support.md",
            "how-to/review-offers.md",
        ),
    ),
    (
        "How to: audits and forecasts",
        (
            "how-to/audit-a-vendors-spreadsheet.md",
            "how-to/audit-a-forecast.md",
            "how-to/audit-a-linkage.md",
            "how-to/audit-a-source.md",
            "how-to/do-families-stay-away.md",
            "how-to/fit-a-forecast.md",
        ),
    ),
    (
        "How to: the register",
        (
            "how-to/publish-the-register.md",
            "how-to/serve-the-register.md",
            "how-to/talk-with-families.md",
            "how-to/use-postgresql.md",
            "how-to/back-up-and-restore.md",
            "how-to/rotate-keys.md",
        ),
    ),
    ("Reference", ("glossary.md", "reference")),
    ("The method", ("method.md", "method-records.md", "promises.md", "threats.md")),
    (
        "How it is built",
        ("architecture.md", "benchmarks.md", "mutants.md", "adr", "working-on-it.md", "changes.md"),
    ),
)
"""What the reader sees at the side: pages, and folders of pages."""
LINK = re.compile(r"(?<!!)(\[[^\]]*\]\()([^)\s#]+(?:\.md|(?<!:/)/))(#[^)\s]*)?(\))")
IMAGE = re.compile(r"(!\[[^\]]*\]\()([^)\s:]+)(\))")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
FETCHED = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//""")


def pages() -> dict[str, str]:
    """Every page of the manual with links as they are there."""
    there = {path: path.relative_to(DOCS).as_posix() for path in sorted(DOCS.rglob("*.md"))}
    there |= {ROOT / name: place for name, place in OUTSIDE.items()}
    made = {}
    for path, place in there.items():
        text = LINK.sub(partial(_moved, page=path, there=there), path.read_text(encoding="utf-8"))
        made[place] = IMAGE.sub(partial(_shown, page=path, place=place), text)
    return made


def _shown(found: re.Match[str], page: Path, place: str) -> str:
    """The address of a picture from where the page is in the manual."""
    target = (page.parent / found[2]).resolve().relative_to(DOCS)
    return f"{found[1]}{os.path.relpath(target, Path(place).parent)}{found[3]}"


def _moved(found: re.Match[str], page: Path, there: dict[Path, str]) -> str:
    """A link between pages, as it is in the manual. One to a folder leads to its first page."""
    if ":" in found[2]:
        return found[0]
    target = (page.parent / found[2]).resolve()
    if target.is_dir():
        target = next((path for path in sorted(there) if path.parent == target), target)
    if target not in there:
        raise SystemExit(f"{page.relative_to(ROOT)}: {found[2]} is no page of the manual")
    start = Path(there[page]).parent
    return f"{found[1]}{os.path.relpath(there[target], start)}{found[3] or ''}{found[4]}"


def nav(texts: dict[str, str]) -> list[object]:
    """The pages in their sections. Refuses one that no section names."""
    left = set(texts)

    def named(place: str) -> Iterator[str]:
        inside = (
            [place] if place in texts else sorted(p for p in texts if p.startswith(f"{place}/"))
        )
        left.difference_update(inside)
        yield from inside

    made: list[object] = []
    for title, places in SECTIONS:
        listed = [places] if isinstance(places, str) else places
        found = [page for place in listed for page in named(place)]
        made.append({title: [{_title(texts[page]): page} for page in found]})
    if left:
        raise SystemExit(f"no section of the manual names {', '.join(sorted(left))}")
    return made


def _title(text: str) -> str:
    found = TITLE.search(text)
    return found[1].replace("`", "") if found else "Licet"


def configuration(texts: dict[str, str], site: Path) -> str:
    """zensical.toml."""
    sections = ",\n".join(
        "  {" + f'"{title}" = [' + ", ".join(f'{{"{_escaped(name)}" = "{page}"}}' for one in inside
                                             for name, page in one.items()) + "]}"
        for section in nav(texts)
        for title, inside in section.items()  # type: ignore[attr-defined]
    )  # fmt: skip
    return f"""[project]
site_name = "Licet"
site_description = "Do people license a linkage of records, how sure are we, and what follows?"
docs_dir = "pages"
site_dir = "{site.as_posix()}"
use_directory_urls = false
nav = [
{sections},
]

[project.theme]
font = false
language = "en"
features = ["navigation.sections", "content.code.copy", "toc.follow"]
"""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def build(site: Path) -> int:
    """Write the manual to a folder, in place of what was there; how many pages."""
    texts = pages()
    with tempfile.TemporaryDirectory() as folder:
        for place, text in texts.items():
            path = Path(folder, "pages", place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copytree(DOCS / "images", Path(folder, "pages", "images"))
        made = Path(folder, "site")
        Path(folder, "zensical.toml").write_text(
            configuration(texts, made.relative_to(folder)), encoding="utf-8"
        )
        command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        outside = [
            path.name for path in made.rglob("*.html") if FETCHED.search(path.read_text("utf-8"))
        ]
        if outside:
            raise SystemExit(
                f"these pages fetch something from elsewhere: {', '.join(sorted(outside))}"
            )
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(made, site)
    return len(texts)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "manual"
    print(f"{build(target)} pages in {target}: open {target / 'index.html'}")

"""Write the pages, and the parts of pages, that are made from the code: ``python docs/build.py``.

Whole pages go to docs/reference/, schemas to the workspace that comes with Licet. In other pages the lines
between ``<!-- begin NAME -->`` and ``<!-- end NAME -->`` are replaced. What a key of a document means stands
in docs/keys.toml, its type and default in the code. A test compares the committed pages with a fresh build.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs import examples, keys, reference_pages, schemas  # noqa: E402

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
SCHEMAS = ROOT / "src" / "licet" / "bundled" / "town" / "schemas"
SECTION = re.compile(r"(<!-- begin ([\w-]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page that is made, whole or in part, with the text it should have."""
    made = {
        "commands.md": reference_pages.commands_page(),
        "use.md": keys.use_page(),
        "codebook.md": keys.codebook_page(),
        "workspace.md": keys.workspace_page(),
        "feed.md": keys.feed_page(),
        "linkage.md": keys.linkage_page(),
        "criteria.md": keys.criteria_page(),
        "forecast.md": keys.forecast_page(),
        "audit-plan.md": keys.audit_plan_page(),
        "python.md": reference_pages.python_page(),
        "schemas.md": reference_pages.schemas_page(),
        "vocabulary.md": reference_pages.vocabulary_page(),
        "exit-status.md": reference_pages.exit_status_page(),
        "spec.md": reference_pages.spec_page(),
    }
    whole = {REFERENCE / name: text for name, text in made.items() if text}
    whole |= {SCHEMAS / f"{name}.schema.json": text for name, text in schemas.schemas().items()}
    whole[DOCS / "images" / "table-3.svg"] = examples.table_three()
    parts = {}
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        if path not in whole and SECTION.search(text):
            parts[path] = SECTION.sub(_section, text)
    return whole | parts


def _section(found: re.Match[str]) -> str:
    return f"{found[1]}{examples.EXAMPLES[found[2]]().rstrip()}\n{found[3]}"


def main() -> None:
    """Write what differs, and say so."""
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

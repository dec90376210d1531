"""The demonstration as an executed notebook: ``python docs/notebook.py`` writes docs/demonstration.ipynb.

Each stage of `licet demo` is a cell, with what it says and a look at what it made. It takes a minute or two.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "docs" / "demonstration.ipynb"
MINUTES = 15

STORY: tuple[tuple[str, str], ...] = (
    (
        "# The whole loop on a made-up town\n\nThe story that `licet demo` tells, stage by stage. Nobody in "
        "it exists. Whatever licence is found here is no legal basis, and nothing here delays a report about one "
        "child in danger.\n\nTo run it yourself: `pip install 'licet[link,audit,web]'`, then all cells in order.",
        "from datetime import date\nfrom pathlib import Path\n\nfrom licet.chapters import demonstrating as town\n"
        "from licet.chapters.demonstrated import Place\n\n"
        'place = Place(Path("demo-town"), today=date(2026, 11, 30))\n\n\n'
        "def tell(stage):\n    for shown in stage(place):\n        print(f\"{shown.stage}: {shown.text}\")\n\n\n"
        "tell(town.founded)",
    ),
    (
        "## Do parents license it?\n\nTwo uses of the same records: a wide one with the police and a company, and "
        "one that the council runs itself. Every figure comes with its interval; the group that licenses a use "
        "least decides.",
        "tell(town.ruled)",
    ),
    (
        "The figures behind it: which service is trusted to join records, in the whole sample and by group.",
        "from licet import flow\n\n"
        'print(flow.assessment_screen(flow.assess(place.use("early-help-wide"), today=place.today)))',
    ),
    (
        "## Published, refused, asked\n\nRulings stand in a public register and in a log that shows tampering. "
        "What is refused is not linked, and the refusal is logged. For the other use families are asked, one by one.",
        "tell(town.published)\ntell(town.refused)\ntell(town.asked)",
    ),
    (
        "## Linked, as far as ruling and permission allow\n\nRows outside are never compared. One parent changes "
        "their mind, and their rows leave the run.",
        "tell(town.linked)\ntell(town.withdrawn)",
    ),
    (
        "## For whom does it go wrong?\n\nThe linkage by group, against the truth; and a vendor's risk flags "
        "against two numbers anybody could write down.",
        "tell(town.audited)\ntell(town.scored)",
    ),
    (
        "The vendor's flags, gate by gate:",
        "import json\n\nfound = json.loads(next(place.root.glob(\"reports/*/forecast-*/*.json\")).read_text())\n"
        "for gate in found[\"gates\"]:\n    print(f\"{gate['id']} {gate['standing']:<13} {gate['title']}\")",
    ),
    (
        "## Decided, talked about, amended\n\nThe evidence does not allow picking anybody out. A family asks that "
        "joined records go after 90 days; accepted, it binds, and the next run is refused until the use keeps it.",
        "tell(town.decided)\ntell(town.talked)\ntell(town.amended)",
    ),
    (
        "## A right that families miss\n\nFree school meals that families have a right to and do not claim. Both "
        "audits pass, so a person looks at each household and decides on an offer of help. No score is made.",
        "tell(town.rights)",
    ),
    (
        "One of the letters (made up, as all of it):",
        "letters = sorted((place.root / \"letters\" / \"free-school-meals\" / \"offers\").glob(\"*.txt\"))\n"
        "print(letters[0].read_text())",
    ),
    (
        "## The log\n\nEverything above is in it: rulings, refusals, runs, audits, decisions, what was agreed.",
        "tell(town.witnessed)",
    ),
)  # fmt: skip
"""What is said before each cell, and the cell."""


def made() -> Any:
    """The notebook, not run."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    for number, (text, code) in enumerate(STORY):
        cells += [
            new_markdown_cell(text, id=f"text-{number}"),
            new_code_cell(code, id=f"code-{number}"),
        ]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=about)


def executed(folder: Path) -> Any:
    """The notebook with what its cells say, run in ``folder``. Raises on the first cell that fails."""
    from nbclient import NotebookClient

    notebook = made()
    NotebookClient(
        notebook, timeout=MINUTES * 60, resources={"metadata": {"path": str(folder)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def main() -> None:
    """Run it in a folder of its own and write it."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(Path(folder))
    nbformat.validate(notebook)
    PLACE.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    print(f"written: {PLACE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()

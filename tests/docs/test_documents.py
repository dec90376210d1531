"""Every command and every program that the documentation shows does what it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.runner import ROOT, DocumentError, Tally, blocks, documents, run_document

ALONE = "README.md"
"""The document of which each command always starts on its own, as it does for a reader."""


IN_SHORT = {
    "README.md", "docs/how-to/declare-a-use.md", "docs/how-to/judge-a-printed-table.md",
    "docs/how-to/read-a-refusal.md", "docs/how-to/tighten-the-rules.md",
}  # fmt: skip
"""Documents that `make test` follows; the others are long."""


def pages() -> list[Any]:
    names = [str(path.relative_to(ROOT)) for path in documents() if blocks(path)]
    return [n if n in IN_SHORT else pytest.param(n, marks=pytest.mark.long) for n in names]


@pytest.mark.parametrize("name", pages())
def test_the_document_does_what_it_shows(
    name: str, tmp_path: Path, ready: Path | None, record_property
) -> None:
    tally = run_document(ROOT / name, tmp_path, programs=None if name == ALONE else ready)
    record_property("blocks_run", tally.run)
    record_property("blocks_not_run", tally.not_run)


def run_text(text: str, folder: Path) -> Tally:
    document = folder / "page.md"
    document.write_text(text, encoding="utf-8")
    return run_document(document, folder)


@pytest.mark.parametrize(
    "words", [["--version"], ["asess"], ["log", "show", "nowhere/"]], ids=lambda words: words[0]
)
def test_a_command_that_stands_ready_says_what_it_says_alone(
    words: list[str], ready: Path | None, tmp_path: Path
) -> None:
    if ready is None:
        pytest.skip("with LICET_FULL=1 nothing stands ready")
    alone, called = (
        subprocess.run([*first, *words], cwd=tmp_path, capture_output=True, check=False)
        for first in ([sys.executable, "-m", "licet"], [str(ready / "licet")])
    )
    assert called.stdout == alone.stdout and called.stderr == alone.stderr
    assert called.returncode == alone.returncode == (0 if words == ["--version"] else 2)


def test_what_stands_ready_ends_as_it_ought(ready: Path | None, tmp_path: Path) -> None:
    if ready is None:
        pytest.skip("with LICET_FULL=1 nothing stands ready")
    wanted = {"raise SystemExit(3)": 3, "1/0": 1, "import os; os.abort()": 134, "print(1)": 0}
    for code, status in wanted.items():
        done = subprocess.run(
            [str(ready / "ready-python"), code], cwd=tmp_path, capture_output=True
        )
        assert done.returncode == status, code


def test_blocks_share_a_folder_and_are_run_in_order(tmp_path: Path) -> None:
    text = """
```console
$ mkdir town && echo yes > \\
> town/answer.txt
$ cd town
$ cat missing.txt  # exit 1
cat: missing.txt: No such file or directory
```

- in a list:

  ```python
  from pathlib import Path
  assert Path("answer.txt").read_text() == "yes\\n"
  ```

```text
plain output is nobody's business
```

<!-- no-run: the network is not there -->
```console no-run
$ git clone somewhere
```
"""
    assert run_text(text, tmp_path) == Tally(run=2, not_run=1)


def test_make_is_not_run_but_must_have_the_target(tmp_path: Path) -> None:
    assert run_text("```console\n$ LICET_FULL=1 make test\n```\n", tmp_path) == Tally(1, 0)


def test_python_is_this_environment(tmp_path: Path) -> None:
    text = "```console\n$ python -c 'import licet'\n$ .venv/bin/python -c 'import licet'\n```\n"
    assert run_text(text, tmp_path) == Tally(1, 0)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```console\n$ false\n```", "ended with status 1, the document says 0"),
        ("```console\n$ true  # exit 3\n```", "ended with status 0, the document says 3"),
        ("```python\nraise SystemExit(2)\n```", "python block\nended with status 2"),
        ("```console\n$ make tea\n```", "the Makefile has no target tea"),
        ("```console\n$ cd ..\n```", "no such folder"),
        ("```console no-run\n$ true\n```", "says why"),
        ("```console maybe\n$ true\n```", "only no-run is known"),
        ("```console\nlicet demo\n```", "shows no whole command"),
        ("```bash\nlicet demo\n```", "is never run"),
        ("```console\n$ true\n", "never closed"),
    ],
)
def test_a_document_that_shows_what_is_not_so_is_refused(
    text: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError) as refused:
        run_text(text, tmp_path)
    assert complaint in str(refused.value)

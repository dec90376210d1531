"""Every command and every program that the documentation shows does what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.runner import ROOT, DocumentError, Tally, documents, run_document


@pytest.mark.parametrize("name", [str(path.relative_to(ROOT)) for path in documents()])
def test_the_document_does_what_it_shows(name: str, tmp_path: Path, record_property) -> None:
    tally = run_document(ROOT / name, tmp_path)
    record_property("blocks_run", tally.run)
    record_property("blocks_not_run", tally.not_run)


def run_text(text: str, folder: Path) -> Tally:
    document = folder / "page.md"
    document.write_text(text, encoding="utf-8")
    return run_document(document, folder)


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

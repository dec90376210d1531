"""``licet log verify`` and ``licet log show`` on folders and proofs, also with Python alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import licet
from licet.chapters import witnessing
from licet.commands import log as cli_log
from licet.errors import BadInput
from licet.log import export
from tests.unit.test_log_cases import (
    BODIES,
    KEY,
    ORIGIN,
    START,
    STRANGER,
    checkpoint,
    leaves,
    proof,
    town,
)

RUNNER = CliRunner()
SOURCE = Path(licet.__file__).parents[1]


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    made.command("other")(lambda: None)
    cli_log.add_to(made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    witnessing.write_export(tmp_path / "log", town())
    return tmp_path / "log"


def test_a_sound_log(app: typer.Typer, folder: Path) -> None:
    result = RUNNER.invoke(app, ["log", "verify", str(folder)])
    assert result.exit_code == 0 and result.stdout.startswith("The log is SOUND.")
    assert "signature:  valid" in result.stdout
    assert RUNNER.invoke(app, ["log", "verify", str(folder.parent)]).exit_code == 0, (
        "log/ in a folder"
    )
    data = json.loads(RUNNER.invoke(app, ["log", "verify", str(folder), "--json"]).stdout)
    assert data["sound"] is True and data["size"] == 12 and data["signature"] == "valid"


def test_a_broken_log_says_where(app: typer.Typer, folder: Path) -> None:
    path = folder / "leaves.jsonl"
    path.write_bytes(path.read_bytes().replace(b"disk-full", b"disk-fall", 1))
    result = RUNNER.invoke(app, ["log", "verify", str(folder)])
    assert result.exit_code == 3 and "leaves.jsonl, lines 6-9, bytes " in result.stdout


def test_an_earlier_checkpoint_and_a_key_of_ones_own(
    app: typer.Typer, folder: Path, tmp_path: Path
) -> None:
    kept, own = tmp_path / "kept.txt", tmp_path / "own.txt"
    kept.write_bytes(checkpoint(leaves(3)))
    own.write_bytes(f"\n {KEY.text}\r\n".encode())
    command = ["log", "verify", str(folder), "--earlier", str(kept), "--key", str(own)]
    result = RUNNER.invoke(app, command)
    assert result.exit_code == 0 and "kept.txt, 3 leaves" in result.stdout
    kept.write_bytes(checkpoint(leaves(4, 50)))
    assert RUNNER.invoke(app, command).exit_code == 3
    kept.write_bytes(checkpoint(leaves(3), STRANGER))
    assert RUNNER.invoke(app, command).exit_code == 3


def test_a_proof(app: typer.Typer, tmp_path: Path) -> None:
    path, own = tmp_path / "proof.json", tmp_path / "key.txt"
    path.write_bytes(proof())
    own.write_text(KEY.text)
    result = RUNNER.invoke(app, ["log", "verify", str(path), "--key", str(own)])
    assert result.exit_code == 0 and result.stdout.startswith("The proof is SOUND.")
    path.write_bytes(proof().replace(b'"index":3', b'"index":4'))
    assert RUNNER.invoke(app, ["log", "verify", str(path)]).exit_code == 3


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("--earlier", b"not a checkpoint", "not a signed note"),
        ("--key", b"not a key", "not the text of a key"),
        ("--key", b"\xff", "not the text of a key"),
    ],
)
def test_what_a_reader_brings_must_be_readable(
    folder: Path, tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    path = tmp_path / "brought.txt"
    path.write_bytes(data)
    earlier, key = ([path], None) if name == "--earlier" else ((), path)
    with pytest.raises(BadInput, match=complaint) as caught:
        witnessing.verify(folder, earlier=earlier, key=key)
    assert "brought.txt" in str(caught.value)


def test_places_without_a_log(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    with pytest.raises(BadInput, match="no log is here"):
        witnessing.verify(tmp_path / "town")
    (tmp_path / "town" / "licet.toml").write_text('name = "Town"')
    with pytest.raises(BadInput, match="no log yet"):
        witnessing.verify(tmp_path / "town")
    with pytest.raises(BadInput, match="no such folder"):
        witnessing.verify(tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"no file 'proof\.json'"):
        witnessing.verify(tmp_path / "proof.json")
    (tmp_path / "proof.json").write_bytes(proof())
    with pytest.raises(BadInput, match="a whole log"):
        witnessing.verify(tmp_path / "proof.json", earlier=[folder / "checkpoints" / "5.txt"])


@pytest.mark.parametrize(
    "name", ["leaves.jsonl", "checkpoint.txt", "key.txt", "SHA256SUMS", "checkpoints/5.txt"]
)
def test_a_missing_file_is_a_broken_log(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert witnessing.verify(folder).status == 3


def test_the_log_is_shown_in_sentences(app: typer.Typer, folder: Path) -> None:
    result = RUNNER.invoke(app, ["log", "show", str(folder)])
    assert result.exit_code == 0 and len(result.stdout.splitlines()) == 12
    assert result.stdout.startswith(
        "     0  2026-11-30 09:00  Version 2 of the use early-help was published"
    )
    refused = RUNNER.invoke(app, ["log", "show", str(folder), "--kind", "run_refused", "--json"])
    (entry,) = json.loads(refused.stdout)
    assert (
        entry["kind"] == "run_refused" and entry["index"] == 5 and entry["body"]["why"] == "expired"
    )
    assert entry["sentence"].startswith("A run of the use early-help was refused")


def test_what_is_shown_can_be_narrowed(folder: Path) -> None:
    every = witnessing.entries(folder)
    of_use = witnessing.entries(folder, use="early-help")
    assert len(every) == 12 and len(of_use) == 11
    assert witnessing.entries(folder, since=date(2026, 11, 30)) == every
    assert witnessing.entries(folder, since=date(2026, 12, 1)) == ()
    assert witnessing.entries_text(()) == "The log holds nothing of that."
    with pytest.raises(BadInput, match="'run_failed'"):
        witnessing.entries(folder, kind="run_fail")


def test_a_broken_log_is_not_shown(app: typer.Typer, folder: Path) -> None:
    (folder / "leaves.jsonl").write_bytes(b"{}\n")
    with pytest.raises(BadInput, match=r"line 1.*: this is no leaf"):
        witnessing.entries(folder)
    result = RUNNER.invoke(app, ["log", "show", str(folder), "--since", "soon"])
    assert "--since" in str(result.exception)


def test_only_a_sound_log_is_written(tmp_path: Path) -> None:
    files = town()
    files["key.txt"] = b"x\n"
    with pytest.raises(BadInput, match="is not written"):
        witnessing.write_export(tmp_path / "log", files)
    assert not (tmp_path / "log").exists()


def test_the_log_of_a_workspace_is_that_of_its_store(app: typer.Typer, tmp_path: Path) -> None:
    from licet.store.opening import Store

    (tmp_path / "licet.toml").write_text('name = "Town"')
    (tmp_path / "store").mkdir()
    database, keys = tmp_path / "store" / "licet.sqlite3", tmp_path / "store" / "keys"
    with Store.open(f"sqlite:///{database}", keys, origin=ORIGIN) as opened:
        for kind in ("use_version", "run_refused", "run_failed"):
            opened.log.append(kind, BODIES[kind], START)
        opened.log.checkpoint()
    found = witnessing.verify(tmp_path)
    assert found.sound and (found.origin, found.size, found.signature) == (ORIGIN, 3, "valid")
    result = RUNNER.invoke(app, ["log", "show", str(tmp_path), "--use", "early-help"])
    assert len(result.stdout.splitlines()) == 3
    with sqlite3.connect(database) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE store_leaf SET data = replace(data, 'scoring', 'loading')")
    connection.close()
    found = witnessing.verify(tmp_path)
    assert not found.sound and any(finding.lines == (1, 3) for finding in found.findings)


# --- with Python alone ------------------------------------------------------------------------

ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
{body}
third = sorted(name for name in {{name.partition(".")[0] for name in sys.modules}}
               if name not in sys.stdlib_module_names and name not in ("licet", "__main__"))
assert not third, third
"""
"""Run with -I -S: no site-packages, no environment; only the source is on the path."""


def alone(body: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE.format(body=body), str(SOURCE), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "module", ["licet", "licet.log.tree", "licet.log.export", "licet.chapters.witnessing"]
)
def test_the_check_imports_nothing_but_the_standard_library(module: str) -> None:
    found = alone(f"import {module}")
    assert found.returncode == 0, found.stderr


def test_a_log_is_checked_with_the_standard_library_alone(folder: Path) -> None:
    body = "from licet.chapters.witnessing import main\nstatus = main(sys.argv[2:])\nprint(status)"
    found = alone(body, str(folder))
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("The log is SOUND.") and found.stdout.endswith("\n0\n")
    assert "NOT CHECKED: the package cryptography is not installed" in found.stdout
    path = folder / "leaves.jsonl"
    path.write_bytes(path.read_bytes().replace(b"disk-full", b"disk-fall", 1))
    found = alone(body, str(folder), "--json")
    assert found.stdout.endswith("\n3\n") and json.loads(found.stdout[:-3])["sound"] is False
    found = alone(body, str(folder / "nowhere"))
    assert found.stdout == "2\n" and "no such folder" in found.stderr


def test_it_runs_as_a_module(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "checkpoints" / "5.txt", tmp_path / "kept.txt")
    found = subprocess.run(
        [sys.executable, "-m", "licet.chapters.witnessing", str(folder), "--earlier", str(tmp_path / "kept.txt")],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=60, cwd=SOURCE,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert (
        "signature:  valid" in found.stdout
        and ORIGIN in found.stdout
        and "kept.txt, 5 leaves" in found.stdout
    )


def test_the_command_line_loads_nothing_of_it_before_it_is_used() -> None:
    code = "import sys, licet.commands.log\nassert not {'cryptography', 'rfc8785', 'licet.log'} & set(sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def test_the_names_of_the_files_are_those_of_the_page() -> None:
    page = export.__doc__ or ""
    for name in (
        export.LEAVES,
        export.CHECKPOINT,
        export.KEY,
        export.EARLIER,
        export.SUMS,
        export.PROOF,
    ):
        assert name in page

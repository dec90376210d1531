"""Peers in environments of their own, each made once from its lock: ``python bench/environments.py NAME``."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOCKS = HERE.parent / "locks" / "peers"
OUT = HERE / "out"


def peer_python(name: str) -> Path | None:
    """The Python of a peer's own environment, made once; None where it cannot be had."""
    lock, place = LOCKS / f"{name}.txt", OUT / name
    python, done = place / "bin" / "python", place / "installed.txt"
    if done.exists() and done.read_text(encoding="utf-8") == lock.read_text(encoding="utf-8"):
        return python
    print(f"installing {name} into {place} (once) ...", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
    install = [*pip, "install", "--no-deps", "--require-hashes", "-r", str(lock)]
    for command in ([sys.executable, "-m", "venv", str(place)], install):
        if subprocess.run(command, check=False).returncode:
            return None
    shutil.copy(lock, done)
    return python


def main() -> None:
    """Print where the Python of a peer is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(path.stem for path in LOCKS.glob("*.txt")))
    python = peer_python(parser.parse_args().name)
    if python is None:
        raise SystemExit(1)
    print(python.absolute())


if __name__ == "__main__":
    main()

"""Every bench in turn, each a process of its own, or one: ``python bench/every.py [--only NAME,NAME]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from figures import BENCHES, PAGE, read, written


def main() -> None:
    """Run them; a bench that fails does not stop the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(BENCHES)}")
    names = [name for name in parser.parse_args().only.split(",") if name] or list(BENCHES)
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    failed = []
    for name in names:
        program, *more = BENCHES[name].program
        print(f"== {name}", flush=True)
        command = [sys.executable, str(Path(__file__).with_name(program)), *more]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    PAGE.write_text(written(read()), encoding="utf-8")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

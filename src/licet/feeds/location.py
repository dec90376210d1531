"""Where the extract of a feed lies. Passwords are never in a declared document."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import model_validator

from licet.declared import Declared
from licet.errors import BadInput, Fault

Kind = Literal["csv", "parquet", "folder", "duckdb", "sqlite", "postgresql"]
DATABASES = ("duckdb", "sqlite", "postgresql")
_SECRET = re.compile(r"://|password|passwd|pwd=", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,2}\Z")


class Location(Declared):
    """Where the rows are.

    path: of a file, a folder or a database file, from the folder of the contract. files: which
    files of a folder. table: of a database. url_env: the environment variable that holds the URL of
    a database server. delimiter, encoding: of CSV; without them comma, semicolon or tab is seen
    from the header, and the text is UTF-8.
    """

    kind: Kind
    path: str = ""
    files: str = "*"
    table: str = ""
    url_env: str = ""
    delimiter: str = ""
    encoding: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = list(self._faults())
        if faults:
            raise BadInput(*faults)
        return self

    def _faults(self) -> list[Fault]:
        faults = [*self._secrets()]
        if faults:
            return faults
        needs = {"postgresql": ("url_env", "table"), "duckdb": ("path", "table")}
        needs["sqlite"] = needs["duckdb"]
        for key in needs.get(self.kind, ("path",)):
            if not getattr(self, key):
                allowed = {"path": '"data/school-roll.csv"', "table": '"pupils"'}.get(
                    key, '"LICET_EDUCATION_URL"'
                )
                what = f"a {self.kind} location without {key}"
                faults.append(Fault(what, key, allowed, f"add {key} = {allowed}"))
        if self.table and not _TABLE.match(self.table):
            allowed = "the name of a table, with its schema if need be: intake.pupils"
            faults.append(Fault(f"{self.table[:60]!r} is no table", "table", allowed))
        if self.table and self.kind not in DATABASES:
            faults.append(Fault(f"a {self.kind} location has no table", "table", "", "take it out"))
        if len(self.delimiter) > 1:
            what = f"the delimiter {self.delimiter[:20]!r} is no single character"
            faults.append(Fault(what, "delimiter", '"," or ";" or "\\t" or "|"'))
        return faults

    def _secrets(self) -> list[Fault]:
        """A URL or password in the document; the message never repeats it."""
        todo = (
            'write url_env = "LICET_EDUCATION_URL" and set that variable where licet runs; '
            "whoever has read this file knows the password now: change it"
        )
        faults = [
            Fault("a database URL or a password stands in the file", key, "no secrets", todo)
            for key in ("path", "files", "table", "url_env")
            if _SECRET.search(getattr(self, key))
        ]
        if not faults and self.url_env and not _VARIABLE.match(self.url_env):
            allowed = "the name of an environment variable: LICET_EDUCATION_URL"
            faults.append(Fault("url_env is no name of a variable", "url_env", allowed))
        return faults

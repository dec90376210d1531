"""The contracts of the made-up town's feeds, and the columns of their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OWN = ("record", "given", "middle", "family", "birth", "sex", "house", "street", "postcode")
"""What every feed holds of the person whom a row is about."""


@dataclass(frozen=True)
class Declared:
    """What a feed has of its own. number: which number it holds; parts: of whom a row names."""

    title: str
    one_record: bool
    number: str
    role: str
    relationship: str
    parts: tuple[str, ...] = ("given", "family")
    audit_only: tuple[str, ...] = ()

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The columns that name somebody else."""
        return tuple(f"{self.role}_{part}" for part in self.parts)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the file, in its order."""
        return (*OWN, self.number, *self.mentioned, *self.audit_only)

    def contract(self, feed: str) -> str:
        """The document of the feed."""
        lines = [
            *(f'{key} = "{feed}"' for key in ("id", "service")),
            f'title = "{self.title} (made up)"',
            "extract = 2026-06-01",
            f"one_record_per_person = {str(self.one_record).lower()}",
            "[location]",
            'kind = "csv"',
            f'path = "data/{feed}.csv"',
            "[fields]",
            *(f'{name} = "{name}"' for name in (*OWN, self.number)),
            "[[mentions]]",
            f'role = "{self.role}"',
            f'relationship = "{self.relationship}"',
            *(f'{part} = "{self.role}_{part}"' for part in self.parts),
            *(["[audit_only]"] if self.audit_only else []),
            *(f'{name} = "{name}"' for name in self.audit_only),
        ]
        return "\n".join(lines) + "\n"


DECLARED: Mapping[str, Declared] = {
    "education": Declared(
        "School roll", True, "upn", "guardian", "parent", audit_only=("ethnicity",)
    ),
    "early_years": Declared(
        "Children's centres", False, "nhs", "contact", "relative", ("given", "family", "birth")
    ),
    "social_work": Declared(
        "Early help records", False, "uprn", "partner", "partner", ("given", "family", "record")
    ),
}
CONTRACTS: Mapping[str, str] = {feed: of.contract(feed) for feed, of in DECLARED.items()}
COLUMNS: Mapping[str, tuple[str, ...]] = {feed: of.columns for feed, of in DECLARED.items()}
MENTIONED: Mapping[str, tuple[str, ...]] = {feed: of.mentioned for feed, of in DECLARED.items()}
"""The columns of each feed that name somebody else."""

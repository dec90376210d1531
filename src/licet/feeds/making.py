"""One feed while it is put into standard form: each field in turn, and what was changed counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from licet.feeds import addresses, dates, identifiers, names
from licet.feeds.codes import relationship_stage, sex_stage
from licet.feeds.contract import Feed, Mention
from licet.feeds.meanings import MEANINGS
from licet.feeds.texts import distinct, spread

if TYPE_CHECKING:
    import polars as pl

    Columns = dict[str, pl.Series]
    Stage = Mapping[str, pl.Expr]

DAYS = frozenset({"birth", "seen_from", "seen_to"})
"""Standard columns that hold dates."""
_NUMBERS: Mapping[str, Callable[[], Stage]] = {
    "uprn": identifiers.uprn_stage,
    "nhs": identifiers.nhs_stage,
    "upn": identifiers.upn_stage,
    "nino": identifiers.nino_stage,
}


@dataclass
class Making:
    """One feed while it is put into standard form. counts: rows by (field, change)."""

    feed: Feed
    frame: pl.DataFrame
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def words(self) -> names.Words:
        """What stands for no name in this feed."""
        return names.Words.of(self.feed.formats.empty, self.feed.formats.kept)

    def changes(self) -> pl.DataFrame:
        """field, change, rows, meaning; only what occurred."""
        import polars as pl

        found = [(*key, rows, MEANINGS[key[1]]) for key, rows in self.counts.items() if rows]
        schema = {"field": pl.String, "change": pl.String, "rows": pl.Int64, "meaning": pl.String}
        return pl.DataFrame(found, schema=schema, orient="row")

    def missing(self, name: str) -> pl.Series:
        """A column that the feed does not hold."""
        import polars as pl

        kind = pl.Date if name in DAYS else pl.String
        return pl.Series(name, [None], dtype=kind).new_from_index(0, self.frame.height)

    def text(self, column: str | None) -> pl.Series:
        """A column as text without surrounding spaces; null where it is empty or not held."""
        import polars as pl

        if column is None:
            return self.missing("")
        text = pl.col(column).cast(pl.String).str.strip_chars()
        return self.frame.select(pl.when(text != "").then(text).alias(column)).to_series()

    def each(self, name: str, raw: pl.Series, *stages: Stage) -> Columns:
        """What the stages give for each distinct value, for every row.

        A stage may use ``raw`` and the columns of those before it: what several need is worked out
        once. Columns that begin with _ are only for that. Truth values are changes, counted under
        ``name``.
        """
        import polars as pl

        column = raw.alias("raw").to_frame()
        steps = distinct(column, ["raw"]).lazy()
        for stage in stages:
            steps = steps.with_columns(**stage)
        made = steps.collect()
        scratch = [key for key in made.columns if key.startswith("_")]
        made = made.drop(scratch)
        flags = [flag for flag, kind in made.schema.items() if kind == pl.Boolean]
        sums = made.select(pl.col("rows").filter(pl.col(flag)).sum().alias(flag) for flag in flags)
        for flag in flags:
            self.note(name, flag, int(sums[flag][0]))
        found = spread(column, ["raw"], made.drop("rows", *flags))
        return {series.name: series for series in found}

    def note(self, name: str, change: str, rows: int) -> None:
        """Count rows in which a field was changed."""
        self.counts[name, change] = self.counts.get((name, change), 0) + rows

    def person(self) -> Columns:
        """given, middle, family, previous_family, birth, sex."""
        fields, words = self.feed.fields, self.words
        given, family = self._raw_names(fields.name, fields.name_order, "name")
        given = self.text(fields.given) if given is None else given
        family = self.text(fields.family) if family is None else family
        found = self._given("given", given)
        held = {"given": found["given"]}
        stages = names.middle_stages(words)
        middle = self.each("middle", self.text(fields.middle), *stages)["middle"]
        held["middle"] = self._together(found["rest"], middle)
        held["family"] = self._family("family", family)
        held["previous_family"] = self._family("previous_family", self.text(fields.previous_family))
        held["birth"] = self._birth("birth", fields.birth)
        sexes = sex_stage(self.feed.formats.sex)
        held["sex"] = self.each("sex", self.text(fields.sex), sexes)["sex"]
        return held

    def _raw_names(
        self, column: str | None, order: str, name: str
    ) -> tuple[pl.Series | None, pl.Series | None]:
        """The raw given and family part of a whole name in one column, if that is declared."""
        if column is None:
            return None, None
        found = self.each(name, self.text(column), *names.split_stages(order))
        return found["given"], found["family"]

    def _given(self, name: str, raw: pl.Series) -> Columns:
        return self.each(name, raw, *names.given_stages(self.words))

    def _family(self, name: str, raw: pl.Series) -> pl.Series:
        return self.each(name, raw, *names.family_stages(self.words))["family"]

    def _together(self, rest: pl.Series, middle: pl.Series) -> pl.Series:
        """Further given names and middle names as one; once where both say the same."""
        import polars as pl

        frame = pl.DataFrame({"rest": rest, "middle": middle})
        if middle.null_count() == middle.len():
            return rest
        both = pl.concat_str(["rest", "middle"], separator=" ", ignore_nulls=True)
        same = pl.col("rest") == pl.col("middle")
        whole = pl.when(same).then(pl.col("middle")).otherwise(both)
        pattern = self.words.whole
        return frame.select(
            pl.when((whole != "") & ~whole.str.contains(pattern)).then(whole)
        ).to_series()

    def _birth(self, name: str, column: str | None) -> pl.Series:
        if column is None:
            return self.missing("birth")
        formats, extract = self.feed.formats, self.feed.extract
        raw, is_text = self._days(column)
        stages = dates.birth_stages(formats, extract, is_text)
        return self.each(name, raw, *stages)["birth"]

    def _days(self, column: str) -> tuple[pl.Series, bool]:
        """A column of dates, and whether it is still text."""
        import polars as pl

        series = self.frame[column]
        if series.dtype.is_temporal():
            return series.cast(pl.Date), False
        return self.text(column), True

    def address(self) -> Columns:
        """house, street, postcode, seen_from, seen_to."""
        fields = self.feed.fields
        postcode = self.text(fields.postcode)
        if fields.address:
            held = self.each("address", self.text(fields.address), *addresses.address_stages())
            inside = held.pop("postcode")
            self.note("address", "postcode", int((postcode.is_null() & inside.is_not_null()).sum()))
            postcode = postcode.zip_with(postcode.is_not_null(), inside)
            # Through the same door as parts: what is left in front of a street goes there too.
            held = self._door(held["house"], held["street"])
        else:
            held = self._door(self.text(fields.house), self.text(fields.street))
        held |= self.each("postcode", postcode, *identifiers.postcode_stages())
        return held | self._seen()

    def _door(self, house: pl.Series, street: pl.Series) -> Columns:
        """house and street; a number before the street is that of the house where none is held."""
        import polars as pl

        door = self.each("house", house, *addresses.house_stages())["house"]
        way = self.each("street", street, *addresses.street_stages())
        frame = pl.DataFrame({"house": door, **way})
        takes = pl.col("house").is_null() & pl.col("number").is_not_null()
        found = frame.select(
            house=pl.when(takes).then("number").otherwise("house"),
            street=pl.when(takes).then("rest").otherwise("street"),
            takes=takes,
        )
        self.note("street", "number", int(found["takes"].sum()))
        return {"house": found["house"], "street": found["street"]}

    def _seen(self) -> Columns:
        """seen_from and seen_to. An end that cannot be read was at the latest the extract."""
        import polars as pl

        held: Columns = {}
        unread = pl.Series("unread", [False]).new_from_index(0, self.frame.height)
        for name in ("seen_from", "seen_to"):
            column = getattr(self.feed.fields, name)
            if column is None:
                held[name] = self.missing(name)
                continue
            raw, is_text = self._days(column)
            formats = self.feed.formats
            held[name] = self.each(name, raw, *dates.seen_stages(formats, is_text))["day"]
            if name == "seen_to":
                unread = dates.misfits(raw, formats.dates)
        start, end = pl.col("seen_from"), pl.col("seen_to")
        frame = pl.DataFrame({**held, "unread": unread}).with_columns(
            seen_to=pl.when("unread").then(self.feed.extract).otherwise(end)
        )
        turned = (start > end).fill_null(False)
        self.note("seen_from", "turned", int(frame.select(turned.sum()).item()))
        frame = frame.with_columns(seen_from=pl.when(~turned).then(start))
        return {"seen_from": frame["seen_from"], "seen_to": frame["seen_to"]}

    def numbers(self) -> Columns:
        """uprn, nhs, upn, nino."""
        found: Columns = {}
        for name, make in _NUMBERS.items():
            column = getattr(self.feed.fields, name)
            if column is None:
                found[name] = self.missing(name)
            else:
                found[name] = self.each(name, self.text(column), make())[name]
        return found

    def mention(self, mention: Mention, place: str, row: pl.Series) -> pl.DataFrame:
        """The people named at one place of the rows; rows that name nobody there are left out."""
        import polars as pl

        given, family = self._raw_names(mention.name, mention.name_order, place)
        given = self.text(mention.given) if given is None else given
        family = self.text(mention.family) if family is None else family
        stage = relationship_stage(self.feed.formats.relationship, mention.relationship)
        raw = self.text(mention.relationship_column)
        relationship = self.each(f"{place} relationship", raw, stage)["relationship"]
        frame = pl.DataFrame({
            "row": row,
            "place": pl.repeat(place, row.len(), eager=True, dtype=pl.String),
            "role": pl.repeat(mention.role, row.len(), eager=True, dtype=pl.String),
            "relationship": relationship,
            "given": self._given(f"{place} given", given)["given"],
            "family": self._family(f"{place} family", family),
            "birth": self._birth(f"{place} birth", mention.birth),
            "record": self.text(mention.record),
        })  # fmt: skip
        named = pl.col("given", "family", "birth", "record").is_not_null()
        return frame.filter(pl.any_horizontal(named))

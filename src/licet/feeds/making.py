"""One feed while it is put into standard form: each field in turn, and what was changed counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from licet.feeds import addresses, dates, identifiers, names
from licet.feeds.codes import relationship_stage, sex_stage
from licet.feeds.contract import Feed, Fields, Mention
from licet.feeds.distinct import Distinct, Stage, worked
from licet.feeds.meanings import MEANINGS
from licet.feeds.texts import tidy_stages

if TYPE_CHECKING:
    import polars as pl

    Columns = dict[str, pl.Series]
    Raw = pl.Series | str | None

DAYS = frozenset({"birth", "seen_from", "seen_to"})
"""Standard columns that hold dates."""
_NUMBERS: Mapping[str, Callable[[], tuple[Stage, ...]]] = {
    "uprn": identifiers.uprn_stages,
    "nhs": identifiers.nhs_stages,
    "upn": identifiers.upn_stages,
    "nino": identifiers.nino_stages,
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
        if column is None:
            return self.missing("")
        return worked(self.frame[column], tidy_stages())["raw"].alias(column)

    def each(self, name: str, raw: Raw, *stages: Stage, flags: tuple[str, ...] = ()) -> Columns:
        """What the stages give for each distinct value, for every row.

        raw: values, or the name of a column of text, or None where the feed has none. Columns that
        begin with _ are only for later stages. Truth values are changes, counted under ``name``; those
        of ``flags`` are given for every row besides.
        """
        import polars as pl

        if isinstance(raw, str):
            raw, stages = self.frame[raw].cast(pl.String), (*tidy_stages(), *stages)
        values = Distinct.of(self.missing("") if raw is None else raw)
        found: Columns = {}
        for series in worked(values.values, stages):
            if series.name == "raw" or series.name.startswith("_"):
                continue
            if series.dtype == pl.Boolean:
                self.note(name, series.name, values.rows(series))
            if series.dtype != pl.Boolean or series.name in flags:
                found[series.name] = values.spread(series)
        return found

    def note(self, name: str, change: str, rows: int) -> None:
        """Count rows in which a field was changed."""
        self.counts[name, change] = self.counts.get((name, change), 0) + rows

    def person(self) -> Columns:
        """given, middle, family, previous_family, birth, sex."""
        fields, words = self.feed.fields, self.words
        given, family = self._raw_names(fields, "name")
        found = self._given("given", given)
        held = {"given": found["given"]}
        stages = names.middle_stages(words)
        middle = self.each("middle", fields.middle, *stages)["middle"]
        held["middle"] = self._together(found["rest"], middle)
        held["family"] = self._family("family", family)
        held["previous_family"] = self._family("previous_family", fields.previous_family)
        held["birth"] = self._birth("birth", fields.birth)
        sexes = sex_stage(self.feed.formats.sex)
        held["sex"] = self.each("sex", fields.sex, sexes)["sex"]
        return held

    def _raw_names(self, held: Fields | Mention, name: str) -> tuple[Raw, Raw]:
        """The raw given and family name: of their own columns, or parted if one holds the whole."""
        if held.name is None:
            return held.given, held.family
        found = self.each(name, held.name, *names.split_stages(held.name_order))
        return found["given"], found["family"]

    def _given(self, name: str, raw: Raw) -> Columns:
        return self.each(name, raw, *names.given_stages(self.words))

    def _family(self, name: str, raw: Raw) -> pl.Series:
        return self.each(name, raw, *names.family_stages(self.words))["family"]

    def _together(self, rest: pl.Series, middle: pl.Series) -> pl.Series:
        """Further given names and middle names as one; once where both say the same."""
        import polars as pl

        frame = pl.LazyFrame({"rest": rest, "middle": middle})
        if middle.null_count() == middle.len():
            return rest
        one, other = pl.col("rest"), pl.col("middle")
        # Only what is put together here may say anew that there is no name: each alone was asked.
        both = pl.when(one != other).then(one + " " + other)
        whole = pl.when(~both.str.contains(self.words.whole)).then(both)
        found = pl.when(both.is_null()).then(pl.coalesce(one, other)).otherwise(whole)
        return frame.select(found).collect().to_series()

    def _birth(self, name: str, column: str | None) -> pl.Series:
        if column is None:
            return self.missing("birth")
        formats, extract = self.feed.formats, self.feed.extract
        raw, is_text = self._days(column)
        stages = dates.birth_stages(formats, extract, is_text)
        return self.each(name, raw, *stages)["birth"]

    def _days(self, column: str) -> tuple[Raw, bool]:
        """A column of dates, or its name if it is still text; and whether it is."""
        import polars as pl

        series = self.frame[column]
        if series.dtype.is_temporal():
            return series.cast(pl.Date), False
        return column, True

    def address(self) -> Columns:
        """house, street, postcode, seen_from, seen_to."""
        fields = self.feed.fields
        postcode: Raw = fields.postcode
        if fields.address:
            held_apart = self.text(fields.postcode)
            held = self.each("address", fields.address, *addresses.address_stages())
            inside = held.pop("postcode")
            self.note(
                "address", "postcode", int((held_apart.is_null() & inside.is_not_null()).sum())
            )
            postcode = held_apart.zip_with(held_apart.is_not_null(), inside)
            # Through the same door as parts: what is left in front of a street goes there too.
            held = self._door(held["house"], held["street"])
        else:
            held = self._door(fields.house, fields.street)
        held |= self.each("postcode", postcode, *identifiers.postcode_stages())
        return held | self._seen()

    def _door(self, house: Raw, street: Raw) -> Columns:
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
            stages = dates.seen_stages(self.feed.formats, is_text)
            found = self.each(name, raw, *stages, flags=("misfit",))
            held[name] = found["day"]
            if name == "seen_to" and is_text:
                unread = found["misfit"]
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
        fields = self.feed.fields
        return {
            name: self.each(name, getattr(fields, name), *make())[name]
            for name, make in _NUMBERS.items()
        }

    def mention(self, mention: Mention, place: str, row: pl.Series) -> pl.DataFrame:
        """The people named at one place of the rows; rows that name nobody there are left out."""
        import polars as pl

        given, family = self._raw_names(mention, place)
        stage = relationship_stage(self.feed.formats.relationship, mention.relationship)
        raw = mention.relationship_column
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

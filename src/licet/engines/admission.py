"""The gate in the data path: which rows may enter the zone, and which cells of them.

Set algebra on two lists, the people of the ledger and the rows of a feed, in a database in memory
that may write nothing to disk. The linkage zone is handed what comes out, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from licet.engines.connecting import connect
from licet.feeds.contract import PERSON
from licet.permission.reach import FAR, NEAR, NEAR_STREET, POINTS, Reach

_FIT: dict[str, Any] = {"number": pl.Int64, "score": pl.Int16, "known": pl.Boolean}
FITS: dict[str, Any] = {"row": pl.String, **_FIT, "certain": pl.Boolean}
MENTION_FITS: dict[str, Any] = {
    "row": pl.String, "place": pl.String, **_FIT, "named": pl.Boolean, "alike": pl.Boolean
}  # fmt: skip


@dataclass(frozen=True)
class Admission:
    """What the ledger says of the rows of one or several feeds.

    verdicts: row, reason (a key of ``reach.ROW_REASONS``); every row once, in their order. mentions: row,
    place, of those whose cells may stay. known: rows that a record number says are somebody's and
    whose details can be compared; found: how many of them their details alone reach as well, for a
    no; reached: for a yes. fits: row, number, score, known, certain: everybody who may fit a permitted
    row. mention_fits: row, place, number, score, known, named, alike: the same of kept mentions. number:
    of the person, as the store counts them.
    """

    verdicts: pl.DataFrame
    mentions: pl.DataFrame
    known: int
    found: int
    reached: int
    fits: pl.DataFrame
    mention_fits: pl.DataFrame

    @property
    def permitted(self) -> pl.Series:
        """The rows that may be linked."""
        return self.verdicts.filter(pl.col("reason") == "permitted")["row"]


class Antechamber:
    """The people of the ledger with what was decided on them, held while feeds are looked at."""

    def __init__(self, people: pl.DataFrame, reach: Reach = Reach()) -> None:
        """people: ``subject``, ``number``, the details of a standard row, ``records`` (row ids)."""
        # No folder to spill to: what is not permitted is never written anywhere.
        self._connection = connect()
        self._reach = reach
        numbered = people.with_row_index("person").with_columns(pl.col("person").cast(pl.Int32))
        self._subjects = numbered.select("subject", "person")
        self._give("people", numbered.select("person", "number", *PERSON))
        held = numbered.select("person", "records").explode("records").drop_nulls()
        self._give("held", held.rename({"records": "row"}))

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def admit(
        self, rows: pl.DataFrame, mentions: pl.DataFrame, decisions: pl.DataFrame
    ) -> Admission:
        """Decide on rows: all feeds of a run at once, for that takes little longer than one.

        rows, mentions: in standard form. decisions: subject, effect ("granted", "refused", "none"); feed,
        the id of the one that it is for, or without that column for all.
        """
        self._meet_rows(rows)
        self._give("said", self._said(decisions, rows))
        verdicts = self._frame(_VERDICTS.format(sure=self._reach.sure, may=self._reach.may))
        fits = self._frame(_FITS.format(may=self._reach.may))
        kept, mention_fits = self._mentions(mentions, rows)
        counts = self._run(_RATES.format(sure=self._reach.sure, may=self._reach.may))[0]
        for table in ("rows", "said", "reached_rows"):
            self._run(f"drop table {table}")
        permitted = verdicts.filter(pl.col("reason") == "permitted").select("row")
        fits = fits.join(permitted, on="row", how="semi")
        known, found, reached = (int(count) for count in counts)
        return Admission(verdicts, kept, known, found, reached, fits, mention_fits)

    def fits(self, rows: pl.DataFrame, mentions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Who may fit these rows and mentions, whatever was decided: ``FITS`` and ``MENTION_FITS``."""
        self._meet_rows(rows)
        found = self._frame(_FITS.format(may=self._reach.may))
        self._meet(mentions, rows)
        named = self._frame(_MENTION_FITS.format(may=self._reach.may, among=""))
        for table in ("rows", "reached_rows", "mentions", "reached_mentions"):
            self._run(f"drop table {table}")
        return found, named

    def _mentions(
        self, mentions: pl.DataFrame, rows: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The mentions whose own person surely said yes, and may not have said no; and their fits."""
        if mentions.is_empty():
            return mentions.select("row", "place"), pl.DataFrame(schema=MENTION_FITS)
        self._meet(mentions, rows)
        self._run(f"create or replace table kept as {_KEPT.format(may=self._reach.may)}")
        kept = self._frame("select row, place from kept order by m")
        among = "semi join kept using (m)"
        fits = self._frame(_MENTION_FITS.format(may=self._reach.may, among=among))
        for table in ("mentions", "reached_mentions", "kept"):
            self._run(f"drop table {table}")
        return kept, fits

    def _meet_rows(self, rows: pl.DataFrame) -> None:
        """The tables of rows and of who may fit them."""
        numbered = rows.with_row_index("n").with_columns(pl.col("n").cast(pl.Int32))
        self._give("rows", numbered.select("n", "row", _feed_number(rows), *PERSON))
        self._run(_reached("rows", "n", _BLOCKS, "row"))

    def _said(self, decisions: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """person, f (number of the feed), effect: the answers that are one."""
        answers = decisions.filter(pl.col("effect") != "none")
        if "feed" not in answers.columns:
            answers = answers.join(rows.select("feed").unique(), how="cross")
        here = answers.filter(pl.col("feed").is_in(rows["feed"].unique().implode()))
        told = here.join(self._subjects, on="subject")
        return told.select("person", _feed_number(rows), "effect")

    def _meet(self, mentions: pl.DataFrame, rows: pl.DataFrame) -> None:
        """The tables of mentions and of who may fit them; a mention lives where its row does."""
        named = mentions.select("row", "place", "given", "family", "birth", "record")
        address = rows.select("row", "feed", "house", "street", "postcode", "uprn")
        whole = named.join(address, on="row", how="left").with_row_index("m")
        whole = whole.with_columns(
            pl.concat_str(["feed", "record"], separator="/").alias("known_as"),
            *(pl.lit(None, dtype=pl.String).alias(c) for c in PERSON if c not in whole.columns),
        )
        self._give(
            "mentions", whole.select("m", "row", "place", "known_as", _feed_number(rows), *PERSON)
        )
        self._run(_reached("mentions", "m", _MENTION_BLOCKS, "known_as"))

    def _give(self, name: str, frame: pl.DataFrame) -> None:
        # As the frame has its texts in memory: they need not be written anew first.
        given = frame.to_arrow(compat_level=pl.CompatLevel.newest())
        self._connection.register("given_frame", given)
        self._run(f"create or replace table {name} as select * from given_frame")
        self._connection.unregister("given_frame")

    def _run(self, statement: str) -> list[Any]:
        return self._connection.execute(statement).fetchall()

    def _frame(self, statement: str) -> pl.DataFrame:
        return pl.DataFrame(pl.from_arrow(self._connection.execute(statement).to_arrow_table()))


def _feed_number(rows: pl.DataFrame) -> pl.Expr:
    """f: the number of a feed among those of these rows."""
    names = rows["feed"].unique().drop_nulls().sort()
    numbers = pl.Series(range(len(names)), dtype=pl.Int16)
    return pl.col("feed").replace_strict(names, numbers, return_dtype=pl.Int16).alias("f")


def has_something_of(
    people: pl.DataFrame, rows: pl.DataFrame, mentions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows and mentions of a run that could be compared with any of these people at all.

    Every line of ``_BLOCKS`` and ``_MENTION_BLOCKS`` asks for one of these to be equal, so nobody is missed;
    of a million rows a few thousand are left. A row of a kept mention is kept with it.
    """
    if not rows.height or rows.width == 1:
        return rows, mentions

    def shares(frame: pl.DataFrame, pairs: Sequence[tuple[str, str]]) -> pl.Expr:
        here = [(of, to) for of, to in pairs if of in frame.columns]
        return pl.any_horizontal(
            pl.col(of).is_in(people[to].drop_nulls().to_list()) for of, to in here
        )

    known = people.select(pl.col("records").explode()).to_series().drop_nulls().to_list()
    found = rows.filter(shares(rows, _ROW_SHARES) | pl.col("row").is_in(known))
    if mentions.width == 1:
        return found, mentions
    of_feed = pl.col("row").str.split("/").list.first() + "/" + pl.col("record")
    named = mentions.filter(
        shares(mentions, _MENTION_SHARES) | of_feed.is_in(known).fill_null(False)
    )
    whole = pl.concat([found, rows.join(named.select("row"), on="row", how="semi")])
    return whole.unique("node").sort("node"), named


_ROW_SHARES = (
    ("birth", "birth"), ("given", "given"), ("postcode", "postcode"), ("nhs", "nhs"),
    ("upn", "upn"), ("nino", "nino"),
)  # fmt: skip
"""What of a row may be equal to what of a person: one of these in every line of ``_BLOCKS``."""
_MENTION_SHARES = (("given", "given"), ("birth", "birth"), ("family", "family"))

_SWAPPED = "month(r.birth) = day(p.birth) and day(r.birth) = month(p.birth) and year(r.birth) = year(p.birth)"
_FORENAMES = "r.given = p.given or r.given = p.middle or r.middle = p.given"
_HOME = (
    f"r.uprn = p.uprn or (r.house = p.house and (r.postcode = p.postcode or "
    f"jaro_winkler_similarity(r.street, p.street) >= {NEAR_STREET}))"
)
_BLOCKS = (
    "r.birth = p.birth and left(r.given, 3) = left(p.given, 3)",
    "r.birth = p.birth and left(r.family, 3) = left(p.family, 3)",
    "r.birth = p.birth and r.postcode = p.postcode",
    "r.birth = p.birth and r.given = p.family",
    "r.given = p.given and r.family = p.family and (year(r.birth) = year(p.birth)"
    " or (month(r.birth) = month(p.birth) and day(r.birth) = day(p.birth))"
    " or r.postcode = p.postcode or r.birth is null or p.birth is null)",
    "r.given = p.given and r.previous_family = p.family and year(r.birth) = year(p.birth)",
    "r.house = p.house and r.postcode = p.postcode and r.given = p.given",
    "r.house = p.house and r.postcode = p.postcode and r.family = p.family",
    "r.given = p.given and r.uprn = p.uprn",
    "r.nhs = p.nhs",
    "r.upn = p.upn",
    "r.nino = p.nino",
)
"""Which people a row is compared with at all. Each line is one join by everything in it that is equal: an
"or" would be looked at for every pair that agrees in the rest."""
_MENTION_BLOCKS = (
    "r.given = p.given and r.family = p.family",
    "r.birth = p.birth and r.given = p.given",
    "r.birth = p.birth and r.family = p.family",
    "r.house = p.house and r.postcode = p.postcode and r.given = p.given",
    "r.house = p.house and r.postcode = p.postcode and r.family = p.family",
    "r.uprn = p.uprn and r.given = p.given",
    "r.uprn = p.uprn and r.family = p.family",
)


def _points(field: str, *cases: tuple[str, str]) -> str:
    whens = " ".join(f"when {sql} then {POINTS[field, word]}" for word, sql in cases)
    return f"coalesce(case {whens} else 0 end, 0)"


def _similar(one: str, other: str, least: float) -> str:
    return f"jaro_winkler_similarity({one}, {other}) >= {least}"


_NUMBERS = " + ".join(
    _points("number", ("equal", f"r.{n} = p.{n}"), ("different", f"r.{n} <> p.{n}"))
    for n in ("nhs", "upn", "nino")
)
_BIRTH = _points(
    "birth",
    ("equal", "r.birth = p.birth"),
    ("near", f"{_SWAPPED} or levenshtein(r.birth::varchar, p.birth::varchar) <= 1"),
    ("different", "r.birth <> p.birth"),
)
_GIVEN = _points(
    "given",
    ("equal", _FORENAMES),
    ("near", _similar("r.given", "p.given", NEAR)),
    ("initial", "left(r.given, 1) = left(p.given, 1) and 1 in (length(r.given), length(p.given))"),
    ("different", f"jaro_winkler_similarity(r.given, p.given) < {FAR}"),
)
_FAMILY = _points(
    "family",
    (
        "equal",
        "r.family = p.family or r.family = p.previous_family or r.previous_family = p.family",
    ),
    ("near", _similar("r.family", "p.family", NEAR)),
    ("different", "r.family <> p.family"),
)
_PLACE = _points("place", ("home", _HOME), ("postcode", "r.postcode = p.postcode"))
_SEX = _points("sex", ("different", "r.sex <> p.sex"))


def _reached(table: str, key: str, blocks: Sequence[str], known_by: str) -> str:
    """The table ``reached_TABLE``: key, person, score, certain, known (by record number).

    certain: the given name is equal, and the birth or a number agrees. known counts as certain unless
    the details are those of somebody else.
    """
    pairs = " union all ".join(
        f"select r.{key}, p.person, false as known from {table} r join people p on {condition}"
        for condition in blocks
    )
    return f"""
    create or replace table reached_{table} as
    with met as (
        {pairs}
        union all select r.{key}, h.person, true from {table} r join held h on h.row = r.{known_by}
    ), pairs as (
        select {key}, person, bool_or(known) as known from met group by {key}, person
    ), pointed as (
        select r.{key}, r.f, p.person, known, r.given as r_given, {_BIRTH} as by_birth,
            {_GIVEN} as by_given, {_FAMILY} as by_family, {_PLACE} as by_place,
            {_NUMBERS} as by_number, {_SEX} as by_sex
        from pairs join {table} r using ({key}) join people p using (person)
    )
    select {key}, f, person, known,
        by_birth + by_given + by_family + by_place + by_number + by_sex as score,
        by_given = 3 and (by_birth > 0 or by_number > 0) as certain,
        by_given = 3 and by_family = 3 and (by_birth > 0 or by_place >= 2) as named,
        by_given > 0 or r_given is null as alike
    from pointed
    """


_VERDICTS = """
with told as (
    select n, score, known, coalesce(effect, 'none') as effect,
        (known and score > -4) or (certain and score >= {sure}) as sure,
        known or score >= {may} as may
    from reached_rows left join said using (person, f)
), rivals as (
    select n,
        bool_or(effect = 'refused' and sure) as refused,
        max(case when effect = 'refused' and may then case when known then 99 else score end end) as no,
        max(case when effect = 'granted' and sure then case when known then 98 else score end end) as yes,
        max(case when effect = 'granted' and known and sure then score end) as known_yes,
        max(case when effect = 'none' and sure then case when known then 98 else score end end) as silent,
        bool_or(effect = 'granted' and may) as perhaps,
        bool_or(may) as anybody
    from told group by n
)
select row, case
    when no is not null and not coalesce(known_yes >= {sure} and known_yes > no, false)
        then case when refused then 'said_no' else 'may_have_said_no' end
    when yes is not null and coalesce(silent >= yes, false) then 'not_sure'
    when yes is not null then 'permitted'
    when perhaps then 'not_sure'
    when anybody then 'no_answer'
    else 'not_known'
end as reason
from rows left join rivals using (n) order by n
"""

_FITS = """
select row, number, score::smallint as score, known, certain
from reached_rows join people using (person) join rows using (n)
where known or certain or score >= {may} order by n, number
"""

_MENTION_FITS = """
select row, place, number, score::smallint as score, known, named, alike
from reached_mentions join people using (person) join mentions using (m) {among}
where known or named or score >= {may} order by m, number
"""

_RATES = """
with compared as (
    select n, max(score) as score, bool_or(certain) as certain from reached_rows where known group by n
)
select count(*), count(*) filter (where score >= {may}), count(*) filter (where certain and score >= {sure})
from compared
"""

_KEPT = """
with told as (
    select m, known, named, score, coalesce(effect, 'none') as effect,
        known or named as sure, known or (alike and score >= {may}) as may
    from reached_mentions left join said using (person, f)
)
select m, row, place from mentions join told using (m)
group by row, place, m
having bool_or(effect = 'granted' and sure)
   and not bool_or(effect = 'refused' and may)
   and not bool_or(effect = 'none' and sure)
"""

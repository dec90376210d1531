"""Address keys: which rows tell of the same dwelling.

A property reference (UPRN) decides where a row has one. Otherwise house, street and postcode do, all
as standardised. Two streets with the same house and postcode count as one where they are one typing
slip apart (on invented addresses that found 1.4 points more of the pairs who live together and no
false one; two slips brought the first false ones), or where one of them is missing. What is written
the same as exactly one property reference takes that reference. Names play no part.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PARTS = ("house", "street", "postcode")
DOOR = ("house", "postcode")
STREETS = 40
"""More streets than this at one house and postcode: the postcode is no postcode, and none is merged."""


def address_keys(rows: pl.DataFrame) -> pl.Series:
    """The address key of each row, or null where house or postcode are missing and no UPRN is there.

    rows: house, street, postcode, uprn. A key is ``u:UPRN`` or ``a:house|street|postcode``; it is for
    use inside a run and is never shown.
    """
    found = rows.select(*PARTS, "uprn").with_columns(pl.col("street").fill_null(""))
    written = found.drop_nulls(list(DOOR)).unique()
    doors = written.group_by(DOOR).agg(
        lowest=pl.col("street").min(),
        same=pl.col("street").min() == pl.col("street").max(),
        by_door=pl.col("uprn").min(),
        one=pl.col("uprn").min() == pl.col("uprn").max(),
    )
    # most doors are always written in one way and have one reference at most: nothing is to settle
    plain = pl.col("same") & pl.col("one").fill_null(True)
    mixed = written.join(doors.filter(~plain), on=list(DOOR), how="semi")
    settled = found.join(
        doors.filter(plain).drop("same", "one"), on=list(DOOR), how="left", maintain_order="left"
    ).join(_settled(mixed), on=list(PARTS), how="left", maintain_order="left")
    street = pl.coalesce("lowest", "meant")
    text = pl.concat_str([pl.col("house"), street, pl.col("postcode")], separator="|")
    uprn = pl.coalesce("uprn", "by_door", "only")
    return settled.select(
        pl.coalesce(pl.lit("u:") + uprn, pl.lit("a:") + text).alias("address")
    ).to_series()


def _settled(texts: pl.DataFrame) -> pl.DataFrame:
    """house, street, postcode, meant (the street), only (the UPRN that all rows so written have)."""
    plain = texts.select(PARTS).unique()
    several = (
        plain.filter(pl.len().over("house", "postcode") > 1)
        .group_by("house", "postcode")
        .agg(pl.col("street").sort())
    )
    changed = [
        (house, street, postcode, meant)
        for house, postcode, streets in several.iter_rows()
        for street, meant in one_slip(streets).items()
        if street != meant
    ]
    schema = {**dict.fromkeys(PARTS, pl.String), "meant": pl.String}
    slips = pl.DataFrame(changed, schema=schema, orient="row")
    written = plain.join(slips, on=list(PARTS), how="left").with_columns(
        meant=pl.coalesce("meant", "street")
    )
    held = texts.drop_nulls("uprn").join(written, on=list(PARTS))
    merged = ["house", "meant", "postcode"]
    wide = held.group_by(merged).agg(
        only=pl.col("uprn").min(), several=pl.col("uprn").n_unique() > 1
    )
    # two references: the slip was none, and each way of writing stands for itself
    found = written.join(wide, on=merged, how="left").with_columns(
        meant=pl.when("several").then("street").otherwise("meant"),
        only=pl.when("several").then(None).otherwise("only"),
    )
    exact = held.group_by(PARTS).agg(own=pl.col("uprn").min(), two=pl.col("uprn").n_unique() > 1)
    return found.join(exact.filter(~pl.col("two")), on=list(PARTS), how="left").select(
        *PARTS, "meant", only=pl.coalesce("only", "own")
    )


def one_slip(streets: Sequence[str]) -> dict[str, str]:
    """For each street of one house and postcode, the street that is meant: the first of those alike."""
    meant = {street: street for street in streets}
    named = [street for street in sorted(streets) if street]
    if len(named) > STREETS:
        return meant
    for k, street in enumerate(named):
        for other in named[k + 1 :]:
            if meant[street] != meant[other] and slip_apart(street, other):
                first, last = sorted((meant[street], meant[other]))
                meant = {s: first if m == last else m for s, m in meant.items()}
    left = {meant[street] for street in named}
    if "" in meant and len(left) == 1:
        meant[""] = left.pop()
    return meant


def slip_apart(one: str, other: str) -> bool:
    """Whether two texts differ by one letter put in, left out or changed, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    k = 0
    while k < len(one) and one[k] == other[k]:
        k += 1
    if len(one) < len(other):
        return one[k:] == other[k + 1 :]
    swapped = one[k : k + 2] == other[k : k + 2][::-1]
    return one[k + 1 :] == other[k + 1 :] or (swapped and one[k + 2 :] == other[k + 2 :])


def address_forms(rows: pl.DataFrame, by: str = "row") -> pl.DataFrame:
    """Under what an address is looked for when asking if a household is complete: ``by``, form.

    rows: house, postcode, uprn, and the column ``by``. Wider than ``address_keys``: ``u:UPRN`` and,
    whatever the street, ``h:house|postcode``; so that a row written in another way is not overlooked.
    """
    door = pl.concat_str([pl.lit("h:") + pl.col("house"), pl.col("postcode")], separator="|")
    forms = (door, pl.lit("u:") + pl.col("uprn"))
    return pl.concat([rows.select(by, form=form).drop_nulls("form").unique() for form in forms])

"""Dwellings: invented streets, postcodes that cannot exist, property numbers of an unused range."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Whole = NDArray[np.int64]

AREA = "QX"
"""Letters that no postcode begins with."""
WARDS = ("Harbour", "Northgate", "Millside", "Castle Hill", "Old Quay", "Southmoor")
PER_STREET, PER_POSTCODE, PER_BLOCK = 45, 15, 9
FIRST_UPRN = 990_000_001_000
COMMUNAL = {
    "refuge": 990_000_000_001,
    "care_home": 990_000_000_002,
    "student_hall": 990_000_000_003,
}
"""Property numbers of the communal addresses; in a large town there are further care homes."""


def _listed(text: str) -> list[str]:
    return text.split()


_UNITS = "ABDEFGHJLNPQRSTUWXYZ"
_WORDS = _listed(
    "Larkspur Foxglove Heron Kestrel Saltmarsh Copperbeech Thistle Lantern Weaver Tanner Cooper "
    "Chandler Ropewalk Orchard Meadowsweet Bramble Curlew Plover Alderman Sexton Beacon Anchor "
    "Harvest Quarry Kiln Limeburner Fuller Saddler Juniper Rowan Hawthorn Sycamore Linnet Wren "
    "Dunlin Teal Osprey Starling Primrose Cowslip Teasel Sorrel Yarrow Bellflower Fennel Tansy "
    "Cobbler Mercer Draper Glover Hatter Potter Turner Wainwright Marlow Selwick Dunmere Ashby "
    "Corran Pellow Tregarth Winsford Oakhanger Bexcombe Lythe Marram"
)
_TYPES = _listed("Street Road Avenue Lane Close Drive Grove Crescent Terrace Place Way Gardens")
_BEFORE = ("", "Upper", "Lower", "Great", "Little", "Old", "New", "North", "South", "East", "West")


def streets(count: int) -> pl.Series:
    """The names of ``count`` streets, all different while there are enough words."""
    place = np.arange(count)
    per = len(_WORDS) * len(_TYPES)
    # A stride that shares no factor with the words walks through all of them before it repeats.
    words = [_WORDS[i] for i in (place * 29) % len(_WORDS)]
    types = [_TYPES[i] for i in (place // len(_WORDS) + place) % len(_TYPES)]
    before = [_BEFORE[i] for i in (place // per) % len(_BEFORE)]
    return pl.Series(
        "street",
        [f"{b} {w} {t}".strip() for b, w, t in zip(before, words, types, strict=True)],
        dtype=pl.String,
    )


def postcodes(postcode: Whole, ward: Whole) -> pl.Series:
    """The text of each postcode; ``postcode`` numbers them within the town."""
    per_district = 10 * len(_UNITS) ** 2
    district = ward + 1 + len(WARDS) * (postcode // per_district)
    within = postcode % per_district
    units = np.array(list(_UNITS), dtype=object)
    frame = pl.DataFrame(
        {
            "district": district,
            "sector": within % 10,
            "first": units[(within // 10) // len(_UNITS)].astype(str),
            "second": units[(within // 10) % len(_UNITS)].astype(str),
        }
    )
    text = pl.format(AREA + "{} {}{}{}", "district", "sector", "first", "second")
    return frame.select(text.alias("postcode")).to_series()


def dwellings(count: int, homes: int) -> pl.DataFrame:
    """``count`` private dwellings, then the communal ones: refuge, student hall, ``homes`` care homes.

    dwelling (row number), house, street, postcode, uprn (text), ward, communal ("" if private).
    """
    place = np.arange(count)
    street = place // PER_STREET
    total = int(street[-1]) + 1
    within = place % PER_STREET
    block = (street % 5 == 0) & (street > 0)
    number, flat = within // PER_BLOCK + 1, within % PER_BLOCK + 1
    ward = (street * len(WARDS)) // total
    names = streets(total)
    frame = pl.DataFrame(
        {
            "number": np.where(block, number, within * 2 + 1 - (within % 2)),
            "flat": flat,
            "block": block,
        }
    )
    text = (
        pl.when("block")
        .then(pl.format("Flat {}, {}", "flat", "number"))
        .otherwise(pl.col("number").cast(pl.String))
    )
    code = postcodes(place // PER_POSTCODE, ward)
    private = pl.DataFrame(
        {
            "house": frame.select(text.alias("house")).to_series(),
            "street": names.gather(street.tolist()),
            "postcode": code,
            "uprn": pl.Series(FIRST_UPRN + 7 * place).cast(pl.String),
            "ward": ward,
            "communal": pl.Series([""]).new_from_index(0, count),
        }
    )
    return pl.concat([private, _communal(homes)]).with_row_index("dwelling")


def _communal(homes: int) -> pl.DataFrame:
    kinds = ["refuge", "student_hall", *(["care_home"] * homes)]
    first = COMMUNAL["care_home"]
    numbers = [COMMUNAL["refuge"], COMMUNAL["student_hall"]]
    numbers += [first if i == 0 else first + 8 + i for i in range(homes)]
    houses = ["Willow House", "Chandler Hall"]
    houses += [("Fairlawns" if i == 0 else f"Fairlawns {i + 1}") for i in range(homes)]
    return pl.DataFrame(
        {
            "house": houses,
            "street": ["Sexton Road", "Beacon Way", *(["Orchard Grove"] * homes)],
            "postcode": [f"{AREA}{len(WARDS)} 9{a}{b}" for a, b in zip(
                "AB" + "D" * homes, "DE" + "F" * homes, strict=True)],
            "uprn": [str(number) for number in numbers],
            "ward": np.full(len(kinds), len(WARDS) - 1),
            "communal": kinds,
        }
    )  # fmt: skip

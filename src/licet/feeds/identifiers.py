"""National numbers and postcodes: written one way, and null where they cannot be right.

NHS number: ten digits, the last a check digit modulo 11 (NHS Data Dictionary). UPN: a letter and
twelve digits, the last of which may be a letter in a temporary number. NINO: two letters and six
digits; the suffix is left out, as it is often not held. Postcode: the shapes of BS 7666.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN "
    "DT DY E EC EH EN EX FK FY G GL GU GX GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L "
    "LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE "
    "SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO "
    "ZE "
)
AREAS = frozenset(_AREAS.split())
"""The letters that postcodes begin with; they only tell how a mix-up is put right."""
_DIGIT, _LETTER = (["O", "I", "L"], ["0", "1", "1"]), (["0", "1"], ["O", "I"])
_WHOLE = r"^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}$"
_NHS = r"^[0-9]{10}$"
_PART = r"^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9]?$"


def _compact(raw: pl.Expr) -> pl.Expr:
    return raw.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


def _as(text: pl.Expr, signs: tuple[list[str], list[str]]) -> pl.Expr:
    return text.str.replace_many(*signs)


def postcode_stages() -> tuple[dict[str, pl.Expr], ...]:
    """postcode, and which rows were changed how: ``mixed`` (O for 0, I for 1 put right by place),
    ``partial``, ``pseudo`` (ZZ99: no fixed abode, abroad), ``invalid``. All but the first are null.
    """
    import polars as pl

    raw, clean, right = pl.col("raw"), pl.col("_clean"), pl.col("_right")
    out, back = clean.str.head(-3), clean.str.tail(3)
    back = _as(back.str.head(1), _DIGIT) + _as(back.str.tail(2), _LETTER)
    fits = clean.str.contains(_WHOLE)
    mended = pl.when(fits).then(clean).otherwise(_outward(out) + back)
    # A district never begins with 0: S01 can only be SO1, if there is such an area.
    area = mended.str.replace(r"^([A-Z])0([0-9][0-9][A-Z]{2})$", "${1}O${2}")
    known = area.str.extract(r"^([A-Z]{1,2})", 1).is_in(sorted(AREAS))
    whole = right.str.contains(_WHOLE)
    pseudo = right.str.starts_with("ZZ99")
    part = ~whole & clean.str.contains(_PART)
    return (
        {"_clean": _compact(raw)},
        {"_right": pl.when(known).then(area).otherwise(mended)},
        {
            "postcode": pl.when(whole & ~pseudo).then(right.str.head(-3) + " " + right.str.tail(3)),
            "mixed": (whole & (right != clean)).fill_null(False),
            "pseudo": (whole & pseudo).fill_null(False),
            "partial": part.fill_null(False),
            "invalid": (raw.is_not_null() & ~whole & ~part).fill_null(False),
        },
    )


def _outward(out: pl.Expr) -> pl.Expr:
    """The first half with letters and digits where they must be."""
    import polars as pl

    first = _as(out.str.slice(0, 1), _LETTER)
    second, third, fourth = (out.str.slice(place, 1) for place in (1, 2, 3))
    # The third sign of three and the fourth of four may be either, but never O, I or L as a letter.
    three_digit = third.str.contains(r"^[0-9OI]$")
    middle = (
        pl.when(three_digit & second.str.contains(r"^[A-Z]$"))
        .then(second)
        .otherwise(_as(second, _DIGIT))
    )
    size = out.str.len_bytes()
    return (
        pl.when(size == 2)
        .then(first + _as(second, _DIGIT))
        .when(size == 3)
        .then(first + middle + _as(third, (["O", "I"], ["0", "1"])))
        .otherwise(
            first
            + _as(second, _LETTER)
            + _as(third, _DIGIT)
            + _as(fourth, (["O", "I"], ["0", "1"]))
        )
    )


def nhs_stages() -> tuple[dict[str, pl.Expr], ...]:
    """nhs, and ``invalid``: no ten digits, one digit ten times, or a wrong check digit."""
    import polars as pl

    raw, plain, clean = pl.col("raw"), pl.col("_plain"), pl.col("_clean")
    number, good = pl.col("_number"), pl.col("_good")
    # Most are written without spaces: only the rest is written anew.
    other = pl.when(~plain).then(raw).str.replace_all(r"[\s-]", "")
    shape = plain | clean.str.contains(_NHS)
    # The digits times 10, 9 ... 2 and the check digit make a multiple of 11. With q the number
    # without its last k digits, digit k from the end is q - 10 times the q after: over all k that
    # comes to the sum of q (1 - 9k), and 1 - 9k leaves the same as 1 + 2k.
    right = pl.sum_horizontal(number // 10**k * (1 + 2 * k) for k in range(10)) % 11 == 0
    one_digit = number % 1_111_111_111 == 0
    return (
        {"_plain": raw.str.contains(_NHS)},
        {"_clean": pl.coalesce(other, raw)},
        {"_number": pl.when(shape).then(clean).cast(pl.Int64)},
        {"_good": (right & ~one_digit).fill_null(False)},
        {"nhs": pl.when(good).then(clean), "invalid": raw.is_not_null() & ~good},
    )


def _shaped(name: str, clean: pl.Expr, shape: str, kept: int) -> tuple[dict[str, pl.Expr], ...]:
    import polars as pl

    good = pl.col("_good")
    return (
        {"_clean": clean},
        {"_good": pl.col("_clean").str.contains(shape).fill_null(False)},
        {
            name: pl.when(good).then(pl.col("_clean").str.head(kept)),
            "invalid": pl.col("raw").is_not_null() & ~good,
        },
    )


def upn_stages() -> tuple[dict[str, pl.Expr], ...]:
    """upn, and ``invalid``: not a letter and twelve digits (or eleven and a letter)."""
    import polars as pl

    return _shaped("upn", _compact(pl.col("raw")), r"^[A-Z][0-9]{11}[0-9A-Z]$", 13)


def nino_stages() -> tuple[dict[str, pl.Expr], ...]:
    """nino without its suffix, and ``invalid``: not two letters and six digits."""
    import polars as pl

    return _shaped("nino", _compact(pl.col("raw")), r"^[A-Z]{2}[0-9]{6}[A-D]?$", 8)


def uprn_stages() -> tuple[dict[str, pl.Expr], ...]:
    """uprn without leading zeros, and ``invalid``: not 1 to 12 digits, or nothing but zeros."""
    import polars as pl

    clean = pl.col("raw").str.strip_chars().str.replace(r"\.0+$", "").str.strip_chars_start("0")
    return _shaped("uprn", clean, r"^[0-9]{1,12}$", 12)

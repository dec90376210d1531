"""How people call the services, reasons and operators of the vocabulary, for the check of wordings.

Starts of words as regular expressions. A list is never complete; the check says so.
"""

from __future__ import annotations

from collections.abc import Mapping

SERVICES: Mapping[str, tuple[str, ...]] = {
    "social_work": (r"social[ -](work|care)", r"children's services", r"child protection"),
    "education": ("educat", r"(?<!pre-)school", "teacher", "colleges?"),
    "early_years": (r"early[ -]years", "nurser", r"children's cent", "childcare", r"pre-?school"),
    "police": ("police", r"criminal justice", "probation"),
    "immigration": ("immigra", r"home office", "visa", r"right to stay", r"border "),
    "health": ("health", "hospital", "doctor", r"gps?\b", r"nhs\b", r"nurses?\b", "midwi"),
    "housing": ("housing", "landlord", "tenan", "homeless"),
    "benefits": (r"benefits?\b(?! of\b)", r"social security", r"universal credit", "welfare"),
    "tax": (r"tax(es|ation)?\b", r"council tax", r"hmrc\b"),
}

REASONS: Mapping[str, tuple[str, ...]] = {
    "offer_unasked": (
        r"(did|have|has|had) not (yet )?ask",
        "unasked",
        r"without (being|having) ask",
    ),
    "save_money": (r"spend less", r"sav(e|es|ing) money", r"cost", r"cheaper", r"save public"),
    "target_services": (
        r"target",
        r"aim(ed|s)?\b",
        r"direct services",
        r"right services",
        r"where .*needed",
    ),
    "find_abuse": ("abus", "neglect", r"(at risk of )?harm", r"hurt"),
    "pay_entitlements": ("entitle", r"right to", r"by right", "unclaimed", r"miss out", r"owed"),
}

PROCESSORS: Mapping[str, tuple[str, ...]] = {
    "public_partner": (r"another public", r"public (body|partner|organi)", r"other public"),
    "commercial": ("compan", "commercial", "private", r"business", r"firms?\b"),
}

FORECAST: tuple[str, ...] = (
    "predict",
    "forecast",
    "scor(e|ing)",
    "profil",
    r"risk",
    "flag",
    r"likely to",
    "algorithm",
    r"guess",
)
"""Words by which people are told that something about them is worked out."""

LEADING: tuple[str, ...] = (
    r"\b(obviously|clearly|surely|of course)\b",
    r"\b(vital|essential|crucial|lifesaving|life-saving)\b",
    r"\bsafeguard\w*",
    r"\bprotect\w*",
    r"\bsnoop\w*",
    r"\bspy(ing)?\b",
    r"\bsurveillance\b",
    r"\btroubled\b",
    r"\bvulnerable\b",
    r"\bdo you agree that\b",
    r"\bonly fair\b",
    r"\beverybody knows\b|\beveryone knows\b",
    r"\bdangerous\b",
    r"\bintru\w*",
)
"""Words that praise or blame what is asked about; a small list."""

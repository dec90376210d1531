"""What each change of standardisation means, in a sentence."""

from __future__ import annotations

MEANINGS = {
    "marks": "Letters with marks were written as plain ones.",
    "script": "The value is in another script and is kept as it is.",
    "untitled": "A title, or a word for nothing before the name, was left out.",
    "nothing": "A word for nothing stood here: missing.",
    "unnamed": "The child had no name yet: missing.",
    "several": "Further given names became middle names.",
    "unsuffixed": "A suffix such as Jr was left out.",
    "split": "One column for the whole name was split.",
    "one_word": "The whole name was one word: taken as the family name.",
    "misfit": "The date does not fit the declared format: missing.",
    "placeholder": "A date that stands for nothing: missing.",
    "future": "A date of birth after the extract: missing.",
    "past": "A date of birth before 1900: missing.",
    "turned": "The address ended before it began: its beginning is missing.",
    "mixed": "Letters and digits that look alike were put right by their place.",
    "partial": "Only a part of a postcode: missing.",
    "pseudo": "A postcode that stands for no address: missing.",
    "invalid": "The value cannot be right: missing.",
    "abode": "No fixed abode, or not known: no address.",
    "unsplit": "No street could be told from the address: kept as one text.",
    "number": "A number before the street was taken as that of the house.",
    "postcode": "The postcode was taken from the address.",
}
"""A sentence for each change."""

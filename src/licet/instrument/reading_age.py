"""How hard a text is to read, by the Flesch-Kincaid grade.

Grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid and others 1975, report
8-75 of the US Naval Technical Training Command). A reading age is about the grade plus five years.
Syllables are counted by rule, so a grade is a guide and not a measurement.
"""

from __future__ import annotations

import re


def grade(text: str) -> float:
    """The school grade of a text; 0 for a text without words. It may be below 0 for very easy text."""
    words = re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", text)))
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def reading_age(text: str) -> int:
    """The age in years at which most can read the text, from 5."""
    return max(5, round(grade(text) + 5))


def syllables(word: str) -> int:
    """The syllables of an English word: groups of vowels, without a silent last e or -ed."""
    bare = re.sub(r"[^a-z]", "", word.casefold())
    bare = re.sub(r"(?<=[^aeiouytd])ed$|(?<=[^aeiouy])es$(?<![sxz]es)(?<!ches)(?<!shes)", "", bare)
    if not bare.endswith("le"):
        bare = re.sub(r"(?<=[^aeiouy])e$", "", bare) if len(bare) > 2 else bare
    return max(1, len(re.findall(r"[aeiouy]+", bare)))

"""How old a reader has to be for a text, by the Flesch-Kincaid grade.

grade = 0.39 words/sentences + 11.8 syllables/words - 15.59 (Kincaid and others, 1975, for the United
States Navy); the age is the grade and five years. Syllables are counted by a rule: groups of vowels, a
silent e at the end left out. The figure is a hint for whoever writes; no text is refused for it.
"""

from __future__ import annotations

import re

AIM = 9
"""Years: what a text of the register aims at."""
FEWEST_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouysxzcgh]es|[^aeiouytd]ed|[^laeiouy]e)$")


def syllables(word: str) -> int:
    """Syllables of an English word, by rule: at least one."""
    plain = word.casefold().strip("'\u2019-")
    cut = plain[: -len("e")] if _SILENT.search(plain) and plain.endswith("e") else plain
    if _SILENT.search(plain) and plain.endswith(("es", "ed")):
        cut = plain[:-2]
    return max(1, len(_VOWELS.findall(cut)))


def reading_age(text: str) -> int | None:
    """Years, rounded, at least 5; None for a text of fewer than ``FEWEST_WORDS`` words."""
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, sum(bool(_WORD.search(part)) for part in _SENTENCE.split(text)))
    spoken = sum(syllables(word) for word in words)
    grade = 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59
    return max(5, round(grade + 5))

"""The words a report uses, with what they mean, for a reader who meets them for the first time."""

from __future__ import annotations

from licet.use import Use
from licet.vocabulary import term

WORDS: tuple[tuple[str, str], ...] = (
    ("Licence", "That the people whose records are joined find it acceptable. It is not the law, "
     "and not one person's permission."),
    ("Permission", "A person's own recorded yes or no to one use."),
    ("Use", "One purpose for which named bodies join records about families."),
    ("Required item", "What must be acceptable: every reason given, every service that brings "
     "records, and whoever runs the linkage if it is not the public body itself."),
    ("Affected group", "A group of people on whom the use will fall. Each is judged for itself; "
     "the majority cannot outvote it. Groups overlap."),
    ("Comparison group", "A group that is shown to compare with and decides nothing."),
    ("Base", "How many people gave a valid answer. \u201cAbout\u201d: worked out from print, not "
     "counted."),
    ("Effective base", "What the people counted are worth once weights and the way they were "
     "chosen are allowed for."),
    ("Design effect", "By how much weights and the way people were chosen widen the uncertainty; "
     "1 is none."),
    ("Interval", "Where the true share may lie, given how few were asked: [13, 48] is from 13 % "
     "to 48 %."),
    ("Line", "The share that must be reached: 1.5 divided by the number of stances, so 50 % for "
     "three and 75 % for two."),
    ("Stance", "What an answer means for the use: permits, neutral or opposes."),
    ("Consensus", "The stance whose share reaches the line as a bare figure: for, against, "
     "contested (both), none, or undetermined (printed exactly on the line)."),
    ("granted", "A verdict: the whole interval lies at or above the line."),
    ("unproven", "A verdict: the interval crosses the line, so nobody can say. It is not granted."),
    ("too few", "A verdict: too few people answered, or the interval is too wide to use."),
    ("not measured", "A verdict: nobody in the group was asked."),
    ("expired", "A verdict: the evidence is too old."),
    ("absent", "A verdict: the whole interval of those who permit lies below the line."),
    ("refused", "A verdict: the whole interval of those against lies at or above the line."),
    ("Duty", "Something people demand be done first, such as being asked."),
    ("Concern", "A worry that enough people share for an audit to be due."),
    ("Ask each family", "Only families who said yes are linked."),
    ("Tell, may object", "Families are told 30 days before, in a language they read, and can say "
     "no."),
    ("Override", "A named role lets an item pass in spite of its verdict, in public, with a reason "
     "and an end date. It never lifts a person's no."),
)  # fmt: skip


def definitions(use: Use) -> list[tuple[str, str]]:
    """The words of the report, then those of the shared vocabulary that the use declares."""
    named = [("purpose", use.purpose), ("setting", use.setting), ("processor", use.operator)]
    named += [("service", word) for word in use.services]
    named += [("reason", word) for word in use.reasons]
    named += [("analytics", word) for word in use.analytics]
    named += [("action", use.intended_action), ("permission model", use.permission_model)]
    terms = [term(kind, word) for kind, word in named]
    return [*WORDS, *dict.fromkeys((t.label, t.definition) for t in terms)]

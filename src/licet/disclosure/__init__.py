"""Disclosure control: which figures of a table may be shown. The one place that decides it.

A count of 1 to threshold-1 people could show who somebody is, so it is not shown; nor is anything
of a group of so few people, nor what would give such a count away by subtraction:

- the answers of a group add up to its base, and a net is the sum of its options;
- the groups of one breakdown, with the people of unknown group, add up to the whole sample;
- the difference of a group from the rest tells the share in the rest.

**What is guaranteed.** From all counts, bases, nets and differences shown of one item, and from no
other knowledge, arithmetic allows every small count that is not shown to be 0 as well as threshold
or more; so too a small base. Only one thing more can follow: that *nobody* gave an answer in a
wider group of threshold or more people, for zeros of such groups are shown.

**How.** Options too rare in the whole sample are merged with others until together they reach the
threshold, and the groups too small to show likewise: of these only the sum can be derived. In what
remains every small count lies in a block (some groups by some answers) of one breakdown that is
kept back whole. Its cells can be exchanged without changing anything shown, so a cell x with row
sum r, column sum c and block sum s can be anything from max(0, r + c - s) to min(r, c) (Fréchet's
bounds): the block is grown until that reaches from 0 to the threshold. A net that such an exchange
would change is kept back in every row of the block. People of unknown group are no group: their
own small counts are shelter, not something to hide.

**Groups of several breakdowns.** Groups that share nobody can be subtracted from the whole together,
whatever variable or expression each comes from: ``breakdowns`` finds every such set, and each is
sheltered like a breakdown. Where sets share a group, what one keeps back of it is sheltered in the
others until nothing changes; then no small count can be worked out, but its bounds may be closer.

**Linked tables** (``protect``: an audit's groups, crossed groups, their margins and rests). Sums may be
nested and shared in any way, so blocks of one breakdown do not do. For every small count two exchanges
are searched by linear programming: changes of the cells kept back that leave every sum as it is, in
whole numbers and none negative, after which the count is 0, or the threshold or more. The exchanges
are the proof; the attacker of the tests searches for them anew, by integer programming. A rest is
shown only where the group and everybody are; a rate only where its numerator and base are.

**Groups inside one another, or overlapping** (``confusion_sums(told=...)``): a set of people that follows
from counts of groups by plus and minus, such as a district less a ward, stands in the tables as a group
that is never printed, and is sheltered as any other. Which sets follow is found from who is in which group
(``audit.groups.overlaps``). That nobody of a group of few did something must not follow either, unless
nobody of a wider group did.

**What was printed before** (``protect(public=...)``) of the same people cannot be kept back any more: no
exchange may change it.

**Two releases** (``changes_to_hold``). A figure that changed by 1 to threshold-1 people is repeated as it
was, with what would give the change away: arithmetic allows no change as well as a large one.

**What is not.** Weighted shares follow the same pattern of cells, but their bounds are not counted
out. That one set of people fills all crossed tables is not counted in either: figures of two pairs can
narrow a third. In tables of a survey breakdowns that contain one another (all minorities; each
minority), other tables of it and knowledge of somebody's answers can tell more. Which cells were small
must not be shown either: publish "not shown", never the reason.
"""

from __future__ import annotations

from licet.disclosure.bases import coarse, coarse_chance, hidden_parts, tens
from licet.disclosure.breakdowns import breakdowns
from licet.disclosure.confusion import Linked, confusion_sums, visible_rate
from licet.disclosure.linked import Sum, protect
from licet.disclosure.releases import Release, changes_to_hold, held_words, release
from licet.disclosure.rounding import rounded, rounded_counts, rounded_share
from licet.disclosure.suppression import THRESHOLD, Suppression, suppress, visible_cell
from licet.disclosure.tables import suppress_table

__all__ = [
    "THRESHOLD",
    "Linked",
    "Release",
    "Sum",
    "Suppression",
    "breakdowns",
    "changes_to_hold",
    "coarse",
    "coarse_chance",
    "confusion_sums",
    "held_words",
    "hidden_parts",
    "protect",
    "release",
    "rounded",
    "rounded_counts",
    "rounded_share",
    "suppress",
    "suppress_table",
    "tens",
    "visible_cell",
    "visible_rate",
]

"""Opinion groups, as Polis finds them, and what they agree on: shown beside the declared groups.

Opinion groups are found in the votes; nobody declared them, and small ones are not stable. The formulas
are Polis's (participants kept, missing votes at the mean, two components, k-means, a group's probability
of agreeing ``(A + 1) / (S + 2)``); its code is not copied. Vote 1 is agree, -1 disagree, 0 pass, NaN not
seen. The principal components and k-means are scikit-learn's (the extra ``audit``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Votes = NDArray[np.float64]
"""participants x statements."""
FEWEST_VOTES, FEWEST_PEOPLE = 7, 15
MOST_GROUPS = 5


@dataclass(frozen=True)
class Opinions:
    """kept: rows of the participants that are grouped. labels: the group of each of them, from 0.
    places: their two components. silhouette: of the grouping, -1 to 1."""

    kept: NDArray[np.int64]
    labels: NDArray[np.int64]
    places: NDArray[np.float64]
    silhouette: float

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(set(self.labels.tolist()))


def kept_participants(votes: Votes) -> NDArray[np.int64]:
    """Rows with at least min(7, statements) votes; if that is fewer than 15, the next most active too."""
    cast = (~np.isnan(votes)).sum(axis=1)
    enough = np.flatnonzero(cast >= min(FEWEST_VOTES, votes.shape[1]))
    if len(enough) < FEWEST_PEOPLE:
        order = np.argsort(-cast, kind="stable")
        more = [row for row in order if cast[row] > 0 and row not in set(enough.tolist())]
        enough = np.sort(np.concatenate([enough, more[: FEWEST_PEOPLE - len(enough)]]))
    return enough.astype(np.int64)


def group_informed(votes: Votes, labels: Sequence[int]) -> NDArray[np.float64]:
    """Of each statement, the product over groups of (agreeing + 1) / (seen + 2), 0 to 1.

    votes: rows of the participants that are grouped. A statement that no one saw scores 0.5 for each
    group: it says nothing until many voted, and it falls with the number of groups.
    """
    group = np.asarray(labels)
    found = np.ones(votes.shape[1])
    for one in np.unique(group):
        own = votes[group == one]
        agree, seen = (own == 1).sum(axis=0), (~np.isnan(own)).sum(axis=0)
        found *= (agree + 1) / (seen + 2)
    return found


def opinions(votes: Votes, *, seed: int = 0) -> Opinions | None:
    """The groups that votes fall into, 2 to 5 of them, by the best silhouette; None for too few people, or
    where all vote alike."""
    kept = kept_participants(votes)
    if len(kept) < FEWEST_PEOPLE:
        return None
    if not _differ(votes[kept]):
        return None
    places = _places(votes[kept])
    best: tuple[float, Any] | None = None
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    most = min(MOST_GROUPS, 2 + len(kept) // 12)
    for k in range(2, most + 1):
        labels = KMeans(n_clusters=k, n_init=10, random_state=seed).fit_predict(places)
        score = float(silhouette_score(places, labels))
        if best is None or score > best[0] + 1e-12:
            best = (score, labels)
    assert best is not None  # two groups are always tried
    return Opinions(kept, np.asarray(best[1], dtype=np.int64), places, best[0])


def _differ(votes: Votes) -> bool:
    """Whether anybody votes otherwise than somebody else on any statement."""
    return any(len(set(column[~np.isnan(column)].tolist())) > 1 for column in votes.T)


def _places(votes: Votes) -> NDArray[np.float64]:
    """Two components of each participant; who voted seldom is moved out as Polis does."""
    from sklearn.decomposition import PCA

    seen = ~np.isnan(votes)
    cast = seen.sum(axis=0)
    total = np.where(seen, votes, 0.0).sum(axis=0)
    means = np.divide(total, cast, out=np.zeros(votes.shape[1]), where=cast > 0)
    filled = np.where(seen, votes, means)
    found = PCA(n_components=2, svd_solver="full").fit_transform(filled)
    scale = np.sqrt(votes.shape[1] / np.maximum(seen.sum(axis=1), 1))
    return np.asarray(found * scale[:, None], dtype=np.float64)

"""Training a model with Splink, the same on every back end."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from licet.engines.comparing import ITERATIONS, block
from licet.errors import bad
from licet.linkage.spec import LinkageSpec


def fitted(linker_of: Callable[[int], Any], spec: LinkageSpec) -> dict[str, Any]:
    """The model that Splink finds in the rows of a linker, in Splink's JSON form.

    linker_of: a fresh linker for so many iterations at most. Refuses rows that no number of
    ``ITERATIONS`` can be trained on.
    """
    with undrawn():
        for iterations in ITERATIONS[:-1]:
            try:
                return _fitted(linker_of(iterations), spec)
            except ValueError:
                continue
        with _told(spec):
            return _fitted(linker_of(ITERATIONS[-1]), spec)


def _fitted(linker: Any, spec: LinkageSpec) -> dict[str, Any]:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block(parts, within=True) for parts in spec.certain], recall=spec.recall
    )
    training.estimate_u_using_random_sampling(max_pairs=spec.pairs, seed=spec.seed)
    for parts in spec.training:
        training.estimate_parameters_using_expectation_maximisation(
            block(parts, within=True), max_pairs=MOST
        )
    model = unmixed(linker.misc.save_model_to_json(), spec.recall)
    return rounded(floored(model))


MOST = 4_000_000
"""About how many pairs of a block are learned from, chosen by a hash of their ids: more take minutes and
gigabytes, and change no chance by a thousandth."""
LEAST = 0.0005
"""No level is rarer than this among rows of one person, 0-1: one slip in a field must not part two rows
for good, and a few hundred true pairs cannot show that it never happens."""


MOST_TAKEN = 0.875
"""The share of a chance u, 0-1, that may be taken for true pairs: three bits. What is left of a number
that nearly vanishes is too uncertain to be believed."""


def unmixed(model: dict[str, Any], recall: float) -> dict[str, Any]:
    """The model with the true pairs taken out of the random pairs that its chances u were counted in.

    Among few rows a true pair is no rare thing in a random sample: of 10,000 rows it makes up nearly
    all of those that agree on a national number. Counted share = true x m + others x u. How many are
    true is what ``certain`` found; the pairs that it misses stay in, so that u errs upwards.
    recall: of ``certain``, 0-1, that the model was started from.
    """
    true = float(model["probability_two_random_records_match"]) * recall
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            m, u = level.get("m_probability"), level.get("u_probability")
            if isinstance(m, float) and isinstance(u, float):
                level["u_probability"] = min(u, max(u - true * m, (1 - MOST_TAKEN) * u))
    return model


DIGITS = 12
"""Of a probability that are kept. In what order threads add up shows in the last of sixteen."""


def rounded(model: dict[str, Any]) -> dict[str, Any]:
    """The model with every m and u of ``DIGITS`` digits, so that equal rows give an equal model."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            for name in ("m_probability", "u_probability"):
                if isinstance(level.get(name), float):
                    level[name] = float(f"{level[name]:.{DIGITS}g}")
    return model


def floored(model: dict[str, Any]) -> dict[str, Any]:
    """The model with every chance m at ``LEAST`` or more."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            m = level.get("m_probability")
            if isinstance(m, float) and m < LEAST:
                level["m_probability"] = LEAST
    return model


@contextmanager
def undrawn() -> Iterator[None]:
    """Splink names its tables by Python's own generator: what else draws from it shall not notice."""
    before = random.getstate()
    try:
        yield
    finally:
        random.setstate(before)


@contextmanager
def _told(spec: LinkageSpec) -> Iterator[None]:
    """Say in words that training had too little to go by. Splink's own errors have no public root."""
    try:
        yield
    except Exception as error:
        expected = isinstance(error, ValueError | ZeroDivisionError)
        if not expected and not type(error).__module__.startswith("splink"):
            raise
        said = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise bad(
            f"the model cannot be trained on the permitted rows ({said})",
            f"linkage {spec.id}",
            "enough permitted rows of several services, some of them of the same people",
            "wait for more permissions, or name a model trained before with --model",
        ) from None

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
        training.estimate_parameters_using_expectation_maximisation(block(parts, within=True))
    return floored(linker.misc.save_model_to_json())


LEAST = 0.0005
"""No level is rarer than this among rows of one person, 0-1: one slip in a field must not part two rows
for good, and a few hundred true pairs cannot show that it never happens."""


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

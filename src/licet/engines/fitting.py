"""Training a model with Splink, the same on every back end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from licet.engines.comparing import block
from licet.errors import bad
from licet.linkage.spec import LinkageSpec


def fitted(linker: Any, spec: LinkageSpec) -> dict[str, Any]:
    """The model that a Splink linker finds in its rows, in Splink's JSON form."""
    training = linker.training
    with _told(spec):
        training.estimate_probability_two_random_records_match(
            [block(parts, within=True) for parts in spec.certain], recall=spec.recall
        )
        training.estimate_u_using_random_sampling(max_pairs=spec.pairs, seed=spec.seed)
        for parts in spec.training:
            training.estimate_parameters_using_expectation_maximisation(block(parts, within=True))
    return linker.misc.save_model_to_json()


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

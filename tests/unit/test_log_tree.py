"""The tree against published vectors and known roots; what it reads and how fast it is."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from licet.log.tree import (
    EMPTY_ROOT,
    Place,
    append,
    consistency,
    extend,
    inclusion,
    leaf_hash,
    root,
    root_at,
    roots,
    verify_consistency,
    verify_inclusion,
)
from tests.suites import shared_file

LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots over the first 1, 2, ... of LEAVES: the reference tree of github.com/transparency-dev/merkle."""


def vectors(shared: Path, kind: str) -> list[dict[str, Any]]:
    folder = shared_file(shared, f"data/merkle/{kind}")
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.rglob("*.json"))]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_known_roots() -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert [root(hashes[:n]).hex() for n in range(1, 9)] == ROOTS
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == EMPTY_ROOT == root_at(lambda level, index: b"", 0)
    assert roots(hashes, (0, 3, 9)) == {0: EMPTY_ROOT, 3: bytes.fromhex(ROOTS[2])}


def test_all_published_vectors_of_inclusion(shared: Path) -> None:
    found = vectors(shared, "inclusion")
    assert len(found) == 98
    for vector in found:
        accepted = verify_inclusion(
            decoded(vector.get("leafHash")),
            vector.get("leafIdx", 0),
            vector.get("treeSize", 0),
            [decoded(part) for part in vector.get("proof") or ()],
            decoded(vector.get("root")),
        )
        assert accepted is not bool(vector["wantErr"]), vector["desc"]


def test_all_published_vectors_of_consistency(shared: Path) -> None:
    found = vectors(shared, "consistency")
    assert len(found) == 98
    for vector in found:
        accepted = verify_consistency(
            vector.get("size1", 0),
            vector.get("size2", 0),
            decoded(vector.get("root1")),
            decoded(vector.get("root2")),
            [decoded(part) for part in vector.get("proof") or ()],
        )
        assert accepted is not bool(vector["wantErr"]), vector["desc"]


class Reads:
    """Kept nodes that count how often they are read."""

    def __init__(self, size: int) -> None:
        self.nodes: dict[Place, bytes] = {}
        extend(self.nodes, 0, (leaf_hash(b"%d" % n) for n in range(size)))
        self.count = 0

    def __call__(self, level: int, index: int) -> bytes:
        self.count += 1
        return self.nodes[level, index]


@pytest.mark.parametrize("size", [1, 2, 1000, 4095, 4096, 4097])
def test_reads_grow_with_the_logarithm(size: int) -> None:
    most = 2 * math.ceil(math.log2(size + 1)) + 2
    for work in (
        lambda kept: append(kept, size, leaf_hash(b"new")),
        lambda kept: root_at(kept, size),
        lambda kept: inclusion(kept, size // 3, size),
        lambda kept: consistency(kept, size // 3 + 1, size),
    ):
        kept = Reads(size)
        work(kept)
        assert kept.count <= most


def test_a_leaf_adds_two_nodes_on_average() -> None:
    assert len(Reads(4096).nodes) == 2 * 4096 - 1


def test_the_root_of_20_000_leaves_is_fast() -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(20_000)]
    start = process_time()
    root(hashes)
    assert process_time() - start < 1  # 0.05 s where it was written


def test_what_is_not_there_is_not_proven() -> None:
    kept = Reads(5)
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion(kept, index, size)
    for first, second in ((0, 5), (6, 5)):
        with pytest.raises(ValueError, match="grows"):
            consistency(kept, first, second)
    with pytest.raises(ValueError, match="32 bytes"):
        append(kept, 5, b"short")


def test_numbers_that_are_none_are_refused() -> None:
    leaf = leaf_hash(b"x")
    assert verify_inclusion(leaf, 0, 1, [], leaf)
    assert not verify_inclusion(leaf, False, 1, [], leaf)  # type: ignore[arg-type]
    assert not verify_inclusion(leaf, 0, 1.0, [], leaf)  # type: ignore[arg-type]
    assert not verify_inclusion("x" * 32, 0, 1, [], leaf)  # type: ignore[arg-type]
    assert not verify_consistency(1, "2", leaf, leaf, [leaf])  # type: ignore[arg-type]


def test_a_root_that_is_not_there_proves_nothing() -> None:
    assert not verify_consistency(1, 1, b"", b"", [])
    assert not verify_inclusion(b"", 0, 1, [], b"")

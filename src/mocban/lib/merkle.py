"""Merkle trees over audit batches, with the domain separation of RFC 6962, and the chain of their roots."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF, _NODE, _CHAIN = b"\x00", b"\x01", b"\x02"


@dataclass(frozen=True)
class Step:
    """One sibling on the way from a leaf to the root; `left` when the sibling stands to the left."""

    sibling: bytes
    left: bool


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the 32-byte root over `leaves` in their order; of no leaves, the SHA-256 of nothing."""
    if not leaves:
        return EMPTY_ROOT
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _fold(level)
    return level[0]


def proof(leaves: Sequence[bytes], index: int) -> tuple[Step, ...]:
    """Return the steps that lead from the leaf at `index` to the root. Raises IndexError outside the leaves."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    steps: list[Step] = []
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(Step(level[sibling], left=sibling < index))
        level = _fold(level)
        index //= 2
    return tuple(steps)


def proves(leaf: bytes, steps: Sequence[Step], expected_root: bytes) -> bool:
    """Say whether `steps` lead from `leaf` to `expected_root`."""
    digest = _leaf(leaf)
    for step in steps:
        digest = _node(step.sibling, digest) if step.left else _node(digest, step.sibling)
    return digest == expected_root


def chain(previous_root: bytes, this_root: bytes) -> bytes:
    """Bind a batch's root to everything before it: the digest of both, apart from leaves and nodes."""
    return hashlib.sha256(_CHAIN + previous_root + this_root).digest()


def _fold(level: list[bytes]) -> list[bytes]:
    """Return the level above; an odd last node rises unchanged, which gives the tree of RFC 6962."""
    pairs = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return pairs if len(level) % 2 == 0 else [*pairs, level[-1]]


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(_LEAF + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()

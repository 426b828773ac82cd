"""Merkle trees as RFC 9162 has them: one hash stands for all leaves, and log n hashes prove one of them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Whole = Callable[[int, int], bytes]
"""Gives the hash of a whole subtree: of 2^level leaves, the one at a place among those of its level."""


class Node(NamedTuple):
    """A whole subtree: it has 2^level leaves and begins with leaf number place × 2^level, counted from 0."""

    level: int
    place: int
    digest: bytes


def parent(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The whole subtrees that a tree consists of, the largest first: all that is needed to let it grow."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Take a tree up again.

        Raises:
            ValueError: A tree of that size has another number of peaks.
        """
        if size.bit_count() != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size, self.peaks = size, list(peaks)

    def add(self, leaf: bytes) -> list[Node]:
        """Take one more leaf; return the whole subtrees that it completes, the smallest first."""
        digest, level, place, made = leaf, 0, self.size, []
        while place & 1:
            digest, level, place = parent(self.peaks.pop(), digest), level + 1, place >> 1
            made.append(Node(level, place, digest))
        self.peaks.append(digest)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Return the one hash that stands for the leaves so far."""
        if not self.peaks:
            return EMPTY
        digest = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            digest = parent(left, digest)
        return digest


def inclusion_path(whole: Whole, index: int, size: int) -> list[bytes]:
    """Return what proves that a leaf is in a tree (RFC 9162, 2.1.3.1), from the leaf upwards.

    Args:
        whole: Gives the hashes of whole subtrees.
        index: Number of the leaf, counted from 0.
        size: Leaves of the tree; more than `index`.
    """
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(_span(whole, middle, end))
            end = middle
        else:
            path.append(_span(whole, start, middle))
            start = middle
    return path[::-1]


def consistency_path(whole: Whole, old: int, new: int) -> list[bytes]:
    """Return what proves that a tree has grown from an older one (RFC 9162, 2.1.4.1).

    Args:
        whole: Gives the hashes of whole subtrees.
        old: Leaves of the older tree, at least 1.
        new: Leaves of the newer one, not fewer.
    """
    path, start, end = [], 0, new
    while old < end:
        middle = start + _half(end - start)
        if old <= middle:
            path.append(_span(whole, middle, end))
            end = middle
        else:
            path.append(_span(whole, start, middle))
            start = middle
    if start:
        path.append(_span(whole, start, end))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return if a path proves that a leaf is number `index` of the tree with this root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, digest = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            digest = parent(step, digest)
            at, last = _upwards(at, last)
        else:
            digest = parent(digest, step)
        at, last = at >> 1, last >> 1
    return last == 0 and digest == root


def has_grown(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Return if a path proves that the newer tree begins with the leaves of the older one (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = parent(step, was), parent(step, now)
            at, last = _upwards(at, last)
        else:
            now = parent(now, step)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def folded(digests: Sequence[bytes]) -> bytes:
    """Return the hash of a whole subtree from those of one level below it; their number is a power of two."""
    while len(digests) > 1:
        digests = [parent(*digests[n : n + 2]) for n in range(0, len(digests), 2)]
    return digests[0]


def _upwards(at: int, last: int) -> tuple[int, int]:
    """Pass over the levels at which a right edge has no sibling."""
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _half(count: int) -> int:
    """Return the largest power of two that is less than a number of leaves."""
    return 1 << ((count - 1).bit_length() - 1)


def _span(whole: Whole, start: int, end: int) -> bytes:
    """Return the hash of leaves that begin where a subtree begins."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return whole(level, start >> level)
    middle = start + _half(count)
    return parent(_span(whole, start, middle), _span(whole, middle, end))

"""The tree of the ledger against a second one that is written as the textbook has it."""

import hashlib
from itertools import pairwise

import pytest

from service.domain import merkle
from service.domain.merkle import Frontier

pytestmark = pytest.mark.rules

LEAVES = [hashlib.sha256(bytes([0, number])).digest() for number in range(70)]


def textbook_root(leaves: list[bytes]) -> bytes:
    """Return MTH of RFC 9162, 2.1.1; the leaves are hashed already."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = textbook_half(len(leaves))
    return hashlib.sha256(b"\x01" + textbook_root(leaves[:k]) + textbook_root(leaves[k:])).digest()


def textbook_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) <= 1:
        return []
    k = textbook_half(len(leaves))
    if m < k:
        return [*textbook_path(m, leaves[:k]), textbook_root(leaves[k:])]
    return [*textbook_path(m - k, leaves[k:]), textbook_root(leaves[:k])]


def textbook_proof(m: int, leaves: list[bytes], *, is_whole: bool = True) -> list[bytes]:
    """Return SUBPROOF of RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if is_whole else [textbook_root(leaves)]
    k = textbook_half(len(leaves))
    if m <= k:
        return [*textbook_proof(m, leaves[:k], is_whole=is_whole), textbook_root(leaves[k:])]
    return [*textbook_proof(m - k, leaves[k:], is_whole=False), textbook_root(leaves[:k])]


def textbook_half(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def whole(level: int, place: int) -> bytes:
    """Give whole subtrees of the leaves."""
    return merkle.folded(LEAVES[place << level : (place + 1) << level])


def grown(size: int) -> Frontier:
    tree = Frontier()
    for leaf in LEAVES[:size]:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", range(len(LEAVES) + 1))
def test_the_root_is_the_textbooks_at_every_size(size: int) -> None:
    tree = grown(size)
    assert tree.root() == textbook_root(LEAVES[:size])
    again = Frontier(size, tree.peaks)
    assert (again.root(), again.size) == (tree.root(), size)


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 peaks"):
        Frontier(3, grown(4).peaks)


def test_a_tree_tells_of_every_subtree_that_it_completes() -> None:
    tree, told = Frontier(), {}
    for leaf in LEAVES:
        told |= {(node.level, node.place): node.digest for node in tree.add(leaf)}
    expected = {
        (level, place): textbook_root(LEAVES[place << level : (place + 1) << level])
        for level in range(1, 7)
        for place in range(len(LEAVES) >> level)
    }
    assert told == expected


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 64, 70])
def test_each_leaf_is_proved_by_its_path_and_by_no_other(size: int) -> None:
    root = textbook_root(LEAVES[:size])
    for index in range(size):
        path = merkle.inclusion_path(whole, index, size)
        assert path == textbook_path(index, LEAVES[:size])
        assert merkle.is_included(LEAVES[index], index, size, path, root)
        for other in {0, index - 1, index + 1, size - 1, size} - {index}:
            assert not merkle.is_included(LEAVES[index], other, size, path, root)
        for wrong in ([*path, LEAVES[0]], path[:-1] if path else [LEAVES[0]], [*path[::-1], LEAVES[1]]):
            assert not merkle.is_included(LEAVES[index], index, size, wrong, root)


def test_a_tree_has_grown_from_each_older_one_and_from_nothing_else() -> None:
    roots = [textbook_root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
    for new in (1, 2, 5, 8, 16, 37, 64, 70):
        for old in range(1, new + 1):
            path = merkle.consistency_path(whole, old, new)
            assert path == textbook_proof(old, LEAVES[:new])
            assert merkle.has_grown(old, roots[old], new, roots[new], path)
            assert not merkle.has_grown(old, roots[old - 1], new, roots[new], path)
            assert not merkle.has_grown(old, roots[old], new, roots[new - 1], path)
            assert not merkle.has_grown(old, roots[old], new, roots[new], [*path, LEAVES[0]])
            for left, right in pairwise(range(len(path))):
                swapped = list(path)
                swapped[left], swapped[right] = path[right], path[left]
                assert not merkle.has_grown(old, roots[old], new, roots[new], swapped)
    assert not merkle.has_grown(0, merkle.EMPTY, 1, roots[1], [])

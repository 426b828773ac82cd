"""Which items the office should follow (rule R2), and how they are called: prose and rows of tables alike."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .proposal import Deadline, Item

STRICT_KINDS = frozenset({"date", "period", "relative_days", "relative_working_days", "recurring"})
"""Kinds of deadline that set a day."""


def sets_day(deadlines: Iterable[Deadline]) -> bool:
    """Whether one of them sets a day."""
    return any(deadline.kind in STRICT_KINDS for deadline in deadlines)


def tracked(item: Item, *, covered: bool = False) -> Item:
    """Mark what the office should follow, from the leaves up.

    Args:
        item: An item with its children.
        covered: A numbered item above holds it, so a loose child without lead and deadline need not be
        tracked.
    """
    loose = not any(c.isalnum() for c in item.label)
    children = tuple(tracked(child, covered=covered or not loose) for child in item.items)
    item = replace(item, items=children)
    if not item.task or item.closing:
        return item
    if loose and covered and not _is_own(item):
        return item
    tasks = [child for child in children if child.task]
    below = bool(tasks) and all(_is_followed(child) for child in tasks)
    return replace(item, tracked=not below or _has_own_day(item, tasks))


def _has_own_day(item: Item, tasks: Sequence[Item]) -> bool:
    """Its own sentence sets a day that no child takes over, so the children do not cover it."""
    mine = is_dated(item) and not item.text.split("\n", 1)[0].rstrip().endswith(":")
    return mine and all(is_dated(child) for child in tasks)


def is_dated(item: Item) -> bool:
    """It sets a day of its own; "thường xuyên" is none."""
    return sets_day((item.deadline, *item.more_deadlines))


def _is_own(item: Item) -> bool:
    """It has its own lead or its own day; "thường xuyên" alone gives nothing to follow."""
    lead = any(a.role == "lead" for a in item.assigned)
    return lead or is_dated(item)


def _is_followed(item: Item) -> bool:
    tasks = [child for child in item.items if child.task]
    return item.tracked or (bool(tasks) and all(_is_followed(child) for child in tasks))


def with_paths(items: Iterable[Item], above: str = "") -> tuple[Item, ...]:
    """Name every item by the labels down to it: the second dash under 2 is "2.-#2"."""
    seen: dict[str, int] = {}
    out: list[Item] = []
    for item in items:
        path = f"{above}.{item.label}" if above else item.label
        seen[path] = seen.get(path, 0) + 1
        unique = path if seen[path] == 1 else f"{path}#{seen[path]}"
        out.append(replace(item, path=unique, items=with_paths(item.items, unique)))
    return tuple(out)

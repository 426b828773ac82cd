"""The tree of a directive's items: locators, inheritance, and what is covered (R1, R2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from service.domain.tables import Item
from service.domain.text import fold

LABELS = {"¶": "p", "đ": "dd", "+": "plus", "-": "-"}
"""Labels that plain letters cannot spell; "đ" is not "d": điểm d and điểm đ stand side by side."""


def locator(path: str) -> str:
    """Return an item's path in a form that goes into an address: "2.-#2" is "2.-2", "¶" is "p"."""
    parts = (part.partition("#") for part in path.split("."))
    plain = (label if label.isascii() and label.isalnum() else _spelt(label) for label, _, _ in parts)
    counts = (part.partition("#")[2] for part in path.split("."))
    return ".".join(label + count for label, count in zip(plain, counts, strict=True))[:100]


def _spelt(label: str) -> str:
    return LABELS.get(label) or fold(label).replace(" ", "-") or "p"


def free(wanted: str, taken: set[str]) -> str:
    """Return a locator that no other item has, and remember it."""
    found, count = wanted, 1
    while found in taken:
        count += 1
        found = f"{wanted}~{count}"
    taken.add(found)
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """An item of a proposal, with its place in the tree."""

    item: Mapping[str, Any]
    position: int
    parent: int | None
    path: str


def walk(items: Sequence[Mapping[str, Any]]) -> Iterator[Node]:
    """Give a proposal's items depth first, parents before children; make paths where there are none."""
    position = 0

    def level(children: Sequence[Mapping[str, Any]], parent: int | None, prefix: str) -> Iterator[Node]:
        nonlocal position
        seen: dict[str, int] = {}
        for child in children:
            label = str(child.get("label") or "¶")
            seen[label] = seen.get(label, 0) + 1
            made = prefix + label + (f"#{seen[label]}" if seen[label] > 1 else "")
            path, own = str(child.get("path") or made), position
            position += 1
            yield Node(child, own, parent, path)
            yield from level(child.get("items") or [], own, path + ".")

    yield from level(items, None, "")


T = TypeVar("T")


class Tree:
    """The items of one directive in reading order."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.position)
        self.by_id = {item.id: item for item in self.items}
        self.children: dict[UUID | None, list[Item]] = {}
        for item in self.items:
            self.children.setdefault(item.parent_id, []).append(item)

    def lineage(self, item: Item) -> Iterator[Item]:
        """Give an item, its parent, and so on up."""
        current: Item | None = item
        while current is not None:
            yield current
            current = self.by_id.get(current.parent_id) if current.parent_id else None

    def nearest(self, item: Item, known: Mapping[UUID, T]) -> T | None:
        """Return what is known of the item itself or else of its nearest ancestor: R2's inheritance."""
        return next((known[step.id] for step in self.lineage(item) if step.id in known), None)

    def below(self, item: Item) -> list[Item]:
        """Return all items below one, in reading order."""
        children = self.children.get(item.id, [])
        return [each for child in children for each in (child, *self.below(child))]

    def tracked(self) -> list[Item]:
        """Return the items that become obligations."""
        return [item for item in self.items if item.is_tracked]

    def uncovered(self) -> list[Item]:
        """Return the tasks that nobody would follow: not tracked, and no part of what is tracked.

        A task is covered by itself, by a tracked ancestor, or by its own tasks below if all of those are;
        a closing demand repeats what the items say.
        """
        return [item for item in self.items if item.is_task and not self._covered(item)]

    def _covered(self, item: Item) -> bool:
        if item.is_closing or any(step.is_tracked for step in self.lineage(item)):
            return True
        tasks = [child for child in self.children.get(item.id, []) if child.is_task]
        return bool(tasks) and all(self._covered(child) for child in tasks)

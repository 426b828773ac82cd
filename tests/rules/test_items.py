"""Addresses of items, and which tasks would be followed by nobody."""

from uuid import uuid4

import pytest

from service.domain.items import Tree, locator
from service.domain.tables import Item


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2", "2"),
        ("2.-", "2.-"),
        ("2.-#2", "2.-2"),
        ("II.1.a", "II.1.a"),
        ("II.1.đ", "II.1.dd"),
        ("Điều 3", "dieu-3"),
        ("¶", "p"),
        ("¶#2", "p2"),
        ("(3)", "3"),
    ],
)
def test_an_item_has_an_address_that_fits_in_a_link(path: str, expected: str) -> None:
    assert locator(path) == expected


def make(
    position: int,
    parent: Item | None = None,
    *,
    tracked: bool = False,
    task: bool = True,
    closing: bool = False,
) -> Item:
    nowhere = uuid4()
    return Item(
        id=uuid4(), register_id=nowhere, directive_id=nowhere, parent_id=parent.id if parent else None,
        position=position, label="-", locator=str(position), text="", folded="", is_task=task,
        is_tracked=tracked, is_closing=closing, deadline={}, mentions=[],
    )  # fmt: skip


def test_dashes_under_a_tracked_item_are_part_of_it() -> None:
    item = make(0, tracked=True)
    assert Tree([item, make(1, item), make(2, item)]).uncovered() == []


def test_a_parent_is_covered_when_all_its_parts_are_tracked_but_not_when_one_is_forgotten() -> None:
    parent = make(0)
    kept, forgotten = make(1, parent, tracked=True), make(2, parent)
    assert Tree([parent, kept, make(2, parent, tracked=True)]).uncovered() == []
    assert Tree([parent, kept, forgotten]).uncovered() == [parent, forgotten]


def test_a_closing_demand_and_a_narrative_need_nobody() -> None:
    assert Tree([make(0, closing=True), make(1, task=False)]).uncovered() == []


def test_an_item_inherits_from_its_nearest_ancestor() -> None:
    top, middle = make(0), None
    middle = make(1, top)
    leaf = make(2, middle)
    tree = Tree([top, middle, leaf])
    assert tree.nearest(leaf, {top.id: "top"}) == "top"
    assert tree.nearest(leaf, {top.id: "top", middle.id: "middle"}) == "middle"
    assert tree.nearest(leaf, {}) is None

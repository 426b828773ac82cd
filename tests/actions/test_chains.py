"""Chains of directives: the queries reach what a walk along the links reaches, and no circle closes."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from service.domain.chains import LINKS_MAX
from service.domain.errors import CircularChain, InvalidValue
from service.domain.implementing import Origin, link_items
from service.domain.reading import oversight
from tests.district import District, office

__all__ = ["office"]

PARENT, CHILDREN = "1", ("1.a", "1.b")
DAY = date(2024, 3, 4)
Place = tuple[UUID, str]


def directive(office: District, number: int) -> UUID:
    """Issue a directive with one item of two tracked parts, one duty each; return its id."""
    parts = [{"label": label, "text": f"Việc {label}"} for label in "ab"]
    items = [{"label": "1", "text": "Chung", "task": False, "tracked": False, "items": parts}]
    made = office.draft({"subject": "Việc", "number": str(number), "symbol": "CV", "items": items})
    for locator in CHILDREN:
        office.assign(made, locator, units=["xa-a"])
    office.issue(made, issuer="van-phong", on=DAY)
    return made


class Links:
    """The same links, walked along one by one."""

    def __init__(self) -> None:
        self.below: dict[Place, set[Place]] = defaultdict(set)

    def onward(self, place: Place) -> Iterator[tuple[Place, int]]:
        """Give what lies next below a place, and whether a link leads there."""
        if place[1] == PARENT:
            yield from (((place[0], child), 0) for child in CHILDREN)
        yield from ((found, 1) for found in self.below[place])

    def reach(self, place: Place) -> dict[Place, int]:
        """Return what is reached from a place, by the fewest links."""
        best, waiting = {place: 0}, [place]
        while waiting:
            here = waiting.pop(0)
            for found, links in self.onward(here):
                if best[here] + links < best.get(found, 10**6):
                    best[found] = best[here] + links
                    waiting.append(found)
        return best

    def longest(self, place: Place) -> int:
        """Return the most links of any way down from a place."""
        return max((links + self.longest(found) for found, links in self.onward(place)), default=0)

    def replaced(self, item: Place, origins: list[Place]) -> "Links":
        """Return the links after an item was said to carry out others."""
        new = Links()
        for origin, items in self.below.items():
            new.below[origin] = items - {item}
        for origin in origins:
            new.below[origin].add(item)
        return new


@pytest.mark.parametrize("seed", range(3))
def test_what_is_rolled_up_is_what_a_walk_along_the_links_finds(office: District, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw
    directives = [directive(office, number) for number in range(1, 6)]
    places = [(each, locator) for each in directives for locator in (PARENT, *CHILDREN)]
    links, refused = Links(), 0
    for _ in range(30):
        item = draw.choice(places)
        others = [place for place in places if place[0] != item[0]]
        origins = draw.sample(others, k=draw.randint(0, 2))
        wanted = links.replaced(item, origins)
        circular = any(origin in wanted.reach(item) for origin in origins)
        allowed = not circular and max(wanted.longest(place) for place in places) <= LINKS_MAX
        try:
            with office.database.write() as session:
                named = [Origin(*origin) for origin in origins]
                link_items(session, office.chair, *item, named, version=None, now=office.now())
        except CircularChain:
            assert circular
            refused += 1
        except InvalidValue:
            assert not circular
            assert not allowed
        else:
            assert allowed
            links = wanted
    assert refused, "a draw without a circle proves little"
    for place in places:
        with office.database.read() as connection:
            rolled = oversight.one_item(connection, office.chair, *place, cut_off=DAY)
        reached = {found: n for found, n in links.reach(place).items() if found[1] != PARENT}
        assert rolled.own.total() == sum(n == 0 for n in reached.values())
        assert rolled.below.total() == sum(n > 0 for n in reached.values())
        shown = {document.id for document in rolled.documents}
        assert shown == {found[0] for found, n in links.reach(place).items() if n > 0}

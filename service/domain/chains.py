"""Chains of directives: what carries out an item, and what that item carries out, through any depth (R4)."""

import sqlalchemy as sa

from service.domain.tables import Implementation, Item, table

LINKS_MAX = 8
"""Most links of a chain: from the nation to a commune's plan there are four, and as many to spare."""

item, link = table(Item), table(Implementation)
HOLDS = link.c.ended_at.is_(None)


def below(roots: sa.ColumnElement[bool]) -> sa.CTE:
    """Return what belongs to items: the items below them in their own directives, and what carries them out.

    Args:
        roots: The condition on items.

    Returns:
        Rows `root_id`, `item_id`, `links`: how many links lie between the two; 0 in the item's own directive.
    """
    inside = item.alias("inside")
    return _closure(roots, inside, (inside.c.parent_id, inside.c.id), (link.c.origin_id, link.c.item_id))


def above(roots: sa.ColumnElement[bool]) -> sa.CTE:
    """Return what items belong to, in their own directives and by links; rows as those of `below`."""
    inside = item.alias("inside")
    return _closure(roots, inside, (inside.c.id, inside.c.parent_id), (link.c.item_id, link.c.origin_id))


def _closure(
    roots: sa.ColumnElement[bool],
    inside: sa.FromClause,
    step: tuple[sa.ColumnElement[object], sa.ColumnElement[object]],
    leap: tuple[sa.ColumnElement[object], sa.ColumnElement[object]],
) -> sa.CTE:
    """Return what is reached by steps within a directive and leaps along the links, each (from, to).

    Neither database lets a recursion join two tables by turns, so every row goes on twice: once by either.
    """
    begun = sa.select(item.c.id.label("root_id"), item.c.id.label("item_id"), sa.literal(0).label("links"))
    reached = begun.where(roots).cte("reached", recursive=True)
    way = sa.union_all(
        sa.select(sa.literal(0).label("leaps")), sa.select(sa.literal(1).label("leaps"))
    ).subquery("way")
    by_step = sa.and_(way.c.leaps == 0, step[0] == reached.c.item_id)
    by_leap = sa.and_(way.c.leaps == 1, leap[0] == reached.c.item_id, HOLDS)
    onward = sa.func.coalesce(step[1], leap[1])
    links = reached.c.links + way.c.leaps
    rows = (
        sa.select(reached.c.root_id, onward, links)
        .select_from(reached)
        .join(way, sa.true())
        .outerjoin(inside, by_step)
        .outerjoin(link, by_leap)
        .where(onward.is_not(None), links <= LINKS_MAX)
    )
    return reached.union(rows)

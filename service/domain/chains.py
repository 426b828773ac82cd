"""Chains of directives: what carries out an item, and what that item carries out, through any depth (R4)."""

import sqlalchemy as sa

from service.domain.tables import Implementation, Item, ReplacedItem, table

LINKS_MAX = 8
"""Most links of a chain: from the nation to a commune's plan there are four, and as many to spare."""

DEPTH_MAX = 32
"""Most steps that are followed: the links, and on each level the directives that replaced each other."""

item, link, replaced = table(Item), table(Implementation), table(ReplacedItem)
HOLDS = link.c.ended_at.is_(None)

Step = tuple[sa.ColumnElement[object], sa.ColumnElement[object]]


def below(roots: sa.ColumnElement[bool]) -> sa.CTE:
    """Return what belongs to items: what lies below them in their own directives, and what carries them out.

    An item whose duties were carried over is carried out by the item under which they go on.

    Args:
        roots: The condition on items.

    Returns:
        Rows `root_id`, `item_id`, `links`: how many links lie between the two; 0 in the item's own directive.
    """
    inside = item.alias("inside")
    return _closure(
        roots,
        inside,
        (inside.c.parent_id, inside.c.id),
        (link.c.origin_id, link.c.item_id),
        (replaced.c.item_id, replaced.c.into_id),
    )


def above(roots: sa.ColumnElement[bool]) -> sa.CTE:
    """Return what items belong to, in their own directives and by links; rows as those of `below`."""
    inside = item.alias("inside")
    return _closure(
        roots,
        inside,
        (inside.c.id, inside.c.parent_id),
        (link.c.item_id, link.c.origin_id),
        (replaced.c.into_id, replaced.c.item_id),
    )


def _closure(
    roots: sa.ColumnElement[bool], inside: sa.FromClause, step: Step, leap: Step, passage: Step
) -> sa.CTE:
    """Return what is reached by steps within a directive, leaps along links and passages to what replaced it.

    Each is (from, to). Neither database lets a recursion join several tables by turns, so every row goes on
    three times: once by each.
    """
    begun = sa.select(item.c.id.label("root_id"), item.c.id.label("item_id"), sa.literal(0).label("links"))
    reached = begun.where(roots).cte("reached", recursive=True)
    way = sa.union_all(*(sa.select(sa.literal(n).label("number")) for n in range(3))).subquery("way")
    by_step, by_leap, by_passage = (
        sa.and_(way.c.number == n, source == reached.c.item_id)
        for n, (source, _) in enumerate((step, leap, passage))
    )
    onward = sa.func.coalesce(step[1], leap[1], passage[1])
    links = reached.c.links + sa.case((way.c.number == 0, 0), else_=1)
    rows = (
        sa.select(reached.c.root_id, onward, links)
        .select_from(reached)
        .join(way, sa.true())
        .outerjoin(inside, by_step)
        .outerjoin(link, sa.and_(by_leap, HOLDS))
        .outerjoin(replaced, by_passage)
        .where(onward.is_not(None), links <= DEPTH_MAX)
    )
    return reached.union(rows)

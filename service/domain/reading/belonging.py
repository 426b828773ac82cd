"""What belongs to items through everything that carries them out: the duties, and how each is judged."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.chains import below
from service.domain.figures import code
from service.domain.lifecycle import CLOSED, Timeliness
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.near import CUT_OFF
from service.domain.reading.timeliness import judge
from service.domain.sql import found_first
from service.domain.tables import Item, Obligation, table

obligation, item = table(Obligation), table(Item)

_ROOTS: sa.BindParameter[Any] = sa.bindparam("roots", expanding=True, type_=item.c.id.type)
_reached = below(item.c.id.in_(_ROOTS))

BELONGS = (
    sa.select(_reached.c.root_id, _reached.c.item_id, sa.func.min(_reached.c.links).label("links"))
    .group_by(_reached.c.root_id, _reached.c.item_id)
    .subquery("belongs")
)
"""Each item that belongs to a root, once, with the fewest links between them."""

_counts = sa.and_(
    obligation.c.delegator_id.is_(None),
    obligation.c.state.not_in(sorted(CLOSED)),
    obligation.c.assigned_on <= CUT_OFF,
)
_of_those = sa.and_(
    obligation.c.item_id == BELONGS.c.item_id,
    found_first(obligation.c.item_id, sa.select(_reached.c.item_id).scalar_subquery()),
)
DUTIES = BELONGS.join(obligation, sa.and_(_of_those, _counts))
"""The counted duties of those items; those that the month-end table counts."""

VERDICT = judge(obligation, {judged: code(judged) for judged in Timeliness})


def names(actor: Actor, roots: Sequence[UUID], cut_off: date) -> dict[str, Any]:
    """Return the values of the parameters of statements on what belongs to some items."""
    return visibility.names(actor) | {"roots": list(roots), "cut_off": cut_off}

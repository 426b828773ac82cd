"""A due day is what its rule gives in its calendar (I-12)."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.lifecycle import WORKING
from service.domain.reckoning import due_from
from service.domain.tables import Obligation, Reckoning, Term, table

obligation, reckoning, term = table(Obligation), table(Reckoning), table(Term)


def checks() -> dict[str, Check]:
    """Return the checks of due days that are counted."""
    counted = sa.select(obligation.c.id).join(reckoning, reckoning.c.obligation_id == obligation.c.id)
    again = due_from(reckoning.c.calendar_id, reckoning.c.start_on)
    is_open = obligation.c.state.in_(WORKING)
    return {
        "due-day-miscounted": Check(
            "a counted due day is what its term gives in its calendar (R16)",
            counted.join(term, term.c.item_id == obligation.c.item_id).where(
                reckoning.c.due_on.is_distinct_from(again)
            ),
        ),
        "due-day-astray": Check(
            "a duty is due on the counted day, unless somebody decided otherwise (R16)",
            counted.where(
                is_open,
                reckoning.c.holds,
                reckoning.c.due_on.is_distinct_from(obligation.c.original_due_on),
            ),
        ),
    }

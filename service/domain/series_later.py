"""Duties that come again since a day after the issue: the text left it open, or a later document says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.changes import Basis, close, in_force, record, withdraw_open
from service.domain.directives import find_item
from service.domain.errors import InvalidValue, ItemsWithoutLead
from service.domain.events.series import SeriesBegan
from service.domain.expansion import units_of
from service.domain.people import Actor
from service.domain.series import begin, give_periods, give_to_leads, open_given
from service.domain.series_changes import SeriesChange
from service.domain.tables import ChangeKind, Obligation, Series, SeriesPeriod, Term, table

obligation, series, term = table(Obligation), table(Series), table(Term)
period = table(SeriesPeriod)


def begin_later(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    locator: str,
    basis: Basis,
    *,
    readings: Sequence[Mapping[str, Any]],
    version: int | None,
    now: datetime,
) -> list[SeriesChange]:
    """Let the duties of an item of an issued directive come again, whatever its text says.

    An open duty of the item without a day is withdrawn: the periods stand for it.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        ItemsWithoutLead: No unit leads the item, or none without a day of its own.
        InvalidValue: The item is not tracked, or a rule is not of a known form.
    """
    directive = in_force(session, actor, directive_id, version=version)
    row = find_item(session, directive, locator)
    if not row.is_tracked:
        raise InvalidValue(field="item", detail="is not tracked; give it to a unit first")
    made = begin(session, actor, row, readings, on=basis.effective_on, now=now)
    ids = [one.id for one in made]
    details = [{"item": row.locator, "series_id": str(one.id), "from_period": ""} for one in made]
    change, named = record(session, actor, directive, ChangeKind.SERIES, basis, details=details, now=now)
    waits = sa.exists().where(term.c.item_id == obligation.c.item_id)
    undated = sa.and_(
        obligation.c.item_id == row.id, obligation.c.period == "", obligation.c.due_on.is_(None)
    )
    undated = sa.and_(undated, ~waits)
    withdrawn = withdraw_open(session, actor, undated, basis, named, now=now)
    pairs = units_of(session, directive.id, basis.effective_on)
    give_to_leads(session, directive, pairs, basis.effective_on, given=series.c.id.in_(ids))
    done = []
    for number, one in enumerate(made):
        count = give_periods(session, [one], series.c.id == one.id, now=now)
        if not count:
            raise ItemsWithoutLead(items=[row.locator])
        open_given(session, actor, period.c.series_id == one.id, now=now)
        done.append(SeriesChange(one, count, 0, 0 if number else withdrawn))
        fact = SeriesBegan(
            subject_id=directive.id,
            change_id=change.id,
            series_id=one.id,
            basis=named,
            item=row.locator,
            from_on=one.from_on,
            obligations=count,
            withdrawn=done[-1].withdrawn,
        )
        close(session, actor, directive, fact, count, now=now)
    return done

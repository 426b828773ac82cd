"""Verbs for stories about duties that come again: give them, look at their periods, do one of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain import obligations, series_changes
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import office_day
from service.domain.changes import Basis
from service.domain.reading import timeline
from service.domain.reading.sentences import sentence
from service.domain.series_changes import SeriesChange, SeriesOrder
from service.domain.series_later import begin_later
from service.domain.tables import AssignmentRole, Obligation, Series, SeriesPeriod, Unit, table
from tests.district import District

DUTY, SERIES, PERIOD, UNIT = table(Obligation), table(Series), table(SeriesPeriod), table(Unit)
MONTHLY = {"freq": "monthly", "by_month_day": 20}
YEARLY = {"freq": "yearly", "by_month": 12, "by_month_day": 10}
HALF_YEARLY = {"freq": "half_yearly", "by_month": 6, "by_month_day": 10}


def let_months_pass(office: District, until: date) -> None:
    """Let time pass; the worker comes round once a week only, and on the last day: periods do not mind."""
    while (next_week := office_day(office.now()) + timedelta(days=7)) < until:
        office.skip_to(next_week)
    office.skip_to(until)


def recurring(rule: Mapping[str, Any], text: str = "định kỳ") -> dict[str, Any]:
    """Return a reading that comes again."""
    return {"kind": "recurring", "rule": dict(rule), "text": text}


def give(
    office: District,
    *rules: Mapping[str, Any],
    units: Sequence[str] = ("xa-a",),
    groups: Sequence[str] = (),
    on: date = date(2024, 3, 4),
) -> UUID:
    """Issue a letter with one item that comes again by some rules; return its id."""
    first, *more = [recurring(rule) for rule in rules]
    item = {"label": "1", "text": "Báo cáo kết quả", "deadline": first, "more_deadlines": more}
    facts = {"subject": "Chế độ báo cáo", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
    directive_id = office.draft({**facts, "items": [item]})
    office.assign(directive_id, "1", units=units, groups=groups)
    office.issue(directive_id, issuer="van-phong", on=on)
    return directive_id


def periods_of(office: District, unit: str) -> list[tuple[str, date, date | None, str]]:
    """Return (period, given on, due, state) of the duties of a unit, in order of their days."""
    query = (
        sa.select(DUTY.c.period, DUTY.c.assigned_on, DUTY.c.due_on, DUTY.c.state)
        .join(UNIT, UNIT.c.id == DUTY.c.unit_id)
        .where(UNIT.c.code == unit)
        .order_by(DUTY.c.due_on, DUTY.c.period, DUTY.c.generation)
    )
    with office.database.read() as connection:
        return [
            (row.period, row.assigned_on, row.due_on, str(row.state)) for row in connection.execute(query)
        ]


def due_days(office: District, unit: str) -> dict[str, date | None]:
    """Return the due day of each period of a unit, but of what was withdrawn or passed on."""
    open_ones = [one for one in periods_of(office, unit) if one[3] not in ("withdrawn", "transferred")]
    return {period: due_on for period, _, due_on, _ in open_ones}


def duty_for(office: District, unit: str, period: str) -> Obligation:
    """Return the latest duty of a unit for a period."""
    query = (
        sa.select(DUTY.c.id)
        .join(UNIT, UNIT.c.id == DUTY.c.unit_id)
        .where(UNIT.c.code == unit, DUTY.c.period == period)
        .order_by(DUTY.c.generation.desc())
    )
    with office.database.write() as session:
        return session.get_one(Obligation, session.connection().execute(query).scalars().first())


def report(office: District, unit: str, period: str) -> None:
    """The unit hands in its report for a period, and the office accepts it."""
    duty = duty_for(office, unit, period)
    document = {"number": "1", "symbol": "BC-UBND", "issued_on": office_day(office.now()).isoformat()}
    with office.database.write() as session:
        obligations.submit(
            session,
            office.officer(unit),
            duty.id,
            text="Đã báo cáo",
            document=document,
            file_ids=[],
            version=None,
            now=office.now(),
        )
        obligations.accept(session, office.chair, duty.id, comment="", version=None, now=office.now())


def series_of(office: District, directive_id: UUID) -> list[Series]:
    """Return the series of a letter, the oldest first."""
    query = sa.select(SERIES.c.id).where(SERIES.c.directive_id == directive_id).order_by(SERIES.c.id)
    with office.database.write() as session:
        return [session.get_one(Series, found) for found in session.connection().execute(query).scalars()]


def basis(office: District, reason: str = "theo chế độ báo cáo mới") -> Basis:
    """Return an outside document of today."""
    today = office_day(office.now())
    return Basis(None, "55", "QĐ-UBND", today, today, reason)


def stop_from(office: District, series_id: UUID, from_period: str) -> SeriesChange:
    """A later document ends a series from a period on."""
    with office.database.write() as session:
        return series_changes.stop(
            session,
            office.chair,
            series_id,
            basis(office),
            from_period=from_period,
            version=None,
            now=office.now(),
        )


def change_from(
    office: District,
    series_id: UUID,
    from_period: str,
    *,
    rule: Mapping[str, Any] | None = None,
    units: Sequence[str] | None = None,
) -> SeriesChange:
    """A later document changes the rule or the units of a series from a period on."""
    lead = AssignmentRole.LEAD
    orders = None if units is None else [AssignmentOrder(role=lead, unit_code=code) for code in units]
    order = SeriesOrder(from_period, rule, None, orders)
    with office.database.write() as session:
        return series_changes.change(
            session, office.chair, series_id, order, basis(office), version=None, now=office.now()
        )


def begin_now(office: District, directive_id: UUID, *rules: Mapping[str, Any]) -> list[SeriesChange]:
    """The clerk says how often the letter's item comes again."""
    with office.database.write() as session:
        return begin_later(
            session,
            office.chair,
            directive_id,
            "1",
            basis(office),
            readings=[recurring(rule) for rule in rules],
            version=None,
            now=office.now(),
        )


def journal(office: District, duty_id: UUID) -> list[str]:
    """Return the lines of a duty's journal."""
    with office.database.read() as connection:
        lines = timeline.of_obligation(connection, duty_id).lines
    return [sentence(line.kind, line.facts) for line in lines]

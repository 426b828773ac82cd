"""Duties that come again: their rules, and what later documents do to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.series import SeriesBody, SeriesChangeBody, SeriesQuery, SeriesStopBody
from service.api.problems import problems
from service.api.routes.items import order_of
from service.api.strict import StrictRoute
from service.api.views.series import (
    SeriesBegunView,
    SeriesChangedView,
    SeriesPage,
    SeriesView,
    series_line,
    series_view,
)
from service.domain import errors
from service.domain import series_changes as actions
from service.domain.calendar import office_day
from service.domain.people import Actor
from service.domain.reading import series
from service.domain.series_changes import SeriesChange, SeriesOrder
from service.domain.series_later import begin_later
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork

router = APIRouter(prefix="/v1/series", tags=["directives"], route_class=StrictRoute)
CHANGED = problems(
    errors.NotFound,
    errors.DirectiveNotInForce,
    errors.SeriesEnded,
    errors.ItemsWithoutLead,
    errors.UnknownReference,
    errors.InvalidValue,
)


@router.get("", response_model=SeriesPage)
def list_series(asked: Annotated[SeriesQuery, Query()], reads: Reads) -> Response:
    """List the rules by which duties come again, the oldest first."""
    with reads as connection:
        rows, last = series.page(
            connection,
            reads.actor,
            directive_id=asked.directive_id,
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        view: SeriesPage = {
            "items": [series_line(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(SeriesPage, view)


@router.get("/{series_id}", response_model=SeriesView, responses=problems(errors.NotFound))
def read_series(series_id: UUID, reads: Reads) -> Response:
    """Return a series with its units and how its periods stand."""
    with reads as connection:
        found = series.one(connection, reads.actor, series_id, today=office_day(reads.now))
        return answer(SeriesView, series_view(found), version=found.row.version)


@router.post(
    "",
    status_code=201,
    response_model=SeriesBegunView,
    responses=problems(
        errors.NotFound,
        errors.DirectiveNotInForce,
        errors.ItemsWithoutLead,
        errors.UnknownReference,
        errors.InvalidValue,
    ),
)
def begin_series(
    *, body: SeriesBody, actor: CurrentActor, version: IfMatch, work: RehearsedWork, now: Now
) -> Response:
    """Let the duties of an item of an issued directive come again; `If-Match` is the directive's."""
    readings = [{"kind": "recurring", "rule": one.rule, "text": one.text} for one in body.deadlines]
    with work as session:
        made = begin_later(
            session,
            actor,
            body.directive_id,
            body.item,
            body.to_basis(),
            readings=readings,
            version=version,
            now=now,
        )
        view: SeriesBegunView = {"items": [_changed(session, actor, one, now) for one in made]}
        return work.answer(SeriesBegunView, view, status=201)


@router.post("/{series_id}/stop", response_model=SeriesChangedView, responses=CHANGED)
def stop_series(
    *,
    series_id: UUID,
    body: SeriesStopBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let duties come no more from a period on; those of earlier periods stay as they are."""
    with work as session:
        done = actions.stop(
            session,
            actor,
            series_id,
            body.to_basis(),
            from_period=body.from_period,
            version=version,
            now=now,
        )
        view = _changed(session, actor, done, now)
        return work.answer(SeriesChangedView, view, version=done.series.version)


@router.post("/{series_id}/change", response_model=SeriesChangedView, responses=CHANGED)
def change_series(
    *,
    series_id: UUID,
    body: SeriesChangeBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let another rule, other words or other units hold from a period on; earlier periods stay."""
    named = body.assignments
    orders = None if named is None else [order_of(number, one) for number, one in enumerate(named)]
    order = SeriesOrder(body.from_period, body.rule, body.text, orders)
    with work as session:
        done = actions.change(session, actor, series_id, order, body.to_basis(), version=version, now=now)
        view = _changed(session, actor, done, now)
        return work.answer(SeriesChangedView, view, version=done.series.version)


def _changed(session: Session, actor: Actor, done: SeriesChange, now: Now) -> SeriesChangedView:
    session.flush()
    found = series.one(session.connection(), actor, done.series.id, today=office_day(now))
    return {
        "series": series_view(found),
        "obligations": done.obligations,
        "moved": done.moved,
        "withdrawn": done.withdrawn,
    }

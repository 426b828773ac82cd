"""Units: entered one by one or from a file, corrected, renamed."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.base import CodeInPath
from service.api.bodies.units import AsOf, UnitBody, UnitChange, UnitQuery
from service.api.problems import problems
from service.api.routes.directives import changes_of
from service.api.strict import StrictRoute
from service.api.views.units import ImportView, UnitPage, UnitView, import_view, unit_line, unit_view
from service.domain import errors, registry_file
from service.domain import units as actions
from service.domain.calendar import office_day
from service.domain.people import Actor
from service.domain.reading import units
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.upload import FILE_BODY, Received, UploadWork
from service.edge.work import Work

router = APIRouter(prefix="/v1/units", tags=["units"], route_class=StrictRoute)
REFUSED = problems(errors.AlreadyExists, errors.UnknownReference, errors.InvalidValue)


@router.get("", response_model=UnitPage)
def list_units(asked: Annotated[UnitQuery, Query()], reads: Reads) -> Response:
    """List the units that live on a day, by code."""
    with reads as connection:
        rows, last = units.page(
            connection,
            reads.actor,
            q=asked.q,
            kind=asked.kind,
            parent_code=asked.parent,
            as_of=asked.as_of or office_day(reads.now),
            after=cursors.just_text(asked.after),
            limit=asked.limit,
        )
        view: UnitPage = {
            "items": [unit_line(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(UnitPage, view)


@router.post("", status_code=201, response_model=UnitView, responses=REFUSED)
def register_unit(body: UnitBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Enter a unit."""
    with work as session:
        unit = actions.register_unit(session, actor, **body.model_dump(), now=now)
        day = max(office_day(now), unit.valid_from)
        view = _view(session, actor, unit.code, day)
        return work.answer(UnitView, view, status=201, version=view["version"])


@router.post(
    "/import",
    response_model=ImportView,
    responses=problems(errors.InvalidValue),
    openapi_extra=FILE_BODY,
)
def import_units(actor: CurrentActor, upload: Received, work: UploadWork, now: Now) -> Response:
    """Enter and change the units of a CSV or XLSX file; bad rows are left out, each with its reason."""
    parsed = registry_file.parse_units(upload.path.read_bytes())
    with work as session:
        report = actions.import_units(session, actor, parsed.rows, now=now)
        return work.answer(ImportView, import_view(report, parsed.unknown_columns))


@router.get("/{code}", response_model=UnitView, responses=problems(errors.NotFound))
def read_unit(code: CodeInPath, asked: Annotated[AsOf, Query()], reads: Reads) -> Response:
    """Return the unit that bears a code on a day."""
    with reads as connection:
        whole = units.one(connection, reads.actor, code, as_of=asked.as_of or office_day(reads.now))
        return answer(UnitView, unit_view(whole), version=whole.row.version)


@router.patch(
    "/{code}",
    response_model=UnitView,
    responses=problems(errors.NotFound, errors.AlreadyExists, errors.UnknownReference, errors.InvalidValue),
)
def change_unit(
    *,
    code: CodeInPath,
    body: UnitChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Correct or rename a unit; a rename keeps the unit and its history."""
    changes: dict[str, Any] = changes_of(body, frozenset({"parent_code", "from_on"}))
    from_on = changes.pop("from_on", None)
    with work as session:
        unit = actions.change_unit(session, actor, code, changes, version=version, from_on=from_on, now=now)
        view = _view(session, actor, code, max(office_day(now), unit.valid_from))
        return work.answer(UnitView, view, version=view["version"])


def _view(session: Session, actor: Actor, code: str, day: date) -> UnitView:
    session.flush()
    return unit_view(units.one(session.connection(), actor, code, as_of=day))

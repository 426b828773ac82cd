"""People: the posts they hold and where they are reached."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.units import PeopleQuery, PersonBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.units import ImportView, PeoplePage, PersonView, import_view, person_view
from service.domain import errors, registry_file
from service.domain import people_registry as actions
from service.domain.calendar import office_day
from service.domain.permissions import Action
from service.domain.reading import people
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.upload import FILE_BODY, Received, UploadWork
from service.edge.work import Work

router = APIRouter(prefix="/v1/people", tags=["units"], route_class=StrictRoute)


@router.get("", response_model=PeoplePage)
def list_people(asked: Annotated[PeopleQuery, Query()], reads: Reads) -> Response:
    """List people, by code: all of them for the keeper, those of its own and lower units for a unit."""
    with reads as connection:
        found, last = people.page(
            connection,
            reads.actor,
            unit_code=asked.unit,
            today=office_day(reads.now),
            after=cursors.just_text(asked.after),
            limit=asked.limit,
        )
        view: PeoplePage = {
            "items": [person_view(whole) for whole in found],
            "next": cursors.encode(last) if last else None,
        }
        return answer(PeoplePage, view)


@router.post(
    "",
    status_code=201,
    response_model=PersonView,
    responses=problems(errors.UnknownReference, errors.InvalidValue),
)
def register_person(body: PersonBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Enter a person, or say anew which posts and addresses hold."""
    with work as session:
        actor.require(Action.MANAGE_UNITS)
        person = actions.register_person(
            session,
            actor,
            code=body.code,
            name=body.name,
            posts=[actions.PostOrder(**post.model_dump()) for post in body.posts],
            addresses=[actions.AddressOrder(**address.model_dump()) for address in body.addresses],
            now=now,
        )
        session.flush()
        whole = people.one(session.connection(), actor, person.code, today=office_day(now))
        return work.answer(PersonView, person_view(whole), status=201)


@router.post(
    "/import",
    response_model=ImportView,
    responses=problems(errors.InvalidValue),
    openapi_extra=FILE_BODY,
)
def import_people(actor: CurrentActor, upload: Received, work: UploadWork, now: Now) -> Response:
    """Enter and change the people of a CSV or XLSX file; who has a bad row is left out, with the reason."""
    parsed = registry_file.parse_people(upload.path.read_bytes())
    with work as session:
        report = actions.import_people(session, actor, parsed.rows, now=now)
        return work.answer(ImportView, import_view(report, parsed.unknown_columns))


@router.get("/{code}", response_model=PersonView, responses=problems(errors.NotFound))
def read_person(code: CodeInPath, reads: Reads) -> Response:
    """Return one person."""
    with reads as connection:
        whole = people.one(connection, reads.actor, code, today=office_day(reads.now))
        return answer(PersonView, person_view(whole))

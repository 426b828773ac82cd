"""What is held about one person: told to whoever asks for it by right, and erased."""

from fastapi import APIRouter, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.erasures import PersonErasureBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.personal_data import (
    ErasedPersonView,
    PersonalDataView,
    erased_person_view,
    personal_data_view,
)
from service.domain import erasing_people
from service.domain.erasure_refusals import PersonErasedAlready, PersonHoldsKeys, PersonHoldsPosts
from service.domain.errors import NotFound
from service.domain.reading import personal_data
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import SnapshotReads
from service.edge.work import Work

router = APIRouter(prefix="/v1/people/{code}", tags=["units"], route_class=StrictRoute)


@router.get("/personal-data", response_model=PersonalDataView, responses=problems(NotFound))
def read_personal_data(code: CodeInPath, reads: SnapshotReads) -> Response:
    """Return everything that is held about a person, and texts that may speak of the person.

    What has more than fits into an answer is named by `cut_off`: `dondoc person export` has no limit.
    """
    with reads as connection:
        found = personal_data.of_person(connection, reads.actor, code, now=reads.now)
        return answer(PersonalDataView, personal_data_view(found), version=found.person.version)


@router.post(
    "/erase",
    response_model=ErasedPersonView,
    responses=problems(NotFound, PersonHoldsPosts, PersonHoldsKeys, PersonErasedAlready),
)
def erase_person(
    *,
    code: CodeInPath,
    body: PersonErasureBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Take a person's name, code, addresses and traces away; that somebody in a post was told stays."""
    with work as session:
        person = erasing_people.erase_person(session, actor, code, basis=body.basis, version=version, now=now)
        return work.answer(ErasedPersonView, erased_person_view(person), version=person.version)

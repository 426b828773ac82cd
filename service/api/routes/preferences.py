"""How a person wants to be told; what nobody may switch off is told all the same."""

from fastapi import APIRouter, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.preferences import NotificationPreferencesBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.preferences import NotificationPreferencesView, preferences_view
from service.domain import preferences as actions
from service.domain.errors import InvalidValue, NotFound, UnknownReference
from service.domain.reading import preferences
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(
    prefix="/v1/people/{code}/notification-preferences", tags=["messages"], route_class=StrictRoute
)


@router.get("", response_model=NotificationPreferencesView, responses=problems(NotFound))
def read_notification_preferences(code: CodeInPath, reads: Reads) -> Response:
    """Return how a person is told, and what may be chosen."""
    with reads as connection:
        found = preferences.of_person(connection, reads.actor, code, now=reads.now)
        return answer(NotificationPreferencesView, preferences_view(found), version=found.version)


@router.put(
    "",
    response_model=NotificationPreferencesView,
    responses=problems(NotFound, InvalidValue, UnknownReference),
)
def set_notification_preferences(
    *,
    code: CodeInPath,
    body: NotificationPreferencesBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Let a person be told otherwise from now on: for the person's unit, or the keeper's office."""
    with work as session:
        actions.set_preferences(session, actor, code, body.wishes(), version=version, now=now)
        found = preferences.of_person(session.connection(), actor, code, now=now)
        return work.answer(NotificationPreferencesView, preferences_view(found), version=found.version)

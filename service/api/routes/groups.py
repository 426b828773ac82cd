"""Groups of units ("UBND các xã"), and who belongs to them on a day."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.base import CodeInPath, PageQuery
from service.api.bodies.units import AsOf, GroupBody, GroupChange
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.units import GroupPage, GroupView, MembersView, group_view
from service.domain import errors
from service.domain import groups as actions
from service.domain.calendar import office_day
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import units
from service.domain.reading.visibility import require_reading
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/unit-groups", tags=["units"], route_class=StrictRoute)


@router.get("", response_model=GroupPage)
def list_groups(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the groups of the register, by code."""
    after = cursors.just_text(asked.after)
    with reads as connection:
        found, last = units.groups(connection, reads.actor, after=after, limit=asked.limit)
        view: GroupPage = {
            "items": [group_view(row, aliases) for row, aliases in found],
            "next": cursors.encode(last) if last else None,
        }
        return answer(GroupPage, view)


@router.post(
    "",
    status_code=201,
    response_model=GroupView,
    responses=problems(errors.AlreadyExists, errors.UnknownReference, errors.InvalidValue),
)
def define_group(body: GroupBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Make a group: fixed members, or a rule that is worked out for any day."""
    with work as session:
        actor.require(Action.MANAGE_UNITS)
        if units.groups(session.connection(), actor, code=body.code, limit=1)[0]:
            raise errors.AlreadyExists(what="unit_group", key=body.code)
        actions.define_group(session, actor, **body.model_dump(), now=now)
        view = _view(session, actor, body.code)
        return work.answer(GroupView, view, status=201, version=view["version"])


@router.get("/{code}", response_model=GroupView, responses=problems(errors.NotFound))
def read_group(code: CodeInPath, reads: Reads) -> Response:
    """Return one group."""
    with reads as connection:
        found, _ = units.groups(connection, reads.actor, code=code, limit=1)
        if not found:
            raise errors.NotFound(what="unit_group")
        view = group_view(*found[0])
        return answer(GroupView, view, version=view["version"])


@router.put(
    "/{code}",
    response_model=GroupView,
    responses=problems(errors.NotFound, errors.UnknownReference, errors.InvalidValue),
)
def change_group(
    *,
    code: CodeInPath,
    body: GroupChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say anew what a group is; members hold from a day on, earlier days keep theirs."""
    with work as session:
        actor.require(Action.MANAGE_UNITS)
        stored = actions.group_by_code(session, actor.register_id, code)
        present = stored.version if version is None else version
        actions.define_group(session, actor, code=code, **body.model_dump(), version=present, now=now)
        view = _view(session, actor, code)
        return work.answer(GroupView, view, version=view["version"])


@router.get("/{code}/members", response_model=MembersView, responses=problems(errors.NotFound))
def list_members(code: CodeInPath, asked: Annotated[AsOf, Query()], reads: Reads) -> Response:
    """List the units that belong to a group on a day."""
    require_reading(reads.actor, Action.VIEW_DIRECTIVE)
    as_of = asked.as_of or office_day(reads.now)
    with reads as connection, Session(connection) as session:
        group = actions.group_by_code(session, reads.actor.register_id, code)
        members = actions.group_members(session, group.id, as_of)
        view: MembersView = {
            "as_of": as_of,
            "items": [{"id": m.unit_id, "code": m.code, "name": m.name, "kind": m.kind} for m in members],
        }
        return answer(MembersView, view)


def _view(session: Session, actor: Actor, code: str) -> GroupView:
    session.flush()
    found, _ = units.groups(session.connection(), actor, code=code, limit=1)
    return group_view(*found[0])

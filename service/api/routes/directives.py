"""Directives: drafted, corrected, made ready, issued."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from sqlmodel import Session

from service.api.bodies.directive_changes import IssueBody
from service.api.bodies.directives import (
    NULLABLE,
    DirectiveBody,
    DirectiveChange,
    DirectiveQuery,
)
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.directives import (
    DirectivePage,
    DirectiveView,
    IssuedView,
    ReadinessView,
    amended_views,
    directive_view,
    issued_view,
    line_view,
    readiness_view,
    superseded_views,
)
from service.domain import assignments, errors, readiness, replacing
from service.domain import directives as actions
from service.domain import issue as issuing
from service.domain.calendar import office_day
from service.domain.people import Actor
from service.domain.reading import directives
from service.domain.reading.expected import expected
from service.domain.recut_refusals import ItemsUndecided
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.refusals import InvalidRequest
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)


@router.get("", response_model=DirectivePage)
def list_directives(asked: Annotated[DirectiveQuery, Query()], reads: Reads) -> Response:
    """List directives, the newest first."""
    with reads as connection:
        rows, last = directives.page(
            connection,
            reads.actor,
            q=asked.q,
            state=asked.state,
            issuer=asked.issuer,
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        view: DirectivePage = {
            "items": [line_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(DirectivePage, view)


@router.post(
    "",
    status_code=201,
    response_model=DirectiveView,
    responses=problems(errors.AlreadyExists, errors.InvalidValue),
)
def draft_directive(body: DirectiveBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Enter a directive by hand; nobody has a duty until it is issued."""
    with work as session:
        proposal = body.model_dump(mode="json")
        _track_by_default(proposal["items"])
        directive = actions.draft(session, actor, proposal, file=None, now=now)
        view = whole_view(session, actor, directive.id)
        return work.answer(DirectiveView, view, status=201, version=view["version"])


@router.get("/{directive_id}", response_model=DirectiveView, responses=problems(errors.NotFound))
def read_directive(directive_id: UUID, reads: Reads) -> Response:
    """Return a directive with its tree of items and who answers for them."""
    with reads as connection:
        view = directive_view(directives.one(connection, reads.actor, directive_id))
        return answer(DirectiveView, view, version=view["version"])


@router.patch(
    "/{directive_id}",
    response_model=DirectiveView,
    responses=problems(errors.NotFound, errors.DirectiveNotDraft, errors.AlreadyExists, errors.InvalidValue),
)
def change_directive(
    *,
    directive_id: UUID,
    body: DirectiveChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Correct a draft; of an issued directive only number, symbol and signer may still come."""
    changes = changes_of(body, NULLABLE)
    with work as session:
        actions.change_directive(session, actor, directive_id, changes, version=version, now=now)
        view = whole_view(session, actor, directive_id)
        return work.answer(DirectiveView, view, version=view["version"])


@router.post(
    "/{directive_id}/confirm-proposals",
    response_model=DirectiveView,
    responses=problems(errors.NotFound, errors.DirectiveNotDraft),
)
def confirm_proposals(
    directive_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Accept every proposed assignment that can mean only one unit or group."""
    with work as session:
        assignments.confirm_proposals(session, actor, directive_id, version=version, now=now)
        view = whole_view(session, actor, directive_id)
        return work.answer(DirectiveView, view, version=view["version"])


@router.get("/{directive_id}/readiness", response_model=ReadinessView, responses=problems(errors.NotFound))
def read_readiness(directive_id: UUID, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Return what keeps a directive from being issued, and what looks wrong."""
    with work as session:
        found = readiness.report(session, actor, directive_id, today=office_day(now))
        return work.answer(ReadinessView, readiness_view(found))


@router.post(
    "/{directive_id}/issue",
    response_model=IssuedView,
    responses=problems(
        errors.NotFound,
        errors.ItemsWithoutLead,
        ItemsUndecided,
        errors.DirectiveIncomplete,
        errors.DirectiveNotDraft,
        errors.DirectiveNotInForce,
        errors.DueBeforeAssigned,
        errors.UnknownReference,
        errors.AlreadyExists,
        errors.InvalidValue,
    ),
)
def issue_directive(
    *,
    directive_id: UUID,
    body: IssueBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Make a draft binding: every tracked item becomes an obligation of every unit that answers for it.

    What it replaces or takes items out of changes in the same act, or nothing does. A rehearsal also says who
    gets what and who would be told on which channel.
    """
    replaces = [each.to_replacement() for each in body.replaces]
    amends = [each.to_amendment() for each in body.amends]
    with work as session:
        issued = issuing.issue(
            session,
            actor,
            directive_id,
            issuer_code=body.issuer_code,
            issued_on=body.issued_on,
            number=body.number,
            waive=[(waiver.code, waiver.reason) for waiver in body.waive],
            version=version,
            now=now,
        )
        done, withdrawn = replacing.supersede(
            session, actor, directive_id, replaces, amends, issued_on=body.issued_on, now=now
        )
        whole = whole_view(session, actor, directive_id)
        foreseen = expected(session.connection(), directive_id, now=now) if work.is_rehearsal else None
        view = issued_view(
            whole,
            issued,
            replaced=superseded_views([each.directive_id for each in replaces], done),
            amended=amended_views([each.directive_id for each in amends], withdrawn),
            foreseen=foreseen,
        )
        return work.answer(IssuedView, view, version=whole["version"])


def whole_view(session: Session, actor: Actor, directive_id: UUID) -> DirectiveView:
    """Return the directive as it stands now, before the commit."""
    session.flush()
    return directive_view(directives.one(session.connection(), actor, directive_id))


def changes_of(body: BaseModel, nullable: frozenset[str]) -> dict[str, Any]:
    """Return the fields that a body names.

    Raises:
        InvalidRequest: It names none, or clears one that cannot be empty.
    """
    given = body.model_dump(mode="python", exclude_unset=True)
    wrong = [name for name, value in given.items() if value is None and name not in nullable]
    if wrong or not given:
        pointers = [f"/{name}" for name in wrong] or [""]
        detail = "cannot be null" if wrong else "names nothing to change"
        raise InvalidRequest(errors=[{"in": "body", "pointer": p, "detail": detail} for p in pointers])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _track_by_default(items: list[dict[str, Any]]) -> None:
    """Leave out what was not said, so that the rule of the domain decides."""
    for item in items:
        for name in ("tracked", "deadline", "due_on"):
            if item[name] is None:
                del item[name]
        _track_by_default(item["items"])

"""What later documents do to an issued directive: correct, amend, replace, revoke."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.api.bodies.directive_changes import AmendBody, ChangeBody, CorrectBody, ReplaceBody
from service.api.problems import problems
from service.api.routes.directives import whole_view
from service.api.strict import StrictRoute
from service.api.views.directive_changes import SupersedingsView, superseding_view
from service.api.views.directives import ChangedDirectiveView, ReplacedDirectiveView, replaced_view
from service.domain import changes as actions
from service.domain import errors, replacing
from service.domain.people import Actor
from service.domain.reading import directives, superseding
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Writing

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)
CHANGED = problems(errors.NotFound, errors.DirectiveNotInForce, errors.UnknownReference, errors.InvalidValue)


@router.get(
    "/{directive_id}/supersedes", response_model=SupersedingsView, responses=problems(errors.NotFound)
)
def read_supersedes(directive_id: UUID, reads: Reads) -> Response:
    """Return which earlier documents it says that it replaces, revokes or amends, as it was read."""
    with reads as connection:
        row = directives.one(connection, reads.actor, directive_id).row
        found = superseding.superseding(connection, row.register_id, row.id, row.findings)
        view: SupersedingsView = {"items": [superseding_view(each) for each in found]}
        return answer(SupersedingsView, view, version=row.version)


@router.post("/{directive_id}/correct", response_model=ChangedDirectiveView, responses=CHANGED)
def correct_directive(
    *,
    directive_id: UUID,
    body: CorrectBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Record corrections of slips of the pen beside the text; no duty changes."""
    found = [correction.to_correction() for correction in body.corrections]
    with work as session:
        count = actions.correct(
            session, actor, directive_id, body.to_basis(), found, version=version, now=now
        )
        return _answer(work, session, actor, directive_id, count)


@router.post("/{directive_id}/amend", response_model=ChangedDirectiveView, responses=CHANGED)
def amend_directive(
    *,
    directive_id: UUID,
    body: AmendBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Take items out on the basis of a later document; their open duties are withdrawn."""
    gone = [removal.to_removal() for removal in body.take_out]
    with work as session:
        count = actions.amend(session, actor, directive_id, body.to_basis(), gone, version=version, now=now)
        return _answer(work, session, actor, directive_id, count)


@router.post("/{directive_id}/replace", response_model=ReplacedDirectiveView, responses=CHANGED)
def replace_directive(
    *,
    directive_id: UUID,
    body: ReplaceBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let a later document take its place: open duties are carried over, kept or, by default, withdrawn."""
    decisions = [decided.to_decision() for decided in body.items]
    with work as session:
        done = replacing.replace(
            session, actor, directive_id, body.to_basis(), decisions, version=version, now=now
        )
        whole = whole_view(session, actor, directive_id)
        view: ReplacedDirectiveView = {"directive": whole, **replaced_view(done)}
        return work.answer(ReplacedDirectiveView, view, version=whole["version"])


@router.post("/{directive_id}/revoke", response_model=ChangedDirectiveView, responses=CHANGED)
def revoke_directive(
    *,
    directive_id: UUID,
    body: ChangeBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """End it on the basis of a later document: what is open is withdrawn, what was done stays done."""
    with work as session:
        count = actions.revoke(session, actor, directive_id, body.to_basis(), version=version, now=now)
        return _answer(work, session, actor, directive_id, count)


def _answer(work: Writing, session: Session, actor: Actor, directive_id: UUID, count: int) -> Response:
    whole = whole_view(session, actor, directive_id)
    view: ChangedDirectiveView = {"directive": whole, "withdrawn": count}
    return work.answer(ChangedDirectiveView, view, version=whole["version"])

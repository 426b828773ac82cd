"""Criteria (tiêu chí): sets, what duties serve of them, measured values, and the matrix that follows."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.criteria import (
    CellQuery,
    CriterionSetBody,
    DutyGoalsBody,
    GoalsBody,
    MatrixFileQuery,
    MatrixQuery,
    MeasureCorrectionBody,
    SetQuery,
)
from service.api.bodies.obligations import Reason
from service.api.bodies.statistics import known_by
from service.api.files import FILE, FileKind, file_answer
from service.api.matrices import cell_of, matrix_of, sheet
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.criteria import (
    CellDetail,
    GoalPage,
    GoalsSet,
    MatrixView,
    MeasureView,
    SetPage,
    SetView,
    goals_with_measures,
    measure_view,
    set_reference,
    set_view,
)
from service.domain import errors, goals
from service.domain.calendar import office_day
from service.domain.criterion_sets import set_criteria
from service.domain.measures import correct_measure
from service.domain.reading import criteria, obligations
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads, SnapshotReads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1", tags=["criteria"], route_class=StrictRoute)
HIDDEN = problems(errors.NotFound)
REFUSED = problems(errors.NotFound, errors.InvalidValue, errors.UnknownReference)


@router.get("/criterion-sets", response_model=SetPage)
def list_criterion_sets(reads: Reads) -> Response:
    """List the sets of criteria of the register, each in the version that holds."""
    with reads as connection:
        view: SetPage = {
            "items": [set_reference(row) for row in criteria.all_sets(connection, reads.actor)],
            "next": None,
        }
        return answer(SetPage, view)


@router.get("/criterion-sets/{code}", response_model=SetView, responses=HIDDEN)
def read_criterion_set(code: CodeInPath, asked: Annotated[SetQuery, Query()], reads: Reads) -> Response:
    """Return a set with its criteria, indicators and thresholds."""
    as_of = known_by(asked.as_of, reads.now) or reads.now
    with reads as connection:
        row = criteria.one_set(connection, reads.actor, code, as_of=as_of)
        view = set_view(row, criteria.criteria_of(connection, row.id))
        return answer(SetView, view, version=row.version)


@router.put("/criterion-sets/{code}", response_model=SetView, responses=problems(errors.InvalidValue))
def set_criterion_set(
    *,
    code: CodeInPath,
    body: CriterionSetBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let a set be as given from now on, in a new version; one that is not there yet is made."""
    with work as session:
        set_criteria(session, actor, body.asked(code), version=version, now=now)
        row = criteria.one_set(session.connection(), actor, code, as_of=now)
        view = set_view(row, criteria.criteria_of(session.connection(), row.id))
        return work.answer(SetView, view, version=row.version)


@router.get("/criterion-sets/{code}/matrix", response_model=MatrixView, responses=HIDDEN)
def read_matrix(code: CodeInPath, asked: Annotated[MatrixQuery, Query()], reads: SnapshotReads) -> Response:
    """Work out units × criteria of a year from what was measured: met, not met, or not known yet."""
    with reads as connection:
        view = matrix_of(connection, reads.actor, code, asked, now=reads.now)
        return answer(MatrixView, view)


@router.get(
    "/criterion-sets/{code}/cells/{unit_id}/{criterion}",
    response_model=CellDetail,
    responses=HIDDEN,
)
def read_cell(
    *,
    code: CodeInPath,
    unit_id: UUID,
    criterion: CodeInPath,
    asked: Annotated[CellQuery, Query()],
    reads: SnapshotReads,
) -> Response:
    """Return what stands behind a cell of the matrix: its duties, and every value with its corrections."""
    with reads as connection:
        view = cell_of(
            connection, reads.actor, code, asked, unit_id=unit_id, criterion=criterion, now=reads.now
        )
        return answer(CellDetail, view)


@router.get("/reports/criteria.{kind}", response_class=Response, responses=FILE | HIDDEN)
def report_matrix(
    kind: FileKind, asked: Annotated[MatrixFileQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return the matrix as a file for office programs."""
    with reads as connection:
        view = matrix_of(connection, reads.actor, asked.set_code, asked, now=reads.now)
    return file_answer(sheet(view), kind, name=f"tieu-chi-{asked.year}")


@router.get(
    "/obligations/{obligation_id}/goals", response_model=GoalPage, responses=problems(errors.NotFound)
)
def list_goals(obligation_id: UUID, reads: Reads) -> Response:
    """List the criteria that a duty serves and served, each with what was measured for it."""
    with reads as connection:
        obligations.one(connection, reads.actor, obligation_id, cut_off=office_day(reads.now))
        rows = criteria.goals_of(connection, obligation_id)
        measures = criteria.measures_of(connection, [row.id for row in rows], as_of=reads.now)
        return answer(GoalPage, goals_with_measures(rows, measures))


@router.post(
    "/obligations/{obligation_id}/goals",
    status_code=201,
    response_model=GoalsSet,
    responses=REFUSED | problems(errors.NotUnderWay),
)
def set_goals(
    *,
    obligation_id: UUID,
    body: DutyGoalsBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let a duty serve criteria of a unit in a year; set once more, a goal gets another target."""
    with work as session:
        count = goals.serve(
            session,
            actor,
            obligation_id,
            body.order(),
            unit_code=body.unit_code,
            version=version,
            now=now,
        )
        return work.answer(GoalsSet, {"goals": count}, status=201)


@router.post(
    "/directives/{directive_id}/items/{item}/goals",
    status_code=201,
    response_model=GoalsSet,
    responses=REFUSED,
)
def set_goals_of_item(
    *,
    directive_id: UUID,
    item: str,
    body: GoalsBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Let every open duty of an item serve criteria, each of its own unit."""
    with work as session:
        count = goals.serve_item(session, actor, directive_id, item, body.order(), version=version, now=now)
        return work.answer(GoalsSet, {"goals": count}, status=201)


@router.post(
    "/goals/{goal_id}/end",
    response_model=GoalPage,
    responses=problems(errors.NotFound, errors.RequestEnded),
)
def end_goal(goal_id: UUID, body: Reason, actor: CurrentActor, work: Work, now: Now) -> Response:
    """End a goal that was set by mistake or is no longer asked for; what was measured stays."""
    with work as session:
        row = goals.end_goal(session, actor, goal_id, reason=body.reason, now=now)
        session.flush()
        rows = criteria.goals_of(session.connection(), row.obligation_id)
        measures = criteria.measures_of(session.connection(), [each.id for each in rows], as_of=now)
        return work.answer(GoalPage, goals_with_measures(rows, measures))


@router.post(
    "/measures/{measure_id}/correct",
    status_code=201,
    response_model=MeasureView,
    responses=problems(errors.NotFound, errors.InvalidValue, errors.AlreadyExists),
)
def correct_value(
    measure_id: UUID, body: MeasureCorrectionBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Put the right value in the place of a wrong one; both are kept, with the reason."""
    with work as session:
        row = correct_measure(session, actor, measure_id, now=now, **body.values())
        made = criteria.measures_of(session.connection(), [row.goal_id], as_of=now)[row.goal_id]
        (view,) = (measure_view(each) for each in made if each.id == row.id)
        return work.answer(MeasureView, view, status=201)

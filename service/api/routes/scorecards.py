"""The ranking of units, and the arithmetic behind it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.bodies.statistics import ScorecardQuery, ScoringBody, known_by
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.statistics import ScorecardView, ScoringView, scorecard_view, scoring_view
from service.domain import scoring_policies as actions
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue
from service.domain.permissions import Action
from service.domain.reading import scoring, statistics
from service.domain.reading.statistics import By, Question
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads, SnapshotReads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=StrictRoute)


@router.get("/scorecards", response_model=ScorecardView)
def read_scorecards(asked: Annotated[ScorecardQuery, Query()], reads: SnapshotReads) -> Response:
    """Rank the units, with what each part of the sum gave, and propose praise and criticism."""
    reads.actor.require(Action.VIEW_SCORECARDS)
    wanted = Question(cut_off=asked.cut_off or office_day(reads.now), as_of=known_by(asked.as_of, reads.now))
    with reads as connection:
        policy = scoring.current(connection, reads.actor)
        lines = statistics.table_by(connection, reads.actor, wanted, policy.policy, By.UNIT)
        excused = statistics.excused_by_unit(connection, reads.actor, wanted, policy.policy)
        view = scorecard_view(lines, excused, policy, cut_off=wanted.cut_off, as_of=wanted.as_of or reads.now)
        return answer(ScorecardView, view)


@router.get("/scoring-policy", response_model=ScoringView)
def read_scoring(reads: Reads) -> Response:
    """Say how the register counts and ranks."""
    with reads as connection:
        policy = scoring.current(connection, reads.actor)
        return answer(ScoringView, scoring_view(policy), version=policy.version)


@router.put("/scoring-policy", response_model=ScoringView, responses=problems(InvalidValue))
def set_scoring(
    body: ScoringBody, actor: CurrentActor, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Count and rank by another policy from now on, in a new version; published tables stay."""
    with work as session:
        actions.set_scoring(session, actor, body.policy(), version=version, now=now)
        policy = scoring.current(session.connection(), actor)
        return work.answer(ScoringView, scoring_view(policy), version=policy.version)

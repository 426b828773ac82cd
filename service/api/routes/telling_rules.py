"""When a register sends what can wait, and how much it sends."""

from fastapi import APIRouter, Response

from service.api.bodies.telling import TellingRulesBody
from service.api.strict import StrictRoute
from service.api.views.telling import TellingRulesView, telling_rules_view
from service.domain import registers as actions
from service.domain.calendar import minute_of_day
from service.domain.reading import registers
from service.domain.registers import TellingRules
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/telling-rules", tags=["registers"], route_class=StrictRoute)


@router.get("", response_model=TellingRulesView)
def read_telling_rules(reads: Reads) -> Response:
    """Return when the register sends what can wait, and how much it sends."""
    with reads as connection:
        row = registers.telling_rules(connection, reads.actor)
        return answer(TellingRulesView, telling_rules_view(row), version=row.version)


@router.put("", response_model=TellingRulesView)
def set_telling_rules(
    body: TellingRulesBody, actor: CurrentActor, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Decide when the register sends what can wait, and how much it sends."""
    quiet = minute_of_day(body.quiet_from), minute_of_day(body.quiet_until)
    rules = TellingRules(*quiet, body.messages_per_minute)
    with work as session:
        row = actions.set_telling_rules(session, actor, rules, version=version, now=now)
        return work.answer(TellingRulesView, telling_rules_view(row), version=row.version)

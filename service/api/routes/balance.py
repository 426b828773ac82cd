"""The opening balance: the duties of an office's older register."""

from fastapi import APIRouter, Response

from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.balance import BalanceView, balance_view
from service.domain import errors
from service.domain.balance import enter_balance
from service.domain.balance_file import parse_balance
from service.domain.calendar import office_day
from service.edge.actor import CurrentActor
from service.edge.context import Now
from service.edge.upload import FILE_BODY, Received, RehearsedUploadWork

router = APIRouter(prefix="/v1/registers", tags=["registers"], route_class=StrictRoute)


@router.post(
    "/opening-balance",
    response_model=BalanceView,
    responses=problems(errors.InvalidValue),
    openapi_extra=FILE_BODY,
)
def enter_opening_balance(
    actor: CurrentActor, upload: Received, work: RehearsedUploadWork, now: Now
) -> Response:
    """Take over the duties of a CSV or XLSX register; doubtful rows are left out, each with its reasons."""
    parsed = parse_balance(upload.path.read_bytes(), today=office_day(now))
    with work as session:
        report = enter_balance(session, actor, parsed.rows, sha256=upload.sha256, now=now)
        return work.answer(BalanceView, balance_view(report, parsed.unknown_columns))

"""What units told on their way, over many obligations."""

from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import ProgressQuery
from service.api.strict import StrictRoute
from service.api.views.obligations import ProgressUpdatePage, progress_row
from service.domain.calendar import ZONE
from service.domain.reading import criteria, funding, progress
from service.edge import cursors
from service.edge.answers import answer
from service.edge.reads import Reads

router = APIRouter(prefix="/v1/progress-updates", tags=["obligations"], route_class=StrictRoute)


@router.get("", response_model=ProgressUpdatePage)
def list_progress_updates(asked: Annotated[ProgressQuery, Query()], reads: Reads) -> Response:
    """List what units told, the oldest first."""
    since = datetime.combine(asked.since, time.min, ZONE).astimezone(UTC) if asked.since else None
    with reads as connection:
        rows, last = progress.page(
            connection,
            reads.actor,
            obligation_id=asked.obligation_id,
            unit_code=asked.unit,
            since=since,
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        ids = [row.id for row in rows]
        money = funding.of_updates(connection, ids)
        values = criteria.measures_of_updates(connection, ids, as_of=reads.now)
        view: ProgressUpdatePage = {
            "items": [progress_row(row, money.get(row.id, {}), values.get(row.id, ())) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(ProgressUpdatePage, view)

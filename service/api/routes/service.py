"""Health for machines: is the process there, can it work, what has it done."""

from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import TypedDict

from service.api.problems import problems
from service.edge.answers import answer
from service.edge.context import context
from service.edge.refusals import ServiceBusy
from service.edge.schema import is_at_head

router = APIRouter(tags=["service"])
TEXT = {"type": "string"}
log = structlog.get_logger("dondoc.api")


class HealthView(TypedDict):
    """The process is there."""

    status: str


@router.get("/healthz", response_model=HealthView)
async def healthz() -> Response:
    """Say that the process answers."""
    return answer(HealthView, {"status": "ok"})


@router.get("/readyz", response_model=HealthView, responses=problems(ServiceBusy))
def readyz(request: Request) -> Response:
    """Say whether requests can be served: the database answers and has this version's schema."""
    try:
        with context(request).database.read() as connection:
            at_head = is_at_head(connection)
    except SQLAlchemyError as error:
        log.warning("not_ready", reason=type(error).__name__)
        raise ServiceBusy(retry_after=5) from error
    if not at_head:
        log.warning("not_ready", reason="schema")
        raise ServiceBusy(retry_after=30)
    return answer(HealthView, {"status": "ready"})


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
)
async def metrics(request: Request) -> Response:
    """Return the counts of this process for Prometheus."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    """Return the contract."""
    document: dict[str, Any] = request.app.openapi()
    return answer(dict[str, Any], document)

"""One application: middleware, problems, routes and its contract."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from typing import Any

import sqlalchemy as sa
import structlog
from anyio import create_task_group, sleep, to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from service.api import contract, problems
from service.api.access import require_declared
from service.api.streams import Streams
from service.api.telemetry import Crowding, Metrics, Telemetry
from service.clock import Clock
from service.database import Database
from service.domain import keys, sign_ins
from service.edge.allowances import SHARE_SECONDS, Counted, share
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.edge.upload import DiscardUploads
from service.files import sweep_torn
from service.settings import Settings

ROUTES = (
    "obligations",
    "register_files",
    "progress",
    "batches",
    "coordination",
    "delegation",
    "returns",
    "extensions",
    "causes",
    "explanations",
    "deadlines",
    "criteria",
    "directives",
    "instructions",
    "directive_changes",
    "late_assignments",
    "series",
    "items",
    "implementing",
    "oversight",
    "oversight_links",
    "intake",
    "statistics",
    "scorecards",
    "documents",
    "letters",
    "document_templates",
    "messages",
    "untold",
    "delivery_reports",
    "wordings",
    "events",
    "audit",
    "units",
    "groups",
    "reorganisations",
    "phrases",
    "people",
    "personal_data",
    "absences",
    "link_codes",
    "preferences",
    "calendar_feeds",
    "registers",
    "telling_rules",
    "balance",
    "calendars",
    "channels",
    "webhooks",
    "hooks",
    "keys",
    "tokens",
    "accounts",
    "sessions",
    "providers",
    "files",
    "problem_types",
    "service",
    "docs",
)
"""Files under `api/routes`; the routes asked most come first."""

NOTE_SECONDS = 60.0
"""How often a process writes down which keys and sessions were used."""

log = structlog.get_logger("dondoc.api")


def create_app(settings: Settings, database: Database, clock: Clock) -> FastAPI:
    """Return the service over one database, as of one clock.

    Raises:
        UndeclaredRoutes: Nobody has said who may call a route.
    """
    metrics = Metrics()
    app = FastAPI(
        title=contract.TITLE,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[
            Middleware(Telemetry, metrics=metrics),
            Middleware(Crowding),
            Middleware(DiscardUploads),
        ],
        redirect_slashes=False,
    )
    app.state.context = Context(settings, database, clock, ReadingRoom(settings))
    app.state.metrics = metrics
    app.state.streams = Streams(settings.streams_max)
    problems.install(app)
    for name in ROUTES:
        app.router.routes += _routes(name)
    require_declared(app)
    app.openapi = _contract_of(app)  # type: ignore[method-assign]
    return app


def _routes(name: str) -> list[BaseRoute]:
    """Return the routes of a file as they stand; a router that is included builds each of them again."""
    router: APIRouter = import_module(f"service.api.routes.{name}").router
    return router.routes


def _contract_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return a function that makes the contract the first time somebody asks for it."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = contract.openapi(app)
        return app.openapi_schema

    return made


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Give requests as many threads as there are connections; close these at the end."""
    context: Context = app.state.context
    to_thread.current_default_thread_limiter().total_tokens = context.settings.database_pool_size
    app.state.streams.close_on_signal()
    sweep_torn(context.settings.files, now=context.clock.now())
    async with create_task_group() as tasks:
        tasks.start_soon(_every, NOTE_SECONDS, partial(to_thread.run_sync, note_uses, context))
        if context.allowances.quotas:
            tasks.start_soon(_every, SHARE_SECONDS, partial(share_counts, context))
        yield
        tasks.cancel_scope.cancel()
    note_uses(context)
    context.database.dispose()


async def _every(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await sleep(seconds)
        await act()


async def share_counts(context: Context) -> None:
    """Tell other processes how often was asked; what a busy database refuses is told a second later."""
    counted = context.allowances.worth_telling(context.clock.now())
    if not counted:
        return
    try:
        totals = await to_thread.run_sync(_share, context, counted)
    except sa.exc.SQLAlchemyError as error:
        log.warning("requests.not_shared", askers=len(counted), reason=type(error).__name__)
    else:
        context.allowances.learn(counted, totals)


def _share(context: Context, counted: list[Counted]) -> list[Counted]:
    with context.database.write() as session:
        return share(session, counted)


def note_uses(context: Context) -> None:
    """Write down which keys and sessions were used of late; what a busy database refuses is said later."""
    used, seen = context.keys.take_used(), context.keys.take_seen()
    if not used and not seen:
        return
    try:
        with context.database.write() as session:
            keys.note_use(session, used)
            sign_ins.note_seen(session, seen)
    except sa.exc.SQLAlchemyError as error:
        log.warning("keys.use_not_noted", keys=len(used), sessions=len(seen), reason=type(error).__name__)

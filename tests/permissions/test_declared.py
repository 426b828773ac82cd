"""A route that nobody has declared stops the start."""

import pytest
from fastapi import FastAPI, Response

from service.api.access import ACCESS, OPEN, Access, UndeclaredRoutes, Wall, require_declared
from service.api.app import create_app
from service.clock import SystemClock
from service.database import Database
from service.domain.permissions import POLICY, Action
from service.settings import Settings


@pytest.fixture
def app() -> FastAPI:
    return create_app(Settings(), Database("sqlite://"), SystemClock())


def test_a_route_without_a_declaration_stops_the_start(app: FastAPI) -> None:
    @app.get("/v1/forgotten")
    def forgotten() -> Response:
        return Response()

    with pytest.raises(UndeclaredRoutes, match="forgotten"):
        require_declared(app)


def test_so_does_a_declaration_without_a_route(app: FastAPI) -> None:
    with pytest.raises(UndeclaredRoutes, match="taken_away"):
        require_declared(app, {**ACCESS, "taken_away": OPEN})


@pytest.mark.parametrize(
    ("route", "wrong"), [("accept", OPEN), ("healthz", Access(Wall.SUBJECT, Action.ACCEPT))]
)
def test_so_does_one_that_asks_for_a_key_where_the_route_does_not(
    app: FastAPI, route: str, wrong: Access
) -> None:
    with pytest.raises(UndeclaredRoutes, match=route):
        require_declared(app, {**ACCESS, route: wrong})


def test_every_action_of_the_table_guards_a_route_and_every_guard_is_in_the_table() -> None:
    guards = {action for wall, action in ACCESS.values() if action is not None}
    assert guards == POLICY.keys()
    assert all((action is None) == (wall in (Wall.OPEN, Wall.HOLDER)) for wall, action in ACCESS.values())

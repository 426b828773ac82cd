"""Pages and filters: they agree with the rules, miss nothing, repeat nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api.app import create_app
from service.database import Database
from service.domain import keys, lifecycle
from service.domain.escalation import ROLE_WORDS
from service.domain.key_rules import taken_apart
from service.domain.lifecycle import State, Timeliness
from service.domain.people import Actor
from service.domain.reading import obligation_pages, obligations
from service.domain.reading.obligation_pages import STAGES, Filter, Sort
from service.domain.reading.sentences import SENTENCES
from service.domain.reading.timeliness import CONDITIONS
from service.domain.tables import Obligation, table
from service.settings import Settings
from tests.api.world import Api, assign, draft, issue
from tests.conftest import MONDAY, SettableClock
from tests.plays import Plays, Stage

obligation = table(Obligation)
DAYS = st.dates(date(2024, 4, 1), date(2024, 6, 1))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, worlds: Any) -> Iterator[tuple[Database, Actor]]:
    """Return a district with one obligation of every unit, for tests that change rows and put them back."""
    with worlds.copy(request.param) as database:
        api = Api(create_app(Settings(), database, SettableClock()))
        api.tokens = worlds.tokens[request.param]
        issue(api)
        with database.read() as connection:
            parts = taken_apart(api.tokens["clerk"])
            assert parts is not None
            key = keys.opened(connection, parts, now=MONDAY)
            assert key is not None
            held = keys.holder(connection, key, register_code=None, now=MONDAY)
        yield database, held.actor


@given(
    state=st.sampled_from([*State]),
    due_on=st.none() | DAYS,
    done_on=DAYS,
    has_done=st.booleans(),
    cut_off=DAYS | st.just(date(2040, 12, 31)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_timeliness_in_sql_is_timeliness_in_python(
    shared: tuple[Database, Actor],
    state: State,
    due_on: date | None,
    done_on: date,
    has_done: bool,
    cut_off: date,
) -> None:
    database, actor = shared
    done = done_on if has_done or state is State.ACCEPTED else None
    with database.engine.connect() as connection:
        one = connection.execute(sa.select(obligation.c.id).limit(1)).scalar_one()
        changed = sa.update(obligation).where(obligation.c.id == one)
        connection.execute(changed.values(state=state, due_on=due_on, done_on=done))
        row = obligations.one(connection, actor, one, cut_off=cut_off)
        found = {
            judged
            for judged in CONDITIONS
            for row_ in obligation_pages.page(
                connection, actor, Filter(timeliness=judged), cut_off=cut_off
            ).rows
            if row_.id == one
        }
        connection.rollback()
    soon_on = row.soon_on or date.min
    judged = lifecycle.timeliness(state, due_on=due_on, done_on=done, cut_off=cut_off, soon_on=soon_on)
    assert found == ({judged} if judged else set())


def test_a_deadline_is_near_for_three_working_days(shared: tuple[Database, Actor]) -> None:
    database, actor = shared
    expected = {
        "2024-04-15": "2024-04-19",  # Monday; Thursday the 18th is the day of the Hùng kings
        "2024-04-12": "2024-04-17",  # Friday
        "2024-04-13": "2024-04-17",  # Saturday counts from Friday
        "2040-12-31": None,
    }
    with database.read() as connection:
        one = connection.execute(sa.select(obligation.c.id).limit(1)).scalar_one()
        for cut_off, soon_on in expected.items():
            row = obligations.one(connection, actor, one, cut_off=date.fromisoformat(cut_off))
            assert row.soon_on == (date.fromisoformat(soon_on) if soon_on else None), cut_off


@pytest.fixture
def many(api: Api, plays: Plays, stage: Stage) -> Api:
    """Return a district with 40 obligations, a third of them undated."""
    plays.after(issue_many, api, on=stage)
    return api.speak_for("clerk")


def issue_many(api: Api) -> None:
    """Issue a letter of ten items to four units."""
    items = [
        {"label": str(n), "text": f"Nội dung số {n}" + (" đường giao thông" if n == 7 else "")}
        | ({} if n % 3 == 0 else {"due_on": str(date(2024, 5, 1) + timedelta(days=n % 5))})
        for n in range(1, 11)
    ]
    directive_id, _ = draft(api, items=items)
    for number in range(1, 11):
        orders = [{"unit_code": "van-phong", "role": "lead"}, {"group_code": "cac-xa", "role": "lead"}]
        assign(api, directive_id, str(number), orders)
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    assert api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)["obligations"] == 40


def walk(api: Api, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _ in range(100):
        page = api.ok("GET", path, params=params | after)
        assert len(page["items"]) <= params["limit"]
        found += page["items"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("sort", ["id", "due_on", "newest"])
def test_pages_miss_nothing_and_repeat_nothing(many: Api, sort: str) -> None:
    for limit in (1, 7, 40, 200):
        found = walk(many, "/v1/obligations", sort=sort, limit=limit)
        assert len({each["id"] for each in found}) == len(found) == 40
        if sort != "due_on":
            ids = [each["id"] for each in found]
            assert ids == sorted(ids, reverse=sort == "newest")
        else:
            keys_of = [(each["due_on"] or "9", each["id"]) for each in found]
            assert keys_of == sorted(keys_of)
    assert len(walk(many, "/v1/obligations", sort=sort, limit=3, due_before="2024-05-03")) == 12
    assert len(walk(many, "/v1/obligations", sort=sort, limit=3, due_from="2024-05-03")) == 16
    mine = walk(many.speak_for("officer_b"), "/v1/obligations", sort=sort, limit=3)
    assert {each["unit"]["code"] for each in mine} == {"xa-b"}
    assert len(mine) == 10


def test_filters_narrow_together(many: Api) -> None:
    def count(**params: Any) -> int:
        return int(many.ok("GET", "/v1/obligations", params=params | {"total": "true"})["total"])

    assert count() == 40
    assert count(unit="xa-a") == 10
    assert count(unit="xa-z") == 0
    assert count(q="đường giao thông") == 4
    assert count(q="GIAO thong", unit="xa-c") == 1
    assert count(q="nong thon moi") == 40
    assert count(q="100%_") == 0
    assert count(timeliness="undated") == 12
    assert count(timeliness="overdue", cut_off="2024-05-03") == 12
    assert count(timeliness="overdue", cut_off="2024-05-03", sort="due_on", unit="xa-a") == 3
    assert count(state="assigned", relation="keeper") == 40
    assert count(state="submitted") == 0
    assert count(stage="working") == 40
    assert count(stage="waiting") == count(stage="ended") == 0
    assert count(relation="lead") == 10
    assert many.ok("GET", "/v1/obligations", params={"cut_off": "2024-05-03"})["cut_off"] == "2024-05-03"


def test_the_field_is_that_of_the_item_or_else_of_its_directive(api: Api) -> None:
    items = [{"label": "1", "text": "Dạy học", "field": "Giáo dục"}, {"label": "2", "text": "Thu thuế"}]
    directive_id, _ = draft(api, field="Tài chính", source="UBND tỉnh", items=items)
    for label in "12":
        assign(api, directive_id, label, [{"unit_code": "xa-a", "role": "lead"}])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    for asked, texts in (
        ({"field": "Giáo dục"}, ["Dạy học"]),
        ({"field": "Tài chính"}, ["Thu thuế"]),
        ({"source": "UBND tỉnh"}, ["Dạy học", "Thu thuế"]),
        ({"source": "UBND tỉnh", "field": "Y tế"}, []),
    ):
        found = api.ok("GET", "/v1/obligations", params=asked)["items"]
        assert sorted(each["item"]["text"] for each in found) == texts


def test_a_page_costs_one_query(many: Api, app: FastAPI, database: Database) -> None:
    asked: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    many.ok("GET", "/v1/obligations")
    sa.event.listen(database._reader, "before_cursor_execute", count)
    many.ok("GET", "/v1/obligations", params={"limit": 20, "timeliness": "overdue", "q": "noi dung"})
    assert len(asked) == 1


def test_counting_stops_where_it_is_told_to_and_says_so(shared: tuple[Database, Actor]) -> None:
    database, actor = shared
    with database.read() as connection:
        count = partial(obligation_pages.total, connection, actor, Filter(), cut_off=MONDAY.date())
        found, is_capped = count()
        assert (found > 1, is_capped) == (True, False)
        assert count(most=found) == (found, False)
        assert count(most=found - 1) == (found - 1, True)


def test_directives_come_newest_first(api: Api, clock: SettableClock) -> None:
    ids = []
    for number in range(5):
        clock.advance(seconds=1)
        ids.append(draft(api, number=str(number))[0])
    found = walk(api, "/v1/directives", limit=2)
    assert [each["id"] for each in found] == ids[::-1]


def test_every_event_and_every_moved_duty_can_be_said_in_words() -> None:
    from service.domain import events
    from service.domain.escalation import Role
    from service.domain.events.base import Event

    for module in iter_modules(events.__path__, "service.domain.events."):
        import_module(module.name)
    assert {each.kind for each in Event.__subclasses__()} <= SENTENCES.keys()
    assert ROLE_WORDS.keys() == set(Role)
    assert CONDITIONS.keys() == set(Timeliness)
    assert {each.value for each in Sort} == {"id", "due_on", "newest"}
    assert {state for states in STAGES.values() for state in states} == set(State)
    assert lifecycle.Move.TRANSFER not in obligations.MOVES
    assert UUID(int=0) < UUID(int=1)

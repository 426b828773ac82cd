"""The feed of events: nothing is missing, nothing changes places, nobody reads what is not theirs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from service.database import Database
from service.domain import ledger
from service.domain.checks import examine
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import feed
from service.domain.sealing import GENESIS, event_id, link
from service.domain.tables import Event, Ledger, Unsequenced, table
from tests.api.world import Api, issue, obligation_of
from tests.conftest import MONDAY, SettableClock

event, places, unsequenced = table(Event), table(Ledger), table(Unsequenced)


def place(database: Database, batch: int = ledger.BATCH) -> int:
    placed = 0
    while True:
        with database.write() as session:
            count = ledger.sequence(session, now=MONDAY, batch=batch)
        placed += count
        if not count:
            return placed


def follow(api: Api, **asked: Any) -> list[dict[str, Any]]:
    """Read the feed from a point to its end, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = api.ok("GET", "/v1/events", params=asked)
        found += page["items"]
        if not page["more"]:
            return found
        asked["after"] = page["next"]


def test_a_program_that_follows_the_feed_gets_every_event_once_in_order(api: Api, database: Database) -> None:
    issue(api)
    place(database, batch=3)
    everything = follow(api, limit=4)
    sequences = [each["sequence"] for each in everything]
    assert sequences == sorted(set(sequences))
    with database.read() as connection:
        assert len(everything) == connection.execute(sa.select(sa.func.count()).select_from(event)).scalar()
        assert connection.execute(sa.select(unsequenced)).all() == []
    assert len({each["id"] for each in everything}) == len(everything)
    assert {"directive.issued.v1", "obligation.assigned.v1"} <= {each["type"] for each in everything}

    end = api.ok("GET", "/v1/events", params={"limit": 200})["next"]
    assert api.ok("GET", "/v1/events", params={"after": end}) == {"items": [], "next": end, "more": False}
    api.ok("POST", f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/acknowledge")
    place(database)
    (new,) = api.ok("GET", "/v1/events", params={"after": end})["items"]
    assert new["type"] == "obligation.acknowledged.v1"
    assert new["source"] == "http://127.0.0.1:8000/v1/registers/chinh"


def test_a_feed_is_narrowed_by_kinds_and_still_says_where_it_ended(api: Api, database: Database) -> None:
    issue(api)
    place(database)
    assigned = follow(api, type=["obligation.assigned.v1"], limit=2)
    assert [each["type"] for each in assigned] == ["obligation.assigned.v1"] * 4
    assert {each["type"].split(".")[0] for each in follow(api, type=["directive.*", "item.*"])} == {
        "directive",
        "item",
    }
    nothing = api.ok("GET", "/v1/events", params={"type": "obligation.accepted.v1"})
    assert (nothing["items"], nothing["more"]) == ([], False)
    assert api.ok("GET", "/v1/events", params={"after": nothing["next"]})["items"] == []
    problem = api.refused("unknown-reference", 422, "GET", "/v1/events?type=obligation.flown.v1")
    assert problem["codes"] == ["obligation.flown.v1"]
    api.refused("invalid-request", 422, "GET", "/v1/events?type=Obligation")
    api.refused("invalid-request", 422, "GET", "/v1/events?after=nowhere")


def test_a_unit_follows_its_own_duties_and_nothing_else(api: Api, database: Database) -> None:
    directive_id = issue(api)
    own = {obligation_of(api, "xa-c")["id"]}
    others = obligation_of(api, "xa-b")["id"]
    place(database)
    seen = follow(api.speak_for("officer_b"))
    subjects = {each["subject"] for each in seen}
    assert others in subjects
    assert directive_id in subjects
    assert not own & subjects
    assert follow(api.speak_for("stranger")) == []
    api.speak_for("writer_a").refused("not-allowed", 403, "GET", "/v1/events")


def test_the_chain_can_be_followed_and_a_forged_event_is_found(api: Api, database: Database) -> None:
    issue(api)
    place(database)
    with database.read() as connection:
        rows = connection.execute(sa.select(places).order_by(places.c.position)).all()
        chain = GENESIS
        for number, row in enumerate(rows, 1):
            chain = link(chain, row.leaf)
            assert (row.position, row.chain) == (number, chain)
        assert examine(connection, now=MONDAY) == []
    assert str(event_id(rows[0].leaf)) == follow(api)[0]["id"]
    for altered in (sa.update(places).values(chain=GENESIS), sa.delete(places)):
        with pytest.raises(sa.exc.DBAPIError), database.write() as session:
            session.connection().execute(altered)


@pytest.mark.both_databases
def test_a_gap_a_lost_event_and_a_forgery_are_named_by_the_doctor(api: Api, database: Database) -> None:
    issue(api)
    place(database)
    with database.write() as session:
        _unlock(session)
        session.connection().execute(sa.delete(places).where(places.c.position == 2))
        session.connection().execute(sa.update(event).where(event.c.seq == 1).values(kind="unit.changed.v1"))
    with database.read() as connection:
        found = {violation.check for violation in examine(connection, now=MONDAY)}
    assert found == {"event-without-place", "ledger-gap", "ledger-broken"}


def _unlock(session: Session) -> None:
    """Take the walls down that refuse to alter the journal, as whoever owns the database can."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    for name, on in (("event_is_final", "event"), ("ledger_is_final", "ledger")):
        if on_postgresql:
            session.connection().exec_driver_sql(f"DROP TRIGGER {name} ON {on}")
        else:
            for verb in ("update", "delete"):
                session.connection().exec_driver_sql(f"DROP TRIGGER {name}_{verb}")


@pytest.mark.both_databases
def test_writers_at_once_never_make_the_reader_miss_or_reorder(api: Api, database: Database) -> None:
    """Four writers whose transactions overlap, two sequencers and a reader, all at the same time."""
    issue(api)
    place(database)
    with database.read() as connection:
        template = dict(connection.execute(sa.select(event).limit(1)).one()._mapping)
        begin = feed.last_position(connection)
    del template["seq"]
    clerk = Actor(NIL, template["register_id"], None, KeyRole.ADMINISTRATOR, frozenset({"read"}), True)
    written, placed = threading.Event(), threading.Event()

    def write(_number: int) -> None:
        for count in range(15):
            with database.write() as session:
                for _ in range(1 + count % 3):
                    session.connection().execute(sa.insert(event).values(template))

    def keep_placing() -> None:
        while not written.is_set():
            with database.write() as session:
                ledger.sequence(session, now=MONDAY, batch=5)

    def read() -> list[int]:
        seen, after = [], begin
        while True:
            ended = placed.is_set()
            with database.read() as connection:
                page = feed.page(connection, clerk, after=after, limit=4, window=7)
            seen += [row.position for row in page.rows]
            after = page.position
            if ended and not page.more:
                return seen

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(read)
        placing = [pool.submit(keep_placing) for _ in range(2)]
        for done in [pool.submit(write, number) for number in range(4)]:
            done.result()
        written.set()
        for done in placing:
            done.result()
        place(database)
        placed.set()
        seen = reader.result()
    assert seen == list(range(begin + 1, begin + 1 + 4 * 15 * 2))


@pytest.mark.both_databases
def test_an_event_that_commits_late_is_not_passed_over(
    api: Api, database: Database, clock: SettableClock
) -> None:
    """The reader has read beyond its number in the journal when it becomes visible."""
    issue(api)
    place(database)
    with database.read() as connection:
        template = dict(connection.execute(sa.select(event).limit(1)).one()._mapping)
    del template["seq"]
    slow = Session(database.engine)
    if database.dialect == "postgresql":
        slow.connection().execute(sa.insert(event).values(template))
        with database.write() as quick:
            quick.connection().execute(sa.insert(event).values(template | {"kind": "unit.changed.v1"}))
        assert place(database) == 1
        after = api.ok("GET", "/v1/events", params={"limit": 200})["next"]
        slow.commit()
    else:
        after = api.ok("GET", "/v1/events", params={"limit": 200})["next"]
        slow.connection().execute(sa.insert(event).values(template))
        slow.commit()
    slow.close()
    assert place(database) == 1
    assert len(api.ok("GET", "/v1/events", params={"after": after})["items"]) == 1

"""What must never be stored is planted by hand, and the doctor finds each of it by name and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from typer.testing import CliRunner

from service.cli import app
from service.database import Database
from service.domain import explanations, extensions, returns
from service.domain.calendar import ZONE
from service.domain.checks import examine
from service.domain.lifecycle import State
from service.domain.tables import (
    Explanation,
    Item,
    Message,
    Obligation,
    ObligationSource,
    ObligationVersion,
    Reminder,
    Submission,
    Unit,
    Watch,
    table,
)
from service.domain.telling_choices import UNWANTED_KEY
from tests.conftest import MONDAY
from tests.district import COMMUNES, District
from tests.plays import Plays

duty, version, watch = table(Obligation), table(ObligationVersion), table(Watch)
message = table(Message)
A, B, C = COMMUNES
UNSIGNED = "DONDOC_AUDIT_KEY is not set: the ledger is signed by nobody\n"


def live(office: District) -> None:
    """Bring an office to the middle of its life: reminders went out, requests wait, a result is in."""
    office.give(due="2024-03-12", items=2, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 8))
    office.submit(A, "1", "Đã xong", "7")
    ask(office, B, returns.give_back, reason="Không phải việc của xã", proposed_unit_code=None)
    ask(office, C, extensions.request_extension, wanted_on=date(2024, 3, 20), reason="Mưa lũ",
        document=None, file_ids=[])  # fmt: skip
    ask(office, C, explanations.ask_explanation, question="Vì sao?", due_on=date(2024, 3, 14))
    assert office.examine() == []


@pytest.fixture
def lived(office: District, plays: Plays) -> District:
    plays.after(live, office, on=office.stage)
    return office


@pytest.fixture(scope="module")
def unchanged(shared_office: District) -> District:
    """An office that every test leaves as it found it: what is planted is taken back."""
    live(shared_office)
    return shared_office


def ask(office: District, unit: str, act: Any, **given: Any) -> None:
    actor = office.chair if act is explanations.ask_explanation else office.officer(unit)
    with office.database.write() as session:
        act(session, actor, office.duty(unit, "1").id, version=None, now=office.now(), **given)


def of(office: District, unit: str, item: str = "1") -> UUID:
    return office.duty(unit, item).id


def change(changed: sa.Table, *where: Any, **values: Any) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(sa.update(changed).where(*where).values(**values))


def another_item(connection: Connection) -> Any:
    """Copy an item under another key: it is tracked and nobody has it."""
    item = table(Item)
    copied = {column.key: column for column in item.c} | {
        "id": sa.literal(UUID(int=7), sa.Uuid()),
        "locator": sa.literal("3"),
        "position": sa.literal(3),
        "units_from_id": sa.literal(UUID(int=7), sa.Uuid()),
    }
    rows = sa.select(*copied.values()).where(item.c.locator == "2")
    return connection.execute(sa.insert(item).from_select(list(copied), rows))


def drop(*tables: type) -> Callable[[Connection], Any]:
    return lambda connection: [connection.execute(sa.delete(table(each))) for each in tables]


Plant = Callable[[District], Callable[[Connection], Any]]

PLANTED: list[tuple[set[str], Plant]] = [
    ({"item-without-lead"}, lambda _: another_item),
    ({"duty-without-source"}, lambda _: drop(ObligationSource)),
    (
        {"history-broken", "history-gap"},
        lambda office: change(duty, duty.c.id == of(office, A, "2"), version=9),
    ),
    (
        {"history-overlap"},
        lambda office: change(
            version, version.c.obligation_id == of(office, A), version.c.version == 1,
            recorded_to=office.now() + timedelta(days=1),
        ),
    ),
    (
        {"duty-at-ended-unit"},
        lambda office: change(table(Unit), table(Unit).c.code == B, valid_to=date(2024, 3, 5)),
    ),
    ({"submission-lost"}, lambda _: drop(Submission)),
    (
        {"spared-in-vain"},
        lambda _: change(
            message, message.c.occasion == "issue",
            occasion_key=sa.literal(UNWANTED_KEY).concat(sa.cast(message.c.id, sa.String)),
        ),
    ),
    (
        {"duty-unwatched"},
        lambda office: change(
            watch, watch.c.obligation_id == of(office, A, "2"), next_action_at=None
        ),
    ),
    (
        {"submission-unwatched"},
        lambda _: change(watch, watch.c.kind == "acceptance", next_action_at=None),
    ),
    (
        {"unit-urged-in-vain"},
        lambda office: change(
            watch, watch.c.obligation_id == of(office, A), watch.c.kind == "acknowledgement",
            next_action_at=sa.select(watch.c.next_action_at).where(
                watch.c.obligation_id == of(office, A, "2"), watch.c.kind == "acknowledgement"
            ).scalar_subquery(),
        ),
    ),
    (
        {"clock-stopped", "clock-astray"},
        lambda office: change(
            watch, watch.c.obligation_id == of(office, A, "2"), watch.c.kind == "deadline",
            next_action_at=office.now() - timedelta(hours=1),
        ),
    ),
    (
        {"clock-astray"},
        lambda office: change(
            watch, watch.c.obligation_id == of(office, A, "2"), watch.c.kind == "deadline",
            next_action_at=office.now() + timedelta(days=9),
        ),
    ),
    (
        {"nobody-to-tell", "nobody-unlisted"},
        lambda _: change(
            table(Reminder), table(Reminder).c.outcome == "told", table(Reminder).c.watch_id.in_(
                sa.select(watch.c.id).where(watch.c.stopped_at.is_(None))
            ),
            outcome="nobody",
        ),
    ),
    ({"step-lost"}, lambda _: change(table(Reminder), round=9)),
    (
        {"request-unwatched"},
        lambda office: change(watch, watch.c.kind == "extension", stopped_at=office.now()),
    ),
    (
        {"request-answered-but-urged"},
        lambda office: change(table(Explanation), answered_at=office.now()),
    ),
    (
        {"return-lost", "request-answered-but-urged"},
        lambda office: change(sa.table("return", sa.column("decision")), decision="refused"),
    ),
    (
        {"transferred-to-nobody", "clock-of-the-past", "unit-urged-in-vain", "history-broken"},
        lambda office: change(duty, duty.c.id == of(office, A, "2"), state=State.TRANSFERRED),
    ),
    (
        {"withdrawn-unexplained", "clock-of-the-past", "unit-urged-in-vain", "history-broken"},
        lambda office: change(duty, duty.c.id == of(office, A, "2"), state=State.WITHDRAWN),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("names", "plant"), PLANTED, ids=["+".join(sorted(names)) for names, _ in PLANTED])
def test_each_violation_is_found_by_name(unchanged: District, names: set[str], plant: Plant) -> None:
    carry_out = plant(unchanged)
    with unchanged.database.write() as session:
        connection = session.connection()
        if unchanged.database.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = on")
        carry_out(connection)
        found = examine(connection, now=unchanged.now())
        session.rollback()
    assert {violation.check for violation in found} == names
    assert all(violation.rows for violation in found)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_province_of_a_million_duties_is_examined_to_the_end(database: Database) -> None:
    with database.snapshot(patiently=True) as connection:
        assert examine(connection, now=MONDAY) == []
        limit = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
    with database.snapshot() as connection:
        later = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
    assert (limit, later) == ("0", "1min")


def test_a_backup_is_well_at_the_time_at_which_it_was_made(
    lived: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = lived.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DONDOC_DATABASE_URL", url)
    made_at = f"{lived.now().astimezone(ZONE):%Y-%m-%dT%H:%M}"
    then = CliRunner().invoke(app, ["doctor", "--at", made_at])
    assert (then.exit_code, then.output) == (0, f"{UNSIGNED}✓ nothing amiss\n")
    today = CliRunner().invoke(app, ["doctor"])
    assert today.exit_code == 1
    assert "clock-stopped" in today.output, "no worker has looked after it since"

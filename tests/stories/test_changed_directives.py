"""A letter does not end with its issue: it is revoked, replaced, or loses an item."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain import changes
from service.domain.calendar import ZONE
from service.domain.changes import Basis, Removal
from service.domain.checks import examine
from service.domain.extensions import request_extension
from service.domain.lifecycle import State
from service.domain.reading import fact_texts
from service.domain.tables import (
    ChangeKind,
    DirectiveChange,
    Event,
    Extension,
    Item,
    Obligation,
    ObligationVersion,
    Unit,
    Watch,
    table,
)
from tests.district import COMMUNES, District

obligation, unit, watch = table(Obligation), table(Unit), table(Watch)
event, history, item = table(Event), table(ObligationVersion), table(Item)

DECISION = Basis(None, "45", "QĐ-UBND", date(2024, 3, 11), date(2024, 3, 12), "bãi bỏ")
REASON = "bãi bỏ (theo văn bản số 45/QĐ-UBND ngày 11/03/2024)"
TWELFTH = datetime(2024, 3, 12, 9, 0, tzinfo=ZONE)


def revoke(office: District, directive_id: UUID) -> int:
    with office.database.write() as session:
        return changes.revoke(session, office.chair, directive_id, DECISION, version=None, now=office.now())


def states(office: District) -> dict[str, list[State]]:
    query = (
        sa.select(unit.c.code, obligation.c.state)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .join(item, item.c.id == obligation.c.item_id)
        .order_by(unit.c.code, item.c.directive_id, item.c.position)
    )
    found: dict[str, list[State]] = {}
    with office.database.read() as connection:
        for code, state in connection.execute(query):
            found.setdefault(code, []).append(state)
    return found


def reasons(office: District) -> list[str]:
    query = sa.select(event.c.payload).where(event.c.kind == "obligation.withdrawn.v1")
    with office.database.read() as connection:
        told = connection.execute(query).scalars().all()
        return [shown["reason"] for shown in fact_texts.opened(connection, told)]


def test_nobody_is_chased_for_a_letter_that_was_revoked_and_what_was_done_stays(office: District) -> None:
    letter = office.give(due="2024-03-29", groups=["cac-xa"])
    office.submit("xa-a", "1", "Đã xong", "7")
    office.accept("xa-a", "1")
    office.submit("xa-b", "1", "Chờ xác nhận", "8")
    office.wait_until(date(2024, 3, 11))
    office.clock.at = TWELFTH
    assert revoke(office, letter) == 2
    assert states(office) == {
        "xa-a": [State.ACCEPTED],
        "xa-b": [State.WITHDRAWN],
        "xa-c": [State.WITHDRAWN],
    }
    assert reasons(office) == [REASON, REASON], "each duty says on which document it ended"
    told_before = len(office.inbox())
    office.wait_until(date(2024, 4, 30))
    later = office.inbox()[told_before:]
    assert later == [("2024-03-13", "xa-b.officer"), ("2024-03-13", "xa-c.officer")]
    assert office.examine() == []


def test_an_officer_with_fifty_items_hears_once_that_the_letter_is_gone(office: District) -> None:
    letter = office.give(due="2024-05-31", items=50, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 11))
    office.clock.at = TWELFTH
    told_before = len(office.inbox())
    assert revoke(office, letter) == 150
    office.wait_until(date(2024, 3, 15))
    assert office.inbox()[told_before:] == [("2024-03-13", f"{code}.officer") for code in COMMUNES]


def test_the_history_of_a_withdrawn_duty_has_no_gap_and_its_clocks_stand(office: District) -> None:
    letter = office.give(due="2024-05-31", units=["xa-a"])
    office.clock.at = TWELFTH
    revoke(office, letter)
    query = sa.select(history.c.version, history.c.state, history.c.effective_on, history.c.recorded_to)
    running = sa.select(watch.c.id).where(watch.c.stopped_at.is_(None))
    with office.database.read() as connection:
        first, last = connection.execute(query.order_by(history.c.version)).all()
        assert connection.execute(running).all() == []
    assert (first.version, first.state, first.recorded_to) == (1, State.ASSIGNED, TWELFTH)
    assert (last.version, last.state, last.recorded_to) == (2, State.WITHDRAWN, None)
    assert last.effective_on == DECISION.effective_on


def test_nobody_has_to_answer_a_request_about_a_letter_that_is_gone(office: District) -> None:
    letter = office.give(due="2024-03-29", units=["xa-a"])
    with office.database.write() as session:
        request_extension(
            session,
            office.officer("xa-a"),
            office.duty("xa-a", "1").id,
            wanted_on=date(2024, 4, 12),
            reason="Chờ số liệu",
            document=None,
            file_ids=[],
            version=None,
            now=office.now(),
        )
    office.clock.at = TWELFTH
    revoke(office, letter)
    with office.database.read() as connection:
        verdict = connection.execute(sa.select(table(Extension).c.decision)).scalar_one()
    assert verdict == "closed"
    assert [check.check for check in office.examine() if "clock" in check.check] == []


def test_an_item_taken_out_ends_and_the_others_go_on(office: District) -> None:
    letter = office.give(due="2024-05-31", items=2, groups=["cac-xa"])
    office.clock.at += timedelta(minutes=5)
    other = office.give(due="2024-05-31", units=["xa-a"], on=date(2024, 3, 4))
    office.clock.at = TWELFTH
    basis = Basis(other, "", "", None, date(2024, 3, 12), "thay mục 2")
    with office.database.write() as session:
        gone = [Removal("2", "1")]
        count = changes.amend(session, office.chair, letter, basis, gone, version=None, now=office.now())
    assert count == 3
    assert states(office)["xa-b"] == [State.ASSIGNED, State.WITHDRAWN]
    assert states(office)["xa-a"] == [State.ASSIGNED, State.WITHDRAWN, State.ASSIGNED]


@pytest.mark.parametrize("check", ["ended-but-open", "withdrawn-unexplained"])
def test_the_doctor_finds_duties_that_no_journal_explains(office: District, check: str) -> None:
    letter = office.give(due="2024-05-31", units=["xa-a"])
    with office.database.write() as session:
        if check == "withdrawn-unexplained":
            session.connection().execute(sa.update(obligation).values(state=State.WITHDRAWN))
        else:
            session.add(
                DirectiveChange(
                    id=letter, register_id=office.register_id, directive_id=letter, kind=ChangeKind.REVOKE,
                    document={"number": "1"}, effective_on=date(2024, 3, 4), reason="x", details=[],
                    made_by=letter, made_at=office.now(),
                )
            )  # fmt: skip
    with office.database.read() as connection:
        assert check in {violation.check for violation in examine(connection, now=office.now())}

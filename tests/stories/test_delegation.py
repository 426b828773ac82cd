"""The commune handed it on and forgot it: who has which part, and who answers for the whole."""

from datetime import date, time
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain import delegation, obligations, transfer
from service.domain.checks import examine
from service.domain.errors import DelegatedTooDeep, NotAllowed, NotUnderWay
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import obligation_pages
from service.domain.reading import obligations as reading
from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import of_obligation
from service.domain.tables import Obligation, table
from service.domain.units import register_unit
from tests.district import District
from tests.recurring import MONTHLY, begin_now, change_from, due_days, duty_for, give, series_of

duty_table = table(Obligation)
LEAD, HEAD = "xa-a.officer", "xa-a.head"
PART = "thon-1.officer"


@pytest.fixture
def office(office: District) -> District:
    """Give commune a a hamlet below it, with an officer."""
    with office.database.write() as session:
        for code, above in (("thon-1", "xa-a"), ("to-1", "thon-1"), ("nhom-1", "to-1"), ("ban-1", "nhom-1")):
            register_unit(
                session, office.chair, code=code, name=code, kind="thon", parent_code=above, aliases=[],
                valid_from=date(2000, 1, 1), subordinate=True, attributes=[], identifiers={},
                now=office.now(),
            )  # fmt: skip
    office.hire("thon-1", "officer")
    return office


def head_of(office: District, code: str) -> Actor:
    return Actor(office.chair.principal_id, office.register_id, office.unit(code).id, KeyRole.HEAD,
                 office.chair.scopes, is_keeper=False)  # fmt: skip


def hand_on(
    office: District,
    duty: UUID,
    *,
    by: str = "xa-a",
    unit: str | None = None,
    person: str | None = None,
    due: date | None = None,
) -> UUID:
    with office.database.write() as session:
        return delegation.delegate(
            session,
            head_of(office, by),
            duty,
            unit_code=unit,
            person_code=person,
            due_on=due,
            instruction="Lập danh sách",
            version=None,
            now=office.now(),
        ).id


def finish(office: District, part: UUID, *, unit: str, judge: Actor) -> None:
    """The unit hands its part in and somebody judges it."""
    with office.database.write() as session:
        obligations.submit(
            session, office.officer(unit), part, text="Xong", document={"number": "1"}, file_ids=[],
            version=None, now=office.now(),
        )  # fmt: skip
    with office.database.write() as session:
        obligations.accept(session, judge, part, comment="", version=None, now=office.now())


def whole(office: District) -> UUID:
    """Give commune a a duty; return it."""
    office.give(due="2024-03-29", units=["xa-a"])
    return dict(office.duties("xa-a"))["1"]


def states(office: District) -> dict[UUID, State]:
    with office.database.read() as connection:
        return dict(connection.execute(sa.select(duty_table.c.id, duty_table.c.state)).all())


def test_the_hamlet_is_reminded_and_then_the_commune_never_the_district(office: District) -> None:
    part = hand_on(office, whole(office), unit="thon-1", due=date(2024, 3, 13))
    office.wait_until(date(2024, 3, 18), at=time(9, 0))
    ours = [entry for entry in office.inbox() if entry[0] > "2024-03-04"]
    assert ("2024-03-06", PART) in ours, "not acknowledged"
    assert {who for day, who in ours if day <= "2024-03-13"} == {PART, HEAD}
    assert ("2024-03-14", HEAD) in ours, "the hamlet has no head: the one above is told"
    assert not [who for _, who in ours if who.startswith("van-phong")], "it is not the district's affair"
    assert states(office)[part] is State.ASSIGNED


def test_responsibility_stays_with_the_commune_in_every_list_of_the_register(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1", due=date(2024, 3, 13))
    office.worker.round()
    seen = {}
    for name, actor in (
        ("keeper", office.chair),
        ("commune", head_of(office, "xa-a")),
        ("hamlet", head_of(office, "thon-1")),
    ):
        with office.database.read() as connection:
            wanted = obligation_pages.Filter()
            page = obligation_pages.page(connection, actor, wanted, cut_off=date(2024, 3, 4))
            counted, _ = obligation_pages.total(connection, actor, wanted, cut_off=date(2024, 3, 4))
            seen[name] = [row.id for row in page.rows]
            assert counted == len(page.rows)
    assert seen == {"keeper": [duty], "commune": [duty], "hamlet": [part]}
    with office.database.read() as connection:
        (row,) = reading.parts(connection, office.chair, duty, cut_off=date(2024, 3, 4))
        assert examine(connection, now=office.now()) == []
    assert (row.id, row.due_on, row.unit_code) == (part, date(2024, 3, 13), "thon-1")
    assert states(office)[duty] is State.ACKNOWLEDGED, "handing it on says that it was received"


def test_the_commune_judges_its_hamlet_and_the_district_does_not(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    with pytest.raises(NotAllowed):
        finish(office, part, unit="thon-1", judge=office.chair)
    with pytest.raises(NotAllowed), office.database.write() as session:
        obligations.accept(session, office.officer("xa-a"), part, comment="", version=None, now=office.now())
    with office.database.write() as session:
        obligations.accept(session, head_of(office, "xa-a"), part, comment="", version=None, now=office.now())
    assert states(office) == {duty: State.ACKNOWLEDGED, part: State.ACCEPTED}


def test_when_the_last_part_is_done_closing_is_proposed_and_nothing_closes_by_itself(
    office: District,
) -> None:
    duty = whole(office)
    office.wait_until(date(2024, 3, 5))
    parts = [hand_on(office, duty, unit="thon-1"), hand_on(office, duty, unit="thon-1")]
    finish(office, parts[0], unit="thon-1", judge=head_of(office, "xa-a"))
    assert "đề nghị báo cáo hoàn thành" not in journal(office, duty)
    finish(office, parts[1], unit="thon-1", judge=head_of(office, "xa-a"))
    assert "đề nghị báo cáo hoàn thành" in journal(office, duty)
    assert states(office)[duty] is State.ACKNOWLEDGED
    office.wait_until(date(2024, 3, 6))
    assert "đề nghị báo cáo kết quả" in office.told_of("2024-03-06", LEAD)


def journal(office: District, duty: UUID) -> str:
    with office.database.read() as connection:
        return "\n".join(sentence(row.kind, row.facts) for row in of_obligation(connection, duty).lines)


def test_what_is_taken_from_the_commune_is_taken_from_everybody_below(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    deeper = hand_on(office, part, by="thon-1", unit="to-1")
    with office.database.write() as session:
        obligations.withdraw(session, office.chair, duty, reason="Giao nhầm", version=None, now=office.now())
    assert set(states(office).values()) == {State.WITHDRAWN}
    assert "Thu hồi vì nhiệm vụ cấp trên đã kết thúc" in journal(office, deeper)
    office.wait_until(date(2024, 4, 3))
    assert [who for day, who in office.inbox() if day > "2024-03-05"] == []
    with office.database.read() as connection:
        assert examine(connection, now=office.now()) == []


def test_a_part_is_not_opened_again_under_a_whole_that_is_over(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    finish(office, part, unit="thon-1", judge=head_of(office, "xa-a"))
    finish(office, duty, unit="xa-a", judge=office.chair)
    with pytest.raises(NotUnderWay), office.database.write() as session:
        obligations.reopen(
            session, head_of(office, "xa-a"), part, reason="Sai", version=None, now=office.now()
        )


def test_what_is_left_of_a_whole_that_is_accepted_ends_with_it(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    finish(office, duty, unit="xa-a", judge=office.chair)
    assert states(office) == {duty: State.ACCEPTED, part: State.WITHDRAWN}


def pass_on(office: District, duty: UUID, to: str) -> None:
    columns = (sa.literal(duty, sa.Uuid()), sa.literal(office.unit(to).id, sa.Uuid()))
    heirs = sa.select(columns[0].label("obligation_id"), columns[1].label("unit_id")).subquery("heirs")
    with office.database.write() as session:
        transfer.pass_on(
            session, office.chair, heirs, on=date(2024, 3, 5), basis="Nghị quyết 1", now=office.now()
        )


def test_a_whole_that_passes_to_another_commune_leaves_no_part_behind(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    pass_on(office, duty, "xa-b")
    after = states(office)
    assert (after.pop(duty), after.pop(part)) == (State.TRANSFERRED, State.WITHDRAWN)
    assert list(after.values()) == [State.ASSIGNED]
    office.worker.round()
    with office.database.read() as connection:
        assert examine(connection, now=office.now()) == []


def test_a_part_that_passes_to_another_hamlet_stays_a_part(office: District) -> None:
    duty = whole(office)
    part = hand_on(office, duty, unit="thon-1")
    pass_on(office, part, "to-1")
    office.worker.round()
    with office.database.read() as connection:
        first, second = reading.parts(connection, office.chair, duty, cut_off=date(2024, 3, 5))
        assert examine(connection, now=office.now()) == []
    assert {first.state, second.state} == {State.TRANSFERRED, State.ASSIGNED}
    assert {first.delegator_id, second.delegator_id} == {office.unit("xa-a").id}


def test_a_part_is_handed_on_three_times_at_most(office: District) -> None:
    part = whole(office)
    for by, unit in (("xa-a", "thon-1"), ("thon-1", "to-1"), ("to-1", "nhom-1")):
        part = hand_on(office, part, by=by, unit=unit)
    with pytest.raises(DelegatedTooDeep):
        hand_on(office, part, by="nhom-1", unit="ban-1")


def test_a_part_given_to_a_person_reminds_that_person_and_not_the_officer(office: District) -> None:
    person = office.hire("xa-a", "clerk")
    duty = whole(office)
    office.wait_until(date(2024, 3, 5))
    hand_on(office, duty, person=person, due=date(2024, 3, 8))
    before = len(office.mails())
    office.wait_until(date(2024, 3, 8))
    told = [(mail["sent_on"][:10], mail["to"].rsplit(".", 2)[0]) for mail in office.mails()[before:]]
    assert [day for day, who in told if who == "xa-a.clerk"] == ["2024-03-05", "2024-03-07", "2024-03-08"]
    assert [who for _, who in told if who == LEAD] == []


def test_a_part_of_a_monthly_report_stays_with_the_hamlet_when_the_day_of_the_month_changes(
    office: District,
) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a", "xa-b"]))
    april, of_other = (duty_for(office, unit, "2024-04").id for unit in ("xa-a", "xa-b"))
    part = hand_on(office, april, unit="thon-1")
    fifteenth = {"freq": "monthly", "by_month_day": 15}
    done = change_from(office, monthly.id, "2024-04", rule=fifteenth, units=["xa-a"])
    assert (done.moved, done.withdrawn) == (1, 1), "only commune b has no part in it any more"
    assert states(office)[part] == State.ASSIGNED
    assert states(office)[of_other] == State.WITHDRAWN
    assert due_days(office, "xa-a")["2024-04"] == date(2024, 4, 15)
    office.worker.round()
    assert office.examine() == []


def test_a_part_of_a_month_that_the_new_rule_does_not_have_ends_with_it(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a"]))
    april = duty_for(office, "xa-a", "2024-04").id
    part = hand_on(office, april, unit="thon-1")
    done = change_from(office, monthly.id, "2024-04", rule={"freq": "weekly", "by_weekday": "WE"})
    assert done.withdrawn == 1
    assert (states(office)[april], states(office)[part]) == (State.WITHDRAWN, State.WITHDRAWN)
    assert office.examine() == []


def test_a_part_with_a_day_ends_with_a_whole_that_is_to_come_again_instead(office: District) -> None:
    letter = office.give(due=None, units=["xa-a"])
    ((_, duty),) = office.duties("xa-a")
    part = hand_on(office, duty, unit="thon-1", due=date(2024, 3, 13))
    begin_now(office, letter, MONTHLY)
    assert (states(office)[duty], states(office)[part]) == (State.WITHDRAWN, State.WITHDRAWN)
    office.worker.round()
    assert office.examine() == []

"""Passing duties on: nothing is lost on the way, and both units can be seen."""

import random
from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from service.domain import transfer
from service.domain.lifecycle import OPEN, PAUSED, Move, State, after
from service.domain.moves import move
from service.domain.reading import timeline
from service.domain.reading.sentences import sentence
from service.domain.tables import (
    Event,
    Obligation,
    ObligationSource,
    Outbox,
    Predecessor,
    Submission,
    Watch,
    table,
)
from service.domain.watching import stop_all
from tests.deadlines import FROM_RECEIPT, give
from tests.district import COMMUNES, District

DUE, EARLIER = date(2024, 3, 29), date(2024, 3, 20)
BASIS = 'Nghị quyết số 01/NQ-HĐND về "sắp xếp"'
PASSED_ON = date(2024, 3, 11)
obligation, link = table(Obligation), table(Predecessor)


def pass_on(office: District, *pairs: tuple[UUID, str], **how: Any) -> int:
    """Pass duties on, each to a unit."""
    columns = [("obligation_id", sa.Uuid()), ("unit_id", sa.Uuid())]
    rows = [(duty, office.unit(code).id) for duty, code in pairs]
    named = sa.values(*(sa.column(*each) for each in columns), name="given").data(rows).cte("given")
    heirs = sa.select(*(sa.cast(c, sa.Uuid()).label(c.name) for c in named.c)).subquery("heirs")
    with office.database.write() as session:
        return transfer.pass_on(
            session, office.chair, heirs, on=PASSED_ON, basis=BASIS, now=office.now(), **how
        )


def duty(office: District, code: str, item: str = "1") -> Obligation:
    """Return the newest duty of a unit with an item."""
    ids = [duty_id for locator, duty_id in office.duties(code) if locator == item]
    with office.database.write() as session:
        found = [session.get_one(Obligation, duty_id) for duty_id in ids]
    return max(found, key=lambda each: each.generation)


def stored(office: District, duty_id: UUID) -> Obligation:
    """Return a duty as it is now."""
    with office.database.write() as session:
        return session.get_one(Obligation, duty_id)


def history(office: District, duty_id: UUID) -> timeline.History:
    """Return what a reader sees of where a duty came from and went."""
    with office.database.read() as connection:
        return timeline.of_obligation(connection, duty_id)


def suspend(office: District, code: str) -> None:
    """Let a duty's clocks stand."""
    with office.database.write() as session:
        row = session.get_one(Obligation, duty(office, code).id)
        move(session, row, Move.SUSPEND, now=office.now())
        stop_all(session, obligation.c.id == row.id, now=office.now())


def submit(office: District, code: str) -> None:
    """Say that a unit is done."""
    office.submit(code, "1", f"Kết quả của {code}", "7")


def test_a_duty_goes_on_at_another_unit_and_both_journals_say_so(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a"])
    old_id = duty(office, "xa-a").id
    assert pass_on(office, (old_id, "xa-b")) == 1
    old, new = stored(office, old_id), duty(office, "xa-b")
    assert (old.state, old.version, new.state) == (State.TRANSFERRED, 2, State.ASSIGNED)
    assert (new.due_on, new.original_due_on, new.assigned_on) == (DUE, DUE, PASSED_ON)
    before, now = history(office, old_id), history(office, new.id)
    assert [each.unit_code for each in before.successors] == ["xa-b"]
    assert [each.unit_code for each in now.predecessors] == ["xa-a"]
    assert (before.predecessors, now.successors) == ([], [])
    gone = sentence(before.lines[-1].kind, before.lines[-1].facts)
    assert gone == f"Chuyển cho xa-b: {BASIS}"
    told = [(line.obligation_id, sentence(line.kind, line.facts)) for line in now.lines]
    assert (old_id, "Giao nhiệm vụ") in told
    assert (old_id, gone) in told
    assert (new.id, f"Nhận từ xa-a: {BASIS}") in told
    assert office.examine() == []


def test_five_duties_that_become_one_keep_the_earliest_day_and_all_their_sources(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a"], groups=["cac-xa"])
    with office.database.write() as session:
        row = session.get_one(Obligation, duty(office, "xa-b").id)
        row.due_on = EARLIER
    assert pass_on(office, *((duty(office, code).id, "van-phong") for code in COMMUNES)) == 3
    new = duty(office, "van-phong")
    assert (len(office.duties("van-phong")), new.due_on, new.original_due_on) == (1, EARLIER, DUE)
    assert [each.unit_code for each in history(office, new.id).predecessors] == list(COMMUNES)
    with office.database.write() as session:
        sources = session.exec(select(ObligationSource).where(ObligationSource.obligation_id == new.id)).all()
    assert len(sources) == 2
    assert office.examine() == []


def test_a_unit_that_has_the_duty_already_does_not_get_a_second_one(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a", "xa-b"])
    office.report("xa-b", "1", 40, "Đang làm")
    own = duty(office, "xa-b")
    pass_on(office, (duty(office, "xa-a").id, "xa-b"))
    assert [stored(office, own.id).state, stored(office, own.id).version] == [own.state, own.version]
    assert [(each.unit_code, each.joined) for each in history(office, own.id).predecessors] == [
        ("xa-a", True)
    ]
    assert len(office.duties("xa-b")) == 1
    assert office.examine() == []


def test_a_unit_that_once_finished_the_duty_gets_it_again(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a", "xa-b"])
    submit(office, "xa-b")
    office.accept("xa-b", "1")
    pass_on(office, (duty(office, "xa-a").id, "xa-b"))
    assert (duty(office, "xa-b").generation, duty(office, "xa-b").state) == (1, State.ASSIGNED)
    assert office.examine() == []


def test_two_units_may_swap_their_duties(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a", "xa-b"])
    first, second = duty(office, "xa-a").id, duty(office, "xa-b").id
    assert pass_on(office, (first, "xa-b"), (second, "xa-a")) == 2
    assert [stored(office, each).state for each in (first, second)] == [State.TRANSFERRED] * 2
    assert history(office, duty(office, "xa-a").id).predecessors[0].id == second
    assert office.examine() == []


def test_what_all_had_handed_in_waits_at_the_successor_and_is_not_asked_for_again(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a", "xa-b"])
    submit(office, "xa-a")
    office.wait_until(date(2024, 3, 6))
    submit(office, "xa-b")
    pass_on(office, *((duty(office, code).id, "xa-c") for code in ("xa-a", "xa-b")))
    new = duty(office, "xa-c")
    assert (new.state, new.done_on) == (State.SUBMITTED, date(2024, 3, 6))
    assert office.examine() == []
    office.accept("xa-c", "1")
    with office.database.write() as session:
        answered = session.exec(select(Submission).where(Submission.obligation_id == new.id)).all()
    assert sorted((each.text, str(each.decision)) for each in answered) == [
        ("Kết quả của xa-a", "accepted"),
        ("Kết quả của xa-b", "accepted"),
    ]
    assert stored(office, new.id).done_on == date(2024, 3, 6)


def test_one_part_handed_in_is_not_the_whole(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a", "xa-b"])
    submit(office, "xa-a")
    pass_on(office, *((duty(office, code).id, "xa-c") for code in ("xa-a", "xa-b")))
    assert duty(office, "xa-c").state is State.ASSIGNED
    assert office.examine() == []


def test_a_suspended_duty_stays_suspended_and_goes_on_from_its_beginning(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a"])
    suspend(office, "xa-a")
    pass_on(office, (duty(office, "xa-a").id, "xa-b"))
    new = duty(office, "xa-b")
    assert new.state is State.SUSPENDED
    with office.database.read() as connection:
        clocks = sa.select(table(Watch).c.next_action_at).where(table(Watch).c.obligation_id == new.id)
        assert set(connection.execute(clocks).scalars()) == {None}
    assert office.examine() == []


def test_a_duty_given_afresh_has_a_day_of_its_own_and_nothing_handed_in(office: District) -> None:
    office.give(due=str(DUE), units=["xa-a"])
    submit(office, "xa-a")
    pass_on(office, (duty(office, "xa-a").id, "xa-b"), due_on=date(2024, 4, 12), afresh=True)
    new = duty(office, "xa-b")
    assert (new.state, new.done_on) == (State.ASSIGNED, None)
    assert (new.due_on, new.original_due_on) == (date(2024, 4, 12), date(2024, 4, 12))


@pytest.mark.parametrize("ended", [State.ACCEPTED, State.TRANSFERRED])
def test_what_is_closed_is_not_passed_on(office: District, ended: State) -> None:
    office.give(due=str(DUE), units=["xa-a"])
    if ended is State.ACCEPTED:
        submit(office, "xa-a")
        office.accept("xa-a", "1")
    else:
        pass_on(office, (duty(office, "xa-a").id, "xa-c"))
    assert pass_on(office, (duty(office, "xa-a").id, "xa-b")) == 0
    assert office.duties("xa-b") == []


def test_the_old_unit_hears_nothing_more_and_the_new_one_hears_of_its_duty(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    pass_on(office, (duty(office, "xa-a").id, "xa-b"))
    with office.database.read() as connection:
        waiting = sa.select(table(Event).c.subject_id).join(
            table(Outbox), table(Outbox).c.seq == table(Event).c.seq
        )
        assert set(connection.execute(waiting).scalars()) == {duty(office, "xa-b").id}
    office.wait_until(date(2024, 3, 15))
    told = {who for _, who in office.inbox()}
    assert "xa-b.officer" in told
    assert not {who for who in told if who.startswith("xa-a")}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_passed_to_whomever_every_duty_goes_on_exactly_once(office: District, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw
    office.give(due=str(DUE), items=3, groups=["cac-xa"])
    everyone = [*COMMUNES, "van-phong"]
    for code in COMMUNES:
        for locator, _ in office.duties(code):
            _live(office, draw, code, locator)
    before = {(code, item): duty(office, code, item) for code in COMMUNES for item in ("1", "2", "3")}
    chosen = draw.sample(sorted(before), k=6)
    heirs = {place: draw.choice([code for code in everyone if code != place[0]]) for place in chosen}
    movable = {p: to for p, to in heirs.items() if before[p].state in OPEN | PAUSED}
    assert pass_on(office, *((before[p].id, to) for p, to in heirs.items())) == len(movable)

    expected: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for (code, item), to in movable.items():
        expected[to, item].add(before[code, item].id)
    for (to, item), predecessors in expected.items():
        held = before.get((to, item))
        keeps = held is not None and held.state in OPEN and (to, item) not in movable
        new = stored(office, held.id) if keeps and held else duty(office, to, item)
        related = history(office, new.id).predecessors
        assert {each.id for each in related if each.unit_code != to} == predecessors
        assert all(each.joined == keeps for each in related)
        if not keeps:
            states = {before[p].state for p in movable if movable[p] == to and p[1] == item}
            whole = states if states in ({State.SUBMITTED}, {State.SUSPENDED}) else {State.ASSIGNED}
            assert {new.state} == whole
    for place, row in before.items():
        now = stored(office, row.id)
        assert now.state is (State.TRANSFERRED if place in movable else row.state)
    assert office.examine() == []


def _live(office: District, draw: random.Random, code: str, item: str) -> None:
    """Bring a duty to some state."""
    match draw.choice(["silent", "reports", "submits", "finishes", "suspended"]):
        case "reports":
            office.report(code, item, 50, "Đang làm")
        case "submits":
            office.submit(code, item, "Xong", "7")
        case "finishes":
            office.submit(code, item, "Xong", "7")
            office.accept(code, item)
        case "suspended":
            with office.database.write() as session:
                row = session.get_one(Obligation, dict(office.duties(code))[item])
                assert after(row.state, Move.SUSPEND) is State.SUSPENDED
                move(session, row, Move.SUSPEND, now=office.now())
                stop_all(session, obligation.c.id == row.id, now=office.now())


def test_an_heir_wins_no_time_from_a_letter_that_counts_from_receipt(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    before = duty(office, "xa-a").due_on
    office.wait_until(date(2024, 3, 11))
    assert pass_on(office, (duty(office, "xa-a").id, "xa-b")) == 1
    office.acknowledge("xa-b")
    assert duty(office, "xa-b").due_on == before == date(2024, 3, 13)

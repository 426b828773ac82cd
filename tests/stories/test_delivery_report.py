"""The inspection asked which communes had got the letter at all, and nobody could say."""

from uuid import UUID

from service.domain.reading import delivery_report
from service.domain.reading.delivery_report import Reach, Told, UnitLine
from service.domain.tables import DeliveryState
from service.notify.delivery import Claim, Settlement, claim, settle
from tests.district import District
from tests.notify.test_dispatch import LEASE


def settle_by_unit(office: District, states: dict[str, DeliveryState]) -> None:
    """Let what is due end as said for each unit whose people it goes to."""
    with office.database.write() as session:
        claims = claim(session, batch=50, lease=LEASE, now=office.now())
    with office.database.write() as session:
        settle(session, [_ended(each, states) for each in claims], now=office.now())


def _ended(taken: Claim, states: dict[str, DeliveryState]) -> Settlement:
    state = states[taken.address.split(".")[0]]
    reason = "550 5.1.1 no such user" if state is DeliveryState.FAILED else ""
    return Settlement(taken, state.value, reason, state, taken.attempts)


def report(office: District, directive_id: UUID) -> tuple[list[UnitLine], list[Told]]:
    with office.database.read() as connection:
        told, last = delivery_report.page(connection, office.chair, directive_id, after=None, limit=50)
        assert last is None
        return delivery_report.units(connection, office.chair, directive_id), told


def test_the_report_names_the_three_communes_that_never_got_it(office: District) -> None:
    office.dismiss("xa-a", "officer")
    office.dismiss("xa-a", "head")
    directive_id = office.give(due="2024-03-29", units=["van-phong"], groups=["cac-xa"])
    office.worker.watch()
    ends = {"van-phong": DeliveryState.SENT, "xa-b": DeliveryState.FAILED, "xa-c": DeliveryState.UNKNOWN}
    settle_by_unit(office, ends)
    lines, told = report(office, directive_id)
    assert {line.code: line.reach for line in lines} == {
        "van-phong": Reach.REACHED,
        "xa-a": Reach.NOBODY,
        "xa-b": Reach.FAILED,
        "xa-c": Reach.UNCERTAIN,
    }, "what the keeper's office was told in place of commune a has not reached the commune"
    assert [line.code for line in lines if line.is_unreached] == ["xa-a", "xa-b", "xa-c"]
    (failed,) = (each for each in told if each.row.unit_code == "xa-b")
    assert (failed.row.person_code, failed.row.event) == ("xa-b.officer.20240101", "obligation.assigned.v1")
    assert [(s.channel, s.state, s.reason) for s in failed.sendings] == [
        ("email", DeliveryState.FAILED, "550 5.1.1 no such user")
    ]
    (sent,) = (line for line in lines if line.code == "van-phong")
    assert sent.reached_at == office.now()


def test_every_later_message_is_in_the_report_and_the_first_that_came_counts(office: District) -> None:
    directive_id = office.give(due=None, units=["xa-b"])
    office.worker.watch()
    lines, _ = report(office, directive_id)
    assert [line.reach for line in lines] == [Reach.ON_ITS_WAY]
    settle_by_unit(office, {"xa-b": DeliveryState.FAILED})
    office.clock.at = office.now().replace(day=6)
    office.worker.round()
    lines, told = report(office, directive_id)
    assert [(line.reach, line.reached_at, line.messages) for line in lines] == [
        (Reach.REACHED, office.now(), 2)
    ]
    assert [(each.row.watch, each.sendings[0].state) for each in told] == [
        (None, DeliveryState.FAILED),
        ("acknowledgement", DeliveryState.SENT),
    ]


def test_a_unit_that_was_done_before_anything_was_sent_is_not_chased(office: District) -> None:
    directive_id = office.give(due=None, units=["xa-b"])
    office.worker.watch()
    office.submit("xa-b", "1", "Xong", "1")
    office.accept("xa-b", "1")
    office.worker.deliver()
    lines, told = report(office, directive_id)
    assert [(line.reach, line.is_unreached) for line in lines] == [(Reach.NOT_NEEDED, False)]
    assert {(each.sendings[0].state, each.sendings[0].reason) for each in told if each.row.event} >= {
        (DeliveryState.SUPERSEDED, "the duty is accepted")
    }

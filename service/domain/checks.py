"""What must be true of what is stored, each as one query that finds the exceptions (`dondoc doctor`)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.chains import HOLDS, below
from service.domain.escalation import Outcome, WatchKind
from service.domain.events.delegation import WithdrawnWithParent
from service.domain.events.obligations import ObligationWithdrawn
from service.domain.events.reorganisations import ObligationLapsed
from service.domain.events.requests import ReturnAccepted
from service.domain.lifecycle import CLOSED, HELD, WORKING, State
from service.domain.reckoning import due_from
from service.domain.sql import instant
from service.domain.tables import (
    ChangeKind,
    Delivery,
    DeliveryState,
    Directive,
    DirectiveChange,
    DirectiveState,
    Event,
    Implementation,
    Item,
    ItemOutcome,
    Message,
    Obligation,
    ObligationSource,
    ObligationVersion,
    Outbox,
    Reckoning,
    Reminder,
    ReplacedItem,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Submission,
    Term,
    Unit,
    Watch,
    table,
)

SHOWN_MAX = 10
OVERDUE_BY = timedelta(minutes=15)
"""A worker that is alive takes what is due within seconds."""

item, directive, obligation = table(Item), table(Directive), table(Obligation)
version, source, submission = table(ObligationVersion), table(ObligationSource), table(Submission)
watch, reminder, event, outbox = table(Watch), table(Reminder), table(Event), table(Outbox)
message, delivery, change = table(Message), table(Delivery), table(DirectiveChange)
link = table(Implementation)
reckoning, term, replaced = table(Reckoning), table(Term), table(ReplacedItem)
series, member, period, unit = table(Series), table(SeriesUnit), table(SeriesPeriod), table(Unit)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold, and the first few rows that break it."""

    check: str
    promise: str
    count: int
    rows: list[str]


WITHDRAWN_BY = (
    ObligationWithdrawn.kind,
    WithdrawnWithParent.kind,
    ReturnAccepted.kind,
    ObligationLapsed.kind,
)
"""Facts that say why a duty is nobody's any more."""


def examine(connection: Connection, *, now: datetime) -> list[Violation]:
    """Return every rule that what is stored breaks; an empty list is a clean bill of health."""
    found = []
    for name, (promise, broken) in _checks(now).items():
        count = connection.execute(sa.select(sa.func.count()).select_from(broken.subquery())).scalar_one()
        if count:
            rows = connection.execute(broken.limit(SHOWN_MAX)).all()
            found.append(Violation(name, promise, count, [" ".join(map(str, row)) for row in rows]))
    return found


def _checks(now: datetime) -> dict[str, tuple[str, sa.Select[Any]]]:
    late = instant(now - OVERDUE_BY)
    return (
        _of_duties()
        | _of_days()
        | _of_parts()
        | _of_endings()
        | _of_chains()
        | _of_series(office_day(now))
        | {
            "clock-stopped": (
                "an overdue clock is taken by the worker within minutes",
                sa.select(watch.c.id).where(watch.c.next_action_at < late),
            ),
            "event-untold": (
                "what happened is told within a day",
                sa.select(outbox.c.seq)
                .join(event, event.c.seq == outbox.c.seq)
                .where(event.c.recorded_at < instant(now - timedelta(days=4))),
            ),
            "nobody-to-tell": (
                "every step finds somebody with an address",
                sa.select(reminder.c.id, reminder.c.obligation_id).where(
                    reminder.c.outcome == Outcome.NOBODY.value
                ),
            ),
            "delivery-stuck": (
                "a due delivery is tried within minutes",
                sa.select(delivery.c.id).where(delivery.c.next_attempt_at < late),
            ),
            "message-undelivered": (
                "every message reached somebody or is still on its way",
                sa.select(message.c.id).where(
                    ~sa.exists().where(
                        delivery.c.message_id == message.c.id,
                        sa.or_(
                            delivery.c.state.in_((DeliveryState.SENT, DeliveryState.SUPERSEDED)),
                            delivery.c.next_attempt_at.is_not(None),
                        ),
                    )
                ),
            ),
        }
    )


def _of_duties() -> dict[str, tuple[str, sa.Select[Any]]]:
    binding = sa.and_(directive.c.state == DirectiveState.ISSUED, directive.c.id == item.c.directive_id)
    has_duty = sa.exists().where(obligation.c.item_id == item.c.id, obligation.c.delegator_id.is_(None))
    is_open = obligation.c.state.in_(WORKING)
    clocked = sa.exists().where(
        watch.c.obligation_id == obligation.c.id,
        watch.c.kind.in_((WatchKind.DEADLINE, WatchKind.SILENCE)),
        watch.c.next_action_at.is_not(None),
    )
    known = sa.exists().where(
        version.c.obligation_id == obligation.c.id,
        version.c.version == obligation.c.version,
        version.c.state == obligation.c.state,
        version.c.recorded_to.is_(None),
    )
    waiting = sa.exists().where(
        submission.c.obligation_id == obligation.c.id, submission.c.decision.is_(None)
    )
    told = sa.exists().where(event.c.subject_id == obligation.c.id)
    return {
        "item-without-lead": (
            "a tracked item of an issued directive has a unit that answers for it (R1)",
            sa.select(directive.c.id, item.c.locator).where(binding, item.c.is_tracked, ~has_duty),
        ),
        "duty-without-source": (
            "an obligation names the assignment that it came from",
            sa.select(obligation.c.id).where(
                obligation.c.delegator_id.is_(None),
                ~sa.exists().where(source.c.obligation_id == obligation.c.id),
            ),
        ),
        "duty-unwatched": (
            "an open obligation has a clock that will ring",
            sa.select(obligation.c.id).where(is_open, ~clocked),
        ),
        "history-broken": (
            "the head of an obligation is its last version (R15)",
            sa.select(obligation.c.id).where(~known),
        ),
        "submission-lost": (
            "what is submitted has a submission that waits for a decision",
            sa.select(obligation.c.id).where(obligation.c.state == State.SUBMITTED, ~waiting),
        ),
        "duty-without-journal": (
            "every obligation is explained by the journal",
            sa.select(obligation.c.id).where(~told),
        ),
    }


def _of_parts() -> dict[str, tuple[str, sa.Select[Any]]]:
    above = obligation.alias("above")
    return {
        "part-without-whole": (
            "what was handed on ends with the duty it is a part of (R13)",
            sa.select(obligation.c.id)
            .outerjoin(above, above.c.id == obligation.c.parent_id)
            .where(
                obligation.c.delegator_id.is_not(None),
                obligation.c.state.in_(HELD),
                sa.or_(
                    above.c.id.is_(None),
                    above.c.state.in_(CLOSED | {State.ACCEPTED}),
                    above.c.unit_id != obligation.c.delegator_id,
                ),
            ),
        ),
    }


def _of_endings() -> dict[str, tuple[str, sa.Select[Any]]]:
    withdrawal = sa.exists().where(
        event.c.subject_id == obligation.c.id,
        event.c.kind.in_(WITHDRAWN_BY),
    )
    ended = sa.exists().where(
        change.c.directive_id == obligation.c.directive_id,
        change.c.kind.in_((ChangeKind.REPLACE, ChangeKind.REVOKE)),
    )
    kept = sa.exists().where(
        replaced.c.item_id == obligation.c.item_id, replaced.c.outcome == ItemOutcome.KEEP.value
    )
    return {
        "ended-but-open": (
            "a replaced or revoked directive has no open obligation but those that were kept (R4)",
            sa.select(obligation.c.id).where(obligation.c.state.in_(HELD), ended, ~kept),
        ),
        "withdrawn-unexplained": (
            "what a directive gave is open, done, passed on, or withdrawn with a reason (R15)",
            sa.select(obligation.c.directive_id, obligation.c.id).where(
                obligation.c.state == State.WITHDRAWN, ~withdrawal
            ),
        ),
    }


def _of_chains() -> dict[str, tuple[str, sa.Select[Any]]]:
    reached = below(item.c.id.in_(sa.select(link.c.item_id).where(HOLDS)))
    back = sa.and_(reached.c.item_id == reached.c.root_id, reached.c.links > 0)
    return {
        "chain-circular": (
            "no item carries out what carries it out (R4)",
            sa.select(reached.c.root_id).where(back).distinct(),
        ),
    }


def _of_series(today: date) -> dict[str, tuple[str, sa.Select[Any]]]:
    """Check a series that goes on: each unit in it lives, and each period that was made was given."""
    present = sa.and_(member.c.series_id == series.c.id, member.c.until_on.is_(None))
    of_period = (obligation.c.item_id == period.c.item_id, obligation.c.period == period.c.period)
    given = sa.exists().where(*of_period)
    wanted = sa.exists().where(member.c.series_id == period.c.series_id, member.c.from_on <= period.c.due_on)
    return {
        "series-without-unit": (
            "a unit that ended has somebody who goes on with its periodic duties (R20)",
            sa.select(series.c.id, unit.c.code)
            .join(member, present)
            .join(unit, unit.c.id == member.c.unit_id)
            .where(series.c.make_on.is_not(None), unit.c.valid_to <= today),
        ),
        "period-not-given": (
            "a period that was made is somebody's duty (R14)",
            sa.select(period.c.series_id, period.c.period).where(period.c.holds, wanted, ~given),
        ),
    }


def _of_days() -> dict[str, tuple[str, sa.Select[Any]]]:
    counted = sa.select(obligation.c.id).join(reckoning, reckoning.c.obligation_id == obligation.c.id)
    again = due_from(reckoning.c.calendar_id, reckoning.c.start_on)
    is_open = obligation.c.state.in_(WORKING)
    return {
        "due-day-miscounted": (
            "a counted due day is what its term gives in its calendar (R16)",
            counted.join(term, term.c.item_id == obligation.c.item_id).where(
                reckoning.c.due_on.is_distinct_from(again)
            ),
        ),
        "due-day-astray": (
            "a duty is due on the counted day, unless somebody decided otherwise (R16)",
            counted.where(
                is_open,
                reckoning.c.holds,
                reckoning.c.due_on.is_distinct_from(obligation.c.original_due_on),
            ),
        ),
    }

"""An item has a unit that answers for it; a duty has one head, a history and a reason."""

import sqlalchemy as sa

from service.domain.checks.base import TODAY, Check
from service.domain.history import FIXED
from service.domain.lifecycle import CLOSED, HELD, State
from service.domain.people import lives_on
from service.domain.tables import (
    Directive,
    DirectiveState,
    Event,
    Item,
    Obligation,
    ObligationSource,
    ObligationVersion,
    Submission,
    Unit,
    table,
)

item, directive, obligation, unit = table(Item), table(Directive), table(Obligation), table(Unit)
version, source, submission = table(ObligationVersion), table(ObligationSource), table(Submission)
event = table(Event)


def checks() -> dict[str, Check]:
    """Return the checks of duties as they stand at an instant."""
    return _of_heads() | _of_histories() | _of_units() | _of_parts()


def _of_heads() -> dict[str, Check]:
    binding = sa.and_(directive.c.state == DirectiveState.ISSUED, directive.c.id == item.c.directive_id)
    has_duty = sa.exists().where(obligation.c.item_id == item.c.id, obligation.c.delegator_id.is_(None))
    waiting = sa.exists().where(
        submission.c.obligation_id == obligation.c.id, submission.c.decision.is_(None)
    )
    told = sa.exists().where(event.c.subject_id == obligation.c.id)
    return {
        "item-without-lead": Check(
            "a tracked item of an issued directive has a unit that answers for it (R1)",
            sa.select(directive.c.id, item.c.locator).where(binding, item.c.is_tracked, ~has_duty),
        ),
        "duty-without-source": Check(
            "an obligation names the assignment that it came from",
            sa.select(obligation.c.id).where(
                obligation.c.delegator_id.is_(None),
                ~sa.exists().where(source.c.obligation_id == obligation.c.id),
            ),
        ),
        "submission-lost": Check(
            "what is submitted has a submission that waits for a decision",
            sa.select(obligation.c.id).where(obligation.c.state == State.SUBMITTED, ~waiting),
        ),
        "duty-without-journal": Check(
            "every obligation is explained by the journal",
            sa.select(obligation.c.id).where(~told),
        ),
    }


def _of_histories() -> dict[str, Check]:
    later = version.alias("later")
    known = sa.exists().where(
        version.c.obligation_id == obligation.c.id,
        version.c.version == obligation.c.version,
        version.c.state == obligation.c.state,
        *(version.c[name] == obligation.c[name] for name in FIXED),
        version.c.due_on.is_not_distinct_from(obligation.c.due_on),
        version.c.done_on.is_not_distinct_from(obligation.c.done_on),
        version.c.reported_on.is_not_distinct_from(obligation.c.reported_on),
        version.c.recorded_to.is_(None),
    )
    kept = sa.select(sa.func.count()).where(version.c.obligation_id == obligation.c.id)
    follows = sa.and_(
        later.c.obligation_id == version.c.obligation_id, later.c.version == version.c.version + 1
    )
    return {
        "history-broken": Check(
            "the head of an obligation is its last version (R15)",
            sa.select(obligation.c.id).where(~known),
        ),
        "history-gap": Check(
            "the versions of an obligation are numbered from 1 without a gap (R15)",
            sa.select(obligation.c.id).where(kept.scalar_subquery() != obligation.c.version),
        ),
        "history-overlap": Check(
            "a version ends at the instant at which the next one begins (R15)",
            sa.select(version.c.obligation_id, version.c.version)
            .outerjoin(later, follows)
            .where(version.c.recorded_to.is_distinct_from(later.c.recorded_from)),
        ),
    }


def _of_units() -> dict[str, Check]:
    lives = lives_on(TODAY)
    return {
        "duty-at-ended-unit": Check(
            "a duty that is not closed is held by a unit that exists (R20)",
            sa.select(obligation.c.id, unit.c.code)
            .join(unit, unit.c.id == obligation.c.unit_id)
            .where(obligation.c.state.in_(sorted(HELD)), ~lives),
        ),
    }


def _of_parts() -> dict[str, Check]:
    above = obligation.alias("above")
    return {
        "part-without-whole": Check(
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

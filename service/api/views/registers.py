"""Registers and ladders, as they go out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.references import UnitReference
from service.domain.escalation import Condition, Pace, Role, WatchKind
from service.domain.permissions import KeyRole
from service.domain.policies import Foreseen, PolicyChange
from service.domain.reading.registers import PolicyWhole, RegisterRow
from service.domain.tables import Silence


class RulesView(TypedDict):
    """A register's rules for requests; see `PUT /v1/registers/{register_code}/rules`."""

    return_days: int
    silent_return: Silence
    extensions_max: int


class RegisterView(TypedDict):
    """A register, and the unit that keeps it today."""

    id: UUID
    version: int
    code: str
    name: str
    keeper: UnitReference | None
    keeper_from: date | None
    rules: RulesView


class RegisterList(TypedDict):
    """The registers that the key opens."""

    items: list[RegisterView]


class MeView(TypedDict):
    """Who asks, and as what.

    `key_expires_at` is when the key opens nothing any more, also where a token made for it was shown; null
    for a key without an end, and for sessions and tokens of a provider.
    """

    principal_id: UUID
    name: str
    role: KeyRole
    scopes: list[str]
    unit_code: str | None
    is_keeper: bool
    key_expires_at: datetime | None
    register: RegisterView


class StepView(TypedDict):
    """One rung: after `offset` from the anchor day (negative: before), tell whoever holds the role."""

    step: int
    role: Role
    at_keeper: bool
    offset: int
    pace: Pace
    condition: Condition
    is_urgent: bool


class PolicyView(TypedDict):
    """A policy in force; its last `repeat_last` rungs come again every `repeat_days`, if not 0."""

    id: UUID
    kind: WatchKind
    urgency: str
    version: int
    repeat_last: int
    repeat_days: int
    steps: list[StepView]


class PolicyList(TypedDict):
    """The policies in force in the register."""

    items: list[PolicyView]


class ForeseenView(TypedDict):
    """Running clocks of a policy, whichever version they go by; steps due by now, and within seven days."""

    clocks: int
    at_once: int
    within_seven_days: int


class PolicyChangeView(PolicyView):
    """A new version of a policy: `rebased` clocks went over to it; what was foreseen before, and is after."""

    rebased: int
    before: ForeseenView
    after: ForeseenView


def register_view(row: RegisterRow) -> RegisterView:
    """Return one register."""
    keeper: UnitReference | None = None
    if row.keeper_id is not None and row.keeper_code is not None and row.keeper_name is not None:
        keeper = {"id": row.keeper_id, "code": row.keeper_code, "name": row.keeper_name}
    return {
        "id": row.id,
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "keeper": keeper,
        "keeper_from": row.keeper_from,
        "rules": {
            "return_days": row.return_days,
            "silent_return": row.silent_return,
            "extensions_max": row.extensions_max,
        },
    }


def policy_view(whole: PolicyWhole) -> PolicyView:
    """Return one policy."""
    return {
        "id": whole.id,
        "kind": whole.kind,
        "urgency": whole.urgency,
        "version": whole.version,
        "repeat_last": whole.repeat_last,
        "repeat_days": whole.repeat_days,
        "steps": [
            {
                "step": rung.step,
                "role": rung.role,
                "at_keeper": rung.at_keeper,
                "offset": rung.offset,
                "pace": rung.pace,
                "condition": rung.condition,
                "is_urgent": rung.is_urgent,
            }
            for rung in whole.steps
        ],
    }


def policy_change_view(whole: PolicyWhole, done: PolicyChange) -> PolicyChangeView:
    """Return a new version and what it did."""
    return {
        **policy_view(whole),
        "rebased": done.rebased,
        "before": _foreseen(done.before),
        "after": _foreseen(done.after),
    }


def _foreseen(what: Foreseen) -> ForeseenView:
    return {"clocks": what.clocks, "at_once": what.at_once, "within_seven_days": what.soon}

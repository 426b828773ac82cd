"""Bodies and questions about registers, channels, keys and what was told."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from service.api.bodies.base import Body, Code, Day, FilledLine, Id, PageQuery, Text
from service.domain.escalation import (
    FURTHEST,
    REPEAT_DAYS_MAX,
    STEPS_MAX,
    Condition,
    Pace,
    Policy,
    Role,
    Step,
    WatchKind,
)
from service.domain.policies import PolicyOrder
from service.domain.tables import DeliveryState, Silence

ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")]
SETTINGS_LENGTH_MAX = 20_000


class RegisterBody(Body):
    """A register to be opened; it has the national calendar and the default policies."""

    code: Code
    name: FilledLine


class KeeperBody(Body):
    """Who keeps the register from a day on."""

    unit_code: Code
    from_on: Day


class RulesBody(Body):
    """How the register's office deals with requests."""

    return_days: Annotated[StrictInt, Field(ge=1, le=60)] = Field(
        5, description="Working days in which a return is decided."
    )
    silent_return: Silence = Field(
        Silence.REFUSED, description="What silence means after that; it never leaves an item without a lead."
    )
    extensions_max: Annotated[StrictInt, Field(ge=0, le=20)] = Field(
        2, description="Extensions granted of one obligation, at most."
    )


class StepBody(Body):
    """One rung: after `offset` from the anchor day (negative: before), tell whoever holds the role.

    `pace` says what `offset` counts; every rung of a policy counts the same.
    """

    role: Role
    at_keeper: StrictBool = Field(
        False, description="The post is looked for at the register's keeper, not at the unit."
    )
    offset: Annotated[StrictInt, Field(ge=-FURTHEST, le=FURTHEST)]
    pace: Pace = Pace.WORKING_DAYS
    condition: Condition = Condition.ALWAYS
    is_urgent: StrictBool = Field(False, description="Told alone and at once, whatever the hour.")


class PolicyBody(Body):
    """An escalation policy as it is from now on, for one kind of clock and one degree of urgency."""

    kind: WatchKind
    urgency: Literal["thường", "khẩn", "thượng khẩn", "hỏa tốc"]
    steps: Annotated[list[StepBody], Field(min_length=1, max_length=STEPS_MAX)]
    repeat_last: Annotated[StrictInt, Field(ge=0, le=STEPS_MAX)] = Field(
        0, description="How many of the last rungs come again; they come on one day."
    )
    repeat_days: Annotated[StrictInt, Field(ge=0, le=REPEAT_DAYS_MAX)] = Field(
        0, description="After how many days they come again; 0 where none does."
    )
    basis: FilledLine = Field(description="The office's regulation, or why it is changed.")
    rebase: StrictBool = Field(False, description="Clocks that run go over to the new version.")

    def order(self) -> PolicyOrder:
        """Return what the policy is to be."""
        steps = [
            Step(each.role, each.offset, each.pace, each.condition, each.at_keeper, each.is_urgent)
            for each in self.steps
        ]
        policy = Policy(self.kind, tuple(steps), self.repeat_last, self.repeat_days)
        return PolicyOrder(policy=policy, urgency=self.urgency, basis=self.basis, rebase=self.rebase)


def _short(values: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(values)) > SETTINGS_LENGTH_MAX:
        raise ValueError("too long")
    return values


class ChannelBody(Body):
    """How a channel is set up. `secrets` goes in and never comes out; absent, the present ones stay."""

    is_enabled: StrictBool
    settings: Annotated[dict[str, Any], AfterValidator(_short)]
    secrets: Annotated[dict[FilledLine, Text], Field(max_length=20)] | None = None


class ConsentBody(Body):
    """An administrator of the provider's account is to authorise it.

    `callback` is registered in the provider's console; absent, it is this installation's own. `verifier` is
    the console's fixed one, if it has one.
    """

    callback: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s?#]+$")] | None = None
    verifier: Annotated[str, Field(min_length=43, max_length=128, pattern=r"^[A-Za-z0-9._~-]+$")] | None = (
        None
    )


class MessageQuery(PageQuery):
    """Which messages."""

    obligation_id: Id | None = None
    person: Code | None = None


class DeliveryQuery(PageQuery):
    """Which deliveries; the days are those on which a delivery was made, both included."""

    message_id: Id | None = None
    obligation_id: Id | None = None
    directive_id: Id | None = None
    unit: Code | None = Field(None, description="Whose duties the message speaks of.")
    person: Code | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    needs_person: bool | None = Field(
        None, description="True: no channel is left, and somebody must tell the person by hand."
    )
    state: DeliveryState | None = None
    channel: ChannelName | None = None

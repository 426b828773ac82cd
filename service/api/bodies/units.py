"""Bodies and questions about units, groups and people."""

from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictInt

from service.api.bodies.base import Body, Code, Day, FilledLine, Line, PageQuery, Word
from service.domain.escalation import Role

Phrases = Annotated[tuple[FilledLine, ...], Field(max_length=500)]
Identifiers = Annotated[dict[FilledLine, FilledLine], Field(max_length=50)]


class UnitBody(Body):
    """A unit to be entered."""

    code: Code
    name: FilledLine
    kind: Word
    parent_code: Code | None = None
    aliases: Phrases = Field((), description="How documents of this register name it as well.")
    valid_from: Day | None = Field(None, description="Absent: older than the register.")
    subordinate: StrictBool = Field(True, description="False for a body that is asked and not told.")
    attributes: Phrases = Field((), description="Such as `xã biên giới`; rules of groups ask for them.")
    identifiers: Identifiers = Field({}, description="What other systems call it: scheme → value.")


class UnitChange(Body):
    """What changes of a unit; what is absent stays."""

    name: FilledLine | None = None
    kind: Word | None = None
    parent_code: Code | None = None
    aliases: Phrases | None = None
    subordinate: StrictBool | None = None
    attributes: Phrases | None = None
    identifiers: Identifiers | None = None
    from_on: Day | None = Field(None, description="Day from which it holds; today where absent.")


class UnitQuery(PageQuery):
    """Which units."""

    q: Line | None = Field(None, description="In names, accents and case ignored.")
    kind: Word | None = None
    parent: Code | None = Field(None, description="Code of the unit directly above.")
    as_of: Day | None = Field(None, description="Units that live on this day; today where absent.")


class AsOf(Body):
    """On which day."""

    as_of: Day | None = Field(None, description="Today where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)


class GroupBody(Body):
    """A class of units: fixed members or a rule (exactly one)."""

    code: Code
    name: FilledLine
    aliases: Phrases = ()
    members: Annotated[tuple[Code, ...], Field(max_length=5_000)] | None = None
    rule: dict[str, Any] | None = Field(
        None, description='{"kinds": [...], "under": code, "attribute": text, "except": [code]}'
    )


class GroupChange(Body):
    """What a group is from now on."""

    name: FilledLine
    aliases: Phrases = ()
    members: Annotated[tuple[Code, ...], Field(max_length=5_000)] | None = None
    rule: dict[str, Any] | None = None
    from_on: Day | None = Field(None, description="Day from which the members hold; today where absent.")


class PostBody(Body):
    """A post that a person holds."""

    unit_code: Code
    role: Role
    field: Word = ""
    valid_from: Day | None = None
    valid_to: Day | None = None


class AddressBody(Body):
    """Where a person is reached; a lower position is tried first."""

    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")]
    address: Annotated[FilledLine, Field(max_length=200)]
    position: Annotated[StrictInt, Field(ge=0, le=100)] = 0


class PersonBody(Body):
    """A person with everything that is to hold: posts and addresses not named any more end."""

    code: Code
    name: Annotated[FilledLine, Field(max_length=200)]
    posts: tuple[PostBody, ...] = Field((), max_length=100)
    addresses: tuple[AddressBody, ...] = Field((), max_length=20)


class PeopleQuery(PageQuery):
    """Which people."""

    unit: Code | None = Field(None, description="Who holds a post at this unit today.")

"""Bodies and questions about directives."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from service.api.bodies.base import Body, Code, Day, FilledLine, FilledText, Line, PageQuery, Text, Word
from service.domain.cuts import Half
from service.domain.tables import AssignmentRole, DirectiveState

ITEMS_MAX, DEPTH_MAX = 2_000, 8
MORE = "Further readings: every recurring one gives the item a series of its own."


class MentionBody(Body):
    """A unit or a class of units that the text of an item names."""

    unit: FilledLine
    role: AssignmentRole
    collective: StrictBool = False


Readings = Annotated[tuple[dict[str, Any], ...], Field(max_length=20, description=MORE)]


class ItemBody(Body):
    """A numbered part of a directive. `tracked` is the office's decision; absent, a task is tracked."""

    label: Annotated[Word, Field(max_length=40)] = ""
    text: FilledText
    task: StrictBool = True
    tracked: StrictBool | None = None
    closing: StrictBool = False
    text_alone: StrictBool = Field(False, description="Completion needs no document.")
    deadline: dict[str, Any] | None = Field(None, description="A reading in the form of the intake.")
    more_deadlines: Readings = ()
    due_on: Day | None = None
    field: Word = ""
    key_task: StrictBool = False
    assigned: tuple[MentionBody, ...] = Field((), max_length=500)
    items: "tuple[ItemBody, ...]" = Field((), max_length=500)


class BasisBody(Body):
    """A document that the directive rests on."""

    doc_type: Line = ""
    number: Word = ""
    symbol: Word = ""
    date: Day | None = None
    issuer: Line = ""
    text: Text = ""


class SignerBody(Body):
    """Who signed."""

    on_behalf: Line = ""
    chain: tuple[Line, ...] = Field((), max_length=10)
    title: Line = ""
    name: Line = ""


def _bounded(items: tuple[ItemBody, ...]) -> tuple[ItemBody, ...]:
    level, count, depth = list(items), 0, 0
    while level:
        count, depth = count + len(level), depth + 1
        level = [child for item in level for child in item.items]
        if count > ITEMS_MAX or depth > DEPTH_MAX:
            raise ValueError(f"at most {ITEMS_MAX} items, {DEPTH_MAX} deep")
    return items


Names = Annotated[tuple[FilledLine, ...], Field(max_length=1_000)]


class DirectiveBody(Body):
    """A directive as somebody types it, in the form that the intake proposes."""

    subject: Text = ""
    number: Annotated[Word, Field(max_length=40)] | None = None
    symbol: Annotated[Word, Field(max_length=80)] | None = None
    doc_type: Word = ""
    issuing_body: Line = ""
    parent_body: Line = ""
    place: Word = ""
    signed_on: Day | None = None
    urgency: Annotated[Word, Field(max_length=20)] | None = None
    field: Word = ""
    source: Annotated[Word, Field(max_length=60)] = ""
    addressees: Names = ()
    recipients: Names = ()
    basis: tuple[BasisBody, ...] = Field((), max_length=100)
    signer: SignerBody | None = None
    items: Annotated[tuple[ItemBody, ...], AfterValidator(_bounded)] = Field((), max_length=500)


class DirectiveChange(Body):
    """What changes; what is absent stays. Of an issued directive only number, symbol and signer may come."""

    subject: Text | None = None
    number: Annotated[Word, Field(max_length=40)] | None = None
    symbol: Annotated[Word, Field(max_length=80)] | None = None
    doc_type: Word | None = None
    issuing_body: Line | None = None
    parent_body: Line | None = None
    place: Word | None = None
    signed_on: Day | None = None
    urgency: Annotated[Word, Field(max_length=20)] | None = None
    field: Word | None = None
    source: Annotated[Word, Field(max_length=60)] | None = None
    addressees: Names | None = None
    recipients: Names | None = None
    signer: SignerBody | None = None


NULLABLE = frozenset({"number", "symbol", "signed_on"})


class ItemChange(Body):
    """What the office decides about an item; what is absent stays."""

    task: StrictBool | None = None
    tracked: StrictBool | None = None
    text_alone: StrictBool | None = None
    key_task: StrictBool | None = None
    field: Word | None = None
    deadline: dict[str, Any] | None = None
    more_deadlines: Readings | None = None
    due_on: Day | None = None


class SplitBody(Body):
    """Where an item is cut in two."""

    at: StrictInt = Field(
        ge=1, le=1_000_000, description="Characters (code points) of the first part's text."
    )
    children: Half = Field(Half.FIRST, description="The part that the items below belong to.")


class JoinBody(Body):
    """The item that another takes in."""

    next: Annotated[FilledLine, Field(max_length=100)] = Field(
        description="Id or locator of the next item under the same parent."
    )


class AssignmentBody(Body):
    """A unit or a group (exactly one) for an item."""

    unit_code: Code | None = None
    group_code: Code | None = None
    role: AssignmentRole
    exceptions: tuple[Code, ...] = Field((), alias="except", max_length=5_000)
    due_on: Day | None = None
    remember: FilledLine | None = Field(
        None, description="The document's phrase; it means this in the register's next documents too."
    )


class WaiverBody(Body):
    """A warning waved through, and why."""

    code: Word
    reason: FilledText


class DirectiveQuery(PageQuery):
    """Which directives."""

    q: Line | None = Field(None, description="In number, subject and items, accents and case ignored.")
    state: DirectiveState | None = None
    issuer: Code | None = Field(None, description="Code of the unit that issued them.")

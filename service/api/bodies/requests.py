"""Bodies and questions about what is asked about an obligation."""

from pydantic import Field

from service.api.bodies.base import Body, Code, Day, FilledText, Id, PageQuery, Text
from service.api.bodies.obligations import DocumentReference


class ReturnBody(Body):
    """The unit gives the duty back; it may say whose it thinks the duty is."""

    reason: FilledText
    proposed_unit_code: Code | None = None


class ReturnAcceptance(Body):
    """The office takes the duty back, and gives it to the unit named, if one is."""

    reason: FilledText
    unit_code: Code | None = Field(None, description="The unit that has the duty from today.")
    due_on: Day | None = Field(None, description="Its deadline; absent, the old one stays.")


class Resumption(Body):
    """The duty goes on."""

    reason: FilledText
    due_on: Day | None = Field(
        None, description="Absent, the deadline moves by the days for which the clock stood."
    )


class ExtensionBody(Body):
    """The unit asks for a later deadline."""

    wanted_on: Day
    reason: FilledText
    document: DocumentReference | None = None
    file_ids: tuple[Id, ...] = Field((), max_length=50)


class ExtensionGrant(Body):
    """The office moves the deadline, to the day that was asked for or to another."""

    due_on: Day | None = None
    reason: Text = ""


class CauseBody(Body):
    """The unit says why a delay could not be helped."""

    reason: FilledText
    document: DocumentReference | None = None
    file_ids: tuple[Id, ...] = Field((), max_length=50)


class Question(Body):
    """The office wants to know why, by a day."""

    question: FilledText
    due_on: Day


class ExplanationBody(Body):
    """The unit's answer."""

    text: FilledText
    document: DocumentReference | None = None
    file_ids: tuple[Id, ...] = Field((), max_length=50)


class RequestQuery(PageQuery):
    """Which requests."""

    obligation_id: Id | None = None
    unit: Code | None = Field(None, description="Code of the unit that has the obligation.")
    waiting: bool = Field(False, description="Only those that wait for an answer.")

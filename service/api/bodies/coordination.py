"""Bodies and questions about what coordinating units are asked."""

from pydantic import Field

from service.api.bodies.base import Body, Code, Day, FilledText, Id, PageQuery
from service.api.bodies.obligations import DocumentReference
from service.domain.tables import RequestState


class CoordinatorBody(Body):
    """One more unit that coordinates the item, and why."""

    unit_code: Code
    reason: FilledText


class CoordinationQuestion(Body):
    """What a coordinating unit is asked, and the last day on which the answer is on time."""

    unit_code: Code
    question: FilledText
    due_on: Day


class CoordinationReply(Body):
    """What the coordinating unit answers."""

    text: FilledText
    document: DocumentReference | None = None
    file_ids: tuple[Id, ...] = Field((), max_length=50)


class CoordinationQuery(PageQuery):
    """Which requests."""

    obligation_id: Id | None = None
    unit: Code | None = Field(None, description="Code of the unit that was asked.")
    state: RequestState | None = None
    cut_off: Day | None = Field(None, description="The day on which lateness is judged; today where absent.")

"""Bodies about instructions without a document."""

from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, model_validator

from service.api.bodies.base import Body, Code, Day, FilledLine, FilledText, Line, Word
from service.api.bodies.directive_changes import ChangeBody
from service.api.bodies.directives import AssignmentBody, WaiverBody
from service.domain.instructions import Instruction, InstructionKind


class IncomingBody(Body):
    """The incoming document (văn bản đến) that bears a note."""

    doc_type: Line = ""
    number: Annotated[Word, Field(max_length=40)] = ""
    symbol: Annotated[Word, Field(max_length=80)] = ""
    issued_on: Day | None = None
    issuer: Line = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not (self.number or self.symbol):
            raise ValueError("names a number or a symbol")
        return self


class InstructionBody(Body):
    """What a leader said at a meeting (`verbal`), or noted on an incoming document (`note`)."""

    kind: InstructionKind
    said_by: FilledLine = Field(description="The leader's post, not a name.")
    said_on: Day
    meeting: Line = Field("", description="Where it was said; only of what was said.")
    document: IncomingBody | None = Field(None, description="What bears the note; only of a note.")
    text: FilledText
    subject: Line = Field("", description="Absent, the beginning of the content.")
    issuer_code: Code = Field(description="The unit in whose name the leader spoke.")
    assignments: tuple[AssignmentBody, ...] = Field((), max_length=1_000)
    due_on: Day | None = None
    deadline: dict[str, Any] | None = Field(None, description="A reading in the form of the intake.")
    urgency: Annotated[Word, Field(max_length=20)] | None = None
    field: Word = ""
    source: Annotated[Word, Field(max_length=60)] = ""
    key_task: StrictBool = False
    text_alone: StrictBool = Field(False, description="Completion needs no document.")
    waive: tuple[WaiverBody, ...] = Field((), max_length=100)

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.kind is InstructionKind.VERBAL and (not self.meeting or self.document is not None):
            raise ValueError("what was said has a meeting and no document")
        if self.kind is InstructionKind.NOTE and (self.meeting or self.document is None):
            raise ValueError("a note has a document and no meeting")
        return self

    def to_instruction(self) -> Instruction:
        """Return it as the domain knows it."""
        document = self.document.model_dump() if self.document else None
        if document is not None:
            document["date"] = document.pop("issued_on")
        item = self.model_dump(include={"text", "due_on", "deadline", "field", "key_task", "text_alone"})
        return Instruction(
            kind=self.kind,
            said_by=self.said_by,
            said_on=self.said_on,
            meeting=self.meeting,
            document=document,
            item=item,
            facts=self.model_dump(include={"subject", "urgency", "field", "source"}),
        )


class PutInWritingBody(ChangeBody):
    """The document that confirms an instruction (văn bản hóa)."""

"""Letters to units that are late: drafted, taken to Word, and numbered when they were signed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.engine import Connection

from service.api.bodies.base import PageQuery
from service.api.bodies.documents import FormatQuery, LetterBody, NumberBody
from service.api.files import DOCX_OR_PDF, written_answer
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.letters import LetterDetail, LetterPage, letter_detail, letter_view
from service.domain import letters as actions
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue, NotFound, UnknownReference
from service.domain.letter_refusals import NothingIsLate, TooManyLate
from service.domain.letter_rules import DocumentKind
from service.domain.people import Actor
from service.domain.reading import document_templates, letters
from service.domain.template_refusals import PdfNotMade, TemplateRefused
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads, SnapshotReads
from service.edge.work import Work
from service.reports import made

router = APIRouter(prefix="/v1/letters", tags=["letters"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    response_model=LetterDetail,
    responses=problems(InvalidValue, UnknownReference, NothingIsLate, TooManyLate),
)
def draft_letter(body: LetterBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Draft a letter that urges or criticises units; it names what is overdue at the cut-off, for good."""
    cut_off = body.cut_off or office_day(now)
    with work as session:
        row = actions.draft_letter(session, actor, body.kind, body.unit_codes, cut_off=cut_off, now=now)
        view = _detail(session.connection(), actor, row.id)
        return work.answer(LetterDetail, view, status=201, version=view["version"])


@router.get("", response_model=LetterPage)
def list_letters(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the letters of the register, the oldest first."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        rows, last = letters.page(connection, reads.actor, after=after, limit=asked.limit)
        units = letters.units(connection, [row.id for row in rows])
        view: LetterPage = {
            "items": [letter_view(row, units.get(row.id, ())) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(LetterPage, view)


@router.get("/{letter_id}", response_model=LetterDetail, responses=problems(NotFound))
def read_letter(letter_id: UUID, reads: SnapshotReads) -> Response:
    """Return a letter with the duties that it names."""
    with reads as connection:
        view = _detail(connection, reads.actor, letter_id)
        return answer(LetterDetail, view, version=view["version"])


@router.get(
    "/{letter_id}/letter.docx",
    response_class=Response,
    responses={**problems(NotFound, TemplateRefused, PdfNotMade), **DOCX_OR_PDF},
)
def read_letter_document(
    letter_id: UUID, asked: Annotated[FormatQuery, Query()], request: Request, reads: SnapshotReads
) -> Response:
    """Return a letter as a document to be finished and signed: number, place and date are left blank."""
    with reads as connection:
        row = letters.one(connection, reads.actor, letter_id)
        values = made.letter(connection, reads.actor, row, today=office_day(reads.now))
        template = document_templates.one(connection, reads.actor, DocumentKind(row.kind))
    room = context(request).writing_room
    content = room.write(template, values)
    return written_answer(room, content, asked.format, name=f"{row.kind}-{row.cut_off}")


@router.put("/{letter_id}/number", response_model=LetterDetail, responses=problems(NotFound, InvalidValue))
def number_letter(
    *,
    letter_id: UUID,
    body: NumberBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Enter the number under which a letter was signed, or put it right: its duties' journals tell of it."""
    with work as session:
        actions.number_letter(
            session,
            actor,
            letter_id,
            number=body.number,
            symbol=body.symbol,
            issued_on=body.issued_on,
            version=version,
            now=now,
        )
        view = _detail(session.connection(), actor, letter_id)
        return work.answer(LetterDetail, view, version=view["version"])


def _detail(connection: Connection, actor: Actor, letter_id: UUID) -> LetterDetail:
    row = letters.one(connection, actor, letter_id)
    units = letters.units(connection, [letter_id])
    return letter_detail(row, units[letter_id], letters.duties(connection, letter_id))

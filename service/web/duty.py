"""One duty on a page: how it stands, how its deadline came about, who was told, and what may be done now."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse, Response

from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, NotFound
from service.domain.lifecycle import Timeliness
from service.domain.permissions import Action
from service.domain.reading import coordination, deadlines, evidence, files, obligations, progress, telling
from service.domain.reading.beside import Beside, beside
from service.domain.reading.next_steps import next_steps
from service.domain.reading.obligations import ObligationRow
from service.domain.reading.people import page as people_page
from service.domain.reading.requests import EXTENSIONS, RETURNS
from service.domain.reading.timeliness import standing
from service.domain.reading.units import page as units_page
from service.edge.statuses import status_of
from service.edge.upload import Upload, receive
from service.web import duty_deeds, duty_shown
from service.web.duties_shown import in_register, origin
from service.web.duty_deeds import DEEDS, Requests, Sent
from service.web.language import marked
from service.web.page import pages
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
ROWS = 200
BACKS = ("/work", "/duties")
EMPTY_FILE = marked("Tệp không có nội dung.")
FileIds = Annotated[list[UUID], Query(alias="file", max_length=duty_deeds.FILES_MAX, default_factory=list)]


@router.get("/duties/{duty_id}")
def show_duty(visitor: CurrentVisitor, duty_id: UUID, file: FileIds, deed: str = "") -> HTMLResponse:
    """Show a duty; a deed that was chosen stands open, with the files that were attached for it."""
    return _page(visitor, duty_id, chosen=deed, file_ids=file)


@router.post("/duties/{duty_id}/deeds/{deed}")
def act_on_duty(visitor: CurrentVisitor, duty_id: UUID, deed: str) -> Response:
    """Do what a form of the page says; a refusal shows the page again with what was written.

    Raises:
        NotFound: There is no such deed.
    """
    if deed not in DEEDS:
        raise NotFound(what="page")
    act, said = DEEDS[deed]
    try:
        version = int(visitor.form.get("version", ""))
        with visitor.writes() as session:
            act(Sent(visitor, session, duty_id, version))
    except NotFound:
        raise
    except ValueError:
        refused: DomainError = InvalidValue(field="version", detail="no number")
    except DomainError as error:
        refused = error
    else:
        back = visitor.form.get("back", "")
        return visitor.go(back if back in BACKS else f"/duties/{duty_id}", said)
    return _page(visitor, duty_id, chosen=deed, file_ids=_attached(visitor), refused=refused)


def _attached(visitor: Visitor) -> list[UUID]:
    """Return the files that a form named, so that a refusal does not lose them."""
    with suppress(ValueError):
        return [UUID(each) for each in visitor.form.getlist("file")[: duty_deeds.FILES_MAX]]
    return []


async def _received(request: Request, _visitor: CurrentVisitor) -> Upload:
    return await receive(request)


@router.post("/duties/{duty_id}/files")
def attach_file(
    visitor: CurrentVisitor,
    duty_id: UUID,
    upload: Annotated[Upload, Depends(_received)],
    file: FileIds,
    deed: str = "submit",
) -> Response:
    """Keep a file, and show the form again that it is to be sent with."""
    visitor.actor.require_scope("write", Action.SUBMIT)
    ids = list(file)
    if upload.size:
        with visitor.writes() as session:
            ids.append(upload.keep(session, visitor.actor, visitor.now).id)
    query = "".join(f"&file={each}" for each in ids)
    opened = deed if deed in DEEDS else "submit"
    return visitor.go(f"/duties/{duty_id}?deed={opened}{query}", "" if upload.size else EMPTY_FILE)


def _page(
    visitor: Visitor,
    duty_id: UUID,
    *,
    chosen: str = "",
    file_ids: Sequence[UUID] = (),
    refused: DomainError | None = None,
) -> HTMLResponse:
    today = office_day(visitor.now)
    with visitor.snapshot() as connection:
        row = obligations.one(connection, visitor.actor, duty_id, cut_off=today)
        stands = beside(connection, visitor.actor, duty_id, cut_off=today)
        asked = _asked(connection, visitor, duty_id, stands)
        deeds = duty_deeds.possible(visitor, row, asked)
        facts = {
            **_told(connection, visitor, row, stands, asked),
            **_choices(connection, visitor, row, deeds),
            "attached": [files.one(connection, visitor.actor, each) for each in file_ids],
        }
    opened = chosen if chosen in deeds else duty_deeds.likely(visitor, row, deeds)
    return visitor.show(
        "duty.html",
        status=status_of(type(refused)) if refused else 200,
        row=row,
        origin=origin,
        timeliness=standing(row, today),
        today=today,
        asked=asked,
        parts=[(part, standing(part, today)) for part in stands.parts],
        history=stands.history,
        deeds=deeds,
        opened=opened,
        question=asked.question_to(visitor, row),
        is_theirs=row.unit_id == visitor.actor.unit_id,
        of_unit=duty_deeds.OF_UNIT,
        may_urge=standing(row, today) is Timeliness.OVERDUE and visitor.may(Action.WRITE_LETTERS),
        sentence=visitor.say(sentence_of(refused)) if refused else "",
        typed=visitor.form if refused else {},
        in_register=in_register(visitor),
        **facts,
    )


def _asked(connection: Connection, visitor: Visitor, duty_id: UUID, stands: Beside) -> Requests:
    wanted = {"obligation_id": duty_id}
    found, _ = EXTENSIONS.page(connection, visitor.actor, wanted, ROWS)
    return Requests(found, stands.requests, coordination.coordinators(connection, duty_id))


def _told(
    connection: Connection, visitor: Visitor, row: ObligationRow, stands: Beside, asked: Requests
) -> Mapping[str, Any]:
    """Return what happened to a duty, and what is to come."""
    updates, _ = progress.page(
        connection, visitor.actor, obligation_id=row.id, unit_code=None, since=None, after=None, limit=ROWS
    )
    handed_in = evidence.handed_in(connection, row.id)
    returned, _ = RETURNS.page(connection, visitor.actor, {"obligation_id": row.id}, ROWS)
    deliveries, may_see_deliveries = list[telling.DeliveryRow](), visitor.may(Action.VIEW_DELIVERIES)
    if may_see_deliveries:
        which = telling.Which(obligation_id=row.id)
        deliveries, _ = telling.deliveries(connection, visitor.actor, which, after=None, limit=ROWS)
    proofs = [*stands.request_files.values(), *(each.file_ids for each in asked.extensions)]
    return {
        "journal": duty_shown.journal(stands.history.lines, updates, handed_in),
        "handed_in": handed_in,
        "returned": returned,
        "counted": duty_shown.counted(deadlines.explained(connection, row.id)),
        "coming": duty_shown.coming(next_steps(connection, row.id)),
        "told": duty_shown.told(deliveries) if may_see_deliveries else None,
        "names": evidence.named(connection, duty_shown.ids_of(proofs)),
        "document_of": duty_shown.document_of,
    }


def _choices(
    connection: Connection, visitor: Visitor, row: ObligationRow, deeds: Sequence[str]
) -> Mapping[str, Any]:
    """Return the units and people that the forms of a page let somebody choose from."""
    today = office_day(visitor.now)
    found: dict[str, Any] = {"below": [], "people": [], "units": []}
    if "delegate" in deeds:
        found["below"] = _units(connection, visitor, row.unit_code)
        found["people"], _ = people_page(
            connection, visitor.actor, unit_code=row.unit_code, today=today, limit=ROWS
        )
    if "return" in deeds or "accept-return" in deeds:
        found["units"] = _units(connection, visitor, None)
    return found


def _units(connection: Connection, visitor: Visitor, parent: str | None) -> list[Any]:
    found, _ = units_page(
        connection,
        visitor.actor,
        q=None,
        kind=None,
        parent_code=parent,
        as_of=office_day(visitor.now),
        after=None,
        limit=1_000,
    )
    return sorted(found, key=lambda each: each.name)

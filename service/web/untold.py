"""Who could not be told: what found nobody with an address, and what no channel could deliver."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from sqlalchemy.engine import Connection
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import deliveries as messages
from service.domain import untold as actions
from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, MoveNotAllowed, NotFound
from service.domain.permissions import Action
from service.domain.reading import undelivered, untold
from service.domain.reading.message_words import EVENTS
from service.domain.tables import Means
from service.edge import cursors
from service.edge.statuses import status_of
from service.reports.register import code_of
from service.web.admin.channel_states import CHANNEL_WORDS
from service.web.admin.fields import Filled
from service.web.admin.words import POST_WORDS
from service.web.duty_shown import CLOCKS, DELIVERY_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
NOBODY, UNDELIVERED = "/untold", "/untold/deliveries"
ROWS = 50
Before = Annotated[str | None, Query(max_length=300)]
Deed = Callable[[Session, Filled], None]
Page = Callable[[Visitor, str | None, DomainError | None, UUID | None], HTMLResponse]

AGAIN = marked("Hệ thống sẽ báo lại trong ít phút. Nếu vẫn không có ai, việc này hiện lại ở đây.")
RETRIED = marked("Hệ thống sẽ gửi lại trong ít phút. Nếu vẫn không được, tin này hiện lại ở đây.")
BY_HAND = marked("Đã ghi là đã báo trực tiếp.")
TOLD_ALREADY = marked("Việc này đã được báo hoặc đang được gửi lại.")
WRONG_DAY = marked("Ngày báo không thể trước ngày phát hiện chưa báo được, hoặc sau hôm nay.")
MEANS = {
    Means.PHONE: marked("Điện thoại"),
    Means.IN_PERSON: marked("Gặp trực tiếp"),
    Means.LETTER: marked("Văn bản giấy"),
    Means.OTHER: marked("Cách khác"),
}


@router.get(NOBODY)
def show_untold(visitor: CurrentVisitor, before: Before = None) -> HTMLResponse:
    """Show what found nobody to tell, the newest first."""
    return _nobody(visitor, before)


@router.get(UNDELIVERED)
def show_undelivered(visitor: CurrentVisitor, before: Before = None) -> HTMLResponse:
    """Show the messages that no channel could deliver, the newest first."""
    return _undelivered(visitor, before)


@router.post(NOBODY + "/{untold_id}/tell-again")
def tell_again(visitor: CurrentVisitor, untold_id: UUID) -> Response:
    """Let something be told now that there is somebody."""

    def deed(session: Session, _said: Filled) -> None:
        actions.tell_again(session, visitor.actor, untold_id, now=visitor.now)

    return _do(visitor, untold_id, deed, AGAIN, _nobody)


@router.post(NOBODY + "/{untold_id}/tell-by-hand")
def tell_by_hand(visitor: CurrentVisitor, untold_id: UUID) -> Response:
    """Record that somebody told it by other means."""

    def deed(session: Session, said: Filled) -> None:
        actions.tell_by_hand(session, visitor.actor, untold_id, **_how(said), now=visitor.now)

    return _do(visitor, untold_id, deed, BY_HAND, _nobody)


@router.post(UNDELIVERED + "/{delivery_id}/retry")
def retry_delivery(visitor: CurrentVisitor, delivery_id: UUID) -> Response:
    """Send a message again."""

    def deed(session: Session, said: Filled) -> None:
        messages.retry_delivery(session, visitor.actor, delivery_id, version=said.version(), now=visitor.now)

    return _do(visitor, delivery_id, deed, RETRIED, _undelivered)


@router.post(UNDELIVERED + "/{delivery_id}/tell-by-hand")
def tell_delivery_by_hand(visitor: CurrentVisitor, delivery_id: UUID) -> Response:
    """Record that somebody told a person by other means what a message says."""

    def deed(session: Session, said: Filled) -> None:
        version = said.version()
        messages.tell_by_hand(
            session, visitor.actor, delivery_id, **_how(said), version=version, now=visitor.now
        )

    return _do(visitor, delivery_id, deed, BY_HAND, _undelivered)


def _how(said: Filled) -> dict[str, Any]:
    """Return how somebody was told by hand."""
    return {"means": said.word("means", Means), "told_on": said.day("told_on"), "note": said.line("note")}


def _do(visitor: Visitor, row_id: UUID, deed: Deed, said: str, page: Page) -> Response:
    """Do a deed and come back to the same page of the list; refused, the page keeps what was written."""
    before = visitor.form.get("before") or None
    try:
        with visitor.writes() as session:
            deed(session, Filled(visitor.form))
    except NotFound:
        raise
    except DomainError as refused:
        return page(visitor, before, refused, row_id)
    here = NOBODY if page is _nobody else UNDELIVERED
    return visitor.go(f"{here}?{urlencode({'before': before})}" if before else here, said)


def _nobody(
    visitor: Visitor, before: str | None, refused: DomainError | None = None, row_id: UUID | None = None
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        after = cursors.just_id(before)
        rows, last = untold.latest(connection, visitor.actor, before=after, limit=ROWS)
        counts = _counts(connection, visitor)
    return _show(
        visitor,
        "untold.html",
        refused,
        row_id,
        rows=rows,
        counts=counts,
        before=before or "",
        more=_older(NOBODY, last),
        events=EVENTS,
        clocks=CLOCKS,
        roles=POST_WORDS,
    )


def _undelivered(
    visitor: Visitor, before: str | None, refused: DomainError | None = None, row_id: UUID | None = None
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        after = cursors.just_id(before)
        rows, last = undelivered.latest(connection, visitor.actor, before=after, limit=ROWS)
        counts = _counts(connection, visitor)
    return _show(
        visitor,
        "undelivered.html",
        refused,
        row_id,
        rows=rows,
        counts=counts,
        before=before or "",
        more=_older(UNDELIVERED, last),
        channels=CHANNEL_WORDS,
        states=DELIVERY_WORDS,
    )


def _counts(connection: Connection, visitor: Visitor) -> Mapping[str, int]:
    """Return how much waits in either list, by its address."""
    return {
        NOBODY: untold.count_open(connection, visitor.actor),
        UNDELIVERED: undelivered.count(connection, visitor.actor),
    }


def _older(path: str, last: UUID | None) -> str:
    return f"{path}?{urlencode({'before': cursors.encode(last)})}" if last else ""


def _show(
    visitor: Visitor, template: str, refused: DomainError | None, row_id: UUID | None, **facts: Any
) -> HTMLResponse:
    """Return a list with what may be done to its rows; after a refusal, with what was written for one."""
    return visitor.show(
        template,
        status=status_of(type(refused)) if refused else 200,
        sentence=visitor.say(_why(refused)) if refused else "",
        written_for=row_id,
        written=visitor.form,
        today=office_day(visitor.now),
        office_day=office_day,
        means=MEANS,
        document=lambda row: code_of(row.number, row.symbol) or row.subject,
        may_retry=visitor.may(Action.RETRY_DELIVERY),
        may_tell=visitor.may(Action.TELL_BY_HAND),
        administers=visitor.may(Action.ADMINISTER),
        **facts,
    )


def _why(refused: DomainError) -> str:
    if isinstance(refused, MoveNotAllowed):
        return TOLD_ALREADY
    if isinstance(refused, InvalidValue) and refused.field == "told_on":
        return WRONG_DAY
    return sentence_of(refused)

"""The intake desk: a file comes in, a person checks what was read, and says what it means."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from service.domain import assignments, directives, readiness, recutting
from service.domain.calendar import office_day
from service.domain.cuts import Document
from service.domain.errors import DomainError, NotAllowed, NotFound
from service.domain.expansion import sizes_of
from service.domain.permissions import Action
from service.domain.reading import directives as reading
from service.domain.reading import drafts
from service.domain.tables import DirectiveState
from service.domain.text import cited
from service.edge import cursors
from service.edge.context import context
from service.edge.statuses import status_of
from service.edge.taking_in import take_in
from service.edge.upload import Upload, receive
from service.intake.refusals import IntakeRefused
from service.web.desk_forms import Trouble, cut_of, decisions_of, header_of, orders_of, rows_of, version_of
from service.web.desk_shown import cut_open, questions, tree
from service.web.desk_words import names_offered, naming, why
from service.web.language import marked
from service.web.page import pages
from service.web.paper_shown import paper
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

router: APIRouter = pages()
After = Annotated[str | None, Query(max_length=300)]
DRAFTS_SHOWN, ISSUED_SHOWN = 20, 10

KNOWN = marked("Văn bản này đã được nhận trước đó.")
READ = marked("Đã đọc văn bản. Xin trả lời các câu hỏi trước.")
SAVED = marked("Đã ghi.")
SPLIT = marked("Đã tách mục. Xin xem đơn vị và thời hạn của từng phần.")
JOINED = marked("Đã gộp hai mục. Xin xem đơn vị và thời hạn của mục.")
CONFIRMED = marked("Đã xác nhận các đơn vị đọc được chắc chắn.")


@router.get("/intake")
def show_intake(visitor: CurrentVisitor, after: After = None) -> HTMLResponse:
    """Ask for a file; list what is being drafted and what was issued lately."""
    return _list(visitor, after=after)


@router.post("/intake")
async def take_file_in(request: Request, visitor: CurrentVisitor) -> Response:
    """Read a document into a draft, and open the draft."""
    visitor.actor.require(Action.DRAFT_DIRECTIVE)
    try:
        upload = await receive(request)
        proposal = await context(request).reading_room.read(upload.path, upload.name)
        directive_id, is_new = await run_in_threadpool(_enter, visitor, upload, proposal)
    except (DomainError, IntakeRefused) as refused:
        sentence, status = sentence_of(refused), status_of(type(refused))
        return await run_in_threadpool(_list, visitor, sentence=sentence, status=status)
    return visitor.go(f"/intake/{directive_id}", READ if is_new else KNOWN)


def _enter(visitor: Visitor, upload: Upload, proposal: dict[str, Any]) -> tuple[UUID, bool]:
    with visitor.writes() as session:
        directive, is_new = take_in(session, visitor.actor, upload, proposal, now=visitor.now)
        return directive.id, is_new


def _list(
    visitor: Visitor, *, after: str | None = None, sentence: str = "", status: int = 200
) -> HTMLResponse:
    visitor.actor.require(Action.DRAFT_DIRECTIVE)
    with visitor.reads() as connection:
        rows, last = drafts.page(connection, visitor.actor, after=cursors.just_id(after), limit=DRAFTS_SHOWN)
        lately, _ = reading.page(
            connection, visitor.actor, q=None, state=DirectiveState.ISSUED, issuer=None, after=None,
            limit=ISSUED_SHOWN,
        )  # fmt: skip
    return visitor.show(
        "intake.html",
        status=status,
        sentence=visitor.say(sentence) if sentence else "",
        drafts=rows,
        more=f"/intake?after={cursors.encode(last)}" if last else "",
        lately=[] if after else lately,
        may_take_over=visitor.may(Action.ENTER_BALANCE),
        cited=cited,
    )


@router.get("/intake/{directive_id}")
def show_desk(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Show a document beside what was read in it, the questions first."""
    return desk(visitor, directive_id)


def desk(
    visitor: Visitor, directive_id: UUID, trouble: Trouble | None = None, *, status: int = 200
) -> HTMLResponse:
    """Return the desk of a directive; with trouble, the form that did nothing still says what was typed.

    Raises:
        NotFound: There is no such directive, or nobody of this unit may know that there is.
    """
    with visitor.snapshot() as connection:
        whole = reading.one(connection, visitor.actor, directive_id)
        is_draft = whole.row.state is DirectiveState.DRAFT
        names = names_offered(visitor, connection) if is_draft else []
    found, sizes = None, dict[UUID, int]()
    if is_draft:
        with visitor.writes() as session:
            today = office_day(visitor.now)
            found = readiness.report(session, visitor.actor, directive_id, today=today)
            sizes = sizes_of(session, directive_id, whole.row.signed_on or today)
    asked = questions(whole, found) if found else []
    document = Document(whole.row.text)
    places = document.places((each.id, each.parent_id, each.text) for each in whole.items)
    nodes = tree(whole, sizes, asked)
    if is_draft:
        cut_open(nodes, document, places)
    return visitor.show(
        "desk.html",
        status=status,
        row=whole.row,
        title=cited(whole.row.doc_type, whole.row.number, whole.row.symbol, whole.row.signed_on),
        is_draft=is_draft,
        may_issue=visitor.may(Action.ISSUE_DIRECTIVE),
        found=found,
        questions=asked,
        paper=paper(whole.row, whole.items, places),
        tree=nodes,
        rows_of=rows_of,
        names=names,
        trouble=trouble,
    )


@router.post("/intake/{directive_id}/head")
def change_head(visitor: CurrentVisitor, directive_id: UUID) -> Response:
    """Correct the header of a draft."""

    def change(session: Session, version: int) -> None:
        directive = directives.find_directive(session, visitor.actor, directive_id, version=version)
        changes = header_of(visitor.form, directive.signer)
        directives.change_directive(
            session, visitor.actor, directive_id, changes, version=version, now=visitor.now
        )

    return _carry_out(visitor, directive_id, "head", change)


@router.post("/intake/{directive_id}/confirm")
def confirm_readings(visitor: CurrentVisitor, directive_id: UUID) -> Response:
    """Confirm every reading that can mean only one unit or group."""

    def confirm(session: Session, version: int) -> None:
        assignments.confirm_proposals(session, visitor.actor, directive_id, version=version, now=visitor.now)

    return _carry_out(visitor, directive_id, "confirm", confirm, CONFIRMED)


@router.post("/intake/{directive_id}/items/{item}/units")
def assign_units(visitor: CurrentVisitor, directive_id: UUID, item: str) -> Response:
    """Say who answers for an item, and which phrases are to mean the same from now on."""

    def assign(session: Session, version: int) -> None:
        orders = orders_of(visitor.form, naming(visitor, session))
        assignments.assign(
            session, visitor.actor, directive_id, item, orders, version=version, now=visitor.now
        )

    return _carry_out(visitor, directive_id, f"i-{item}", assign)


@router.post("/intake/{directive_id}/items/{item}/decisions")
def decide_item(visitor: CurrentVisitor, directive_id: UUID, item: str) -> Response:
    """Decide whether an item is followed, and by when it is due."""

    def decide(session: Session, version: int) -> None:
        directive = directives.find_directive(session, visitor.actor, directive_id, version=version)
        choices = directives.find_item(session, directive, item).deadline_choices
        changes = decisions_of(visitor.form, choices)
        directives.change_item(
            session, visitor.actor, directive_id, item, changes, version=version, now=visitor.now
        )

    return _carry_out(visitor, directive_id, f"i-{item}", decide)


@router.post("/intake/{directive_id}/items/{item}/split")
def split_item(visitor: CurrentVisitor, directive_id: UUID, item: str) -> Response:
    """Make one item two, where the form says."""

    def split(session: Session, version: int) -> None:
        at, children = cut_of(visitor.form)
        recutting.split_item(
            session,
            visitor.actor,
            directive_id,
            item,
            at,
            children=children,
            version=version,
            now=visitor.now,
        )

    return _carry_out(visitor, directive_id, f"i-{item}", split, SPLIT)


@router.post("/intake/{directive_id}/items/{item}/join")
def join_items(visitor: CurrentVisitor, directive_id: UUID, item: str) -> Response:
    """Make an item and the next one under the same parent one."""

    def join(session: Session, version: int) -> None:
        following = visitor.form.get("next", "")
        recutting.join_items(
            session, visitor.actor, directive_id, item, following, version=version, now=visitor.now
        )

    return _carry_out(visitor, directive_id, f"i-{item}", join, JOINED)


def _carry_out(
    visitor: Visitor,
    directive_id: UUID,
    form: str,
    deed: Callable[[Session, int], None],
    said: str = SAVED,
) -> Response:
    """Do what a form of the desk says, once; show the desk again with what was typed if it cannot be done."""
    version = version_of(visitor.form)
    try:
        with visitor.writes() as session:
            deed(session, version)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refused:
        trouble = Trouble(form, visitor.say(why(refused)), dict(visitor.form))
        return desk(visitor, directive_id, trouble, status=status_of(type(refused)))
    return visitor.go(f"/intake/{directive_id}#{form}", said)

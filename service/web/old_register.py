"""The older register of an office, from its Excel file: looked at first, then entered as it was looked at."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain.balance import BalanceReport, enter_balance
from service.domain.balance_file import COLUMNS, REQUIRED, BalanceRow, parse_balance
from service.domain.balance_plan import Fate
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue
from service.domain.permissions import Action
from service.domain.reading import files
from service.domain.reading.files import FileRow
from service.domain.table_file import Parsed, no_table
from service.edge.statuses import status_of
from service.edge.upload import Upload, receive
from service.files import blob_path
from service.reports.blank_register import blank_register
from service.reports.sheets import XLSX, as_xlsx
from service.web.language import marked
from service.web.old_register_shown import preview
from service.web.page import pages
from service.web.shown import number
from service.web.visitor import HEADERS, CurrentVisitor, Visitor

router = pages()
HERE = "/intake/register"
BLANK = "so-theo-doi-mau.xlsx"
ENTERED = marked("Đã nhập %(rows)s dòng: %(duties)s nhiệm vụ của %(documents)s văn bản.")
UNUSABLE = marked("Tệp chưa nhập được:")
NOTHING_NEW = marked("Không có dòng nào mới để nhập.")


async def _enterer(visitor: CurrentVisitor) -> Visitor:
    visitor.actor.require(Action.ENTER_BALANCE)
    return visitor


Enterer = Annotated[Visitor, Depends(_enterer)]
"""A visitor who may take over an older register; everybody else is refused."""


async def _sent_register(request: Request, _visitor: Enterer) -> Upload:
    return await receive(request)


SentRegister = Annotated[Upload, Depends(_sent_register)]


@router.get(HERE)
def show_old_register(visitor: Enterer) -> HTMLResponse:
    """Ask for the file of an older register, and say what is read in it."""
    return _form(visitor)


@router.get(f"{HERE}/{BLANK}")
def give_blank_register(visitor: Enterer) -> Response:
    """Give the form to fill in."""
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{BLANK}"'}
    return Response(as_xlsx(blank_register()), headers=headers, media_type=XLSX)


@router.post(HERE)
def keep_old_register(visitor: Enterer, file: SentRegister) -> Response:
    """Keep a file that can be read, and show what would become of it; the register stays as it is."""
    try:
        if not _parse(visitor, file.path.read_bytes()).rows:
            raise no_table("không có dòng nhiệm vụ nào")
    except InvalidValue as refused:
        return _form(visitor, refused)
    with visitor.writes() as session:
        file_id = file.keep(session, visitor.actor, visitor.now).id
    return visitor.go(f"{HERE}/{file_id}")


@router.get(HERE + "/{file_id}")
def preview_old_register(visitor: Enterer, file_id: UUID) -> HTMLResponse:
    """Show what would become of each row of a file that its sender has sent, and change nothing."""
    row, parsed = _sent_before(visitor, file_id)
    with visitor.rehearses() as session:
        report = _enter(visitor, session, row, parsed)
    return visitor.show(
        "old_register_preview.html",
        file=row,
        found=preview(report, parsed.unknown_columns),
        in_book=lambda source: f"/duties?{urlencode({'source': source})}",
    )


@router.post(HERE + "/{file_id}")
def enter_old_register(visitor: Enterer, file_id: UUID) -> Response:
    """Enter the certain rows of a file that its sender has looked at."""
    row, parsed = _sent_before(visitor, file_id)
    with visitor.writes() as session:
        report = _enter(visitor, session, row, parsed)
        taken = report.count(Fate.TAKEN)
        if not taken:
            session.rollback()
    figures = {"rows": taken, "duties": report.obligations, "documents": report.directives}
    said = visitor.say(ENTERED) % {name: number(value) for name, value in figures.items()}
    return visitor.go(f"{HERE}/{file_id}", said if taken else NOTHING_NEW)


def _parse(visitor: Visitor, content: bytes) -> Parsed[BalanceRow]:
    return parse_balance(content, today=office_day(visitor.now))


def _sent_before(visitor: Visitor, file_id: UUID) -> tuple[FileRow, Parsed[BalanceRow]]:
    """Return a file that was kept, and its rows.

    Raises:
        NotFound: There is none, or the visitor may not see it.
    """
    with visitor.reads() as connection:
        row = files.one(connection, visitor.actor, file_id)
    path = blob_path(visitor.service.settings.files, row.sha256)
    return row, _parse(visitor, path.read_bytes())


def _enter(visitor: Visitor, session: Session, row: FileRow, parsed: Parsed[BalanceRow]) -> BalanceReport:
    return enter_balance(session, visitor.actor, parsed.rows, sha256=row.sha256, now=visitor.now)


def _form(visitor: Visitor, refused: InvalidValue | None = None) -> HTMLResponse:
    return visitor.show(
        "old_register.html",
        status=status_of(InvalidValue) if refused else 200,
        sentence=f"{visitor.say(UNUSABLE)} {refused.detail}." if refused else "",
        columns=COLUMNS,
        required=REQUIRED,
        blank=f"{HERE}/{BLANK}",
    )

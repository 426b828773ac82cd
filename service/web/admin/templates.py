"""Templates of the office's documents: taken along, edited in Word, tried, given back, taken back."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from service.domain import document_templates as actions
from service.domain.calendar import office_day
from service.domain.errors import DomainError
from service.domain.letter_rules import DocumentKind
from service.domain.permissions import Action
from service.domain.reading import document_templates
from service.domain.template_refusals import TemplateFault, TemplateRefused
from service.edge import cursors
from service.edge.upload import Upload, receive
from service.reports import made
from service.reports.package import WORD
from service.reports.template_names import NAMES, Names
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, After, refused_form, show, why
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import HEADERS, CurrentVisitor, Visitor

router = pages()
SET, TAKEN_BACK = marked("Đã dùng mẫu mới."), marked("Đã dùng lại mẫu có sẵn.")
Version = Annotated[int, Query(ge=0, le=1_000_000)]
KINDS = {
    DocumentKind.PROGRESS: marked("Báo cáo định kỳ"),
    DocumentKind.LATE_LIST: marked("Danh sách nhiệm vụ quá hạn"),
    DocumentKind.URGING: marked("Công văn đôn đốc"),
    DocumentKind.CRITICISM: marked("Văn bản phê bình"),
}
TODAY = {
    DocumentKind.PROGRESS: "/v1/reports/progress.docx",
    DocumentKind.LATE_LIST: "/v1/reports/late.docx",
}
"""Documents that are made at any time; letters are drafted first."""

FAULTS = {
    TemplateFault.NOT_DOCX: marked("Tệp không phải DOCX, bị hỏng hoặc có mật khẩu."),
    TemplateFault.MACROS: marked("Tệp có macro. Xin lưu lại thành DOCX không có macro."),
    TemplateFault.TOO_LARGE: marked("Tệp hoặc văn bản tạo ra quá lớn."),
    TemplateFault.TOO_SLOW: marked("Điền mẫu mất quá nhiều thời gian. Xin làm mẫu đơn giản hơn."),
    TemplateFault.OUTSIDE: marked("Tệp có liên kết ra ngoài. Xin bỏ siêu liên kết hoặc ảnh liên kết."),
    TemplateFault.FOREIGN_PART: marked("Tệp chứa thành phần khác ngoài chữ và ảnh PNG, JPEG, GIF."),
    TemplateFault.FIELD: marked("Tệp có trường Word lấy dữ liệu từ nơi khác."),
    TemplateFault.UNKNOWN_NAME: marked("Mẫu dùng tên không có."),
    TemplateFault.NOT_A_LIST: marked("Vòng lặp đi qua thứ không phải danh sách."),
    TemplateFault.NOT_ALLOWED: marked("Mẫu dùng cách viết không được phép."),
    TemplateFault.BROKEN: marked("Có dấu ngoặc, vòng lặp hoặc điều kiện chưa viết đủ."),
    TemplateFault.CROSSED: marked("Vòng lặp hoặc điều kiện mở ở một ô hay đoạn và đóng ở chỗ khác."),
}  # fmt: skip


async def _reader(visitor: CurrentVisitor) -> Visitor:
    visitor.actor.require(Action.VIEW_LETTERS)
    return visitor


async def _writer(visitor: CurrentVisitor) -> Visitor:
    visitor.actor.require(Action.SET_TEMPLATES)
    return visitor


Reader = Annotated[Visitor, Depends(_reader)]
Writer = Annotated[Visitor, Depends(_writer)]


async def _sent_template(request: Request, _visitor: Writer) -> Upload:
    return await receive(request)


SentTemplate = Annotated[Upload, Depends(_sent_template)]


@router.get("/admin/templates")
def show_templates(visitor: Reader) -> HTMLResponse:
    """Show by which template each kind of document is written."""
    with visitor.reads() as connection:
        rows = document_templates.held(connection, visitor.actor)
    return show(visitor, "templates.html", rows=rows, kinds=KINDS, today=TODAY, prints=_prints(visitor))


@router.get("/admin/templates/{kind}")
def show_template(visitor: Reader, kind: DocumentKind, after: After = None) -> HTMLResponse:
    """Show the template of a kind, its versions, the names it may use, and the forms that change it."""
    return _template_page(visitor, kind, after=after)


@router.post("/admin/templates/{kind}")
def set_template(visitor: Writer, kind: DocumentKind, file: SentTemplate, version: Version) -> Response:
    """Write a kind of document by a file from now on, once it was filled in."""
    try:
        _try(visitor, kind, file)
        with visitor.writes() as session:
            blob = file.keep(session, visitor.actor, visitor.now)
            actions.set_template(session, visitor.actor, kind, blob.id, version=version, now=visitor.now)
    except DomainError as refused:
        return _template_page(visitor, kind, refused)
    return visitor.go(f"/admin/templates/{kind}", SET)


@router.post("/admin/templates/{kind}/preview")
def preview_template(visitor: Writer, kind: DocumentKind, file: SentTemplate) -> Response:
    """Give the document of today as a file makes it; nothing is kept."""
    try:
        content = _try(visitor, kind, file)
    except DomainError as refused:
        return _template_page(visitor, kind, refused)
    named = {"Content-Disposition": f'attachment; filename="xem-thu-{kind}.docx"'}
    return Response(content, headers=HEADERS | named, media_type=WORD)


@router.post("/admin/templates/{kind}/take-back")
def take_back_template(visitor: Writer, kind: DocumentKind) -> Response:
    """Write a kind of document in the form that comes with the service again."""
    try:
        version = Filled(visitor.form).version()
        with visitor.writes() as session:
            actions.take_back_template(session, visitor.actor, kind, version=version, now=visitor.now)
    except DomainError as refused:
        return _template_page(visitor, kind, refused)
    return visitor.go(f"/admin/templates/{kind}", TAKEN_BACK)


def _try(visitor: Visitor, kind: DocumentKind, file: Upload) -> bytes:
    with visitor.snapshot() as connection:
        today = made.of_today(connection, visitor.actor, kind, today=office_day(visitor.now))
    return visitor.service.writing_room.attempt(kind, file.path.read_bytes(), today)


def _template_page(
    visitor: Visitor, kind: DocumentKind, refused: DomainError | None = None, *, after: str | None = None
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        row = document_templates.one(connection, visitor.actor, kind)
        versions, last = document_templates.history(
            connection, visitor.actor, kind, before=cursors.just_number(after), limit=ROWS
        )
    facts: dict[str, Any] = {
        "row": row,
        "name": KINDS[kind],
        "today": TODAY.get(kind, ""),
        "prints": _prints(visitor),
        "versions": versions,
        "following": cursors.encode(last) if last is not None else "",
        "names": list(_written(NAMES[kind], "")),
        "may_set": visitor.may(Action.SET_TEMPLATES),
    }
    if refused is None:
        return show(visitor, "template.html", **facts)
    if isinstance(refused, TemplateRefused):
        what = f" ({refused.what})" if refused.what else ""
        facts["trouble"] = f"{why(visitor, refused, {})} {visitor.say(FAULTS[refused.fault])}{what}"
        return show(visitor, "template.html", status=422, **facts)
    return refused_form(visitor, "template.html", refused, {}, **facts)


def _prints(visitor: Visitor) -> bool:
    return visitor.service.writing_room.prints


def _written(names: Names, owner: str) -> Iterator[tuple[str, str, str]]:
    """Give each name as it is written in Word, what it stands for, and how a loop through it begins."""
    for name, named in names.items():
        loop = f"{{%p for dong in {name} %}} … {{%p endfor %}}" if named.is_list else ""
        if not named.fields:
            yield (f"{{{{ {owner}{name} }}}}" if not loop else "{{ dong }}", named.meaning, loop)
            continue
        inside = "dong." if named.is_list else f"{name}."
        for field in named.fields:
            at = f"{{{{ {inside}{field} }}}}"
            yield (at, f"{named.meaning}: {named.fields[field].meaning}", loop)

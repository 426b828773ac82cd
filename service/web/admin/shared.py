"""What the pages of administration have in common: who may see them, their list, a form that failed."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse

from service.domain.errors import DomainError, InvalidValue, UnknownReference
from service.domain.permissions import Action
from service.edge.statuses import status_of
from service.edge.upload import Upload, receive
from service.web.language import marked
from service.web.navigation import Section
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

ROWS = 50
"""Rows of one page of a list."""

CHOICES_MAX = 500
"""Units or people that a field of a form proposes."""

After = Annotated[str | None, Query(max_length=300)]
Searched = Annotated[str, Query(max_length=300)]
WRITTEN_ANEW = marked("Đã lưu.")

TEMPLATES = "/admin/templates"
"""The one page here for clerks too, who administer nothing."""

AREAS = (
    ("/admin", marked("Tổng quan")),
    ("/admin/units", marked("Đơn vị")),
    ("/admin/reorganisations", marked("Sắp xếp đơn vị")),
    ("/admin/people", marked("Cán bộ")),
    ("/admin/accounts", marked("Tài khoản")),
    ("/admin/channels", marked("Kênh gửi tin")),
    ("/admin/calendar", marked("Lịch làm việc")),
    ("/admin/groups", marked("Nhóm đơn vị")),
    ("/admin/keys", marked("Khóa truy cập")),
    ("/admin/webhooks", marked("Kết nối")),
    ("/admin/policies", marked("Thang đôn đốc")),
    (TEMPLATES, marked("Mẫu văn bản")),
    ("/admin/audit", marked("Nhật ký")),
)


async def _administrator(visitor: CurrentVisitor) -> Visitor:
    visitor.actor.require(Action.ADMINISTER)
    return visitor


Administrator = Annotated[Visitor, Depends(_administrator)]
"""A visitor who administers the register; everybody else is refused."""


async def _sent_file(request: Request, _visitor: Administrator) -> Upload:
    return await receive(request)


SentFile = Annotated[Upload, Depends(_sent_file)]
"""The file of a form; its address carries `csrf`."""


def show(visitor: Visitor, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """Return a page of administration, with the list of all of them."""
    path = visitor.request.url.path
    open_to = [each for each in AREAS if each[0] == TEMPLATES or visitor.may(Action.ADMINISTER)]
    areas = [Section(at, label, _is_here(at, path)) for at, label in open_to]
    return visitor.show(f"admin/{template}", status=status, areas=areas, **{"trouble": "", **facts})


def _is_here(area: str, path: str) -> bool:
    return path == area or (area != "/admin" and path.startswith(f"{area}/"))


def refused_form(
    visitor: Visitor, template: str, refused: DomainError, labels: Mapping[str, str], **facts: Any
) -> HTMLResponse:
    """Return a form again with what was written, and why it was not taken."""
    status = status_of(type(refused))
    return show(visitor, template, status=status, trouble=why(visitor, refused, labels), **facts)


def why(visitor: Visitor, refused: DomainError, labels: Mapping[str, str]) -> str:
    """Return why a form was not taken: the field, the reason, and the codes that nobody knows."""
    sentence = visitor.say(sentence_of(refused))
    if isinstance(refused, InvalidValue | UnknownReference) and refused.field in labels:
        sentence = f"{visitor.say(labels[refused.field])}: {sentence}"
    if isinstance(refused, UnknownReference):
        sentence = f"{sentence} ({', '.join(refused.codes)})"
    return sentence


def rows_of(values: Mapping[str, str], name: str, spare: int) -> range:
    """Return the numbers of the rows of a form: up to the last in which a field is filled, and some more."""
    numbers = [key.removeprefix(f"{name}.") for key, value in values.items() if value.strip()]
    last = max((int(each) for each in numbers if re.fullmatch("[0-9]{1,3}", each)), default=-1)
    return range(last + 1 + spare)

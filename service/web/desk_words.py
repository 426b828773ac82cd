"""Names that a person types at the intake desk, and sentences for what a form could not do."""

from collections.abc import Callable

from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, StaleVersion, UnknownReference
from service.domain.mapping import load_registry
from service.domain.reading import units
from service.web.language import marked
from service.web.refusals import sentence_of
from service.web.visitor import Visitor

NAMES_OFFERED = 400
OVERTAKEN = marked(
    "Người khác vừa sửa dự thảo này, nên chưa ghi. Nội dung bạn viết vẫn còn bên dưới; xin xem lại rồi ghi."
)
FAULTS = {
    "target": marked("Xin chọn đơn vị cho mỗi cụm từ, hoặc chọn “Không giao”."),
    "name": marked("Không có đơn vị hoặc nhóm nào mang tên hoặc mã đã nhập."),
    "names": marked("Có mấy đơn vị cùng tên đã nhập. Xin nhập mã đơn vị."),
    "left_out": marked("Chỉ trừ được từng đơn vị."),
    "at": marked("Xin chọn chỗ tách."),
    "next": marked("Chỉ gộp được với mục liền sau, cùng cấp."),
    "kind": marked("Xin chọn thời hạn."),
    "iso": marked("Xin chọn ngày đến hạn."),
    "days": marked("Xin ghi số ngày."),
    "month_day": marked("Xin ghi ngày trong tháng là số."),
    "tracked": marked("Đoạn kết chỉ nhắc lại các mục nên không theo dõi riêng."),
}


def names_offered(visitor: Visitor, connection: Connection) -> list[str]:
    """Return names of units and groups that the browser offers while somebody types; more may be typed."""
    day = office_day(visitor.now)
    some, _ = units.page(
        connection, visitor.actor, q=None, kind=None, parent_code=None, as_of=day, after=None,
        limit=NAMES_OFFERED,
    )  # fmt: skip
    groups, _ = units.groups(connection, visitor.actor, limit=NAMES_OFFERED)
    return sorted({row.name for row in some} | {row.name for row, _ in groups})


def naming(visitor: Visitor, session: Session) -> Callable[[str], str]:
    """Return what finds "unit:code" or "group:code" behind a name or a code; it raises `InvalidValue`."""
    registry = load_registry(session, visitor.actor.register_id, office_day(visitor.now))

    def named(written: str) -> str:
        found = registry.bearers(written)
        if len(found) > 1:
            raise InvalidValue(field="names", detail=written)
        if found:
            return f"{found[0].kind}:{found[0].code}"
        of_code, _ = units.groups(session.connection(), visitor.actor, code=written, limit=1)
        return f"group:{written}" if of_code else f"unit:{written}"

    return named


def why(refused: DomainError) -> str:
    """Return why a form did nothing, in Vietnamese."""
    match refused:
        case StaleVersion():
            return OVERTAKEN
        case InvalidValue() if refused.field in FAULTS:
            return FAULTS[refused.field]
        case UnknownReference():
            return FAULTS["name"]
    return sentence_of(refused)

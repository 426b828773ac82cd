"""The ladder of reminders as it stands, and the rules that a register has for requests and quiet hours."""

import re
from typing import Any

from starlette.responses import HTMLResponse, Response

from service.domain.calendar import clock_words, minute_of_day, office_day
from service.domain.errors import DomainError, InvalidValue
from service.domain.escalation import Condition, Pace, WatchKind
from service.domain.reading import registers
from service.domain.registers import TellingRules, change_rules, set_telling_rules
from service.domain.tables import Silence
from service.domain.text import fold
from service.web.admin.fields import Filled
from service.web.admin.shared import WRITTEN_ANEW, Administrator, refused_form, show
from service.web.admin.words import POST_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
RETURN_DAYS, EXTENSIONS, PER_MINUTE = (1, 60), (0, 20), (1, 100_000)
LABELS = {
    "return_days": marked("Số ngày làm việc để quyết định khi đơn vị trả lại việc"),
    "silent_return": marked("Hết hạn mà chưa quyết định thì coi là"),
    "extensions_max": marked("Số lần gia hạn tối đa của một nhiệm vụ"),
    "quiet_from": marked("Giờ yên tĩnh từ"),
    "quiet_until": marked("Giờ yên tĩnh đến"),
    "messages_per_minute": marked("Số tin tối đa trong một phút"),
}
WATCH_WORDS = {
    WatchKind.DEADLINE: marked("Nhắc thời hạn"),
    WatchKind.ACKNOWLEDGEMENT: marked("Chờ đơn vị xác nhận đã nhận"),
    WatchKind.SILENCE: marked("Đơn vị không báo cáo"),
    WatchKind.ACCEPTANCE: marked("Chờ xác nhận hoàn thành"),
    WatchKind.RETURN: marked("Chờ quyết định việc bị trả lại"),
    WatchKind.EXTENSION: marked("Chờ trả lời đề nghị gia hạn"),
    WatchKind.EXPLANATION: marked("Chờ giải trình"),
    WatchKind.COORDINATION: marked("Chờ ý kiến phối hợp"),
}
PACE_WORDS = {
    Pace.WORKING_DAYS: marked("ngày làm việc"),
    Pace.DAYS: marked("ngày"),
    Pace.MINUTES: marked("phút"),
}
SILENCES = (
    (Silence.REFUSED.value, marked("không nhận lại, đơn vị tiếp tục làm")),
    (Silence.ACCEPTED.value, marked("nhận lại, nếu mục còn đơn vị chủ trì khác")),
)


@router.get("/admin/policies")
def show_policies(visitor: Administrator) -> HTMLResponse:
    """Show every ladder in force, and the rules with their forms."""
    return _policies_page(visitor)


@router.post("/admin/policies/rules")
def set_rules(visitor: Administrator) -> Response:
    """Say how long a return may wait, what silence means, and how many extensions are granted."""
    said = Filled(visitor.form)
    try:
        with visitor.writes() as session:
            change_rules(
                session,
                visitor.actor,
                return_days=said.number("return_days", *RETURN_DAYS),
                silent_return=said.word("silent_return", Silence),
                extensions_max=said.number("extensions_max", *EXTENSIONS),
                version=said.version(),
                now=visitor.now,
            )
    except DomainError as refused:
        return _policies_page(visitor, refused)
    return visitor.go("/admin/policies", WRITTEN_ANEW)


@router.post("/admin/policies/telling")
def set_telling(visitor: Administrator) -> Response:
    """Decide when the register sends what can wait, and how much it sends."""
    said = Filled(visitor.form)
    try:
        most = said.number("messages_per_minute", *PER_MINUTE) if said.line("messages_per_minute") else None
        rules = TellingRules(_minute(said, "quiet_from"), _minute(said, "quiet_until"), most)
        with visitor.writes() as session:
            set_telling_rules(session, visitor.actor, rules, version=said.version(), now=visitor.now)
    except DomainError as refused:
        return _policies_page(visitor, refused)
    return visitor.go("/admin/policies", WRITTEN_ANEW)


def slug(urgency: str) -> str:
    """Return a degree of urgency as addresses have it."""
    return fold(urgency).replace(" ", "-")


def _minute(said: Filled, name: str) -> int:
    written = said.line(name)
    if not CLOCK.fullmatch(written):
        raise InvalidValue(field=name, detail="HH:MM")
    return minute_of_day(written)


def _policies_page(visitor: Visitor, refused: DomainError | None = None) -> HTMLResponse:
    with visitor.snapshot() as connection:
        found = registers.policies(connection, visitor.actor)
        own = registers.own_register(connection, visitor.actor, today=office_day(visitor.now))
        telling = registers.telling_rules(connection, visitor.actor)
    stored = {
        "return_days": own.return_days,
        "silent_return": own.silent_return.value,
        "extensions_max": own.extensions_max,
        "quiet_from": clock_words(telling.quiet_from),
        "quiet_until": clock_words(telling.quiet_until),
        "messages_per_minute": telling.messages_per_minute or "",
    }
    facts: dict[str, Any] = {
        "policies": found,
        "version": own.version,
        "values": stored | dict(visitor.form),
        "names": LABELS,
        "watches": WATCH_WORDS,
        "paces": PACE_WORDS,
        "roles": POST_WORDS,
        "unreported": Condition.UNREPORTED,
        "slug": slug,
        "silences": SILENCES,
        "bounds": {"return_days": RETURN_DAYS, "extensions_max": EXTENSIONS},
    }
    if refused is None:
        return show(visitor, "policies.html", **facts)
    return refused_form(visitor, "policies.html", refused, LABELS, **facts)

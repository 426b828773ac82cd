"""What may be done to one duty on its page: which forms are shown, and what each does when it is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from service.domain import coordination, delegation, extensions, obligations, returns, suspensions
from service.domain.errors import InvalidValue
from service.domain.lifecycle import WORKING, Move
from service.domain.permissions import Action
from service.domain.reading.coordination import CoordinatorRow, RequestRow
from service.domain.reading.obligations import Moves, ObligationRow
from service.domain.reading.requests import ExtensionRow
from service.domain.tables import RequestState
from service.web.language import marked
from service.web.visitor import Visitor

TEXT_MAX = 20_000
FILES_MAX = 20
OF_MOVES = {
    "acknowledge": Move.ACKNOWLEDGE,
    "report": Move.REPORT,
    "submit": Move.SUBMIT,
    "return": Move.RETURN,
    "accept": Move.ACCEPT,
    "send-back": Move.SEND_BACK,
    "refuse-return": Move.REFUSE_RETURN,
    "accept-return": Move.REFUSE_RETURN,
    "suspend": Move.SUSPEND,
    "resume": Move.RESUME,
    "reopen": Move.REOPEN,
    "withdraw": Move.WITHDRAW,
}
"""Deed → the move that makes it possible."""

ORDER = (
    *("answer", "accept", "send-back", "grant", "refuse-extension", "accept-return", "refuse-return"),
    *("acknowledge", "report", "submit", "extension", "ask", "delegate", "return"),
    *("resume", "suspend", "reopen", "withdraw"),
)
"""The deeds in the order in which a page shows them: what somebody waits for comes first."""

LIKELY = ("answer", "accept", "grant", "refuse-return", "acknowledge", "report")
"""The first of these that is possible stands open."""

OF_UNIT = frozenset({"acknowledge", "report", "submit", "extension", "ask", "return"})
"""What the unit itself does; a clerk of the office enters it in its place."""


@dataclass(frozen=True, slots=True)
class Requests:
    """What waits for an answer about a duty, and who coordinates it."""

    extensions: Sequence[ExtensionRow]
    questions: Sequence[RequestRow]
    coordinators: Sequence[CoordinatorRow]

    def extension(self) -> ExtensionRow | None:
        """Return the request for a later deadline that waits."""
        return next((row for row in self.extensions if row.decision is None), None)

    def question_to(self, visitor: Visitor, row: ObligationRow) -> RequestRow | None:
        """Return what somebody's unit was asked, or what the office may answer in a unit's place."""
        by_hand = row.unit_id != visitor.actor.unit_id and visitor.may(Action.ANSWER_COORDINATION)
        waiting = (each for each in self.questions if each.state is RequestState.WAITING)
        return next((each for each in waiting if by_hand or each.unit_id == visitor.actor.unit_id), None)


def possible(visitor: Visitor, row: ObligationRow, asked: Requests) -> list[str]:
    """Return the deeds that a visitor may do now, in the order of the page."""
    moves = Moves(visitor.actor)
    open_moves, is_working = moves.of(row), row.state in WORKING
    found = {deed for deed, move in OF_MOVES.items() if move in open_moves}
    others = [each for each in asked.coordinators if each.id != row.unit_id]
    may_extend = moves.may(row, Action.REQUEST_EXTENSION) and row.due_on is not None
    if is_working and may_extend and asked.extension() is None:
        found.add("extension")
    if is_working and others and moves.may(row, Action.REQUEST_COORDINATION):
        found.add("ask")
    if is_working and moves.may(row, Action.DELEGATE):
        found.add("delegate")
    if asked.extension() is not None and moves.may(row, Action.DECIDE_EXTENSION):
        found |= {"grant", "refuse-extension"}
    if asked.question_to(visitor, row) is not None and "write" in visitor.actor.scopes:
        found.add("answer")
    return [deed for deed in ORDER if deed in found]


def likely(visitor: Visitor, row: ObligationRow, deeds: Sequence[str]) -> str:
    """Return the deed that stands open: what the visitor most probably came for."""
    is_theirs = row.unit_id == visitor.actor.unit_id
    return next((deed for deed in LIKELY if deed in deeds and (is_theirs or deed not in OF_UNIT)), "")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent about one duty."""

    visitor: Visitor
    session: Session
    duty_id: UUID
    version: int | None

    def text(self, name: str, *, is_needed: bool = True) -> str:
        """Return what was written.

        Raises:
            InvalidValue: It is needed and there is nothing, or it is too long.
        """
        written = self.visitor.form.get(name, "").strip()
        if (is_needed and not written) or len(written) > TEXT_MAX:
            raise InvalidValue(field=name, detail="nothing, or too much")
        return written

    def day(self, name: str) -> date | None:
        """Return a day; None where none was chosen.

        Raises:
            InvalidValue: It is no day.
        """
        written = self.text(name, is_needed=False)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise InvalidValue(field=name, detail="no day") from None

    def needed_day(self, name: str) -> date:
        """Return a day.

        Raises:
            InvalidValue: It is none.
        """
        day = self.day(name)
        if day is None:
            raise InvalidValue(field=name, detail="no day")
        return day

    def percent(self) -> int | None:
        """Return how much is done, if it was said.

        Raises:
            InvalidValue: It is no number from 0 to 100.
        """
        written = self.text("percent", is_needed=False)
        number = int(written) if written.isascii() and written.isdecimal() and len(written) <= 3 else -1
        if written and not 0 <= number <= 100:
            raise InvalidValue(field="percent", detail="no number from 0 to 100")
        return number if written else None

    def files(self) -> list[UUID]:
        """Return the files that were attached before.

        Raises:
            InvalidValue: One is none.
        """
        try:
            return [UUID(each) for each in self.visitor.form.getlist("file")[:FILES_MAX]]
        except ValueError:
            raise InvalidValue(field="file", detail="no file") from None

    def document(self) -> dict[str, Any] | None:
        """Return the document that proves it, as the API keeps it; None where no number was given."""
        number = self.text("number", is_needed=False)[:100]
        if not number:
            return None
        day = self.day("document_on")
        symbol = self.text("symbol", is_needed=False)[:100]
        return {"number": number, "symbol": symbol, "issued_on": day.isoformat() if day else None}

    def id_of(self, name: str) -> UUID:
        """Return what the form is about beside the duty.

        Raises:
            InvalidValue: It is no id.
        """
        try:
            return UUID(self.text(name))
        except ValueError:
            raise InvalidValue(field=name, detail="no id") from None

    def of_duty(self) -> dict[str, Any]:
        """Return what most actions take."""
        return {
            "session": self.session,
            "actor": self.visitor.actor,
            "obligation_id": self.duty_id,
            "version": self.version,
            "now": self.visitor.now,
        }


def _report(sent: Sent) -> None:
    obligations.report_progress(
        **sent.of_duty(),
        percent=sent.percent(),
        text=sent.text("text"),
        difficulties=sent.text("difficulties", is_needed=False),
        document=None,
    )


def _submit(sent: Sent) -> None:
    obligations.submit(
        **sent.of_duty(), text=sent.text("text"), document=sent.document(), file_ids=sent.files()
    )


def _extension(sent: Sent) -> None:
    extensions.request_extension(
        **sent.of_duty(),
        wanted_on=sent.needed_day("wanted_on"),
        reason=sent.text("reason"),
        document=None,
        file_ids=(),
    )


def _ask(sent: Sent) -> None:
    named = sent.of_duty()
    named.pop("version")
    coordination.ask(
        **named,
        unit_code=sent.text("unit_code"),
        question=sent.text("question"),
        due_on=sent.needed_day("due_on"),
    )


def _delegate(sent: Sent) -> None:
    kind, _, code = sent.text("heir").partition(":")
    delegation.delegate(
        **sent.of_duty(),
        unit_code=code if kind == "unit" else None,
        person_code=code if kind == "person" else None,
        due_on=sent.day("due_on"),
        instruction=sent.text("instruction"),
    )


def _return(sent: Sent) -> None:
    proposed = sent.text("proposed_unit_code", is_needed=False) or None
    returns.give_back(**sent.of_duty(), reason=sent.text("reason"), proposed_unit_code=proposed)


def _accept_return(sent: Sent) -> None:
    returns.accept_return(
        **sent.of_duty(),
        reason=sent.text("reason"),
        unit_code=sent.text("unit_code", is_needed=False) or None,
        due_on=sent.day("due_on"),
    )


def _answer(sent: Sent) -> None:
    coordination.answer(
        sent.session,
        sent.visitor.actor,
        sent.id_of("request_id"),
        text=sent.text("text"),
        document=sent.document(),
        file_ids=sent.files(),
        version=sent.version,
        now=sent.visitor.now,
    )


def _grant(sent: Sent) -> None:
    actor, now = sent.visitor.actor, sent.visitor.now
    due_on, reason = sent.day("due_on"), sent.text("reason", is_needed=False)
    extensions.grant_extension(
        sent.session, actor, sent.id_of("request_id"), due_on=due_on, reason=reason, now=now
    )


def _refuse_extension(sent: Sent) -> None:
    actor, now = sent.visitor.actor, sent.visitor.now
    extensions.refuse_extension(
        sent.session, actor, sent.id_of("request_id"), reason=sent.text("reason"), now=now
    )


def _for_a_reason(action: Callable[..., Any], **more: Any) -> Callable[[Sent], None]:
    """Return the deed that needs nothing but a reason."""

    def deed(sent: Sent) -> None:
        action(**sent.of_duty(), reason=sent.text("reason"), **more)

    return deed


def _acknowledge(sent: Sent) -> None:
    obligations.acknowledge(**sent.of_duty())


def _accept(sent: Sent) -> None:
    obligations.accept(**sent.of_duty(), comment=sent.text("comment", is_needed=False))


DEEDS: Mapping[str, tuple[Callable[[Sent], None], str]] = {
    "acknowledge": (_acknowledge, marked("Đã ghi nhận là đã nhận.")),
    "report": (_report, marked("Đã gửi báo cáo tiến độ.")),
    "submit": (_submit, marked("Đã báo cáo hoàn thành, chờ xác nhận.")),
    "extension": (_extension, marked("Đã gửi đề nghị gia hạn.")),
    "ask": (_ask, marked("Đã gửi yêu cầu phối hợp.")),
    "delegate": (_delegate, marked("Đã giao lại.")),
    "return": (_return, marked("Đã trả lại, chờ văn phòng quyết định.")),
    "answer": (_answer, marked("Đã trả lời yêu cầu phối hợp.")),
    "accept": (_accept, marked("Đã xác nhận hoàn thành.")),
    "send-back": (_for_a_reason(obligations.send_back), marked("Đã đề nghị đơn vị làm tiếp.")),
    "grant": (_grant, marked("Đã gia hạn.")),
    "refuse-extension": (_refuse_extension, marked("Đã từ chối gia hạn.")),
    "accept-return": (_accept_return, marked("Đã nhận lại nhiệm vụ.")),
    "refuse-return": (_for_a_reason(returns.refuse_return), marked("Đã yêu cầu đơn vị tiếp tục.")),
    "suspend": (_for_a_reason(suspensions.suspend), marked("Đã tạm dừng.")),
    "resume": (_for_a_reason(suspensions.resume, due_on=None), marked("Nhiệm vụ được tiếp tục.")),
    "reopen": (_for_a_reason(obligations.reopen), marked("Đã mở lại.")),
    "withdraw": (_for_a_reason(obligations.withdraw), marked("Đã thu hồi.")),
}
"""Deed → what it does, and what is said afterwards."""

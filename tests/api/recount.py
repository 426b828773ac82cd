"""Duties counted again from the bare tables, one by one and without the readings, to hold files to."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from service.domain.lifecycle import State
from service.domain.tables import (
    Coordination,
    Directive,
    Extension,
    Item,
    Obligation,
    ProgressUpdate,
    Submission,
    Unit,
)

CLOSED = {State.WITHDRAWN, State.TRANSFERRED}
IN_TIME = "Trong hạn hoặc sắp đến hạn"
CELLS = (
    "Hoàn thành đúng hạn",
    "Hoàn thành quá hạn",
    IN_TIME,
    "Quá hạn",
    "Hoàn thành, không thời hạn",
    "Không thời hạn",
    "Tạm dừng",
)
PAUSED = {State.RETURNED, State.SUSPENDED}


@dataclass(frozen=True)
class Counted:
    """One duty, told by hand."""

    duty: Obligation
    item: Item
    directive: Directive
    unit: Unit
    verdict: str | None
    late: int | None


def recount(session: Session, cut_off: date) -> list[Counted]:
    """Judge every whole duty of the database, in the order in which they were given."""
    found = []
    for duty in session.exec(select(Obligation).order_by(col(Obligation.id))).all():
        if duty.delegator_id is None:
            item, unit = session.get_one(Item, duty.item_id), session.get_one(Unit, duty.unit_id)
            directive = session.get_one(Directive, duty.directive_id)
            verdict = _verdict(duty, cut_off)
            late = None
            if verdict in ("Quá hạn", "Hoàn thành quá hạn"):
                handed_in = duty.done_on if duty.done_on and duty.done_on <= cut_off else cut_off
                assert duty.due_on
                late = (handed_in - duty.due_on).days
            found.append(Counted(duty, item, directive, unit, verdict, late))
    return found


def _verdict(duty: Obligation, cut_off: date) -> str | None:
    if duty.state in CLOSED | PAUSED:
        return None if duty.state in CLOSED else "Tạm dừng"
    handed_in = duty.done_on is not None and duty.done_on <= cut_off
    if duty.due_on is None:
        done = handed_in and duty.state is State.ACCEPTED
        return "Hoàn thành, không thời hạn" if done else "Không thời hạn"
    is_late = (duty.done_on if handed_in and duty.done_on else cut_off) > duty.due_on
    if handed_in and duty.state is State.ACCEPTED:
        return "Hoàn thành quá hạn" if is_late else "Hoàn thành đúng hạn"
    if is_late:
        return "Quá hạn"
    return IN_TIME


def register_row(session: Session, number: int, counted: Counted) -> list[Any]:
    """Return what the book must have in every column of one duty."""
    duty, item, directive = counted.duty, counted.item, counted.directive
    helping = [
        session.get_one(Unit, each.unit_id)
        for each in session.exec(select(Coordination).where(Coordination.item_id == item.id)).all()
    ]
    handed_in = _last(session, Submission, duty.id, lambda each: each.decision != "sent_back")
    told = _last(session, ProgressUpdate, duty.id, lambda each: True)
    asked = session.exec(select(Extension).where(Extension.obligation_id == duty.id)).all()
    granted = sum(each.decision == "granted" for each in asked)
    names = "; ".join(each.name for each in sorted(helping, key=lambda each: each.code))
    states = {
        State.ASSIGNED: "Mới giao",
        State.ACKNOWLEDGED: "Đã nhận",
        State.IN_PROGRESS: "Đang thực hiện",
        State.SUBMITTED: "Chờ xác nhận",
        State.ACCEPTED: "Đã hoàn thành",
        State.WITHDRAWN: "Đã thu hồi",
        State.TRANSFERRED: "Đã chuyển đơn vị khác",
    }
    return [
        number,
        f"{directive.number}/{directive.symbol}",
        directive.signed_on or directive.issued_on,
        directive.issuing_body,
        directive.subject,
        item.locator,
        item.text,
        None,
        counted.unit.name,
        names or None,
        duty.assigned_on,
        duty.original_due_on,
        duty.due_on,
        states[duty.state],
        counted.verdict,
        counted.late,
        duty.percent,
        duty.done_on,
        _result(handed_in),
        duty.reported_on,
        told.text if told else None,
        (told.difficulties or None) if told else None,
        f"Gia hạn {granted} lần" if granted else None,
    ]


def _last(session: Session, model: Any, duty_id: UUID, holds: Any) -> Any:
    rows = session.exec(select(model).where(model.obligation_id == duty_id)).all()
    return max((each for each in rows if holds(each)), key=lambda each: each.id, default=None)


def _result(handed_in: Submission | None) -> str | None:
    if handed_in is None or not handed_in.document:
        return handed_in.text if handed_in else None
    document = handed_in.document
    day = f" ngày {date.fromisoformat(document['issued_on']):%d/%m/%Y}" if document.get("issued_on") else ""
    return f"Văn bản số {document['number']}/{document['symbol']}{day}: {handed_in.text}"


def by_unit(counted: list[Counted]) -> list[list[str]]:
    """Return the lines of the report: each unit with how many duties it has, and how many of each kind."""
    found = []
    for unit_id in {each.unit.id for each in counted if each.verdict}:
        own = [each for each in counted if each.unit.id == unit_id and each.verdict]
        verdicts = [each.verdict for each in own]
        found.append([own[0].unit.name, str(len(own)), *(str(verdicts.count(cell)) for cell in CELLS)])
    return sorted(found)

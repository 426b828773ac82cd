"""The changes of an issued directive arranged for the eye, and sentences for what a form could not do."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from service.domain.errors import (
    AlreadyExists,
    DomainError,
    DueBeforeAssigned,
    InvalidValue,
    UnknownReference,
)
from service.domain.events.directives import DirectiveCorrected
from service.domain.reading.directive_changes import JournalRow
from service.domain.reading.sentences import sentence
from service.web.desk_forms import Row, typed_rows
from service.web.desk_words import FAULTS as FAULTS_OF_NAMES
from service.web.duty_shown import Line
from service.web.language import marked
from service.web.refusals import sentence_of
from service.web.visitor import Visitor

ROWS_AT_LEAST = 2
BASIS = marked(
    "Căn cứ: xin chọn văn bản trong sổ, hoặc ghi số, ký hiệu và ngày văn bản ngoài sổ; chỉ một trong hai."
)
FAULTS = {
    "basis": BASIS,
    "basis_id": BASIS,
    "reason": marked("Xin ghi lý do."),
    "effective_on": marked("Ngày có hiệu lực phải từ ngày ban hành văn bản đến hôm nay."),
    "assignments": marked("Xin ghi đơn vị chưa có mục này; đơn vị đã được giao thì không giao lại."),
    "item": marked("Mục này không giao thêm được."),
    "chosen": marked("Xin chọn ít nhất một mục."),
    "items": marked("Có mục thực hiện định kỳ hoặc không chờ sự việc nào; mục đó không làm ở đây được."),
    "due_on": marked("Xin chọn thời hạn."),
    "happened_on": marked("Xin chọn ngày sự việc xảy ra, không sau hôm nay."),
    "event": marked("Xin ghi sự việc đã xảy ra."),
    "days": marked("Văn bản không nêu bao nhiêu ngày sau sự việc; xin ghi số ngày."),
    "wrong": marked("Xin ghi cụm từ sai và cụm từ đúng."),
    "corrections": marked("Nơi đã chọn không có đúng cụm từ sai như đã ghi."),
    "understood": marked("Xin đánh dấu đã hiểu rõ rồi mới ghi."),
}
HAPPENED = marked("Sự việc mà mục này chờ đã được ghi trước đó.")
PASSED = {
    "assign": marked("Thời hạn của mục đã qua vào ngày có hiệu lực; xin ghi hạn riêng cho đơn vị."),
    "deadline": marked("Thời hạn mới trước ngày ban hành văn bản."),
}


def why(visitor: Visitor, deed: str, refused: DomainError) -> str:
    """Return why a form did nothing, with the codes that nobody knows."""
    match refused:
        case AlreadyExists():
            return visitor.say(HAPPENED)
        case DueBeforeAssigned() if deed in PASSED:
            return visitor.say(PASSED[deed])
        case UnknownReference() if refused.field.startswith("basis"):
            return visitor.say(BASIS)
        case UnknownReference():
            return f"{visitor.say(FAULTS_OF_NAMES['name'])} ({', '.join(refused.codes)})"
        case InvalidValue() if refused.field in FAULTS:
            return visitor.say(FAULTS[refused.field])
        case InvalidValue() if refused.field in FAULTS_OF_NAMES:
            return visitor.say(FAULTS_OF_NAMES[refused.field])
    return visitor.say(sentence_of(refused))


def history(rows: Sequence[JournalRow], reasons: Mapping[UUID, str]) -> list[Line]:
    """Return what changed, each with its reason and, of a correction, with the words."""
    return [
        Line(row.recorded_at, sentence(row.kind, row.facts), row.actor_name or "", _written(row, reasons))
        for row in rows
    ]


def _written(row: JournalRow, reasons: Mapping[UUID, str]) -> str:
    change_id = row.facts.get("change_id")
    reason = reasons.get(UUID(change_id), "") if change_id else ""
    corrected = row.facts["corrections"] if row.kind == DirectiveCorrected.kind else []
    return "\n".join(filter(None, [*map(_correction, corrected), reason]))


def _correction(part: Mapping[str, Any]) -> str:
    place = f"Mục {part['item']}: " if part["item"] else ""
    return f"{place}“{part['wrong']}” → “{part['right']}”"


def unit_rows(fields: Mapping[str, str]) -> list[Row]:
    """Return the rows of the form of forgotten units: what was typed, and room for more."""
    blank = Row("lead", "", "", "", "", "", is_remembered=False)
    typed = [row for row in typed_rows(fields) if row.other]
    return [*typed, *[blank] * max(1, ROWS_AT_LEAST - len(typed))]

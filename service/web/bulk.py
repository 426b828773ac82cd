"""The same done to many duties of the book at once: each is done or refused by itself, and each says so."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.responses import Response

from service.domain import extensions, letters, obligations
from service.domain.batches import each_by_itself
from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, NotFound
from service.domain.letter_rules import LetterKind
from service.domain.permissions import Action
from service.domain.reading.chosen_duties import ChosenRow, chosen
from service.web.language import marked
from service.web.page import pages
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
ROWS_MAX = 200
NONE_CHOSEN = marked("Chưa chọn nhiệm vụ nào.")
NO_REQUEST = marked("Đơn vị không có đề nghị gia hạn nào đang chờ.")
DONE = {
    "acknowledge": marked("Đã ghi nhận là đã nhận."),
    "accept": marked("Đã xác nhận hoàn thành."),
    "extend": marked("Đã gia hạn đến ngày đơn vị đề nghị."),
}
ACTIONS = {
    "acknowledge": Action.ACKNOWLEDGE,
    "accept": Action.ACCEPT,
    "extend": Action.DECIDE_EXTENSION,
}


@router.post("/duties/bulk")
def act_on_many(visitor: CurrentVisitor) -> Response:
    """Do what a button says to each duty whose box is ticked; show what came of each."""
    deed, versions = visitor.form.get("deed", ""), _chosen(visitor)
    back = f"/duties?{visitor.form.get('back', '')}"
    if not versions:
        return visitor.go(back, NONE_CHOSEN)
    if deed == "remind":
        return _draft_letter(visitor, versions, back)
    if deed not in ACTIONS:
        raise InvalidValue(field="deed", detail="none of the buttons")
    with visitor.writes() as session:
        named = chosen(session.connection(), visitor.actor, list(versions))
        act = _act(session, visitor, deed, versions)
        found = each_by_itself(session, visitor.actor, ACTIONS[deed], named, act)
    return visitor.show(
        "bulk.html",
        outcomes=[
            (row, _said(visitor, deed, found[row.id]), _is_done(found[row.id])) for row in named.values()
        ],
        done=sum(map(_is_done, found.values())),
        back=back,
    )


def _chosen(visitor: Visitor) -> dict[UUID, int]:
    """Return the versions that the page showed, by duty.

    Raises:
        InvalidValue: A box is none of ours, or there are too many.
    """
    boxes = visitor.form.getlist("duty")
    if len(boxes) > ROWS_MAX:
        raise InvalidValue(field="duty", detail="too many at once")
    try:
        parts = [box.split(".") for box in boxes]
        return {UUID(duty): int(version) for duty, version in parts}
    except ValueError:
        raise InvalidValue(field="duty", detail="no duty") from None


def _act(
    session: Session, visitor: Visitor, deed: str, versions: Mapping[UUID, int]
) -> Callable[[UUID, ChosenRow], Any]:
    """Return what does the deed to one duty."""
    actor, now = visitor.actor, visitor.now

    def act(duty_id: UUID, row: ChosenRow) -> Any:
        version = versions[duty_id]
        if deed == "acknowledge":
            return obligations.acknowledge(session, actor, duty_id, version=version, now=now)
        if deed == "accept":
            return obligations.accept(session, actor, duty_id, comment="", version=version, now=now)
        if row.extension_id is None:
            raise NotFound(what="extension")
        return extensions.grant_extension(session, actor, row.extension_id, due_on=None, reason="", now=now)

    return act


def _is_done(outcome: Any) -> bool:
    return not isinstance(outcome, DomainError)


def _said(visitor: Visitor, deed: str, outcome: Any) -> str:
    if not isinstance(outcome, DomainError):
        return visitor.say(DONE[deed])
    if deed == "extend" and isinstance(outcome, NotFound):
        return visitor.say(NO_REQUEST)
    return visitor.say(sentence_of(outcome))


def _draft_letter(visitor: Visitor, versions: Mapping[UUID, int], back: str) -> Response:
    """Draft the letter that urges the units of the chosen duties; it names all that is late there."""
    with visitor.writes() as session:
        named = chosen(session.connection(), visitor.actor, list(versions))
        codes = sorted({row.unit_code for row in named.values()})
        today = office_day(visitor.now)
        row = letters.draft_letter(
            session, visitor.actor, LetterKind.URGING, codes, cut_off=today, now=visitor.now
        )
        letter_id = row.id
    units = sorted({each.unit_name for each in named.values()})
    return visitor.show(
        "letter_drafted.html",
        letter_id=letter_id,
        units=units,
        back=back,
        prints=visitor.service.writing_room.prints,
    )

"""Reorganisations: what each would do, who goes on with every open duty, and the day on which it is done."""

from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import carrying_out
from service.domain import reorganisations as actions
from service.domain.errors import DomainError, InvalidValue, StaleVersion
from service.domain.reading import reorganisations as reading
from service.domain.reorganisations import OPEN, HeirDecision
from service.domain.tables import ReorganisationState
from service.edge import cursors
from service.web.admin.ending import would_do
from service.web.admin.ending_shown import KIND_WORDS, STATE_WORDS, Consequences, consequences
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, Administrator, After, refused_form, show
from service.web.admin.units import known_units
from service.web.admin.words import POST_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "to": marked("Đơn vị tiếp nhận"),
    "heirs": marked("Đơn vị tiếp nhận, vào ngày có hiệu lực"),
    "unit_code": marked("Đơn vị thôi hoạt động"),
    "reason": marked("Lý do hủy"),
}
DECIDED = marked("Đã ghi nơi tiếp nhận.")
DONE = marked("Đã thực hiện. Kết quả ghi ở dưới.")
WAITS = marked("Đã chốt. Hệ thống tự thực hiện vào ngày có hiệu lực.")
UNDONE = marked("Đã hủy đợt sắp xếp. Không có gì thay đổi.")


@router.get("/admin/reorganisations")
def show_reorganisations(visitor: Administrator, after: After = None) -> HTMLResponse:
    """List the reorganisations of the register, the oldest first."""
    with visitor.reads() as connection:
        rows, last = reading.page(connection, visitor.actor, after=cursors.just_id(after), limit=ROWS)
    following = cursors.encode(last) if last else ""
    return show(visitor, "reorganisations.html", rows=rows, states=STATE_WORDS, following=following)


@router.get("/admin/reorganisations/{reorganisation_id}")
def show_reorganisation(visitor: Administrator, reorganisation_id: UUID, after: After = None) -> HTMLResponse:
    """Show what a reorganisation does, and the duties that nobody would go on with."""
    return _page(visitor, reorganisation_id, after=after)


@router.post("/admin/reorganisations/{reorganisation_id}/heirs")
def decide_heirs(visitor: Administrator, reorganisation_id: UUID, after: After = None) -> Response:
    """Say who goes on with open duties: with all of a unit, or one by one."""
    try:
        decisions, version = _decisions(Filled(visitor.form)), Filled(visitor.form).version()
        with visitor.writes() as session:
            actions.decide(
                session, visitor.actor, reorganisation_id, decisions, version=version, now=visitor.now
            )
    except DomainError as refused:
        return _page(visitor, reorganisation_id, refused, after=after)
    return visitor.go(f"/admin/reorganisations/{reorganisation_id}", DECIDED)


@router.post("/admin/reorganisations/{reorganisation_id}/carry-out")
def carry_out(visitor: Administrator, reorganisation_id: UUID) -> Response:
    """Carry it out, or let it wait for its day; or only show what that would do."""
    try:
        version = Filled(visitor.form).version()
        if "only_look" in visitor.form:
            with visitor.rehearses() as session:
                would = would_do(session, visitor, reorganisation_id)
            return _page(visitor, reorganisation_id, would=would)
        with visitor.writes() as session:
            done = carrying_out.carry_out(
                session, visitor.actor, reorganisation_id, version=version, now=visitor.now
            )
            waits = done.reorganisation.state is ReorganisationState.SCHEDULED
    except DomainError as refused:
        return _page(visitor, reorganisation_id, refused)
    return visitor.go(f"/admin/reorganisations/{reorganisation_id}", WAITS if waits else DONE)


@router.post("/admin/reorganisations/{reorganisation_id}/undo")
def undo(visitor: Administrator, reorganisation_id: UUID) -> Response:
    """Give a reorganisation up before it is carried out."""
    said = Filled(visitor.form)
    try:
        with visitor.writes() as session:
            reason, version = said.needed("reason"), said.version()
            actions.undo(
                session, visitor.actor, reorganisation_id, reason=reason, version=version, now=visitor.now
            )
    except DomainError as refused:
        return _page(visitor, reorganisation_id, refused)
    return visitor.go(f"/admin/reorganisations/{reorganisation_id}", UNDONE)


def _decisions(said: Filled) -> list[HeirDecision]:
    """Return what a form decides: first of all duties of a unit, then of single ones.

    Raises:
        InvalidValue: It decides nothing, or both that a duty passes on and that it lapses.
    """
    found = []
    for row in said.rows("unit", "to", "lapse", "duty"):
        to, lapses = row.codes("to"), row.ticked("lapse")
        if to and lapses:
            raise InvalidValue(field="to", detail="a duty passes on or lapses")
        if to or lapses:
            duties = [row.id("duty")] if row.line("duty") else []
            found.append(HeirDecision(unit_code=row.needed("unit"), obligation_ids=duties, heirs=to))
    if not found:
        raise InvalidValue(field="to", detail="nothing is decided")
    return found


def _typed(visitor: Visitor) -> dict[str, tuple[str, str]]:
    """Return what a form said of each duty, by its id: other duties may have come up meanwhile."""
    form = visitor.form
    return {
        form[f"duty.{number}"]: (form.get(f"to.{number}", ""), form.get(f"lapse.{number}", ""))
        for number in range(1, ROWS + 1)
        if f"duty.{number}" in form
    }


def _page(
    visitor: Visitor,
    reorganisation_id: UUID,
    refused: DomainError | None = None,
    *,
    would: Consequences | None = None,
    after: str | None = None,
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        stands = consequences(Session(connection), visitor, reorganisation_id)
        left, last = reading.undecided(
            connection, visitor.actor, reorganisation_id, after=cursors.just_id(after), limit=ROWS
        )
        known = known_units(connection, visitor)
    ending = {each.old_code: each.old_name for each in stands.preview.changes if not each.name}
    facts: dict[str, Any] = {
        "stands": would or stands,
        "row": stands.preview.row,
        "is_open": stands.preview.row.state in OPEN,
        "is_looked_at": would is not None,
        "left": left,
        "undecided": stands.preview.undecided,
        "unkept": stands.preview.registers_without_keeper,
        "following": cursors.encode(last) if last else "",
        "after": after or "",
        "typed": _typed(visitor),
        "roles": POST_WORDS,
        "ending": ending,
        "units": known,
        "states": STATE_WORDS,
        "kinds": KIND_WORDS,
        "values": visitor.form,
        "is_stale": isinstance(refused, StaleVersion),
    }
    if refused is None:
        return show(visitor, "reorganisation.html", **facts)
    return refused_form(visitor, "reorganisation.html", refused, LABELS, **facts)

"""How a unit ends or is renamed: from its page, with what that does seen before anything is entered."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import carrying_out
from service.domain import reorganisations as actions
from service.domain.calendar import office_day, opening
from service.domain.errors import DomainError, HeirsUndecided, InvalidValue
from service.domain.reading import registers, units
from service.domain.reorganisations import UnitChange
from service.domain.tables import SuccessionKind
from service.web.admin.ending_shown import KIND_WORDS, Consequences, consequences
from service.web.admin.fields import Filled
from service.web.admin.shared import Administrator, refused_form, show
from service.web.admin.units import known_units
from service.web.admin.words import POST_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "kind": marked("Hình thức"),
    "name": marked("Tên đợt sắp xếp"),
    "basis": marked("Căn cứ"),
    "effective_on": marked("Ngày có hiệu lực"),
    "changes": marked("Hình thức và các đơn vị"),
    "changes.old": marked("Đơn vị cùng sắp xếp"),
    "changes.new": marked("Đơn vị kế tiếp, vào ngày có hiệu lực"),
    "old": marked("Đơn vị cùng sắp xếp"),
    "new": marked("Đơn vị kế tiếp"),
    "new_name": marked("Tên mới"),
    "keeper_code": marked("Đơn vị giữ sổ sau đó"),
}
OFFERED = (SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.DISSOLVE, SuccessionKind.RENAME)
ENTERED = marked("Đã lập đợt sắp xếp. Chưa có gì thay đổi cho đến khi thực hiện.")


@router.get("/admin/units/{code}/ending")
def show_ending(visitor: Administrator, code: str) -> HTMLResponse:
    """Show the form that says how a unit ends or is renamed."""
    return _form(visitor, code)


@router.post("/admin/units/{code}/ending")
def enter_ending(visitor: Administrator, code: str) -> Response:
    """Enter how a unit ends, or only show what that would do: the same acts, taken back."""
    try:
        if "only_look" in visitor.form:
            with visitor.rehearses() as session:
                would = would_do(session, visitor, _enter(session, visitor, code))
            return _form(visitor, code, would=would)
        with visitor.writes() as session:
            reorganisation_id = _enter(session, visitor, code)
    except DomainError as refused:
        return _form(visitor, code, refused)
    return visitor.go(f"/admin/reorganisations/{reorganisation_id}", ENTERED)


def _enter(session: Session, visitor: Visitor, code: str) -> UUID:
    """Enter the reorganisation that a form describes; return its id."""
    said = Filled(visitor.form)
    kind = said.word("kind", SuccessionKind)
    renames = kind is SuccessionKind.RENAME
    new = [] if renames else said.lines("new")
    _require_enough(kind, new)
    change = UnitChange(
        kind=kind,
        old=[code] if renames else [code, *said.lines("old")],
        new=new,
        name=said.needed("new_name") if renames else "",
    )
    row = actions.draft(
        session,
        visitor.actor,
        name=said.needed("name"),
        basis=said.needed("basis"),
        effective_on=said.needed_day("effective_on"),
        changes=[change],
        keeper_code=said.code("keeper_code"),
        now=visitor.now,
    )
    return row.id


def _require_enough(kind: SuccessionKind, new: Sequence[str]) -> None:
    """Return if units end in as many as their change says: one after a merger, several after a split."""
    if (kind is SuccessionKind.MERGE and len(new) != 1) or (kind is SuccessionKind.SPLIT and len(new) < 2):
        raise InvalidValue(field="new", detail="one unit after a merger, two or more after a split")


def would_do(session: Session, visitor: Visitor, reorganisation_id: UUID) -> Consequences:
    """Carry a reorganisation out as if its day had come, or show what it lacks; the caller takes it back."""
    row = actions.find(session, visitor.actor, reorganisation_id, version=None)
    then = max(visitor.now, opening(row.effective_on))
    with suppress(HeirsUndecided):  # it stays a draft, and its preview counts what nobody goes on with
        carrying_out.carry_out(session, visitor.actor, row.id, version=None, now=then)
    session.flush()
    return consequences(session, visitor, reorganisation_id)


def _form(
    visitor: Visitor, code: str, refused: DomainError | None = None, would: Consequences | None = None
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        whole = units.one(connection, visitor.actor, code, as_of=office_day(visitor.now))
        own = registers.own_register(connection, visitor.actor, today=office_day(visitor.now))
        known = known_units(connection, visitor)
    named = visitor.say(marked("Sắp xếp %(unit)s")) % {"unit": whole.row.name}
    facts: dict[str, Any] = {
        "whole": whole,
        "units": known,
        "kinds": [(kind.value, KIND_WORDS[kind]) for kind in OFFERED],
        "names": LABELS,
        "keeps": own.keeper_code == code,
        "values": visitor.form or {"kind": SuccessionKind.MERGE.value, "name": named},
        "would": would,
        "roles": POST_WORDS,
    }
    if refused is None:
        return show(visitor, "ending.html", **facts)
    return refused_form(visitor, "ending.html", refused, LABELS, **facts)

"""What happens to a directive after its issue: what was changed, and the forms that change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse, Response

from service.domain.calendar import office_day
from service.domain.errors import DomainError, NotAllowed, NotFound
from service.domain.permissions import Action
from service.domain.reading import directive_changes as reading
from service.domain.reading import directives
from service.domain.reading.expected import UnitShare, last_fact, touched
from service.domain.tables import DirectiveState
from service.edge.statuses import status_of
from service.web import change_deeds, changes_shown
from service.web.change_deeds import DEEDS, Deed, Issued, Sent
from service.web.desk_words import names_offered
from service.web.page import pages
from service.web.shown import number
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
BASES_OFFERED = 60
UNITS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Would:
    """What a deed would do: a sentence, and the duties that it touches by unit, as they would stand."""

    said: str
    units: list[UnitShare]


@router.get("/directives/{directive_id}/changes")
def show_changes(visitor: CurrentVisitor, directive_id: UUID, deed: str = "") -> HTMLResponse:
    """Show what changed a directive since its issue, and what may be done to it now."""
    return _page(visitor, directive_id, chosen=deed)


@router.post("/directives/{directive_id}/changes/{deed}")
def change_issued(visitor: CurrentVisitor, directive_id: UUID, deed: str) -> Response:
    """Do what a form of the page says, or only show what that would do: the same act, taken back.

    Raises:
        NotFound: There is no such deed.
    """
    if deed not in DEEDS:
        raise NotFound(what="page")
    chosen, only_looks = DEEDS[deed], "only_look" in visitor.form
    try:
        if only_looks:
            would = _rehearse(visitor, directive_id, chosen)
            return _page(visitor, directive_id, chosen=deed, would=would)
        with visitor.writes() as session:
            count = chosen.act(Sent(visitor, session, directive_id, only_looks))
    except (NotFound, NotAllowed):
        raise
    except DomainError as refused:
        return _page(visitor, directive_id, chosen=deed, refused=refused)
    return visitor.go(f"/directives/{directive_id}/changes", _counted(visitor, chosen.done, count))


def _rehearse(visitor: Visitor, directive_id: UUID, deed: Deed) -> Would:
    with visitor.rehearses() as session:
        since = last_fact(session.connection())
        count = deed.act(Sent(visitor, session, directive_id, only_looks=True))
        session.flush()
        units = touched(session.connection(), directive_id, since=since)
    return Would(_counted(visitor, deed.would, count), units)


def _counted(visitor: Visitor, sentence: str, count: int) -> str:
    return visitor.say(sentence) % {"count": number(count)}


def _page(
    visitor: Visitor,
    directive_id: UUID,
    *,
    chosen: str = "",
    refused: DomainError | None = None,
    would: Would | None = None,
) -> HTMLResponse:
    if not change_deeds.may_change(visitor):
        visitor.actor.require(Action.CHANGE_ISSUED)
    with visitor.snapshot() as connection:
        whole = directives.one(connection, visitor.actor, directive_id)
        if whole.row.state is not DirectiveState.ISSUED:
            raise NotFound(what="directive")
        issued = Issued(
            whole,
            reading.open_items(connection, directive_id),
            reading.waiting_items(connection, directive_id),
        )
        lines = reading.journal(connection, directive_id)
        reasons = reading.reasons(connection, directive_id) if lines else {}
        deeds = change_deeds.possible(visitor, issued)
        offered = _offered(connection, visitor, directive_id) if deeds else {"names": [], "bases": []}
    opened = chosen if chosen in deeds else change_deeds.likely(deeds)
    typed = visitor.form if chosen == opened else {}
    return visitor.show(
        "directive_changes.html",
        status=status_of(type(refused)) if refused else 200,
        directive=whole.row,
        issued=issued,
        deeds=deeds,
        opened=opened,
        typed=typed,
        ticked=visitor.form.getlist("item") if typed else [],
        unit_rows=changes_shown.unit_rows(typed if opened == "assign" else {}),
        today=office_day(visitor.now),
        history=changes_shown.history(lines, reasons),
        sentence=changes_shown.why(visitor, chosen, refused) if refused else "",
        would=would,
        units_shown=UNITS_SHOWN,
        corrections=change_deeds.CORRECTIONS_MAX,
        **offered,
    )


def _offered(connection: Connection, visitor: Visitor, directive_id: UUID) -> Mapping[str, Any]:
    """Return what forms propose: names of units, and documents of the register that may be a basis."""
    lines, _ = directives.page(
        connection,
        visitor.actor,
        q=None,
        state=DirectiveState.ISSUED,
        issuer=None,
        after=None,
        limit=BASES_OFFERED,
    )
    return {
        "names": names_offered(visitor, connection),
        "bases": [each for each in lines if each.id != directive_id],
    }

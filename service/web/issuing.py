"""Issue, seen before it is done: who gets what by when, who would be told how, and whom nobody reaches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session
from starlette.responses import Response

from service.domain import issue as issuing
from service.domain import readiness
from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, NotAllowed, NotFound, UnknownReference
from service.domain.issue import Issued
from service.domain.mapping import load_registry
from service.domain.permissions import Action
from service.domain.reading import directives as reading
from service.domain.reading.expected import Expected, expected
from service.domain.tables import DirectiveState
from service.domain.text import cited, nfc
from service.edge.statuses import status_of
from service.web.desk_forms import version_of
from service.web.desk_shown import SENTENCES, Question, questions
from service.web.desk_words import names_offered, naming, why
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
EARLY = "deadline-before-issue"
REASON, REASON_MAX, NUMBER_MAX = "reason.", 4_000, 40
DONE = marked("Đã ban hành. Số nhiệm vụ đã giao: %(count)s.")
NO_ISSUER = marked("Xin ghi đúng tên hoặc mã đơn vị ban hành có trong danh mục.")
NO_DAY = marked("Xin chọn ngày ban hành.")


class Doubt(NamedTuple):
    """A warning by its code, with all that it was given for; a reason waves it through."""

    code: str
    said: str
    given_for: list[Question]
    is_needed: bool


@dataclass(slots=True)
class Preview:
    """What an issue would do, or why it cannot be done; `terms` are what its form says."""

    terms: dict[str, str]
    is_ready: bool = False
    foreseen: Expected | None = None
    doubts: list[Doubt] = field(default_factory=list)
    refused: DomainError | None = None


@router.get("/intake/{directive_id}/issue")
def show_issue(visitor: CurrentVisitor, directive_id: UUID) -> Response:
    """Show what the issue of a draft would do; nothing of it is kept."""
    return _show(visitor, directive_id, visitor.request.query_params, None)


@router.post("/intake/{directive_id}/issue")
def issue_draft(visitor: CurrentVisitor, directive_id: UUID) -> Response:
    """Issue a draft: from now on it binds."""
    given = {
        name.removeprefix(REASON): nfc(text) for name, text in visitor.form.items() if name.startswith(REASON)
    }
    waive = [(code[:60], reason[:REASON_MAX]) for code, reason in given.items() if reason]
    version = version_of(visitor.form)
    try:
        with visitor.writes() as session:
            done = _issue(visitor, session, directive_id, visitor.form, waive, version=version)
            count = done.obligations
    except (NotFound, NotAllowed):
        raise
    except DomainError as refused:
        return _show(visitor, directive_id, visitor.form, refused)
    return visitor.go(f"/intake/{directive_id}", visitor.say(DONE) % {"count": count})


def _issue(
    visitor: Visitor,
    session: Session,
    directive_id: UUID,
    terms: Mapping[str, str],
    waive: Sequence[tuple[str, str]],
    *,
    version: int | None,
) -> Issued:
    """Issue as a form says.

    Raises:
        InvalidValue: The form names no unit that issues, or no day.
    """
    try:
        issued_on = date.fromisoformat(terms.get("issued_on", ""))
    except ValueError:
        raise InvalidValue(field="issued_on", detail="not a day") from None
    kind, _, code = naming(visitor, session)(nfc(terms.get("issuer", ""))).partition(":")
    if kind != "unit" or not code:
        raise UnknownReference(field="issuer_code", codes=[code])
    return issuing.issue(
        session,
        visitor.actor,
        directive_id,
        issuer_code=code,
        issued_on=issued_on,
        number=nfc(terms.get("number", ""))[:NUMBER_MAX] or None,
        waive=waive,
        version=version,
        now=visitor.now,
    )


def _show(
    visitor: Visitor, directive_id: UUID, given: Mapping[str, str], refused: DomainError | None
) -> Response:
    visitor.actor.require(Action.ISSUE_DIRECTIVE)
    with visitor.snapshot() as connection:
        whole = reading.one(connection, visitor.actor, directive_id)
        names = names_offered(visitor, connection)
    row = whole.row
    if row.state is not DirectiveState.DRAFT:
        return visitor.go(f"/intake/{directive_id}")
    seen = _rehearse(visitor, whole, given)
    if not seen.is_ready:
        return visitor.go(f"/intake/{directive_id}#questions")
    refused = refused or seen.refused
    return visitor.show(
        "issue.html",
        status=status_of(type(refused)) if refused else 200,
        row=row,
        title=cited(row.doc_type, row.number, row.symbol, row.signed_on),
        preview=seen,
        names=names,
        reasons=given,
        sentence=visitor.say(_why(refused)) if refused else "",
    )


def _rehearse(visitor: Visitor, whole: reading.Whole, given: Mapping[str, str]) -> Preview:
    """Issue as a form says, or as the draft proposes where it says nothing, and take it back."""
    row, today = whole.row, office_day(visitor.now)
    preview = Preview(
        {
            "issuer": given.get("issuer", ""),
            "issued_on": given.get("issued_on", (row.signed_on or today).isoformat()),
            "number": given.get("number", row.number or ""),
        }
    )
    try:
        with visitor.rehearses() as session:
            found = readiness.report(session, visitor.actor, row.id, today=today)
            preview.is_ready = found.ready
            asked = questions(whole, found)
            preview.doubts = _doubts(asked, needed=frozenset())
            if "issuer" not in given:
                preview.terms["issuer"] = _issuer(visitor, session, row.issuing_body)
            if found.ready:
                _issue(visitor, session, row.id, preview.terms, [(EARLY, "rehearsed")], version=None)
                preview.foreseen = expected(session.connection(), row.id, now=visitor.now)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refused:
        preview.refused = refused
        return preview
    if _is_early(preview.foreseen, preview.terms["issued_on"]):
        preview.doubts = _doubts(asked, needed=frozenset({EARLY}))
    return preview


def _issuer(visitor: Visitor, session: Session, written: str) -> str:
    """Return who issues: the body that the document names if the registry knows it, else the clerk's unit."""
    registry = load_registry(session, visitor.actor.register_id, office_day(visitor.now))
    return written if registry.knows(written) else visitor.row.unit_name or ""


def _is_early(foreseen: Expected | None, issued_on: str) -> bool:
    """Return if a duty would be due before the day of issue."""
    firsts = [share.first_due_on for share in foreseen.units] if foreseen else []
    return any(first is not None and first.isoformat() < issued_on for first in firsts)


def _doubts(asked: Iterable[Question], *, needed: frozenset[str]) -> list[Doubt]:
    """Return warnings by code, in their order; those of `needed` stand there even if nothing warned."""
    found: dict[str, list[Question]] = {code: [] for code in needed}
    for question in asked:
        if not question.blocks:
            found.setdefault(question.code, []).append(question)
    return [Doubt(code, SENTENCES.get(code, ""), told, code in needed) for code, told in found.items()]


def _why(refused: DomainError) -> str:
    match refused:
        case UnknownReference(field="issuer_code"):
            return NO_ISSUER
        case InvalidValue(field="issued_on"):
            return NO_DAY
    return why(refused)

"""The ledger for whoever audits it: entries, checkpoints, and proofs that can be checked elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from service.api.bodies.base import IN_DIGITS, PageQuery
from service.api.bodies.erasures import TextErasureBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.audit import (
    AuditEntryPage,
    AuditKeyList,
    CheckpointPage,
    EntryProofView,
    ErasedTextsView,
    GrowthProofView,
    audit_entry_view,
    audit_key_view,
    checkpoint_view,
    erased_texts_view,
)
from service.domain import erasing
from service.domain.audit_refusals import LedgerBroken, NotUnderCheckpoint
from service.domain.erasure_refusals import TextsErased
from service.domain.errors import NotFound, UnknownReference
from service.domain.notes import Ring
from service.domain.reading import audit
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.context import Now, context
from service.edge.reads import Reads, SnapshotReads
from service.edge.work import Work

router = APIRouter(tags=["audit"], route_class=StrictRoute)
Number = Annotated[int, Path(ge=1, le=2**63 - 1), IN_DIGITS]


@router.get("/v1/audit/entries", response_model=AuditEntryPage)
def list_audit_entries(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List everything that happened in the register, with its place in the ledger, the oldest first."""
    with reads as connection:
        after = cursors.just_number(asked.after)
        rows, last = audit.entries_page(connection, reads.actor, after=after, limit=asked.limit)
        view: AuditEntryPage = {
            "items": [audit_entry_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(AuditEntryPage, view)


@router.get(
    "/v1/audit/entries/{position}/proof",
    response_model=EntryProofView,
    responses=problems(NotFound, NotUnderCheckpoint, LedgerBroken),
)
def prove_audit_entry(position: Number, reads: SnapshotReads) -> Response:
    """Return what proves an entry to anybody with the public key, under the newest checkpoint."""
    with reads as connection:
        return answer(EntryProofView, audit.prove_entry(connection, reads.actor, position))


@router.post(
    "/v1/audit/entries/{position}/erase-texts",
    response_model=ErasedTextsView,
    responses=problems(NotFound, UnknownReference, TextsErased),
)
def erase_texts(
    position: Number, body: TextErasureBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Erase what somebody typed into a fact: the fact stays, and proofs hold without the text."""
    with work as session:
        done = erasing.erase_texts(session, actor, position, names=body.names, basis=body.basis, now=now)
        return work.answer(ErasedTextsView, erased_texts_view(done))


@router.get("/v1/audit/checkpoints", response_model=CheckpointPage, responses=problems(LedgerBroken))
def list_checkpoints(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List what was signed of the ledger of all registers, the oldest first; keep it, and be a witness."""
    with reads as connection:
        after = cursors.just_number(asked.after)
        rows, last = audit.checkpoints_page(connection, reads.actor, after=after, limit=asked.limit)
        view: CheckpointPage = {
            "items": [checkpoint_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(CheckpointPage, view)


@router.get(
    "/v1/audit/checkpoints/{number}/growth",
    response_model=GrowthProofView,
    responses=problems(NotFound, LedgerBroken),
)
def prove_growth(number: Number, reads: SnapshotReads) -> Response:
    """Return what proves that the newest checkpoint's entries begin with those of an older one."""
    with reads as connection:
        return answer(GrowthProofView, audit.prove_growth(connection, reads.actor, number))


@router.get("/.well-known/dondoc-audit-keys", response_model=AuditKeyList)
async def list_audit_keys(request: Request) -> Response:
    """List the public keys by which proofs are checked; compare them with those you were given by hand."""
    key = context(request).settings.audit_key
    ring = Ring.read(key.get_secret_value()) if key else None
    view: AuditKeyList = {"items": [audit_key_view(each) for each in ring.keys.values()] if ring else []}
    return answer(AuditKeyList, view)

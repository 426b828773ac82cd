"""The whole reading: bytes -> lines -> zones and blocks -> header, parties, items -> proposal."""

from .attachments import assembled
from .blocks import Block, build
from .days import issued_from
from .duties import Context, Reader, demand_starts, read_items
from .exchange import Told, with_due_day, with_envelope
from .findings import basis_findings, header_findings, item_findings, numbering_findings, page_findings
from .items import build_tree
from .legacy import legacy_findings
from .letterhead import read_letterhead, refuse_secret, tells_only
from .limits import Limits
from .lines import Pages, Zone
from .parties import read_addressees, read_foot
from .proposal import Proposal
from .readers import read_pages
from .references import read_basis
from .superseding import superseding_findings
from .table_items import join_rows
from .tables import part

TELLING_TYPES = frozenset({"Báo cáo"})
"""Types whose tables tell what was done; the same columns give no tasks there."""


def read_document(data: bytes, filename: str, limits: Limits) -> Proposal:
    """Read a document; see `service.intake.read`.

    Raises:
        IntakeRefused: The document cannot or must not be read.
    """
    pages = read_pages(data, filename, limits)
    text, blocks = build(assembled(pages))
    refuse_secret(blocks, pages.stamps)
    return _propose(pages, text, blocks)


def _propose(pages: Pages, text: str, blocks: list[Block]) -> Proposal:
    header, after = read_letterhead(blocks, pages.stamps)
    tables, flow = ([], blocks) if header.doc_type in TELLING_TYPES else part(blocks)
    addressees, after = read_addressees(flow, after)
    told = with_envelope(Told(header, addressees, *read_foot(flow), ()), pages.envelope, text)
    header = told.header
    issued = issued_from(header.issued_on or header.issued_partial)
    context = Context(
        text, header.issuing_body.text if header.issuing_body else None, issued, tells_only(header)
    )
    reader = Reader(context)
    body = build_tree([b for b in flow[after:] if b.zone is Zone.BODY], reader)
    plan = build_tree([b for b in flow if b.zone is Zone.PLAN], reader)
    prose = [*read_items(body, reader, context), *read_items(plan, reader, context)]
    items, row_findings = join_rows(prose, tables, reader, context)
    items, due_findings = with_due_day(items, pages.envelope)
    basis = read_basis((block, demand_starts(block, reader)) for block in body.preamble)
    findings = (
        *pages.findings,
        *told.findings,
        *header_findings(header, told.addressees, told.signer),
        *basis_findings(basis, text, issued),
        *superseding_findings(flow),
        *item_findings(items, told.addressees, header),
        *row_findings,
        *due_findings,
        *numbering_findings(body),
        *numbering_findings(plan),
        *page_findings(pages, flow),
        *legacy_findings(text),
    )
    return Proposal(
        text,
        header,
        told.addressees,
        basis,
        items,
        told.recipients,
        told.signer,
        findings,
        pages.envelope,
    )

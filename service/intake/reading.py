"""The whole reading: bytes -> lines -> zones and blocks -> header, parties, items -> proposal."""

from .blocks import Block, build
from .days import issued_from
from .duties import Context, Reader, demand_starts, read_items
from .findings import basis_findings, header_findings, item_findings, numbering_findings, page_findings
from .items import build_tree
from .letterhead import read_letterhead, refuse_secret
from .limits import Limits
from .lines import Pages, Zone
from .parties import read_addressees, read_foot
from .proposal import Proposal
from .readers import read_pages
from .references import read_basis
from .zones import arrange


def read_document(data: bytes, filename: str, limits: Limits) -> Proposal:
    """Read a document; see `service.intake.read`.

    Raises:
        IntakeRefused: The document cannot or must not be read.
    """
    pages = read_pages(data, filename, limits)
    text, blocks = build(arrange(pages.lines))
    refuse_secret(blocks, pages.stamps)
    return _propose(pages, text, blocks)


def _propose(pages: Pages, text: str, blocks: list[Block]) -> Proposal:
    header, after = read_letterhead(blocks, pages.stamps)
    addressees, after = read_addressees(blocks, after)
    recipients, signer = read_foot(blocks)
    issued = issued_from(header.issued_on or header.issued_partial)
    context = Context(text, header.issuing_body.text if header.issuing_body else None, issued)
    reader = Reader(context)
    body = build_tree([b for b in blocks[after:] if b.zone is Zone.BODY], reader)
    items = read_items(body, reader, context)
    basis = read_basis((block, demand_starts(block, reader)) for block in body.preamble)
    findings = (
        *header_findings(header, addressees, signer),
        *basis_findings(basis, text, issued),
        *item_findings(items, addressees, header),
        *numbering_findings(body),
        *page_findings(pages, blocks),
    )
    return Proposal(text, header, addressees, basis, items, recipients, signer, findings)

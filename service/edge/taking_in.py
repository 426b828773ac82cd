"""A document that was read becomes a draft: one way for the API and for pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.domain import directives
from service.domain.people import Actor
from service.domain.redeliveries import find_concerned, receive_again
from service.domain.tables import Directive
from service.edge.upload import Upload


def take_in(
    session: Session, actor: Actor, upload: Upload, proposal: Mapping[str, Any], *, now: datetime
) -> tuple[Directive, bool]:
    """Enter what was read from a file; return the directive, and whether it is new.

    A message of the document exchange that the register holds already gives its directive: what the message
    says otherwise becomes a finding. One that revokes, updates or replaces others is told to each of them.

    Args:
        session: The caller's transaction.
        actor: Who brings the file.
        upload: The file, as it was received.
        proposal: What the intake read in it.
        now: The present instant.

    Raises:
        AlreadyExists: The register holds the same number, symbol and year of the same issuer (R3).
    """
    delivered = directives.find_delivered(session, actor, proposal)
    if delivered is not None:
        receive_again(session, actor, delivered, proposal, lambda: upload.keep(session, actor, now), now=now)
        return delivered, False
    blob = upload.row(actor, now)
    session.add(blob)
    session.flush()
    directive = directives.draft(session, actor, proposal, file=blob, now=now)
    for concerned in find_concerned(session, actor, proposal):
        receive_again(session, actor, concerned, proposal, lambda: blob, now=now)
    upload.store()
    return directive, True

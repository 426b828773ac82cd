"""Files that prove what somebody says: they must be there before a row names them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from service.domain.errors import UnknownReference
from service.domain.tables import Blob


def require_files(session: Session, file_ids: Sequence[UUID]) -> set[UUID]:
    """Return the files, each once.

    Raises:
        UnknownReference: One is not there.
    """
    known = set(session.exec(select(Blob.id).where(col(Blob.id).in_(file_ids))))
    if known != set(file_ids):
        raise UnknownReference(field="file_ids", codes=sorted(str(f) for f in set(file_ids) - known))
    return known

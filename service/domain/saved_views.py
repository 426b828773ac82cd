"""Questions to the book that somebody keeps under a name.

They concern nobody else and move no duty, so the journal, which is for ever, has no fact of them.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.errors import InvalidValue, NotFound
from service.domain.ids import new_id
from service.domain.people import Actor
from service.domain.tables import Account, SavedView, table
from service.domain.text import nfc

NAME_MAX, QUERY_MAX, VIEWS_MAX = 100, 500, 30
"""Characters of a name and of a question; views that an account keeps in a register."""

view = table(SavedView)


def save_view(session: Session, actor: Actor, name: str, query: str, *, now: datetime) -> SavedView:
    """Keep a question under a name; what the same account kept under it before is replaced.

    Args:
        session: The caller's transaction.
        actor: Whoever is signed in, with an account.
        name: How it is found again, up to `NAME_MAX` characters.
        query: The end of an address of the book, up to `QUERY_MAX`; the page has proved its filters.
        now: The present instant.

    Raises:
        InvalidValue: Name or question is empty or too long, or `VIEWS_MAX` others are kept.
        NotFound: The actor has no account.
    """
    called = nfc(name)
    for field, text, most in (("name", called, NAME_MAX), ("query", query, QUERY_MAX)):
        if not 0 < len(text) <= most:
            raise InvalidValue(field=field, detail=f"has between 1 and {most} characters")
    if session.get(Account, actor.principal_id, with_for_update=True) is None:
        raise NotFound(what="account")
    mine = (
        col(SavedView.account_id) == actor.principal_id,
        col(SavedView.register_id) == actor.register_id,
    )
    kept = {row.name: row for row in session.exec(select(SavedView).where(*mine))}
    row = kept.get(called)
    if row is None:
        if len(kept) >= VIEWS_MAX:
            raise InvalidValue(field="name", detail=f"{VIEWS_MAX} views are kept already")
        row = SavedView(
            id=new_id(now),
            register_id=actor.register_id,
            account_id=actor.principal_id,
            name=called,
            query=query,
            made_at=now,
        )
    row.query, row.made_at = query, now
    session.add(row)
    session.flush()
    return row


def remove_view(session: Session, actor: Actor, view_id: UUID) -> None:
    """Forget a question that the actor kept.

    Raises:
        NotFound: The actor keeps no such view in this register.
    """
    mine = (view.c.account_id == actor.principal_id, view.c.register_id == actor.register_id)
    gone = sa.delete(view).where(view.c.id == view_id, *mine).returning(view.c.id)
    if session.connection().execute(gone).first() is None:
        raise NotFound(what="saved_view")

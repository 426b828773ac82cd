"""The journal: what happened in the register and who did it, with proofs for whoever checks it elsewhere."""

import re

from starlette.responses import HTMLResponse

from service.domain.reading import audit, journal
from service.domain.reading.journal import JournalRow
from service.domain.reading.sentences import SENTENCES, sentence
from service.edge import cursors
from service.web.admin.shared import ROWS, Administrator, After, Searched, show
from service.web.language import marked
from service.web.page import pages

router = pages()
POSITION = re.compile("[0-9]{1,18}")
MACHINE = marked("Hệ thống")


@router.get("/admin/audit")
def show_journal(visitor: Administrator, oldest: bool = False, beyond: Searched = "") -> HTMLResponse:
    """Show the journal, the newest facts first, or from a place in the ledger on."""
    end = int(beyond) if POSITION.fullmatch(beyond) else None
    with visitor.reads() as connection:
        rows, last = journal.page(connection, visitor.actor, newest_first=not oldest, end=end, limit=ROWS)
    machine = visitor.say(MACHINE)
    lines = [(row, _words(row, machine)) for row in rows]
    return show(visitor, "audit.html", lines=lines, oldest=oldest, beyond=end, following=last)


@router.get("/admin/audit/checkpoints")
def show_checkpoints(visitor: Administrator, after: After = None) -> HTMLResponse:
    """Show what was signed of the ledger, the oldest first."""
    with visitor.reads() as connection:
        rows, last = audit.checkpoints_page(
            connection, visitor.actor, after=cursors.just_number(after), limit=ROWS
        )
    following = cursors.encode(last) if last else ""
    return show(visitor, "checkpoints.html", rows=rows, following=following)


def _words(row: JournalRow, machine: str) -> str:
    """Return a fact as a sentence; of a kind that has none, its values."""
    if row.kind in SENTENCES:
        return sentence(row.kind, {**row.facts, "actor": row.actor_name or machine})
    return "; ".join(f"{name}: {value}" for name, value in row.facts.items() if value not in (None, "", []))

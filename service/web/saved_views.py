"""Views of the book that somebody keeps under a name, to open them again with one tap."""

from uuid import UUID

from starlette.responses import Response

from service.domain.saved_views import remove_view, save_view
from service.web.duty_filter import asked_by
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import CurrentVisitor

router = pages()


@router.post("/duties/views")
def keep_view(visitor: CurrentVisitor) -> Response:
    """Keep the filters that a page of the book showed, and show it again."""
    query = asked_by(visitor.form.get("query", "")).query()
    with visitor.writes() as session:
        save_view(session, visitor.actor, visitor.form.get("name", ""), query, now=visitor.now)
    return visitor.go(f"/duties?{query}", marked("Đã lưu cách xem."))


@router.post("/duties/views/{view_id}/remove")
def drop_view(visitor: CurrentVisitor, view_id: UUID) -> Response:
    """Forget a view; the filters on the page stay as they are."""
    query = asked_by(visitor.form.get("query", "")).query()
    with visitor.writes() as session:
        remove_view(session, visitor.actor, view_id)
    return visitor.go(f"/duties?{query}", marked("Đã xóa cách xem."))

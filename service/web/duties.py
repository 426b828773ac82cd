"""The book of duties (sổ theo dõi): searched, narrowed, read a page at a time, and worked on many at once."""

from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.lifecycle import Move, State, Timeliness
from service.domain.permissions import Action
from service.domain.reading import filter_choices, obligation_pages
from service.domain.reading.obligation_pages import Sort, Stage
from service.domain.reading.obligations import Moves
from service.domain.reading.saved_views import own_views
from service.domain.reading.timeliness import standing
from service.domain.saved_views import NAME_MAX, VIEWS_MAX
from service.edge import cursors
from service.reports.register import STATE_WORDS, TIMELINESS_WORDS
from service.web.duties_shown import origin
from service.web.duty_filter import Asked, asked
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
ROWS = 50
STAGE_WORDS = {
    Stage.WORKING: marked("Đơn vị đang làm"),
    Stage.DOING: marked("Đã nhận, đang làm"),
    Stage.WAITING: marked("Đang chờ quyết định"),
    Stage.ENDED: marked("Đã kết thúc"),
}
SORT_WORDS = {
    Sort.NEWEST: marked("Mới giao trước"),
    Sort.DUE_ON: marked("Đến hạn trước"),
    Sort.ID: marked("Giao lâu nhất trước"),
}
RARE = ("stage", "field", "source", "due_from", "due_before", "sort", "period", "relation")
"""What is asked for less often: folded away unless it was."""


@router.get("/duties")
def list_duties(visitor: CurrentVisitor) -> HTMLResponse:
    """Show the book as somebody asked for it."""
    params = visitor.request.query_params
    question, today = asked(params), office_day(visitor.now)
    after = cursors.day_and_id(params.get("after") or None)
    with visitor.reads() as connection:
        page = obligation_pages.page(
            connection,
            visitor.actor,
            question.wanted,
            cut_off=today,
            sort=question.sort,
            after=after,
            limit=ROWS,
        )
        choices = filter_choices.choices(connection, visitor.actor, today=today)
        views = own_views(connection, visitor.actor)
    moves = Moves(visitor.actor)
    may = {row.id: moves.of(row) for row in page.rows}
    return visitor.show(
        "duties.html",
        origin=origin,
        rows=[(row, standing(row, today)) for row in page.rows],
        question=question,
        choices=choices,
        views=views,
        is_full=len(views) >= VIEWS_MAX,
        name_max=NAME_MAX,
        words=_words(),
        deeds=_deeds(visitor, [move for each in may.values() for move in each]),
        chosen=bool(params.get("all")),
        file_query=_file_query(visitor, question),
        next=f"/duties?{question.query(after=cursors.encode(*page.next))}" if page.next else "",
        is_first=after is None,
        is_rare=any(name in question.given for name in RARE),
    )


def _words() -> dict[str, dict[str, str]]:
    """Return the values that may be chosen, by the name that they have in the address."""
    return {
        "timeliness": {str(each): TIMELINESS_WORDS[each] or "" for each in Timeliness},
        "state": {str(each): STATE_WORDS[each] for each in State},
        "stage": {str(each): words for each, words in STAGE_WORDS.items()},
        "sort": {str(each): words for each, words in SORT_WORDS.items()},
    }


def _deeds(visitor: Visitor, moves: list[Move]) -> list[str]:
    """Return what may be done to several duties of a page at once."""
    found = {
        "acknowledge": Move.ACKNOWLEDGE in moves,
        "accept": Move.ACCEPT in moves,
        "extend": visitor.may(Action.DECIDE_EXTENSION),
        "remind": visitor.may(Action.WRITE_LETTERS),
    }
    return [name for name, is_open in found.items() if is_open]


def _file_query(visitor: Visitor, question: Asked) -> str:
    several = visitor.row.registers > 1
    return question.query(register=visitor.row.register_code if several else "")

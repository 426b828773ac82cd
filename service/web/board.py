"""The board for leaders: what is done, late and stuck at a cut-off, where, and the rows of each figure."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.figures import total_of
from service.domain.reading import lateness, scoring, statistics, units
from service.domain.reading.statistics import By, DutyRow
from service.edge import cursors
from service.web import board_shown as shown
from service.web.board_shown import KINDS, ROWS_MAX, WAYS, Asked
from service.web.charts import curve, shares
from service.web.language import marked
from service.web.page import pages
from service.web.shown import day as in_words
from service.web.visitor import CurrentVisitor, Visitor

router = pages()

TILES = ("total", "done", "in_time", "due_soon", "overdue", "silent", "paused")
BOUNDS_MAX = 9
BOARD_TITLE = marked("Bảng điều hành")


@router.get("/board")
def show_board(visitor: CurrentVisitor) -> HTMLResponse:
    """Show how all duties stand that the visitor sees, and where the late ones are."""
    given = visitor.request.query_params
    asked, by, first = Asked.of(given), _way(given.get("by")), _number(given.get("first"))
    wanted = asked.question(office_day(visitor.now))
    with visitor.snapshot() as connection:
        policy = scoring.current(connection, visitor.actor).policy
        lines = statistics.table_by(connection, visitor.actor, wanted, policy, by)
        unit_name = units.name_of(connection, asked.unit) if asked.unit else ""
    total = total_of((line.figures for line in lines), bounds=len(policy.overdue_days))
    ordered, columns = shown.worst_first(lines), shown.columns_of(total)
    first = first if first < len(lines) else 0
    last = first + ROWS_MAX
    return visitor.show(
        "board.html",
        asked=asked,
        by=by,
        ways=WAYS,
        kinds=KINDS,
        columns=columns,
        policy=policy,
        cut_off=wanted.cut_off,
        narrowing=_narrowing(visitor, asked, unit_name),
        tiles=shown.numbers(asked, total, TILES),
        beyond=shown.overdue_beyond(asked, total),
        parts=shown.numbers(asked, total, shown.SHARES),
        slices=shares([(name, shown.count_of(total, name)) for name in shown.SHARES]),
        rows=list(shown.rows(asked, by, ordered[first:last], columns)),
        first=first,
        count=len(lines),
        total=shown.numbers(asked, total, columns),
        more=asked.address("/board", by=by, first=last) if last < len(lines) else "",
    )


@router.get("/board/cell")
def show_rows(visitor: CurrentVisitor) -> HTMLResponse:
    """Show the duties that a figure counts, some at a time."""
    given = visitor.request.query_params
    asked, name, beyond = Asked.of(given), given.get("figure", ""), _number(given.get("beyond"))
    if name not in KINDS or beyond > BOUNDS_MAX:
        raise NotFound(what="page")
    kind, after = KINDS[name], cursors.just_id(given.get("after"))
    wanted = asked.question(office_day(visitor.now))
    codes = statistics.codes_of(kind.verdicts, beyond=beyond or kind.beyond)
    with visitor.snapshot() as connection:
        policy = scoring.current(connection, visitor.actor).policy
        found, last = statistics.judged_as(
            connection, visitor.actor, wanted, policy, codes=codes, after=after, limit=ROWS_MAX
        )
    again = {"figure": name, "beyond": beyond or None}
    return visitor.show(
        "board_cell.html",
        asked=asked,
        kind=kind,
        days=policy.overdue_days[beyond - 1] if 0 < beyond <= len(policy.overdue_days) else 0,
        silent_days=policy.silent_days if kind.beyond else 0,
        cut_off=wanted.cut_off,
        narrowing=_narrowing(visitor, asked, *_names(asked, found)),
        rows=found,
        verdict=statistics.verdict_of,
        more=asked.address("/board/cell", **again, after=cursors.encode(last)) if last else "",
    )


@router.get("/board/lateness")
def show_lateness(visitor: CurrentVisitor) -> HTMLResponse:
    """Show how many duties were overdue at the ends of the months before."""
    asked = Asked.of(visitor.request.query_params)
    wanted = asked.question(office_day(visitor.now))
    with visitor.snapshot() as connection:
        policy = scoring.current(connection, visitor.actor).policy
        found = lateness.overdue_by_month(connection, visitor.actor, wanted, policy)
        unit_name = units.name_of(connection, asked.unit) if asked.unit else ""
    return visitor.show(
        "board_lateness.html",
        asked=asked,
        narrowing=_narrowing(visitor, asked, unit_name),
        curve=curve([(f"{each.day:%m/%y}", each.value) for each in found]),
        months=[
            (each, asked.address("/board/cell", cut_off=each.day.isoformat(), figure="overdue"))
            for each in found
        ],
        title=visitor.say(marked("Số nhiệm vụ quá hạn cuối mỗi tháng, đến {day}")).format(
            day=in_words(wanted.cut_off)
        ),
    )


def _way(name: str | None) -> By:
    return By(name) if name in WAYS else By.UNIT


def _number(text: str | None) -> int:
    """Return a number of an address; nought where there is none.

    Raises:
        NotFound: It is no number.
    """
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise NotFound(what="page")
    return int(text)


def _names(asked: Asked, found: Sequence[DutyRow]) -> tuple[str, str, str]:
    """Return what the unit, the directive and the item are called whose rows are shown."""
    if not found:
        return "", "", ""
    one = found[0]
    code = "/".join(part for part in (one.number, one.symbol) if part)
    return one.unit_name, code or one.subject, one.locator


def _narrowing(
    visitor: Visitor, asked: Asked, unit: str = "", directive: str = "", item: str = ""
) -> list[tuple[str, str]]:
    """Return what the page is narrowed by, as (what, which)."""
    chosen = visitor.say(marked("đã chọn"))
    which: dict[str, Any] = {
        "unit": (marked("Đơn vị"), unit or chosen),
        "directive": (marked("Văn bản"), directive or chosen),
        "item": (marked("Mục"), item or chosen),
        "field": (marked("Lĩnh vực"), asked.field or visitor.say(marked("không ghi"))),
        "source": (marked("Nguồn giao"), asked.source or visitor.say(marked("không ghi"))),
    }
    return [which[name] for name in asked.narrowed]

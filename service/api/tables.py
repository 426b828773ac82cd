"""Tables as JSON and as sheets: one place, so that every way to one says the same."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from service.api.bodies.statistics import WhichDuties, known_by
from service.api.views.implementing import CitedDirective
from service.api.views.oversight import OverseenItem
from service.api.views.statistics import FiguresView, StatisticsView, statistics_view
from service.domain.calendar import ZONE, office_day
from service.domain.figures import WORDS, Cell, Denominator
from service.domain.people import Actor
from service.domain.reading import scoring, statistics
from service.domain.reading.statistics import By, Question
from service.domain.text import cited
from service.reports.sheets import Cell as Value
from service.reports.sheets import Sheet

BY_WORDS = {
    By.UNIT: "Đơn vị",
    By.ISSUER: "Cơ quan giao",
    By.SOURCE: "Nguồn giao",
    By.FIELD: "Lĩnh vực",
    By.KEY_TASK: "Nhiệm vụ trọng tâm",
    By.DIRECTIVE: "Văn bản",
    By.ITEM: "Nội dung",
}
DENOMINATOR_WORDS = {
    Denominator.ALL: "tổng số nhiệm vụ",
    Denominator.DATED: "số nhiệm vụ có thời hạn",
    Denominator.FELL_DUE: "số nhiệm vụ đã đến hạn (hoàn thành có thời hạn và quá hạn)",
}
RATE_WORDS = {"done": "Tỷ lệ hoàn thành (%)", "on_time": "Tỷ lệ đúng hạn (%)", "overdue": "Tỷ lệ quá hạn (%)"}


def question(asked: WhichDuties, now: datetime) -> Question:
    """Return what a request asks for, with the days that it leaves out."""
    return Question(
        cut_off=asked.cut_off or office_day(now),
        as_of=known_by(asked.as_of, now),
        unit=asked.unit,
        directive_id=asked.directive_id,
        issuer=asked.issuer,
        source=asked.source,
        field=asked.field,
        key_task=asked.key_task,
    )


def table(
    connection: Connection, actor: Actor, asked: Question, by: By, denominator: Denominator, *, now: datetime
) -> StatisticsView:
    """Return the table that answers a question."""
    policy = scoring.current(connection, actor)
    lines = statistics.table_by(connection, actor, asked, policy.policy, by)
    as_of = asked.as_of or now
    return statistics_view(lines, policy, cut_off=asked.cut_off, as_of=as_of, by=by, denominator=denominator)


def sheet(view: StatisticsView) -> Sheet:
    """Return a table as the office prints it: a column a cell, the buckets, the rates, a line of totals."""
    columns = [
        "TT",
        BY_WORDS[By(view["by"])],
        "Tổng số",
        *(WORDS[cell] for cell in Cell),
        "Sắp đến hạn",
        *(f"Quá hạn trên {days} ngày" for days in view["overdue_days"]),
        f"Không thời hạn, quá {view['silent_days']} ngày không báo cáo",
        *RATE_WORDS.values(),
    ]
    rows: list[Sequence[Value]] = [
        [number, line["name"] or "(không ghi)", *_numbers(line["figures"])]
        for number, line in enumerate(view["items"], start=1)
    ]
    as_of = view["as_of"].astimezone(ZONE)
    return Sheet(
        title="TÌNH HÌNH THỰC HIỆN NHIỆM VỤ",
        notes=[
            f"Tính đến hết ngày {view['cut_off']:%d/%m/%Y}; theo số liệu ghi nhận đến {as_of:%H:%M %d/%m/%Y}",
            f"Tỷ lệ tính trên {DENOMINATOR_WORDS[Denominator(view['denominator'])]}",
        ],
        columns=columns,
        rows=rows,
        foot=[[None, "Tổng cộng", *_numbers(view["total"])]],
    )


def _numbers(figures: FiguresView) -> list[Value]:
    cells: dict[str, int] = {cell: figures[cell] for cell in Cell}  # type: ignore[literal-required]
    rates = figures["rates"]
    return [
        figures["total"],
        *cells.values(),
        figures["due_soon"],
        *(each["count"] for each in figures["overdue_beyond"]),
        figures["silent"],
        rates["done"],
        rates["on_time"],
        rates["overdue"],
    ]


OVERSIGHT_COLUMNS = (
    "Mục",
    "Nội dung",
    "Thời hạn",
    "Văn bản triển khai",
    "Số nhiệm vụ",
    *(WORDS[cell] for cell in Cell),
    "Tỷ lệ hoàn thành (%)",
    "Thời hạn muộn nhất",
    "Số nhiệm vụ có hạn sau thời hạn của mục",
    "Kết quả gần nhất",
)


def oversight_sheet(directive: CitedDirective, lines: Sequence[OverseenItem], cut_off: date) -> Sheet:
    """Return how a directive is carried out, a row an item; its own duties where no document does."""
    named = cited(directive["doc_type"], directive["number"], directive["symbol"], directive["issued_on"])
    return Sheet(
        title="TÌNH HÌNH THỰC HIỆN TỪNG NỘI DUNG",
        notes=[f"{named}: {directive['subject']}", f"Tính đến hết ngày {cut_off:%d/%m/%Y}"],
        columns=OVERSIGHT_COLUMNS,
        rows=[_oversight_row(line) for line in lines],
    )


def _oversight_row(line: OverseenItem) -> list[Value]:
    figures = line["below"] if line["below"]["total"] else line["own"]
    cells: dict[str, int] = {cell: figures[cell] for cell in Cell}  # type: ignore[literal-required]
    documents = [cited(d["doc_type"], d["number"], d["symbol"], d["issued_on"]) for d in line["documents"]]
    result = line["last_result"]
    return [
        line["locator"],
        line["text"],
        line["due_on"],
        "; ".join(documents),
        figures["total"],
        *cells.values(),
        figures["done_percent"],
        line["latest_due_on"],
        sum(found["count"] for found in line["findings"]),
        f"{result['unit']['name']} ({result['submitted_on']:%d/%m/%Y}): {result['text']}" if result else None,
    ]

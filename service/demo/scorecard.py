"""The district's last scorecard: how its units stood on the eve of the reform, as it was known then."""

from dataclasses import replace
from datetime import date, datetime, time

from rich.table import Table

from service.demo.office import Office
from service.demo.stage import Play
from service.domain.calendar import ZONE
from service.domain.figures import Cell
from service.domain.reading import scoring, statistics
from service.domain.reading.statistics import By, Line, Question
from service.domain.scoring import Policy, Proposal, Score, places, proposal, score
from service.domain.scoring_policies import set_scoring

EVE = date(2025, 6, 30)
ASKED = Question(cut_off=EVE, as_of=datetime.combine(EVE, time(23, 59), ZONE))
SHOWN = {
    Cell.DONE_ON_TIME: "Đúng hạn",
    Cell.DONE_LATE: "Xong, quá hạn",
    Cell.OPEN_OVERDUE: "Quá hạn",
    Cell.UNDATED_OPEN: "Không hạn",
}
WORDS_OF = {Proposal.COMMEND: "[green]biểu dương[/green]", Proposal.CRITICISE: "[red]phê bình[/red]"}


def rank(play: Play, *, prompt: str, late: str, silent: str) -> None:
    """Rank the units that ended, by figures that the reform has not touched.

    Args:
        play: The performance.
        prompt: A unit that was on time.
        late: One that was late.
        silent: One that never answered.
    """
    office, expect = play.office, play.expect
    with play.step(f"Bảng điểm cuối cùng của huyện, đến {EVE:%d/%m/%Y}"):
        policy = _count_from_one(office)
        lines = _lines(office, policy)
    points = {line.key: made for line in lines if (made := score(line.figures, policy, excused=0))}
    expect.same("who was on time has every point", str(points[prompt].points), "100.00")
    expect.same("a delay costs 25 %", str(points[late].points), "75.00")
    expect.same("silence is never ahead of lateness", points[silent].points <= points[late].points, True)
    expect.same("the cells sum to the duties of that day", _total(lines), _duties_of(office))
    _show(play, lines, points, policy)


def _count_from_one(office: Office) -> Policy:
    """Let units with a single duty be ranked too: the next version of the policy says so, openly."""
    with office.database.write() as session:
        policy = scoring.current(session.connection(), office.chair).policy
        policy = replace(policy, counted_min=1)
        set_scoring(session, office.chair, policy, version=None, now=office.now())
    return policy


def _lines(office: Office, policy: Policy) -> list[Line]:
    with office.database.snapshot() as connection:
        return statistics.table_by(connection, office.chair, ASKED, policy, By.UNIT)


def _total(lines: list[Line]) -> int:
    return sum(line.figures.total() for line in lines)


def _duties_of(office: Office) -> int:
    """Return how many duties the letter gave; the heirs' began on the day after."""
    return sum(len(office.duties(row.code)) for row in office.bound() if row.valid_to is not None)


def _show(play: Play, lines: list[Line], points: dict[str, Score], policy: Policy) -> None:
    title = f"Bảng điểm đến {EVE:%d/%m/%Y} ({policy.basis})"
    table = Table("Hạng", "Đơn vị", *SHOWN.values(), "Điểm", "Đề xuất", title=title)
    ranked = sorted((line for line in lines if line.key in points), key=lambda line: -points[line.key].points)
    for line, place in zip(ranked, places(points[line.key].points for line in ranked), strict=True):
        made = points[line.key]
        judged = proposal(made.points, policy)
        cells = (str(line.figures.cells[cell]) for cell in SHOWN)
        table.add_row(str(place), line.name, *cells, str(made.points), WORDS_OF[judged] if judged else "")
    play.console.print(table)

"""An office starts with three years of Excel: nothing is lost, nothing is guessed, nobody is flooded."""

from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import sha256

import sqlalchemy as sa

from service.domain.balance import BalanceReport, enter_balance
from service.domain.balance_file import parse_balance
from service.domain.balance_plan import Fate
from service.domain.calendar import ZONE, office_day
from service.domain.lifecycle import State
from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import of_obligation
from service.domain.tables import Directive, Event, Message, Obligation, OpeningRow, table
from tests.district import COMMUNES, District
from tests.stories.test_reorganisation import carry_out, found, merge, plan

MAY = datetime(2024, 5, 6, 9, 0, tzinfo=ZONE)
HEADING = (
    "STT;Văn bản giao;Ngày;Nội dung nhiệm vụ;Đơn vị chủ trì;Đơn vị phối hợp;Thời hạn;"
    "Tình trạng/kết quả;Ghi chú"
)
DONE = (
    "1;Công văn số 123/UBND-VP;4/3/2024;Rà soát hộ nghèo;xa-a;;29/3/2024;"
    "Đã hoàn thành, Báo cáo số 7/BC-UBND ngày 27/3/2024;"
)
LATE = (
    "2;Công văn số 123/UBND-VP;4/3/2024;Lập danh sách thôn;xa-b;xa-c;29/3/2024;Đang thực hiện 40%;chậm do mưa"
)
AHEAD = "3;Kế hoạch số 9/KH-UBND;1/4/2024;Làm đường;xa-a và xa-b;;31/5/2024;Chưa thực hiện;"
UNDATED = "4;Chỉ đạo miệng của Chủ tịch;2/5/2024;Giữ vệ sinh;các xã;;Thường xuyên;;"
OLD = [DONE, LATE, AHEAD, UNDATED]


def take_over(office: District, rows: Sequence[str]) -> BalanceReport:
    content = "\n".join([HEADING, *rows]).encode()
    parsed = parse_balance(content, today=office_day(office.now()))
    digest = sha256(content).hexdigest()
    with office.database.write() as session:
        return enter_balance(session, office.chair, parsed.rows, sha256=digest, now=office.now())


def doubts(report: BalanceReport) -> list[str]:
    return [doubt for row in report.rows for doubt in row.doubts]


def journal(office: District, unit: str) -> list[str]:
    with office.database.read() as connection:
        told = [of_obligation(connection, duty).lines for _, duty in office.duties(unit)]
    return [sentence(line.kind, line.facts) for lines in told for line in lines]


def duties_of(office: District, unit: str) -> list[Obligation]:
    with office.database.write() as session:
        return [session.get_one(Obligation, id_) for _, id_ in office.duties(unit)]


def test_every_row_becomes_a_duty_that_stands_as_it_stood(office: District) -> None:
    office.clock.at = MAY
    report = take_over(office, OLD)
    assert [row.fate for row in report.rows] == [Fate.TAKEN] * 4, doubts(report)
    assert (report.directives, report.obligations, report.told) == (3, 7, 6)
    done, *others = duties_of(office, "xa-a")
    assert (done.state, done.done_on, done.due_on) == (State.ACCEPTED, date(2024, 3, 27), date(2024, 3, 29))
    assert [duty.state for duty in others] == [State.ASSIGNED, State.ASSIGNED]
    late = office.duty("xa-b", "2")
    assert (late.state, late.percent, late.assigned_on) == (State.IN_PROGRESS, 40, date(2024, 3, 4))
    assert office.timeliness("xa-b", "2", date(2024, 5, 6)) == "overdue"
    office.worker.round()
    assert office.examine() == []


def test_the_journal_says_from_which_row_and_document_a_duty_came(office: District) -> None:
    office.clock.at = MAY
    take_over(office, OLD)
    assert (
        "Chuyển từ sổ cũ (dòng 2), giao theo Công văn số 123/UBND-VP ngày 04/03/2024, đã hoàn thành: "
        "Đã hoàn thành, Báo cáo số 7/BC-UBND ngày 27/3/2024"
    ) in journal(office, "xa-a")
    assert (
        "Chuyển từ sổ cũ (dòng 3), giao theo Công văn số 123/UBND-VP ngày 04/03/2024; tình trạng khi chuyển: "
        "Đang thực hiện 40%; ghi chú: chậm do mưa"
    ) in journal(office, "xa-b")


def test_three_hundred_old_duties_are_one_message_a_person_the_next_morning(office: District) -> None:
    office.clock.at = MAY
    rows = [
        f"{n};{n}/UBND-VP;4/3/2024;Việc số {n};các xã;;{n % 28 + 1}/4/2024;Chưa thực hiện;"
        for n in range(1, 101)
    ]
    assert take_over(office, rows).told == 300
    office.wait_until(date(2024, 5, 6), at=time(17, 0))
    assert office.inbox() == []
    office.wait_until(date(2024, 5, 7), at=time(17, 0))
    told = office.inbox()
    assert len(told) == len(set(told)), "nobody gets two"
    assert {("2024-05-07", f"{code}.officer") for code in COMMUNES} <= set(told)
    assert "100 việc" in office.told_of("2024-05-07", "xa-a.officer")
    assert office.outcomes("xa-a")["skipped"] > 500, "what lies in the past is recorded and told to nobody"


def test_what_was_done_is_told_to_nobody(office: District) -> None:
    office.clock.at = MAY
    take_over(office, [DONE])
    office.wait_until(date(2024, 5, 20))
    assert office.count(Message) == 0


def test_an_old_duty_is_chased_from_now_on_like_any_other(office: District) -> None:
    office.clock.at = MAY
    take_over(office, [AHEAD])
    office.wait_until(date(2024, 6, 4))
    told = office.told("xa-a")
    assert (date(2024, 5, 31), "officer", "1") in told
    assert (date(2024, 6, 3), "head", "1") in told


def test_the_same_file_twice_gives_nothing_twice(office: District) -> None:
    office.clock.at = MAY
    take_over(office, OLD)
    before = [office.count(table) for table in (Directive, Obligation)]
    report = take_over(office, [*OLD, DONE])
    assert [row.fate for row in report.rows] == [Fate.KNOWN] * 5
    assert [office.count(table) for table in (Directive, Obligation)] == before
    office.wait_until(date(2024, 5, 7))
    told = office.inbox()
    assert len(told) == len(set(told))


def test_a_row_that_was_mended_joins_the_document_of_its_neighbours(office: District) -> None:
    office.clock.at = MAY
    wrong = LATE.replace("xa-b", "UBND xã Không Có")
    report = take_over(office, [DONE, wrong])
    assert [row.fate for row in report.rows] == [Fate.TAKEN, Fate.DOUBTFUL]
    assert doubts(report) == ["leads: không có đơn vị “UBND xã Không Có”"]
    report = take_over(office, [DONE, LATE])
    assert [row.fate for row in report.rows] == [Fate.KNOWN, Fate.TAKEN]
    assert report.directives == 0
    assert office.count(Directive) == 1
    assert [item for item, _ in office.duties("xa-b")] == ["2"]


def test_a_unit_that_ended_or_began_since_is_not_guessed(office: District) -> None:
    office.clock.at = MAY
    found(office, "xa-moi", "xa-c", since=date(2024, 5, 1))
    carry_out(office, plan(office, merge(["xa-b", "xa-c"], "xa-moi"), on=date(2024, 5, 1)))
    named = AHEAD.replace("xa-a và xa-b", "xa-c")
    assert doubts(take_over(office, [named])) == [
        "leads: “xa-c” ngày 01/04/2024 là đơn vị đã kết thúc: ghi mã đơn vị tiếp nhận"
    ]
    grouped = AHEAD.replace("xa-a và xa-b", "các xã")
    assert doubts(take_over(office, [grouped])) == [
        "leads: “các xã”: xa-c thành lập sau ngày văn bản: ghi mã đơn vị"
    ]
    assert doubts(take_over(office, [AHEAD.replace("xa-a và xa-b", "xa-moi")])) == []
    (duty,) = duties_of(office, "xa-moi")
    assert duty.assigned_on == date(2024, 5, 1), "it has the duty from its own first day"


def test_a_letter_that_the_register_holds_already_is_not_made_again(office: District) -> None:
    office.draft(
        {"number": "123", "symbol": "UBND-VP", "signed_on": "2024-03-04", "subject": "Việc", "items": []}
    )
    office.clock.at = MAY
    report = take_over(office, [DONE, AHEAD])
    assert [row.fate for row in report.rows] == [Fate.DOUBTFUL, Fate.TAKEN]
    assert doubts(report) == ["document: văn bản đã có trong sổ: giao bổ sung ở văn bản đó"]


def test_the_import_itself_is_in_the_journal(office: District) -> None:
    office.clock.at = MAY
    take_over(office, [*OLD, "5;;;Việc không rõ;;;;;"])
    event = table(Event)
    query = sa.select(event.c.payload).where(event.c.kind == "opening_balance.entered.v1")
    with office.database.read() as connection:
        (payload,) = connection.execute(query).scalars()
        assert connection.execute(sa.select(sa.func.count()).select_from(table(OpeningRow))).scalar_one() == 4
    assert (payload["rows"], payload["taken"], payload["doubtful"]) == (5, 4, 1)

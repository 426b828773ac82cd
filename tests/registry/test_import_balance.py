"""An older register of any length is taken over in the same number of statements, a row as a whole."""

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.balance import enter_balance
from service.domain.balance_file import parse_balance
from service.domain.balance_plan import Fate
from service.domain.groups import define_group
from service.domain.tables import Coordination, Item, Obligation, ObligationVersion, Submission, Watch, table
from service.domain.units import register_unit
from tests.registry.conftest import LATER, Book

HEADING = "Văn bản;Ngày;Nhiệm vụ;Chủ trì;Phối hợp;Thời hạn;Tình trạng\n"


def units_of(session: Session, book: Book) -> None:
    for code in ("a", "b", "c"):
        register_unit(session, book.actor, code=code, name=f"Xã {code}", kind="xa", now=LATER)
    define_group(session, book.actor, code="tat-ca", name="các xã", rule={"kinds": ["xa"]}, now=LATER)


def take_over(session: Session, book: Book, text: str) -> list[Fate]:
    rows = parse_balance((HEADING + text).encode(), today=LATER.date()).rows
    report = enter_balance(session, book.actor, rows, sha256="0" * 64, now=LATER)
    return [row.fate for row in report.rows]


def line(n: int) -> str:
    status = ("Đang thực hiện", "Hoàn thành ngày 2/5/2024", "")[n % 3]
    return f"{n // 4}/KH-UBND;{n % 4 + 1}/4/2024;Việc {n};{'các xã' if n % 5 else 'a'};b;31/5/2024;{status}\n"


def counted(session: Session, book: Book, text: str) -> int:
    made: list[str] = []

    def count(*args: object) -> None:
        made.append(str(args[2]))

    sa.event.listen(book.database.engine, "before_cursor_execute", count)
    fates = take_over(session, book, text)
    sa.event.remove(book.database.engine, "before_cursor_execute", count)
    assert Fate.TAKEN in fates
    return len(made)


def test_the_number_of_statements_does_not_grow_with_the_file(session: Session, book: Book) -> None:
    units_of(session, book)
    few = counted(session, book, "".join(line(n * 4) for n in range(1, 16)))
    many = counted(session, book, "".join(line(n * 4) for n in range(1000, 1150)))
    assert many <= few


def test_a_unit_that_leads_and_helps_leads_and_a_unit_named_twice_has_one_duty(
    session: Session, book: Book
) -> None:
    units_of(session, book)
    text = "1/KH;1/4/2024;Việc;a, các xã;b;31/5/2024;\n2/KH;1/4/2024;Việc;a;b và a;31/5/2024;\n"
    assert take_over(session, book, text) == [Fate.TAKEN] * 2
    assert rows(session, Obligation) == 4
    assert rows(session, ObligationVersion) == 4
    assert rows(session, Coordination) == 1
    assert rows(session, Watch) == 8


def test_what_is_done_has_an_accepted_submission_and_no_clock(session: Session, book: Book) -> None:
    units_of(session, book)
    text = "1/KH;1/4/2024;Việc;các xã;;31/5/2024;Xong, Báo cáo số 7/BC-UBND ngày 3/5/2024\n"
    assert take_over(session, book, text) == [Fate.TAKEN]
    assert rows(session, Watch) == 0
    submission = table(Submission)
    query = sa.select(submission.c.document, submission.c.decision, submission.c.submitted_on)
    kept = session.connection().execute(query).all()
    assert {row.decision for row in kept} == {"accepted"}
    evidence = {"number": "7", "symbol": "BC-UBND", "issued_on": "2024-05-03"}
    assert [row.document for row in kept] == [evidence] * 3


def test_one_number_with_two_days_is_one_document_only_if_the_clerk_says_so(
    session: Session, book: Book
) -> None:
    units_of(session, book)
    text = "1/KH;1/4/2024;Một;a;;;\n1/kh;2/4/2024;Hai;a;;;\n1/kh;1/4/2024;Ba;a;;;\n"
    assert take_over(session, book, text) == [Fate.TAKEN, Fate.DOUBTFUL, Fate.TAKEN]
    assert rows(session, Item) == 2


def rows(session: Session, model: type) -> int:
    return session.connection().execute(sa.select(sa.func.count()).select_from(table(model))).scalar_one()

"""A file of units is taken as far as it is sound, says what it left out, and can be loaded again."""

import threading
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from service.domain.errors import AlreadyExists
from service.domain.registry_file import Changed, RegistryRow
from service.domain.tables import Event, Unit, UnitName, table
from service.domain.unit_rules import FROM_THE_START, LOOP, OPEN, Known, Plan, Stored
from service.domain.units import import_units, register_unit
from tests.databases import Templates
from tests.registry.conftest import LATER, NOW, Book, open_book

DISTRICT = RegistryRow(number=9, code="h", name="UBND huyện", kind="huyen", parent_code="")
COMMUNES = [
    RegistryRow(
        number=n,
        code=f"xa-{n}",
        name=f"UBND xã {n}",
        kind="xa",
        parent_code="h",
        aliases=(f"Xã {n}",),
        attributes=("xã điểm",) if n % 2 else (),
        identifiers={"census": f"0{n}"},
    )
    for n in range(2, 8)
]


def test_a_parent_may_stand_below_its_children(session: Session, book: Book) -> None:
    report = import_units(session, book.actor, [*COMMUNES, DISTRICT], now=NOW)
    assert sorted(report.new) == ["h", *(row.code for row in COMMUNES)]
    parents = set(session.exec(select(Unit.parent_id).where(Unit.kind == "xa")))
    assert parents == {session.exec(select(Unit.id).where(Unit.code == "h")).one()}
    assert not report.refused


def test_the_second_run_of_a_file_changes_nothing(session: Session, book: Book) -> None:
    import_units(session, book.actor, [*COMMUNES, DISTRICT], now=NOW)
    events = session.execute(sa.select(sa.func.max(table(Event).c.seq))).scalar_one()
    report = import_units(session, book.actor, [*COMMUNES, DISTRICT], now=LATER)
    assert (report.new, report.changed, report.unchanged, report.refused) == ([], [], 7, [])
    assert session.execute(sa.select(sa.func.max(table(Event).c.seq))).scalar_one() == events


def test_what_a_file_changes_is_named_and_the_old_name_kept(session: Session, book: Book) -> None:
    import_units(session, book.actor, [*COMMUNES, DISTRICT], now=NOW)
    renamed = replace(COMMUNES[0], name="UBND xã Mới", aliases=(), attributes=None)
    moved = replace(COMMUNES[1], parent_code="", identifiers={})
    report = import_units(session, book.actor, [renamed, moved], now=LATER)
    assert report.changed == [
        Changed("xa-2", ["name", "aliases"]),
        Changed("xa-3", ["parent_code", "identifiers"]),
    ]
    assert session.exec(select(UnitName.name)).all() == ["UBND xã 2"]
    assert session.exec(select(Unit.version).where(Unit.code == "xa-2")).one() == 2


def test_one_bad_row_refuses_that_row_only(session: Session, book: Book) -> None:
    register_unit(session, book.actor, code="old", name="Xã cũ", kind="xa", now=NOW)
    rows = [
        DISTRICT,
        RegistryRow(number=2, code="", name="Không mã", kind="xa"),
        RegistryRow(number=3, code="a", name="A", kind="xa", problems=("valid_from: ? không phải là ngày",)),
        RegistryRow(number=4, code="b", name="B", kind="xa", parent_code="nobody"),
        RegistryRow(number=5, code="c", name="C", kind="xa", parent_code="b"),
        RegistryRow(number=6, code="d", name="D", kind="xa", identifiers={"census": "1"}),
        RegistryRow(number=7, code="e", name="E", kind="xa", identifiers={"census": "1"}),
        RegistryRow(number=8, code="d", name="D lần nữa", kind="xa"),
        RegistryRow(number=10, code="old", name="Xã mới", kind="xa", valid_from=NOW.date()),
    ]
    report = import_units(session, book.actor, rows, now=NOW)
    assert sorted(report.new) == ["d", "h"]
    assert [(refused.row, refused.reason) for refused in report.refused] == [
        (2, "code: mã gồm chữ không dấu, chữ số và . _ -, tối đa 60 ký tự"),
        (3, "valid_from: ? không phải là ngày"),
        (4, "không có đơn vị cấp trên nobody"),
        (5, "không có đơn vị cấp trên b"),
        (7, "mã định danh census:1 thuộc đơn vị khác"),
        (8, "mã d đã có ở dòng 6"),
        (10, "mã old đang thuộc đơn vị có từ ngày 01/01/1900"),
    ]


def test_units_that_stand_above_themselves_are_refused_with_those_below_them(
    session: Session, book: Book
) -> None:
    import_units(session, book.actor, [DISTRICT, replace(COMMUNES[0])], now=NOW)
    rows = [
        replace(DISTRICT, number=2, parent_code="xa-2"),
        RegistryRow(number=3, code="a", name="A", kind="phong", parent_code="b"),
        RegistryRow(number=4, code="b", name="B", kind="phong", parent_code="a"),
        RegistryRow(number=5, code="c", name="C", kind="phong", parent_code="b"),
        RegistryRow(number=6, code="d", name="D", kind="phong", parent_code="h"),
    ]
    report = import_units(session, book.actor, rows, now=NOW)
    assert report.new == ["d"]
    assert {refused.code: refused.reason for refused in report.refused} == {
        "h": LOOP,
        "a": LOOP,
        "b": LOOP,
        "c": "không có đơn vị cấp trên b",
    }


def test_the_number_of_statements_does_not_grow_with_the_file(session: Session, book: Book) -> None:
    def statements(rows: list[RegistryRow]) -> int:
        counted: list[str] = []

        def count(*args: object) -> None:
            counted.append(str(args[2]))

        sa.event.listen(book.database.engine, "before_cursor_execute", count)
        import_units(session, book.actor, rows, now=NOW)
        sa.event.remove(book.database.engine, "before_cursor_execute", count)
        return len(counted)

    few = statements([DISTRICT, *COMMUNES[:2]])
    many = [replace(COMMUNES[1], number=n, code=f"x{n}", identifiers={"x": str(n)}) for n in range(300)]
    assert statements(many) <= few


codes = st.sampled_from("abcdefg")


@settings(deadline=None)
@given(
    stored=st.dictionaries(codes, codes, max_size=5),
    rows=st.lists(
        st.tuples(codes, st.sampled_from(["", *"abcdefgx"])), max_size=7, unique_by=lambda row: row[0]
    ),
)
def test_whatever_a_file_says_what_is_taken_is_a_forest(
    stored: dict[str, str], rows: list[tuple[str, str]]
) -> None:
    tables, ids = Stored(), {code: UUID(int=n) for n, code in enumerate("abcdefg", start=1)}
    for code in sorted(stored):  # a forest: a parent comes earlier in the alphabet
        parent = stored[code] if stored[code] < code and stored[code] in stored else None
        parent_id = ids[parent] if parent else None
        tables.current[code] = Known(
            ids[code], code, code, "xa", parent_id, True, FROM_THE_START, None, FROM_THE_START
        )
        tables.code_of[ids[code]] = code
        tables.until[code] = OPEN
    plan = Plan(tables, NOW.date())
    for number, (code, parent) in enumerate(rows):
        plan.take(RegistryRow(number=number, code=code, name=code, kind="xa", parent_code=parent))
    plan.settle()
    ordered = plan.parents_first()
    assert sorted(ordered) == sorted(plan.accepted)
    assert len(plan.accepted) + len(plan.refused) == len(rows)
    above = {code: tables.code_of.get(known.parent_id) for code, known in tables.current.items()}
    above |= {code: row.parent_code or None for code, row in plan.accepted.items()}
    for code in above:
        steps, parent = 0, above[code]
        while parent is not None:
            assert parent in above
            steps, parent = steps + 1, above[parent]
            assert steps <= len(above)
    for place, code in enumerate(ordered):
        assert above[code] not in ordered[place:]


def test_of_two_clerks_who_enter_one_code_at_once_one_is_told(templates: Templates) -> None:
    told: list[AlreadyExists] = []

    def second(book: Book) -> None:
        try:
            with book.database.write() as session:
                register_unit(session, book.actor, code="x", name="Xã X", kind="xa", now=NOW)
        except AlreadyExists as error:
            told.append(error)

    with templates.copy("postgresql") as database:
        book = open_book(database)
        other = threading.Thread(target=second, args=[book])
        with database.write() as session:
            register_unit(session, book.actor, code="x", name="Xã X", kind="xa", now=NOW)
            other.start()
            other.join(0.3)
            assert other.is_alive()
        other.join(10)
    assert len(told) == 1

"""A cell of an older register means units by their very names, whatever stands between them, or nobody."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.domain.balance_units import BalanceUnits
from service.domain.groups import define_group
from service.domain.units import register_unit
from tests.registry.conftest import LATER, NOW, Book

DAY = date(2024, 4, 17)
NAMES = {
    "lao-dong": "Phòng Lao động, Thương binh và Xã hội",
    "kinh-te": "Phòng Kinh tế và Hạ tầng",
    "tai-chinh": "Phòng Tài chính - Kế hoạch",
    "cong-an": "Công an huyện",
    "xa-a": "UBND xã An Bình",
}


@pytest.fixture
def units(session: Session, book: Book) -> BalanceUnits:
    for code, name in NAMES.items():
        register_unit(session, book.actor, code=code, name=name, kind=code.split("-")[0], now=NOW)
    register_unit(session, book.actor, code="xa-b", name="UBND xã Bảo Lâm", kind="xa", now=NOW)
    define_group(session, book.actor, code="cac-xa", name="UBND các xã", rule={"kinds": ["xa"]}, now=NOW)
    session.flush()
    return BalanceUnits(session, book.register_id, LATER.date())


def codes(units: BalanceUnits, cell: str) -> list[str]:
    meant = units.meant("leads", cell, DAY)
    assert meant.doubts == ()
    return [units.lives[id_].code for id_ in meant.units]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    named=st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=5, unique=True),
    between=st.lists(st.sampled_from([", ", " và ", "; ", "\n", " | ", ","]), min_size=4, max_size=4),
    by_code=st.booleans(),
)
def test_a_list_of_names_is_those_units_whatever_stands_between(
    units: BalanceUnits, named: list[str], between: list[str], by_code: bool
) -> None:
    cell = ""
    for code, joint in zip(named, ["", *between], strict=False):
        cell += joint + (code if by_code else NAMES[code])
    assert codes(units, cell) == named


def test_a_group_is_its_members_once(units: BalanceUnits) -> None:
    assert codes(units, "UBND xã An Bình, UBND các xã") == ["xa-a", "xa-b"]
    assert codes(units, "UBND các xã và Công an huyện") == ["xa-a", "xa-b", "cong-an"]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("Công an huyện, Phòng Không Có", "không có đơn vị “Công an huyện, Phòng Không Có”"),
        ("Phòng Kinh tế và Hạ tầnng", "gần giống Phòng Kinh tế và Hạ tầng (kinh-te)"),
        ("UBND các xã trừ xã An Bình", "trừ xã An Bình”"),
        (", ".join(["Công an huyện"] * 300), "quá nhiều tên"),
    ],
)
def test_a_list_with_one_unknown_name_is_nobody_as_a_whole(units: BalanceUnits, cell: str, says: str) -> None:
    meant = units.meant("leads", cell, DAY)
    assert meant.units == ()
    assert says in meant.doubts[0]


def test_two_units_of_one_name_are_for_the_clerk_to_choose(
    session: Session, book: Book, units: BalanceUnits
) -> None:
    register_unit(session, book.actor, code="xa-a2", name="UBND xã An Bình", kind="xa", now=NOW)
    session.flush()
    found = BalanceUnits(session, book.register_id, LATER.date())
    (doubt,) = found.meant("leads", "UBND xã An Bình", DAY).doubts
    assert "UBND xã An Bình (xa-a), UBND xã An Bình (xa-a2)" in doubt
    assert codes(found, "xa-a2") == ["xa-a2"]

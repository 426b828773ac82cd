"""A phrase means what exactly one name says, or a person is asked."""

import random
import unicodedata
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.domain.groups import define_group
from service.domain.mapping import NAME, OTHER, Named, Registry, Resolution, Target, load_registry
from service.domain.registry_file import RegistryRow
from service.domain.text import fold_name
from service.domain.units import change_unit, import_units, register_unit
from tests.registry.conftest import LATER, NOW, Book

TODAY = date(2024, 4, 17)

DISTRICT = [
    ("h", "UBND huyện Cao Lộc", "huyen", None, ["UBND huyện"]),
    ("vp", "Văn phòng HĐND và UBND huyện", "van_phong", "h", []),
    ("ntm", "Văn phòng Điều phối xây dựng NTM huyện", "van_phong", "h", ["VPĐP NTM huyện"]),
    ("nv", "Phòng Nội vụ", "phong", "h", []),
    ("nn", "Phòng Nông nghiệp và Phát triển nông thôn", "phong", "h", ["Phòng NN&PTNT"]),
    ("ld", "Phòng Lao động - Thương binh và Xã hội", "phong", "h", []),
    ("yt", "Trung tâm Y tế huyện Cao Lộc", "don_vi", "h", []),
    ("ca", "Công an huyện", "co_quan", None, []),
    ("bl", "UBND xã Bảo Lâm", "xa", "h", []),
    ("tt", "Xã Tân Thành", "xa", "h", []),
    ("tl", "UBND xã Tân Liên", "xa", "h", []),
    ("cl", "UBND thị trấn Cao Lộc", "thi_tran", "h", []),
]
GROUPS = [
    ("cac-xa", "UBND các xã", ["các xã"]),
    ("cap-xa", "UBND cấp xã", ["UBND các xã", "UBND các xã, thị trấn", "cấp xã"]),
    ("phong", "Các phòng, ban, cơ quan, đơn vị cấp huyện", ["các phòng, ban, đơn vị", "các cơ quan, đơn vị"]),
]


def names(
    units: list[tuple[str, str, str, str | None, list[str]]], groups: list[tuple[str, str, list[str]]]
) -> list[Named]:
    ids = {code: UUID(int=n) for n, code in enumerate((each[0] for each in [*units, *groups]), start=1)}
    found = []
    for code, name, kind, parent, aliases in units:
        level = kind.replace("_", " ") if kind in ("huyen", "xa", "thi_tran") else ""
        target = Target("unit", ids[code], code, name, level, ids[parent] if parent else None)
        found += [(target, name, NAME), *((target, phrase, OTHER) for phrase in aliases)]
    for code, name, aliases in groups:
        target = Target("group", ids[code], code, name)
        found += [(target, name, NAME), *((target, phrase, OTHER) for phrase in aliases)]
    return [Named(*each, fold_name(each[1])) for each in found]


REGISTRY = Registry(names(DISTRICT, GROUPS))


def unit(phrase: str) -> Resolution:
    return REGISTRY.resolve(phrase, collective=False)


def group(phrase: str) -> Resolution:
    return REGISTRY.resolve(phrase, collective=True)


def codes(resolution: Resolution) -> list[str]:
    return [candidate.code for candidate in resolution.candidates]


@pytest.mark.parametrize(
    ("phrase", "code", "why"),
    [
        ("Văn phòng Điều phối xây dựng NTM huyện", "ntm", "tên"),
        ("VPĐP NTM huyện", "ntm", "tên gọi khác"),
        ("Văn phòng điều phối xây dựng nông thôn mới huyện", "ntm", "viết tắt"),
        ("Văn phòng HĐND&UBND huyện", "vp", "tên"),
        ("Uỷ ban nhân dân xã Bảo Lâm", "bl", "viết tắt"),
        ("xã Bảo Lâm", "bl", "tên"),
        ("UBND xã Tân Thành", "tt", "tên"),
        ("Phòng Nông nghiệp và PTNT", "nn", "viết tắt"),
        ("Phòng LĐ-TB&XH", "ld", "viết tắt"),
        ("Chủ tịch UBND huyện", "h", "tên gọi khác, bỏ chức danh"),
        ("Chủ tịch UBND xã Bảo Lâm", "bl", "tên, bỏ chức danh"),
        ("Trưởng phòng Nội vụ", "nv", "tên, bỏ chức danh"),
        ("Trưởng Công an huyện", "ca", "tên, bỏ chức danh"),
        ("Giám đốc Trung tâm Y tế huyện Cao Lộc", "yt", "tên, bỏ chức danh"),
        ("Chánh Văn phòng HĐND và UBND huyện", "vp", "tên, bỏ chức danh"),
        ("Phòng Nội vụ huyện", "nv", "tên, kèm địa danh"),
        ("Phòng Nội vụ huyện Cao Lộc", "nv", "tên, kèm địa danh"),
        ("Trưởng phòng Nội vụ huyện", "nv", "tên, bỏ chức danh, kèm địa danh"),
        ("Văn phòng HĐND và UBND huyện Cao Lộc", "vp", "tên, kèm địa danh"),
        ("xã Bảo Lâm, huyện Cao Lộc", "bl", "tên, kèm địa danh"),
        ("Trung tâm Y tế huyện", "yt", "tên"),
        ("thị trấn Cao Lộc", "cl", "tên"),
        ("Huyện Cao Lộc", "h", "tên"),
    ],
)
def test_a_unit_is_known_by_every_way_that_documents_write_it(phrase: str, code: str, why: str) -> None:
    resolution = unit(phrase)
    assert resolution.certain
    assert [(each.code, each.score, each.why) for each in resolution.candidates] == [(code, 100, why)]


def test_communes_may_be_twenty_or_twenty_two_so_a_person_is_asked() -> None:
    for phrase in ("UBND các xã", "các xã", "Chủ tịch UBND các xã", "Uỷ ban nhân dân các xã"):
        assert (codes(group(phrase)), group(phrase).certain) == (["cac-xa", "cap-xa"], False)
    for phrase in ("UBND cấp xã", "UBND các xã, thị trấn"):
        assert (codes(group(phrase)), group(phrase).certain) == (["cap-xa"], True)


def test_without_the_second_group_the_communes_are_certain() -> None:
    resolution = Registry(names(DISTRICT, GROUPS[:1])).resolve("UBND các xã", collective=True)
    assert (codes(resolution), resolution.certain) == (["cac-xa"], True)


def test_the_phrases_of_the_seed_are_known() -> None:
    for phrase in ("các phòng, ban, đơn vị", "các cơ quan, đơn vị", "Thủ trưởng các cơ quan, đơn vị"):
        assert (codes(group(phrase)), group(phrase).certain) == (["phong"], True)


def test_a_class_of_units_is_never_one_unit_nor_the_reverse() -> None:
    assert (codes(unit("UBND xã")), unit("UBND xã").certain) == (["cac-xa", "cap-xa"], False)
    assert (codes(unit("UBND cấp xã")), unit("UBND cấp xã").certain) == (["cap-xa"], False)
    assert (codes(group("UBND xã Bảo Lâm")), group("UBND xã Bảo Lâm").certain) == (["bl"], False)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "…",
        "Sở Tài chính",
        "Công an xã",
        "Phòng Nội vụ huyện Lộc Bình",
        "Phòng Nội vụ tỉnh",
        "UBND xã Bảo Lâm, huyện Lộc Bình",
        "Phó Chủ tịch UBND huyện",
        "các cơ quan, đơn vị liên quan",
        "x" * 100_000,
        "huyện " * 500,
    ],
)
def test_what_the_registry_does_not_know_is_never_certain(phrase: str) -> None:
    for collective in (True, False):
        assert not REGISTRY.resolve(phrase, collective=collective).certain


def test_what_is_merely_near_is_offered_with_its_likeness() -> None:
    (near,) = unit("Văn phòng Điều phối xây dựng NTM huện").candidates
    assert (near.code, near.why) == ("ntm", f"gần giống {near.score}")
    assert 90 <= near.score < 100
    assert [each.why for each in unit("Công an").candidates] == ["tên, không kèm cấp"]
    assert not unit("Văn phòng Điều phối xây dựng NTM huện").certain


def test_one_name_in_two_districts_is_doubtful_until_the_district_is_named() -> None:
    twice = [
        *DISTRICT,
        ("lb", "UBND huyện Lộc Bình", "huyen", None, []),
        ("lb-nv", "Phòng Nội vụ", "phong", "lb", []),
        ("lb-tt", "UBND xã Tân Thanh", "xa", "lb", []),
    ]
    registry = Registry(names(twice, GROUPS))
    for phrase, here, there in (("Phòng Nội vụ", "nv", "lb-nv"), ("UBND xã Tân Thành", "tt", "lb-tt")):
        assert set(codes(registry.resolve(phrase, collective=False))) == {here, there}
        assert not registry.resolve(phrase, collective=False).certain
        placed = registry.resolve(f"{phrase}, huyện Lộc Bình", collective=False)
        assert (codes(placed), placed.certain) == ([there], True)


phrases = st.sampled_from(
    [written for each in names(DISTRICT, GROUPS) for written in (each.written, f"Chủ tịch {each.written}")]
    + ["Phòng Nội vụ huyện", "Sở Tài chính", "UBND xã Bảo Lân", "Công an"]
)


def unaccented(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("Đ", "D")


def meant(resolution: Resolution) -> tuple[list[tuple[str, int]], bool]:
    return [(each.code, each.score) for each in resolution.candidates], resolution.certain


@settings(deadline=None)
@given(
    phrase=phrases,
    collective=st.booleans(),
    spell=st.sampled_from(
        [
            str.upper,
            str.lower,
            str.title,
            unaccented,
            lambda text: unicodedata.normalize("NFD", text),
            lambda text: f"  {text.replace(' ', '   ')} ;",
        ]
    ),
    shuffle=st.randoms(use_true_random=False),
)
def test_spelling_and_the_order_of_the_registry_make_no_difference(
    phrase: str, collective: bool, spell: "type[str]", shuffle: random.Random
) -> None:
    expected = meant(REGISTRY.resolve(phrase, collective=collective))
    assert meant(REGISTRY.resolve(spell(phrase), collective=collective)) == expected
    shuffled = names(DISTRICT, GROUPS)
    shuffle.shuffle(shuffled)
    assert meant(Registry(shuffled).resolve(phrase, collective=collective)) == expected


def test_former_names_and_the_aliases_of_one_register_are_loaded(session: Session, book: Book) -> None:
    for code, name, kind, parent, aliases in DISTRICT:
        register_unit(
            session,
            book.actor,
            code=code,
            name=name,
            kind=kind,
            parent_code=parent,
            aliases=aliases,
            now=NOW,
        )
    for code, name, aliases in GROUPS:
        order = {"code": code, "name": name, "aliases": aliases, "members": ["bl"]}
        define_group(session, book.actor, **order, now=NOW)
    change_unit(session, book.actor, "bl", {"name": "UBND xã Đồng Đăng"}, version=None, now=LATER)
    registry = load_registry(session, book.register_id, LATER.date())
    assert [each.why for each in registry.resolve("xã Bảo Lâm", collective=False).candidates] == ["tên cũ"]
    assert registry.resolve("UBND xã Đồng Đăng", collective=False).certain
    assert codes(registry.resolve("UBND các xã", collective=True)) == ["cac-xa", "cap-xa"]
    for phrase in ("VPĐP NTM huyện", "Phòng NN&PTNT", "Phòng Nội vụ huyện Cao Lộc"):
        assert registry.resolve(phrase, collective=False).certain
    elsewhere = load_registry(session, UUID(int=5), LATER.date())
    assert not elsewhere.resolve("VPĐP NTM huyện", collective=False).certain
    assert not elsewhere.resolve("UBND các xã", collective=True).candidates


def test_a_unit_is_meant_only_while_it_lives(session: Session, book: Book) -> None:
    old = register_unit(session, book.actor, code="x", name="UBND xã Cao Lộc", kind="xa", now=NOW)
    old.valid_to = date(2025, 7, 1)
    session.flush()
    new = register_unit(
        session, book.actor, code="x", name="Xã Cao Lộc", kind="xa", valid_from=date(2025, 7, 1), now=NOW
    )
    for day, expected in ((date(2025, 6, 30), old.id), (date(2025, 7, 1), new.id)):
        resolution = load_registry(session, book.register_id, day).resolve("xã Cao Lộc", collective=False)
        assert ([each.id for each in resolution.candidates], resolution.certain) == ([expected], True)


def test_a_whole_province_is_loaded_with_three_statements(session: Session, book: Book) -> None:
    rows = [
        RegistryRow(code=f"h{n}", name=f"UBND huyện H{n}", kind="huyen", parent_code="") for n in range(20)
    ]
    rows += [
        RegistryRow(
            code=f"x{n}",
            name=f"UBND xã Tân Thành {n}",
            kind="xa",
            parent_code=f"h{n % 20}",
            aliases=(f"Xã {n}",),
        )
        for n in range(4_980)
    ]
    import_units(session, book.actor, rows, now=NOW)
    asked: list[object] = []

    def count(*args: object) -> None:
        asked.append(args[2])

    sa.event.listen(book.database.engine, "before_cursor_execute", count)
    registry = load_registry(session, book.register_id, TODAY)
    sa.event.remove(book.database.engine, "before_cursor_execute", count)
    assert len(asked) == 3
    resolution = registry.resolve("UBND xã Tân Thành 4979, huyện H19", collective=False)
    assert (resolution.certain, len(resolution.candidates)) == (True, 1)

"""The letter the product was conceived from is read without a mistake, whatever file it comes in."""

from typing import Any

import pytest

from service.demo.letters import BUILT, cao_loc_docx
from service.intake import Proposal, read

from .documents import SEED, VARIANTS

FORMS = {
    "letter.txt": SEED.encode(),
    "letter.md": SEED.encode(),
    "letter-with-mark.txt": SEED.encode("utf-8-sig"),
    "letter-utf16.txt": SEED.encode("utf-16"),
    "letter.docx": BUILT.read_bytes(),
}


@pytest.fixture(scope="module", params=FORMS)
def letter(request: pytest.FixtureRequest) -> Proposal:
    return read(FORMS[request.param], request.param)


def test_the_letterhead_is_read(letter: Proposal) -> None:
    facts = letter.to_json()
    assert facts["number"] is None
    assert facts["symbol"] == "UBND-VP"
    assert facts["issued_on"] is None
    assert facts["issued_partial"] == "2024-04"
    assert facts["place"] == "Cao Lộc"
    assert facts["doc_type"] == "Công văn"
    assert facts["issuing_body"] == "ỦY BAN NHÂN DÂN HUYỆN CAO LỘC"
    assert facts["parent_body"] is None
    assert facts["subject"] == (
        "tổ chức triển khai thực hiện theo các nội dung kết luận của Thường trực HĐND huyện tại phiên họp "
        "giải trình về kết quả thực hiện Chương trình MTQG xây dựng NTM năm 2023"
    )
    assert facts["urgency"] is None
    assert facts["secrecy"] is None


def test_everybody_it_goes_to_and_from_is_read(letter: Proposal) -> None:
    facts = letter.to_json()
    assert facts["addressees"] == [
        "Văn phòng Điều phối xây dựng NTM huyện",
        "Các phòng, ban, cơ quan, đơn vị cấp huyện",
        "UBND các xã",
    ]
    assert facts["recipients"] == [
        "Như trên",
        "TT HĐND huyện (báo cáo)",
        "CT, các PCT UBND huyện",
        "C, PCVP",
        "Lưu: VT",
    ]
    signer = facts["signer"]
    assert (signer["on_behalf"], signer["chain"]) == ("KT", ["KT. CHỦ TỊCH"])
    assert (signer["title"], signer["name"]) == ("PHÓ CHỦ TỊCH", "Nguyễn Văn Thịnh")


def test_the_notice_it_rests_on_is_read(letter: Proposal) -> None:
    (basis,) = letter.to_json()["basis"]
    assert basis["doc_type"] == "Thông báo"
    assert (basis["number"], basis["symbol"], basis["date"]) == ("144", "TB-HĐND", "2023-04-17")
    assert basis["issuer"] == "Hội đồng nhân dân huyện"


def test_two_items_five_dashes_and_the_closing_are_found(letter: Proposal) -> None:
    dashes = ["2.-", "2.-#2", "2.-#3", "2.-#4", "2.-#5"]
    assert [item.path for item in letter.walk()] == ["1", "2", *dashes, "¶"]
    assert all(item.task for item in letter.walk())
    assert [item.path for item in letter.walk() if item.closing] == ["¶"]


def test_exactly_the_two_numbered_items_are_tracked(letter: Proposal) -> None:
    assert [item.path for item in letter.walk() if item.tracked] == ["1", "2"]


def test_each_item_knows_who_leads_it(letter: Proposal) -> None:
    leads = {
        item.path: [(a.unit, a.collective) for a in item.assigned if a.role == "lead"]
        for item in letter.walk()
    }
    assert leads["1"] == [
        ("Văn phòng Điều phối xây dựng NTM huyện", False),
        ("các cơ quan, đơn vị", True),
        ("UBND cấp xã", True),
    ]
    assert leads["2"] == [("Các phòng, cơ quan, đơn vị cấp huyện", True), ("UBND các xã", True)]
    assert leads["¶"] == [("các phòng, ban, đơn vị", True), ("UBND các xã", True)]
    assert not any(leads[path] for path in leads if path.startswith("2."))


def test_dashes_inherit_and_items_do_not(letter: Proposal) -> None:
    assert {item.path: item.inherits for item in letter.walk() if not item.path.startswith("2.-")} == {
        "1": False,
        "2": False,
        "¶": False,
    }
    assert all(item.inherits for item in letter.walk() if item.path.startswith("2.-"))


def test_soft_phrases_are_not_deadlines(letter: Proposal) -> None:
    assert {item.deadline.kind for item in letter.walk()} == {"none"}
    assert not any(item.more_deadlines for item in letter.walk())


def test_a_dash_that_goes_on_in_a_new_paragraph_stays_one_dash(letter: Proposal) -> None:
    fourth = next(item for item in letter.walk() if item.path == "2.-#4")
    assert fourth.text.startswith("Tiếp tục nâng cao vai trò")
    assert fourth.text.endswith("trong thực hiện nhiệm vụ xây dựng nông thôn mới.")


def test_what_the_clerk_must_know_is_said(letter: Proposal) -> None:
    assert [(f.code, f.where) for f in letter.findings] == [
        ("number-missing", "number"),
        ("date-incomplete", "issued_on"),
        ("basis-date-suspicious", "basis.0"),
        ("recipient-not-addressed", "1"),
    ]
    assert "UBND cấp xã" in letter.findings[-1].message
    assert "17/4/2023" in letter.findings[2].message


def test_every_fact_points_at_the_characters_it_came_from(letter: Proposal) -> None:
    text, facts = letter.text, letter.to_json()

    def at(span: list[int]) -> str:
        return " ".join(text[span[0] : span[1]].split())

    for name in ("symbol", "place", "issuing_body", "subject"):
        assert at(facts["spans"][name]) == facts[name]
    assert [at(span) for span in facts["spans"]["addressees"]] == facts["addressees"]
    assert [at(span) for span in facts["spans"]["recipients"]] == facts["recipients"]
    for item in letter.walk():
        assert text[item.span.start : item.span.end].endswith(item.text)
        assert all(text[a.span.start : a.span.end] == a.unit for a in item.assigned)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_letter_in_other_clothes_reads_the_same(name: str) -> None:
    plain = read(SEED.encode(), "letter.md").to_json()
    assert read(VARIANTS[name](SEED).encode(), "letter.md").to_json() == plain


def test_the_old_way_of_placing_tones_changes_nothing_but_the_letters() -> None:
    def shape(facts: dict[str, Any]) -> list[tuple[str, int, bool]]:
        return [(item["path"], len(item["assigned"]), item["tracked"]) for item in facts["items"]]

    old = SEED.replace("hóa", "hoá").replace("HÒA", "HOÀ").replace("Ủy", "Uỷ").replace("ỦY", "UỶ")
    assert old != SEED
    assert shape(read(old.encode(), "letter.txt").to_json()) == shape(
        read(SEED.encode(), "letter.txt").to_json()
    )


def test_the_committed_word_file_is_the_one_that_is_built() -> None:
    assert cao_loc_docx() == BUILT.read_bytes()

"""Where an item is cut, and what its parts are called."""

from uuid import UUID

import pytest

from service.domain.cuts import Document, Halves, between, cut, cuts, named_after
from service.domain.errors import InvalidValue

TEXT = "Rà soát hộ nghèo; lập danh sách. Báo cáo Sở trước ngày 15/3/2024."


def test_sentences_and_semicolons_are_places_to_cut_and_the_end_is_none() -> None:
    assert [TEXT[:at] for at in cuts(TEXT)] == ["Rà soát hộ nghèo;", "Rà soát hộ nghèo; lập danh sách."]


@pytest.mark.parametrize(
    "text",
    [
        "Họp tại TP. Lạng Sơn",
        "1. Rà soát",
        "Việc chung: a. rà soát",
        "chi 1.500 đồng",
        "đ/c. Bí thư",
        "Xong.",
    ],
)
def test_a_full_stop_that_ends_no_sentence_is_no_place_to_cut(text: str) -> None:
    assert cuts(text) == []


def test_a_short_word_may_end_a_sentence() -> None:
    assert cuts("Giao các xã. Báo cáo.") == [len("Giao các xã.")]


def test_a_new_line_of_the_document_is_a_place_to_cut() -> None:
    document = Document("1. Rà soát  hộ\nnghèo, gồm:\nXã A\n")
    words = "Rà soát hộ nghèo, gồm: Xã A"
    place = document.find(words)
    assert place is not None
    broken = cuts(words, document.breaks(words, place))
    assert [words[:at] for at in broken] == ["Rà soát hộ", "Rà soát hộ nghèo, gồm:"]


@pytest.mark.parametrize(
    ("at", "why"), [(0, "within the text"), (len(TEXT), "within the text"), (-3, "the text"), (5, "a word")]
)
def test_what_is_no_place_in_the_text_is_refused(at: int, why: str) -> None:
    with pytest.raises(InvalidValue, match=why) as refused:
        cut(TEXT, at)
    assert refused.value.field == "at"


@pytest.mark.parametrize("at", [1, 2, 8])
def test_a_part_without_words_is_refused(at: int) -> None:
    with pytest.raises(InvalidValue, match="no words"):
        cut("- . Xong .", at)


def test_both_parts_together_are_the_text() -> None:
    for at in cuts(TEXT):
        assert " ".join(cut(TEXT, at)) == TEXT


@pytest.mark.parametrize(
    ("label", "locator", "taken", "named"),
    [
        ("2", "2", (), ("2a", "2a")),
        ("2", "2", ("2a",), ("2b", "2b")),
        ("2a", "2a", (), ("2b", "2b")),
        ("1", "II.1", (), ("1a", "II.1a")),
        ("II", "II", (), ("IIa", "IIa")),
        ("1.1", "1-1", (), ("1.1a", "1-1a")),
        ("Điều 5", "dieu-5", (), ("Điều 5a", "dieu-5a")),
        ("a", "2.a", ("2.b",), ("a1", "2.a1")),
        ("a1", "2.a1", (), ("a2", "2.a2")),
        ("đ", "2.dd", (), ("đ1", "2.dd1")),
        ("-", "2.-", ("2.-2",), ("-", "2.-a")),
        ("-", "2.-2", (), ("-", "2.-2a")),
        ("-", "2.-a", (), ("-", "2.-b")),
        ("¶", "p", ("p2",), ("¶", "pa")),
        ("+", "2.plus", (), ("+", "2.plusa")),
    ],
)
def test_a_part_is_numbered_as_offices_do(
    label: str, locator: str, taken: tuple[str, ...], named: tuple[str, str]
) -> None:
    assert named_after(label, locator, {locator, *taken}) == named


def test_what_has_no_number_or_no_letter_left_is_not_named() -> None:
    assert named_after("Phụ lục", "phu-luc", {"phu-luc"}) is None
    full = {"2", *(f"2{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")}
    assert named_after("2", "2", full) is None


def test_the_same_words_are_found_where_each_item_stands() -> None:
    document = Document("1. Như trên\n2. Như  trên\n")
    ids = [UUID(int=1), UUID(int=2)]
    places = document.places((id_, None, "Như trên") for id_ in ids)
    assert [document.text[: places[id_].start] for id_ in ids] == ["1. ", "1. Như trên\n2. "]


def test_the_second_part_is_found_before_the_items_below_the_first() -> None:
    first, below, second = (UUID(int=number) for number in (1, 2, 3))
    document = Document("1. Rà soát. Báo cáo.\na) Xã A\n2. Thôi.")
    places = document.places([(first, None, "Rà soát."), (below, first, "Xã A"), (second, None, "Báo cáo.")])
    assert places[second].start == places[first].end + 1
    assert places[second].end < places[below].start


def test_only_a_label_stands_between_two_items() -> None:
    document = Document("1. Rà soát\n2. Báo cáo\nCăn cứ văn bản dài\n3. Họp")
    first, second, third = (document.find(words) for words in ("Rà soát", "Báo cáo", "Họp"))
    assert between(document, first, second) == "2."
    assert between(document, second, third) == ""
    assert between(document, first, None) == ""


def test_a_reading_belongs_to_the_part_in_which_it_stands() -> None:
    document = Document("Giao: 1. Xã A rà soát. Xã B báo cáo.")
    texts = ("Xã A rà soát.", "Xã B báo cáo.")
    first, second = (document.find(text) for text in texts)
    halves = Halves(texts, (first, second))
    assert halves.sides([9, 13]) == {0}
    assert halves.sides([23, 27]) == {1}
    assert halves.sides([0, 4]) == {0, 1}, "it introduces the items"
    assert halves.sides([18, 27]) is None, "over the place of the cut"
    assert halves.sides(None, "báo cáo") == {1}
    assert halves.sides(None, "Xã C") is None
    assert halves.sides([9, 13], "Xã") == {0, 1}, "named in both"
    assert Halves(texts, (None, None)).sides([9, 13]) is None

"""Long and repetitive texts are read at all: no pattern tries every way to part them."""

import pytest

from service.intake import read

PARAGRAPH = (
    "1. Giao Sở Tài chính chủ trì, phối hợp với các sở, ban, ngành, UBND các huyện, thành phố và các cơ quan "
    "liên quan rà soát, báo cáo UBND tỉnh (qua Văn phòng UBND tỉnh) trước ngày 20 hằng tháng.\n"
)
MONOTONOUS = {
    "fifty pages": PARAGRAPH * 600,
    "one sentence": "các sở, " * 8_000,
    "spaces": "báo cáo " + " " * 20_000 + "x",
    "days": "trước ngày 1/1/2024 " * 4_000,
    "periods": "định kỳ 6 tháng, năm " * 3_000,
    "names": "Ban Quản lý dự án các công trình " * 2_000,
    "brackets": "(" * 20_000,
    "bars": "| a | b |\n" * 5_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", MONOTONOUS)
def test_no_text_makes_the_grammar_crawl(kind: str) -> None:
    letter = "Kính gửi: Sở Y tế.\n\n1. " + MONOTONOUS[kind]
    assert read(letter.encode(), "letter.txt").text

"""How documents are named in letters, messages and lists."""

from datetime import date

import pytest

from service.domain.text import cited

DAY = date(2024, 4, 15)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("Công văn", "123", "UBND-VP", DAY), "Công văn số 123/UBND-VP ngày 15/04/2024"),
        (("Công văn", None, "UBND-VP", None), "Công văn số …/UBND-VP"),
        (("Thông báo", "144", None, None), "Thông báo số 144"),
        (("", None, None, DAY), "văn bản ngày 15/04/2024"),
    ],
)
def test_a_document_is_named_by_what_is_known_of_it(
    given: tuple[str, str | None, str | None, date | None], named: str
) -> None:
    assert cited(*given) == named

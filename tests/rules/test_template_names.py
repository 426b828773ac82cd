"""The names that templates may use are those that documents have values for."""

from datetime import date
from typing import Any

import pytest

from service.domain.figures import Cell
from service.domain.letter_rules import DocumentKind, LetterKind
from service.domain.reading.letterheads import Letterhead
from service.reports import office_words
from service.reports.office_words import LateDuty
from service.reports.sample import sample

pytestmark = pytest.mark.rules
DAY = date(2024, 6, 3)
HEAD = Letterhead("Văn phòng", "UBND huyện")
DUTY = LateDuty(
    unit="Xã A", subordinate=True, document="Công văn 1", locator="1", text="Việc", due_on=DAY, days_late=1
)


def values(kind: DocumentKind) -> dict[str, Any]:
    late = office_words.late_list(HEAD, [DUTY], total=1, units=1, cut_off=DAY)
    if kind is DocumentKind.LATE_LIST:
        return late
    if kind is DocumentKind.PROGRESS:
        counts = dict.fromkeys(Cell, 1)
        return office_words.progress(late, counts, [("Xã A", counts)])
    return office_words.letter(HEAD, LetterKind(kind.value), [DUTY], cut_off=DAY)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return ["", *map(shape, value[:1])] if isinstance(value, list) else ""


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_name_has_a_value_and_every_value_a_name(kind: DocumentKind) -> None:
    real, made_up = values(kind), sample(kind)
    real["de_nghi"] = real.get("yeu_cau")
    made_up.setdefault("de_nghi", None)
    assert shape(real) == shape(made_up)

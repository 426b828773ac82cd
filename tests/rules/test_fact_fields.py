"""Every text of every kind of fact says what it is, and what people type stands beside the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest
from typing_extensions import is_typeddict

from service.domain import commitments
from service.domain.commitments import ERASED, Beside
from service.domain.events import catalogue
from service.domain.events.base import Code, Event, FreeText, Text, Word
from service.domain.events.directives import DirectiveIssued
from service.domain.events.obligations import ObligationSentBack

pytestmark = pytest.mark.rules

WITHOUT_TEXT = (UUID, date, int, bool, NoneType)

MAY_NAME_A_PERSON = frozenset(
    {"reason", "basis", "legal_basis", "question", "instruction", "phrase", "name", "standing", "url", "text"}
)
"""Names under which people type: whatever bears one of them is free text."""


def unclear(hint: Any) -> Iterator[Any]:
    """Give the types in a hint of which nobody can say whether people type them."""
    if Text in map(type, getattr(hint, "__metadata__", ())) or hint in WITHOUT_TEXT:
        return
    if is_typeddict(hint):
        for each in get_type_hints(hint, include_extras=True).values():
            yield from unclear(each)
    elif get_origin(hint) is dict:
        yield from unclear(get_args(hint)[1])
    elif get_args(hint):
        for each in get_args(hint):
            yield from unclear(each)
    else:
        yield hint


def hints_of(kind: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {each.name: hints[each.name] for each in fields(kind)}


@pytest.mark.parametrize("kind", catalogue.kinds().values(), ids=lambda kind: kind.kind)
def test_every_value_of_a_fact_says_whether_people_type_it(kind: type[Event]) -> None:
    for name, hint in hints_of(kind).items():
        assert list(unclear(hint)) == [], f"{name} is a text of which nobody says what it is: events/base.py"
        if name in MAY_NAME_A_PERSON:
            assert name in dict(commitments.with_free_text(kind)), f"{name} can name a person: FreeText"


def test_a_new_text_that_nobody_classified_is_noticed() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Overheard(Event):
        """Somebody said something."""

        said: str
        said_by: list[str]
        sources: list[dict[str, str]]
        fine: Code | None

    assert {name for name, hint in hints_of(Overheard).items() if list(unclear(hint))} == {
        "said",
        "said_by",
        "sources",
    }


def test_what_people_type_is_not_in_the_sealed_values_and_comes_back_from_beside() -> None:
    fact = DirectiveIssued(
        subject_id=uuid4(),
        issuer_id=uuid4(),
        issued_on=date(2024, 3, 4),
        obligations=1,
        waivers=[
            {"code": "no-verb", "reason": "Đồng chí trưởng phòng đã biết"},
            {"code": "day-off", "reason": ""},
        ],
    )
    sealed, texts = commitments.sealed(fact)
    assert "trưởng phòng" not in str(sealed)
    assert [name for name, _ in commitments.commitments(sealed)] == ["waivers.0.reason"]
    assert sealed["waivers"][1] == {"code": "day-off", "reason": ""}, "an empty text hides nobody"
    known = {text.sha256: text.text for text in texts}
    assert commitments.opened(sealed, known) == fact.payload()
    shown = commitments.opened(sealed, {})
    assert (shown["waivers"][0]["reason"], shown["erased"]) == (ERASED, ["waivers.0.reason"])


def test_the_same_text_is_committed_to_otherwise_every_time() -> None:
    facts = [ObligationSentBack(subject_id=uuid4(), submission_id=uuid4(), reason="Thiếu") for _ in range(2)]
    sealed = [commitments.sealed(fact)[0]["reason"] for fact in facts]
    assert sealed[0] != sealed[1], "whoever guesses a text cannot look for its hash"


@pytest.mark.parametrize(
    "change", [{"text": "Thừa"}, {"salt": "0" * 32}, {"salt": None}, {"text": None}, {"salt": "xx"}]
)
def test_a_text_that_is_not_the_one_committed_to_does_not_hold(change: dict[str, str | None]) -> None:
    found = commitments.beside("Thiếu phụ lục")
    assert found.holds()
    assert not found._replace(**change).holds()
    assert Beside(found.sha256, None, None).holds(), "an erased text is no broken one"


def test_facts_of_earlier_releases_are_shown_as_they_are() -> None:
    older: dict[str, Any] = {"reason": "Thiếu", "sha256": "a" * 64, "items": ["1"], "percent": None}
    assert commitments.opened(older, {}) == older


def test_words_of_a_few_are_not_free_text() -> None:
    assert not commitments.has_free_text(list[Word] | None)
    assert commitments.has_free_text(list[FreeText] | None)

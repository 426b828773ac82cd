"""A few hundred mutants in every test run; `python -m tests.fuzz` reads as many as wanted."""

from pathlib import Path

import pytest

from service.intake.refusals import LegacyDocument, ScannedDocument

from .campaign import file_of
from .http import Service
from .outcome import SECONDS_MAX, apart, here

SEED = 2024
LEFT_TO_PROGRAMS = frozenset({LegacyDocument.slug, ScannedDocument.slug})


@pytest.fixture(autouse=True)
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without converters and recognisers, which would take long."""
    monkeypatch.setenv("PATH", "")


@pytest.mark.parametrize("first", range(0, 408, 34))
def test_every_mutant_is_read_or_refused(first: int) -> None:
    for number in range(first, first + 34):
        outcome = here(*file_of(SEED, number))
        assert outcome.fault is None, f"{number}: {outcome.fault}"
        assert outcome.seconds < SECONDS_MAX, number


def test_a_mutant_is_the_same_whenever_it_is_made() -> None:
    assert file_of(SEED, 5) == file_of(SEED, 5)
    assert file_of(SEED, 5) != file_of(SEED + 1, 5)


def test_the_child_process_says_the_same(tmp_path: Path) -> None:
    for number in range(17):
        name, data = file_of(SEED, number)
        read_here = here(name, data).word
        if read_here not in LEFT_TO_PROGRAMS:  # the child's server may have found these on an earlier path
            told = apart(name, data, tmp_path)
            assert (told.word, told.fault) == (read_here, None), number


def test_the_service_answers_every_mutant(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        for number in range(34):
            outcome = service.take_in(*file_of(SEED, number))
            assert outcome.fault is None, f"{number}: {outcome.fault}"

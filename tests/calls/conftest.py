"""Furnished offices for the slices that every test run makes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls.office import Offices
from tests.databases import Templates


@pytest.fixture(scope="session")
def offices(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """Return offices of both kinds."""
    folder: Path = tmp_path_factory.mktemp("calls")
    yield Offices(templates, folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    return str(request.param)

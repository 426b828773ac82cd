"""Furnished offices for the slices that every test run makes."""

import pytest

from tests.calls.office import Offices
from tests.databases import Templates


@pytest.fixture(scope="session")
def offices(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Offices:
    """Return offices of both kinds."""
    return Offices(templates, tmp_path_factory.mktemp("calls"))


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    return str(request.param)

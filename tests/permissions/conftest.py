"""A world of everybody for each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Templates
from tests.permissions.offices import KINDS, Office, office_on


@pytest.fixture(scope="package", params=KINDS)
def office(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Return a service that answers everybody and keeps nothing of it."""
    with office_on(request.param, templates, Path(tmp_path_factory.mktemp("permissions"))) as made:
        yield made

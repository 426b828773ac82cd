"""A district of its own for every test here, and one fake Zalo a file."""

from collections.abc import Iterator

import pytest

from service.fakes.zalo import FakeZalo
from tests.district import office

__all__ = ["office"]


@pytest.fixture(scope="module")
def zalo() -> Iterator[FakeZalo]:
    """Return a fake Zalo; a test that needs an empty one lets it forget."""
    with FakeZalo() as running:
        yield running

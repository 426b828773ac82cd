"""A district of its own for every test here, and an entry for whoever needs many."""

from tests.district import office

__all__ = ["office"]

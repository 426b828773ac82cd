"""A district of its own for every test here."""

from tests.district import office

__all__ = ["office"]

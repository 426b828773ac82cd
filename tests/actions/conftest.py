"""A district of its own for every test here."""

from tests.district import office, shared_office

__all__ = ["office", "shared_office"]

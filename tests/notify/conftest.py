"""A district of its own for every test here."""

from tests.databases import database, templates
from tests.district import office

__all__ = ["database", "office", "templates"]

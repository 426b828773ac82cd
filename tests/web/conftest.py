"""A district of its own for every test here, and one browser for all of them."""

from tests.district import office
from tests.web.chromium import chromium

__all__ = ["chromium", "office"]

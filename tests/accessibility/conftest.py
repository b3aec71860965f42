"""The same walk as for those who read the pages."""

from tests.reading.conftest import pages

__all__ = ["pages"]

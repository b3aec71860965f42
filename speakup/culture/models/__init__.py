"""Everything the culture room keeps."""

from speakup.culture.models.facts import Fact, FactInbox, MetricsKey
from speakup.culture.models.releases import PublishedTable, Release

__all__ = ["Fact", "FactInbox", "MetricsKey", "PublishedTable", "Release"]

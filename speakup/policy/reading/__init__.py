"""From a JSON document to a policy, or to every complaint about it."""

from speakup.policy.reading.complaints import Complaint, PolicyError
from speakup.policy.reading.parsing import LARGEST_DOCUMENT, parse_document, read_document
from speakup.policy.reading.policy import read_policy

__all__ = ["LARGEST_DOCUMENT", "Complaint", "PolicyError", "parse_document", "read_document", "read_policy"]

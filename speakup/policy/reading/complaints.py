"""What is wrong with a policy document, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong. `place` reads like `behaviour_categories[3].sub_categories[1].support_services[0]`;
    it is empty when the whole document is meant."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place or 'document'}: {self.text}"


class PolicyError(Exception):
    """A document that is no policy; `complaints` says everything that is wrong with it."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = list(complaints)
        super().__init__(f"not a policy: {len(self.complaints)} complaint(s)")


def quoted(text: str) -> str:
    """`text` for a complaint: shortened, on one line, and without anything that a terminal would obey."""
    text = str(text)  # not a word of the code's own, which would say its class
    return ascii(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}...")

"""What was found in one document, until it is all said at once."""

from speakup.policy.reading.complaints import Complaint, PolicyError, quoted

MOST_COMPLAINTS = 1_000


class Findings:
    """What was found in one document: complaints, the ids that it defines, and those that it refers to.

    References are looked up at the end, so that the order of the document does not matter.
    """

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self._defined: dict[str, dict[str, str]] = {}
        self._referred: list[tuple[tuple[str, ...], str, str]] = []

    def complain(self, place: str, text: str) -> None:
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(Complaint(place, text))
        elif len(self.complaints) == MOST_COMPLAINTS:
            self.complaints.append(Complaint("", "has more complaints than these"))

    def define(self, kind: str, name: str, place: str) -> None:
        first = self._defined.setdefault(kind, {}).setdefault(name, place)
        if first != place:
            self.complain(place, f"{quoted(name)} is already the {kind} at {first}")

    def refer(self, kinds: tuple[str, ...], name: str, place: str) -> None:
        """Something of one of these kinds must be defined under this name somewhere."""
        self._referred.append((kinds, name, place))

    def raise_complaints(self) -> None:
        """PolicyError where anything was found, references that lead nowhere included."""
        for kinds, name, place in self._referred:
            if not any(name in self._defined.get(kind, {}) for kind in kinds):
                self.complain(place, f"there is no {' or '.join(kinds)} {quoted(name)}")
        if self.complaints:
            raise PolicyError(list(dict.fromkeys(self.complaints)))

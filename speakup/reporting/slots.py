"""What a reporter's session can hold: a draft, what was just sent, and the report whose inbox is open."""

import uuid
from dataclasses import dataclass

from speakup.vault.encoding import hkdf

TAG_BYTES = 16


@dataclass(frozen=True, repr=False)
class DraftSlot:
    """A live draft: its id, its content key D (32 bytes) and the secret of the receipt it will be sent under.

    `saved`: the words of that receipt lead back to it already. It outlives the session.
    """

    id: uuid.UUID
    key: bytes
    receipt: bytes
    saved: bool = False

    @property
    def tag(self) -> str:
        """What each page of this form says of whose it is: 32 letters that name nothing to whoever has not the key."""
        return hkdf(self.key, b"form", TAG_BYTES).hex()


@dataclass(frozen=True, repr=False)
class SentSlot:
    """What was just sent, so that its receipt can be shown again until it is confirmed."""

    report_id: uuid.UUID
    receipt: bytes


@dataclass(frozen=True, repr=False)
class ReportSlot:
    """The report whose inbox is open: its content key R (32 bytes, in a request a DataKey) and the epoch of that key.

    `seen` is how many epochs there were when the words were typed. `intact` is False where the database has a later
    epoch that does not count (later_keys.py).
    """

    report_id: uuid.UUID
    key: bytes
    epoch: int
    seen: int = 1
    intact: bool = True

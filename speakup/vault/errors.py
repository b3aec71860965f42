"""What the vault refuses, said without saying why.

Every error has one fixed text: nothing that was typed, opened or compared ever stands in a message, an argument or a
chained exception, because logs and error pages show those (vault.md, 'Rules of the room').
"""


class VaultError(Exception):
    """Something the vault refuses; `str()` is the class's fixed text and nothing else."""

    text = "The vault refused."

    def __init__(self) -> None:
        super().__init__(self.text)


class CannotOpen(VaultError):
    """A sealed value does not open: wrong key, wrong place, changed, cut short, or never sealed by us."""

    text = "This sealed value does not open."


class UnknownFormat(VaultError):
    """A value says a format version that this code does not know, or is not in the one canonical form."""

    text = "This value is in a format that is not known."


class BadSignature(VaultError):
    """A signature is not by this key over this document for this purpose."""

    text = "This signature does not hold."


class Busy(VaultError):
    """A gate is full, or its turn did not come in time; trying again later is right."""

    text = "Too many are waiting."


class NotAReceipt(VaultError):
    """What was typed is no receipt.

    `kind` is one of TOO_FEW, TOO_MANY, UNKNOWN_WORD, CHECK_FAILED; `position` counts the typed words from 1 and is
    set for UNKNOWN_WORD alone. The typed text itself is never kept.
    """

    text = "This is not a receipt."

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    UNKNOWN_WORD = "unknown_word"
    CHECK_FAILED = "check_failed"

    def __init__(self, kind: str, position: int | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.position = position

    def __reduce__(self) -> tuple[type["NotAReceipt"], tuple[str, int | None]]:
        return (NotAReceipt, (self.kind, self.position))

"""What the recovery quorum can open, for as long as its officers are in the room: everything that was sealed to it.

Source: vault.md, 'Grants' ('Recovery'). It opens rows with the secret out of the officers' shares and signs nothing:
whoever it seals an object to goes on in a session of their own.
"""

from uuid import UUID

from speakup.accounts.ceremony import check_secret
from speakup.accounts.epochs import vouched_for
from speakup.accounts.keyring import NotGranted, OpenedGrant, open_row
from speakup.accounts.models import Epoch, Grant
from speakup.accounts.rosters import recovery_key
from speakup.vault.recovery import recovery_seed


class Quorum:
    """Opens recovery's rows with the recovery secret (32 bytes), whatever they exclude from whom."""

    __slots__ = ("_id", "_seed")

    def __init__(self, secret: bytes) -> None:
        """Raises CeremonyRefused where the secret is not this database's, RosterInvalid where the root does not vouch
        for the recovery key that stands here."""
        check_secret(secret)
        self._id = recovery_key().id
        self._seed = recovery_seed(secret)

    def open(self, kind: str, object_id: UUID) -> OpenedGrant:
        """The keys of one object in its newest epoch. Raises NotGranted, for whatever reason."""
        epochs = list(Epoch.objects.filter(object_kind=kind, object_id=object_id).order_by("epoch"))
        row = Grant.objects.filter(object_kind=kind, object_id=object_id, staff=None).order_by("-epoch").first()
        if row is None or not epochs or epochs[-1].pk not in vouched_for(epochs[-1:]):
            raise NotGranted
        contents = open_row(self._seed, self._id, row, epochs)
        if contents is None:
            raise NotGranted
        return OpenedGrant(contents.keys, contents.headline, contents.identifiers, row.epoch)

    def __repr__(self) -> str:
        return "<Quorum>"

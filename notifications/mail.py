"""What SpeakUp says by mail: nothing but that one should sign in, in the same words and at the same length each time.

Whoever reads the mail system learns neither what waits nor whether anything does (adversaries.md, 'the mail system').
"""

import datetime as dt
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from speakup.accounts.inviting import invitation_to_mail, link_of
from speakup.accounts.roles import live_roles
from speakup.clocks.models import Outbox
from speakup.ledger.checkpoints import checkpoint_hash, newest_checkpoint

AUDITOR = "auditor"


@dataclass(frozen=True)
class Words:
    """A mail's subject and text."""

    subject: str
    text: str


def message_for(row: Outbox) -> EmailMessage:
    """The mail of this outbox row. To one person it differs from the last of its kind by id and date alone, and an
    invitation by its link.

    Its Message-ID is made from the row's id, so that a mail sent twice, by a worker killed between sending and noting
    it, is one and the same mail to whoever receives it.
    """
    words = _invitation(row) if row.kind == Outbox.Kind.ACCOUNT else _words(row.kind)
    if row.kind == Outbox.Kind.DAILY and AUDITOR in live_roles(row.staff):
        words = _with_checkpoint(words, row)
    return EmailMessage(
        subject=words.subject,
        body=words.text,
        to=[row.staff.email],
        headers={"Message-ID": f"<{row.id.hex}@{_domain()}>", "Auto-Submitted": "auto-generated"},
    )


def _words(kind: str) -> Words:
    address = f"{settings.SITE_URL}/staff/"
    if kind == Outbox.Kind.URGENT:
        return Words(
            _("SpeakUp: please sign in now"),
            _(
                "You are on call.\n\n"
                "Please sign in to SpeakUp now and look at what waits for you. The people on call of every desk get "
                "this message, and most of them will find nothing.\n\n"
                "%(address)s\n\n"
                "Please do not answer this message: nobody reads what is sent back.\n"
            )
            % {"address": address},
        )
    return Words(
        _("SpeakUp: your daily message"),
        _(
            "This message comes every day and is always the same, whether or not anything waits for you.\n\n"
            "Please sign in to SpeakUp and look at what waits for you.\n\n"
            "%(address)s\n\n"
            "Please do not answer this message: nobody reads what is sent back.\n"
        )
        % {"address": address},
    )


def _invitation(row: Outbox) -> Words:
    """An invitation's link is made here, from the site's own address of the settings, and kept nowhere.

    The mail names nobody and nothing. Raises LookupError where it was used or withdrawn meanwhile.
    """
    invitation = invitation_to_mail(row.staff, row.slot_at, now=row.slot_at)
    if invitation is None:
        raise LookupError("the invitation is good no more")
    return Words(
        _("SpeakUp: your invitation"),
        _(
            "You are invited to SpeakUp.\n\n"
            "Open this link and choose a passphrase. It is good once, and for 48 hours from when it was made.\n\n"
            "%(address)s\n\n"
            "Pass it on to nobody. If you did not expect it, or it says that it was used, tell the person who looks "
            "after SpeakUp in your force by telephone.\n\n"
            "Please do not answer this message: nobody reads what is sent back.\n"
        )
        % {"address": link_of(invitation)},
    )


def _with_checkpoint(words: Words, row: Outbox) -> Words:
    """The auditor's daily message holds the name of the newest checkpoint of the day before it: a hash, which tells the
    mail system nothing, not even how much was done. Where none was signed that day there are as many dashes."""
    newest = newest_checkpoint(before=row.slot_at)
    missing = newest is None or newest.at < row.slot_at - dt.timedelta(days=1)
    name = "-" * 64 if newest is None or missing else checkpoint_hash(bytes(newest.document))
    told = _("The newest checkpoint of the ledger, for verify_ledger --mailed (dashes: none was signed for a day):")
    return Words(words.subject, f"{words.text}\n{told}\n{name}\n")


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

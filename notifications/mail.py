"""What SpeakUp says by mail: nothing but that one should sign in, in the same words and at the same length each time.

Whoever reads the mail system learns neither what waits nor whether anything does (adversaries.md, 'the mail system').
"""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from speakup.accounts.inviting import invitation_to_mail, link_of
from speakup.clocks.models import Outbox


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


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

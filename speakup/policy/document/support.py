"""Help for people, and the other places to tell."""

import re
from dataclasses import dataclass

from speakup.policy.document.vocabulary import ServiceKind, Status

_HOST_AND_PATH = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[A-Za-z0-9/_.-]*)?", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9 ]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class SupportService:
    """A support service as the policy writes it.

    A page shows `name`, `for_whom`, `web` and the `shown_...` values, never `phone`, `hours` or `email`: a number
    that nobody verified is not shown as a fact, the service's own website is named instead (`check_there`).
    """

    id: str
    name: str
    for_whom: str
    kind: ServiceKind
    phone: str
    phone_status: Status
    hours: str
    web: str
    email: str | None
    note: str

    @property
    def shown_phone(self) -> str | None:
        """The number, where it was verified."""
        return self.phone or None if self.phone_status is Status.VERIFIED else None

    @property
    def shown_hours(self) -> str | None:
        """The opening hours, where the number was verified."""
        return self.hours or None if self.phone_status is Status.VERIFIED else None

    @property
    def shown_email(self) -> str | None:
        """The address, where the number was verified."""
        return self.email or None if self.phone_status is Status.VERIFIED else None

    @property
    def dial(self) -> str | None:
        """`shown_phone` for a `tel:` link: digits alone. None where it is no plain number."""
        phone = self.shown_phone
        return phone.replace(" ", "") if phone and _NUMBER.fullmatch(phone) else None

    @property
    def link(self) -> str | None:
        """`web` as an https address. None where `web` is empty or says in words where to look."""
        return f"https://{self.web}" if _HOST_AND_PATH.fullmatch(self.web) else None

    @property
    def check_there(self) -> bool:
        """True when the page must say 'check the number there' beside the website."""
        return self.phone_status is not Status.VERIFIED and bool(self.web)

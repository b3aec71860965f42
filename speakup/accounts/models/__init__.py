"""Everything the accounts room keeps."""

from speakup.accounts.models.staff import StaffMember

__all__ = ["StaffMember"]

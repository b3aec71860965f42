"""What the database itself refuses of the reporter's side (entities.md section 5)."""

from speakup.web.triggers import insert_only

TRIGGERS = (
    insert_only("reporting_intaketransition"),
    insert_only("reporting_message"),
    insert_only("reporting_progress"),
)

"""What the database itself refuses of the clocks' tables (entities.md section 5)."""

from speakup.web.triggers import Event, insert_only, only_if

_FIXED = ("id", "owner_kind", "owner_id", "key_kind", "key_id", "epoch", "sealed")

TRIGGERS = (
    # What a clock is about never changes, and what was closed is never opened again: a new turn is a new clock.
    only_if(
        "clocks_clock",
        Event.UPDATE,
        " AND ".join([f"NEW.{column} = OLD.{column}" for column in _FIXED])
        + " AND NOT (OLD.state = 'closed' AND NEW.state <> 'closed')",
    ),
    insert_only("clocks_clockevent"),
    only_if(
        "clocks_reminder",
        Event.UPDATE,
        "NEW.id = OLD.id AND NEW.clock_id = OLD.clock_id AND NEW.due_at = OLD.due_at AND NEW.rung = OLD.rung "
        # Who opened it stays as sealed, or goes whole: services.void_acknowledgements, where the rows are given anew.
        "AND (NOT OLD.acknowledged OR (NEW.acknowledged AND NEW.sealed = OLD.sealed) "
        "OR (NOT NEW.acknowledged AND NEW.sealed IS NULL))",
    ),
)

"""What the database itself refuses of casework (entities.md section 5): history is added to, never rewritten.

A step follows the stage and number of what it moves, and nothing moves but by a step: the row that moves must find
its step already there, as the ledger's head finds its entry.
"""

from speakup.web.triggers import Event, insert_only, only_if

PROCEEDING = "professional_standards_proceeding"
CASE = "professional_standards_case"
TRANSITION = "professional_standards_transition"


def _follows(table: str, owner: str, stage: str) -> str:
    """The first step, to where its owner stands, or the next one, from there."""
    of_owner = f"FROM {table} WHERE id = NEW.{owner}"
    return (
        f"(NEW.{owner} IS NOT NULL AND ("
        f"(NEW.seq = 1 AND NEW.from_stage = '' AND NEW.to_stage = (SELECT {stage} {of_owner}) "
        f"AND (SELECT seq {of_owner}) = 1) "
        f"OR (NEW.seq = (SELECT seq + 1 {of_owner}) AND NEW.from_stage = (SELECT {stage} {of_owner}))))"
    )


def _by_a_step(owner: str, stage: str) -> str:
    step = f"FROM {TRANSITION} WHERE {owner} = NEW.id AND seq = NEW.seq"
    taken = f"EXISTS (SELECT 1 {step} AND from_stage = OLD.{stage} AND to_stage = NEW.{stage})"
    stands = f"NEW.seq = OLD.seq AND NEW.{stage} = OLD.{stage}"
    return f"NEW.id = OLD.id AND (({stands}) OR (NEW.seq = OLD.seq + 1 AND {taken}))"


CONFLICT = "professional_standards_conflictdeclaration"

TRIGGERS = (
    insert_only(TRANSITION),
    insert_only("professional_standards_event"),
    insert_only("professional_standards_note"),
    only_if(
        TRANSITION,
        Event.INSERT,
        f"{_follows(PROCEEDING, 'proceeding_id', 'stage')} OR {_follows(CASE, 'case_id', 'state')}",
    ),
    only_if(PROCEEDING, Event.INSERT, "NEW.seq = 1"),
    only_if(PROCEEDING, Event.UPDATE, _by_a_step("proceeding_id", "stage")),
    only_if(CASE, Event.INSERT, "NEW.seq = 1"),
    only_if(CASE, Event.UPDATE, _by_a_step("case_id", "state")),
)

# What was added to them: each migration takes its own.
TRIGGERS_OF_CONFLICTS = (insert_only(CONFLICT),)

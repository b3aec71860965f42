"""What the database itself refuses of the ledger's tables (entities.md section 5)."""

from speakup.web.triggers import Event, append_only, insert_only, only_if

ENTRY_TRIGGERS = (
    *append_only("ledger_entry"),
    only_if("ledger_entry", Event.INSERT, "NEW.seq = (SELECT count + 1 FROM ledger_head WHERE id = 1)"),
    only_if(
        "ledger_head",
        Event.UPDATE,
        "NEW.id = OLD.id AND NEW.count = OLD.count + 1 "
        "AND NEW.hash = (SELECT hash FROM ledger_entry WHERE seq = NEW.count)",
    ),
    only_if("ledger_head", Event.DELETE, "1 = 0"),
    only_if("ledger_head", Event.TRUNCATE, "1 = 0"),
    only_if(
        "ledger_entrydetail",
        Event.INSERT,
        "(SELECT detail_hash FROM ledger_entry WHERE id = NEW.entry_id) IS NOT NULL",
    ),
    insert_only("ledger_entrydetail"),
)
CHECKPOINT_TRIGGERS = (
    *append_only("ledger_checkpoint"),
    only_if(
        "ledger_checkpoint",
        Event.INSERT,
        "NEW.number = 1 + COALESCE((SELECT max(number) FROM ledger_checkpoint), 0) "
        "AND NEW.count <= (SELECT count FROM ledger_head WHERE id = 1) "
        "AND NEW.count >= COALESCE((SELECT max(count) FROM ledger_checkpoint), 0)",
    ),
    *append_only("ledger_checkpointkey"),
)
TRIGGERS = (*ENTRY_TRIGGERS, *CHECKPOINT_TRIGGERS)

"""How long `verify_ledger` takes, and how much memory: `python -m tests.benchmarks.ledger [NUMBER]` (200,000 if none).

So many entries of staff and reporters, a detail for every fourth, a checkpoint every 500: a million must be checked,
with the file of checkpoints, in a minute or less. With DATABASE_URL in a database of its own on that PostgreSQL, which
is dropped afterwards; otherwise in SQLite's memory.
"""

import datetime as dt
import hashlib
import os
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path

SECONDS_A_MILLION = 60.0
AT_ONCE = 2_000
EVERY = 500
NOON = dt.datetime(2031, 2, 13, 12, 0, tzinfo=dt.UTC)


def main(number: int) -> int:
    """Prints how long it took; 1 where it was longer than it may be."""
    import django
    from django.db import connection

    import tests.environment  # noqa: F401 - a data folder of its own, before the settings are read

    django.setup()
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(number, Path(folder))
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measure(number: int, folder: Path) -> int:
    from django.conf import settings

    from speakup.ledger import checkpoints
    from speakup.ledger.checking import verify_ledger
    from speakup.ledger.checkpoint_keys import write_checkpoint_keys
    from speakup.vault.signing import new_signing_seed, signing_public

    root = new_signing_seed()
    settings.ROOT_PUBLIC_KEY = signing_public(root)
    settings.CHECKPOINT_KEYS_DIR, settings.CHECKPOINT_FILE = folder, folder / "checkpoints.jsonl"
    write_checkpoint_keys(root, folder)
    _append(number)
    checkpoints.MOST_ENTRIES = EVERY
    began = time.perf_counter()
    signed = checkpoints.sign_checkpoint({"psd": (1, "ab" * 32)}, now=NOON)
    print(f"{signed} checkpoints signed in {time.perf_counter() - began:.1f} s")  # noqa: T201 - for the terminal
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, used = time.perf_counter(), time.process_time()
    checked = verify_ledger(checkpoint_file=settings.CHECKPOINT_FILE)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    allowed = SECONDS_A_MILLION * number / 1_000_000
    print(  # noqa: T201
        f"{checked.verified.count} entries and {checked.checkpoints} checkpoints in {seconds:.1f} s "
        f"({used:.1f} s of processor time; at most {allowed:.1f} s), {grown:.0f} MiB more memory"
    )
    return 0 if seconds <= allowed else 1


def _append(number: int) -> None:

    from speakup.ledger.actions import REPORTER
    from speakup.ledger.chain import chain_hash, entry_bytes
    from speakup.ledger.models import GENESIS, Entry, EntryDetail, Head
    from speakup.ledger.triggers import TRIGGERS
    from speakup.ledger.written import Written, written_document
    from speakup.web.triggers import create_triggers, drop_triggers
    from tests.ledger.test_triggers import Editor

    drop_triggers(Editor(), TRIGGERS)  # rows are made in bulk, and the head counts them once
    previous, people = GENESIS, [uuid.uuid4() for _ in range(30)]
    for start in range(1, number + 1, AT_ONCE):
        made, details = [], []
        for seq in range(start, min(start + AT_ONCE, number + 1)):
            staff, sealed = seq % 5 != 0, os.urandom(1100) if seq % 4 == 0 else None
            entry = Entry(
                seq=seq,
                day=NOON.date(),
                at=NOON + dt.timedelta(seconds=seq, microseconds=seq % 1000) if staff else None,
                actor_id=people[seq % 30] if staff else None,
                role="head_of_psd" if staff else REPORTER,
                action="read" if staff else "write",
                object_id=uuid.uuid4(),
                written=written_document([Written("Message", uuid.uuid4(), 1, "ab" * 32, ("sealed",))]),
                detail_hash=hashlib.sha256(sealed).digest() if sealed else None,
            )
            entry.hash = previous = chain_hash(previous, entry_bytes(entry))
            made.append(entry)
            if sealed:
                details.append(EntryDetail(entry=entry, sealed=sealed))
        Entry.objects.bulk_create(made)
        EntryDetail.objects.bulk_create(details)
    Head.objects.update(count=number, hash=previous)
    create_triggers(Editor(), TRIGGERS)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))

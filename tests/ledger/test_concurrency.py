"""Many appending at once make one chain, and verifying meanwhile takes nobody for a forger."""

import threading
import uuid
from typing import Any

from django.db import connections, transaction

from speakup.ledger import verification
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry, Head
from speakup.ledger.services import append_entry
from speakup.ledger.verification import verify_chain
from tests.ledger.test_append import NIGHT

THREADS, EACH = 4, 10


def test_appends_at_once_make_one_chain(own_database):
    before, faults = verify_chain().count, []
    ready = threading.Barrier(THREADS + 1)

    def append_all():
        try:
            ready.wait()
            for _ in range(EACH):
                with transaction.atomic():
                    append_entry(Action.READ, actor_id=uuid.uuid4(), role="psd_head", object_id=None, now=NIGHT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=append_all) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    while any(thread.is_alive() for thread in threads):
        assert verify_chain().count >= before
    assert faults == []
    assert verify_chain().count == Head.objects.get().count == before + THREADS * EACH


def test_what_is_appended_during_the_look_is_read_on(db, monkeypatch):
    append: dict[str, Any] = {"actor_id": None, "role": "", "object_id": None, "now": NIGHT}
    append_entry(Action.READ, **append)
    read_head = verification._read_head
    appended: list[Entry] = []

    def append_first():
        if len(appended) < 3:
            appended.append(append_entry(Action.READ, **append))
        return read_head()

    monkeypatch.setattr(verification, "_read_head", append_first)
    assert verify_chain().count == Head.objects.get().count
    assert len(appended) == 3

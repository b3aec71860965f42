"""What was done with a case and its reports, from the ledger, with the exact acts where the reader's keys open them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from professional_standards.holding import HeldCase
from professional_standards.opened_case import ChronologyLine
from speakup.accounts.keyring import OpenedGrant
from speakup.ledger.models import Entry
from speakup.vault.content import open_detail
from speakup.vault.errors import VaultError

MOST_LINES = 200


def open_chronology(
    held: HeldCase, grants: Mapping[UUID, OpenedGrant], references: Mapping[UUID, str]
) -> list[ChronologyLine]:
    """The newest entries about the case and the reports that it joins, newest first, in one query."""
    about = [held.case.id, *references]
    entries = Entry.objects.filter(object_id__in=about).select_related("detail").order_by("-seq")[:MOST_LINES]
    return [_line(entry, held, grants, references) for entry in entries]


def _line(
    entry: Entry, held: HeldCase, grants: Mapping[UUID, OpenedGrant], references: Mapping[UUID, str]
) -> ChronologyLine:
    detail = _detail(entry, held, grants)
    act = str(detail.pop("action", ""))
    return ChronologyLine(
        day=entry.day,
        at=entry.at,
        actor_id=entry.actor_id,
        role=entry.role,
        action=entry.action,
        act=act,
        reference=references.get(entry.object_id, "") if entry.object_id else "",
        detail=detail,
    )


def _detail(entry: Entry, held: HeldCase, grants: Mapping[UUID, OpenedGrant]) -> dict[str, Any]:
    """What the entry's detail says; nothing where there is none, or it was erased, or another key sealed it."""
    of_case = entry.object_id == held.case.id
    grant = held.grant if of_case else grants.get(entry.object_id) if entry.object_id else None
    sealed = getattr(entry, "detail", None)
    if grant is None or sealed is None or entry.object_id is None:
        return {}
    key = grant.keys["C" if of_case else "T"]
    try:
        return dict(open_detail(key, entry.id, entry.object_id, grant.epoch, bytes(sealed.sealed)))
    except (VaultError, TypeError, ValueError):
        return {}

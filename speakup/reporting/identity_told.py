"""What a reporter reads of the requests for her name: who asked in which role, what was decided, until when.

A custodian holds no key of the report, so the answer stands under a key of its own, which the asker makes: it lies in
a line of progress (under R) and beside the reason (under the request's Q). Whoever merely writes the database has
neither, and can make no answer (docs/adr/0023).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from speakup.accounts.models import Epoch
from speakup.reporting.models import FIRST_EPOCH, IdentityRequest
from speakup.reporting.progress import Line, ProgressLine
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.encoding import KEY_SIZE
from speakup.vault.errors import VaultError

TOLD = "W"  # the kind of key that the answer is under
ANONYMOUS, CONFIDENTIAL, OPEN = "anonymous", "confidential", "open"
# What was told openly has been read: nobody goes back from there, nor from a name in confidence to none.
_AFTER: Mapping[str, tuple[str, ...]] = {ANONYMOUS: (CONFIDENTIAL, OPEN), CONFIDENTIAL: (OPEN,), OPEN: ()}


@dataclass(frozen=True)
class Asked:
    """That somebody of this role asked for the name on a day; `emergency`: because a life was in danger.

    `released` is None while nobody has decided, else what was decided, on `decided_day`; `until` the last day on which
    the name can be read.
    """

    day: dt.date
    role: str
    emergency: bool
    released: bool | None = None
    decided_day: dt.date | None = None
    until: dt.date | None = None


def modes_after(mode: str) -> tuple[str, ...]:
    """How a reporter who is known like this may be known later, by the policy's ids."""
    return _AFTER.get(mode, ())


def asked_detail(request_id: UUID, key: bytes, role: str, *, emergency: bool) -> dict[str, str]:
    """The detail of the NAME_ASKED line of a request whose answer will stand under `key` (32 bytes)."""
    return {"request": request_id.hex, "key": key.hex(), "role": role, "emergency": "1" if emergency else ""}


def name_key_detail(made: Epoch) -> dict[str, str]:
    """What a line of the reporter's own session, under R, says of the key that it made for her name."""
    return {"epoch": str(made.epoch), "commitment": bytes(made.commitment).hex()}


def seal_told(
    request: IdentityRequest, key: bytes, *, released: bool, day: dt.date, until: dt.date | None = None
) -> bytes:
    """`IdentityRequest.told`: the answer for the reporter."""
    document = {"released": released, "day": day.isoformat(), "until": until.isoformat() if until else ""}
    return seal_document(key, _place(request.id), document)


def open_asked(lines: Sequence[ProgressLine], requests: Mapping[UUID, IdentityRequest]) -> tuple[list[Asked], bool]:
    """The requests that these lines tell of, in their order, and whether all are as they were written."""
    found, intact = [], True
    for line in lines:
        if line.line is not Line.NAME_ASKED:
            continue
        asked = Asked(line.day, line.detail.get("role", ""), bool(line.detail.get("emergency")))
        try:
            request_id, key = UUID(line.detail["request"]), bytes.fromhex(line.detail["key"])
            found.append(_with_answer(asked, requests[request_id], key))
        except (KeyError, ValueError, VaultError):
            found.append(asked)
            intact = False
    return found, intact


def _with_answer(asked: Asked, request: IdentityRequest, key: bytes) -> Asked:
    if len(key) != KEY_SIZE:
        raise ValueError
    if request.told is None:
        return asked
    told: Mapping[str, Any] = open_document(key, _place(request.id), bytes(request.told))
    return Asked(
        asked.day,
        asked.role,
        asked.emergency,
        told["released"] is True,
        dt.date.fromisoformat(told["day"]),
        dt.date.fromisoformat(told["until"]) if told["until"] else None,
    )


def _place(request_id: UUID) -> Place:
    return Place(request_id, TOLD, FIRST_EPOCH, "IdentityRequest.told", request_id)

"""Facts: what happened, so coarsely that only a number can be made of it (vault.md, 'Facts for statistics').

Whoever records one makes it before their transaction and saves it in it:

    fact = received_fact(day)                       # cryptography: before the transaction; None where no key is
    with transaction.atomic():
        ...
        record_fact(fact)                           # in the caller's transaction

A fact has no link to what it tells of: never list its row in a ledger entry or a pending act.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from secrets import SystemRandom
from typing import Any

from speakup.culture.equality import EQUALITY, NOT_SAID
from speakup.culture.metrics_keys import NoMetricsKey, VerifiedMetricsKey, verified_key
from speakup.culture.models import FactInbox
from speakup.culture.periods import quarter_of
from speakup.vault.errors import VaultError
from speakup.vault.facts import seal_fact

logger = logging.getLogger(__name__)
# The system's generator, never a seeded one: the answers of one reporter lie in no order of ours.
SHUFFLER = SystemRandom()


class FactKind(StrEnum):
    """What happened. The value is sealed in every fact: never change one."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    CLOSED = "closed"
    EQUALITY = "equality"


# What a fact of each kind says beside its kind and quarter: only what a table counts by. Never an id, a day, a desk, a
# name or anything typed.
FIELDS: Mapping[FactKind, frozenset[str]] = {
    FactKind.RECEIVED: frozenset(),
    FactKind.ASSESSED: frozenset({"set_aside"}),
    FactKind.CLOSED: frozenset(),
    FactKind.EQUALITY: frozenset({"question", "answer"}),
}


@dataclass(frozen=True)
class ReadFact:
    """A fact as it was read. `set_aside` is what assessment said: no report of this force's, or a duplicate.

    `question` and `answer` are one answer about somebody, of the lists in speakup/culture/equality.py.
    """

    kind: FactKind
    period: str
    set_aside: bool = False
    question: str = ""
    answer: str = ""


def received_fact(day: dt.date) -> FactInbox | None:
    """A report was sent on `day` (of Europe/London). As new_fact()."""
    return new_fact(FactKind.RECEIVED, day)


def assessed_fact(day: dt.date, *, set_aside: bool) -> FactInbox | None:
    """A report was assessed on `day`, once for each report; what was set aside never counts. As new_fact()."""
    return new_fact(FactKind.ASSESSED, day, {"set_aside": set_aside})


def closed_fact(day: dt.date) -> FactInbox | None:
    """A report was closed on `day`. As new_fact()."""
    return new_fact(FactKind.CLOSED, day)


def equality_facts(day: dt.date, answers: Mapping[str, str]) -> list[FactInbox]:
    """What somebody who reported said of themselves on `day`: a fact for each question, answered or not (ADR 0030).

    `answers` has answers of speakup/culture/equality.py by question; what is missing is NOT_SAID. Always as many facts,
    in random order, none with another's answer in it: nobody who opens them puts one person's together again. Not
    saved; one query. Empty, with a line in the log, where the quarter has no key. Raises ValueError, without what was
    answered, for a question or an answer that is on no list.
    """
    if not all(answer in EQUALITY.get(question, ()) for question, answer in answers.items()):
        raise ValueError("a fact of this kind says something else")
    period = quarter_of(day).code
    said = [(question, answers.get(question, NOT_SAID)) for question in EQUALITY]
    SHUFFLER.shuffle(said)
    try:
        key = verified_key(period)
        return [
            _sealed(FactKind.EQUALITY, day, key, {"question": question, "answer": answer}) for question, answer in said
        ]
    except (NoMetricsKey, VaultError) as reason:
        _say_lost(reason)
        return []


def new_fact(kind: str, day: dt.date, document: Mapping[str, bool] | None = None) -> FactInbox | None:
    """A fact of `day`, sealed to the key of its quarter, not saved: one query, and all of its cryptography.

    None, and a line in the log, where the quarter has no key that the root vouches for: a statistic is lost then,
    never a report. Raises ValueError for an unknown kind or a field that this kind has not; equality_facts() alone
    makes those of its kind.
    """
    fields = dict(document or {})
    if set(fields) != FIELDS[FactKind(kind)] or not all(isinstance(value, bool) for value in fields.values()):
        raise ValueError("a fact of this kind says something else")
    try:
        return _sealed(FactKind(kind), day, verified_key(quarter_of(day).code), fields)
    except (NoMetricsKey, VaultError) as reason:
        _say_lost(reason)
        return None


def _sealed(kind: FactKind, day: dt.date, key: VerifiedMetricsKey, fields: Mapping[str, bool | str]) -> FactInbox:
    fact = FactInbox(id=uuid.uuid4(), day=day)
    document = {**fields, "kind": kind.value, "period": key.period}
    fact.sealed = seal_fact(key.public, fact.id, key.period, document)
    return fact


def _say_lost(reason: Exception) -> None:
    logger.warning("a fact was not recorded: its quarter has no key", exc_info=reason)


def record_fact(fact: FactInbox | None) -> None:
    """Save what new_fact() made, in the caller's transaction."""
    if fact is not None:
        fact.save(force_insert=True)


def read_fact(document: Any) -> ReadFact:
    """What an opened fact says. Raises ValueError where it is none: whoever writes the database can seal anything."""
    match document:
        case {"kind": "received" | "closed" as kind, "period": str(period), **rest} if not rest:
            return ReadFact(FactKind(kind), period)
        case {"kind": "assessed", "period": str(period), "set_aside": bool(set_aside), **rest} if not rest:
            return ReadFact(FactKind.ASSESSED, period, set_aside)
        case {"kind": "equality", "period": str(period), "question": str(question), "answer": str(answer), **rest} if (
            not rest and answer in EQUALITY.get(question, ())
        ):
            return ReadFact(FactKind.EQUALITY, period, question=question, answer=answer)
    raise ValueError("no fact")

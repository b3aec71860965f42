"""What a reporter says of herself after sending: facts for a statistic, with no way back to her report (ADR 0030)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from speakup.culture.facts import equality_facts, record_fact
from speakup.reporting.sessions import Reporter
from speakup.web.days import london_day


def record_equality(reporter: Reporter, answers: Mapping[str, str], now: dt.datetime) -> bool:
    """Record the answers, by question of speakup/culture/equality.py, once for what this session sent; whether it did.

    No row names the facts and they name none: no act, no entry, no report. Posted again, from this tab or another, or
    by whoever sent nothing, nothing is recorded. Raises ValueError for an answer that is on no list.
    """
    facts = equality_facts(london_day(now), answers)
    with transaction.atomic():
        reporter.reread()
        if not reporter.equality:
            return False
        for fact in facts:
            record_fact(fact)
        reporter.change(equality=False)
    return True


def decline_equality(reporter: Reporter) -> None:
    """She would rather not: nothing is recorded, not even that, and she is not asked again."""
    if reporter.equality:
        reporter.change(equality=False)

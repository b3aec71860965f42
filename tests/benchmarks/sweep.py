"""How long a sweep takes, and how many queries: `python -m tests.benchmarks.sweep [NUMBER ...]` (10,000 by default).

Three sweeps of so many clocks: the first on a day on which every one of them is due or long over; the same again five
minutes later, as on most days; and one after a year in which nothing ran. With DATABASE_URL in a database of its own
on that PostgreSQL, which is dropped afterwards; otherwise in SQLite's memory.
"""

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notifications.sweep import Sweep
import datetime as dt

MOST_QUERIES_A_BATCH, MOST_BESIDE = 8, 5


def main(numbers: list[int]) -> int:
    """Prints a line a sweep; 1 where one took more queries than it may."""
    import django
    from django.db import connection

    import tests.environment  # noqa: F401 - a data folder of its own, before the settings are read

    django.setup()
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _seed()
        within = [_measure(number) for number in numbers]
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    return 0 if all(within) else 1


def _measure(number: int) -> bool:
    from speakup.clocks.models import Clock, Outbox, Reminder
    from tests.notifications.builders import MONDAY, clock, london

    for model in (Reminder, Outbox, Clock):
        model.objects.all().delete()
    friday, wednesday = london(MONDAY + dt.timedelta(days=4)), london(MONDAY + dt.timedelta(days=2), "08:00")
    # Due times as various as in a year of work, each with its own half of the time.
    spread = [dt.timedelta(days=number % 250) for number in range(number)]
    Clock.objects.bulk_create([clock(friday - by, wednesday - by) for by in spread], batch_size=500)
    moments = {
        "all due": friday,
        "nothing new": friday + dt.timedelta(minutes=5),
        "after a year of none": friday + dt.timedelta(days=365),
    }
    allowed = MOST_QUERIES_A_BATCH * -(-number // 500) + MOST_BESIDE
    within = True
    for name, now in moments.items():
        seconds, queries, done = _counted(now)
        within &= queries <= allowed
        print(  # noqa: T201 - a program for the terminal
            f"{number:>7} clocks, {name:<20} {seconds:7.2f} s {queries:>5} queries (at most {allowed}) "
            f"{done.raised:>7} reminders {done.mails:>4} mails"
        )
    return within


def _seed() -> None:
    from django.conf import settings

    from speakup.embedded.demonstration import seed_force

    settings.ROOT_PUBLIC_KEY = seed_force().root_public


def _counted(now: dt.datetime) -> "tuple[float, int, Sweep]":
    from django.db import connection

    from notifications.sweep import sweep_clocks

    count = 0

    def counting(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connection.execute_wrapper(counting):
        done = sweep_clocks(now)
    return time.perf_counter() - began, count, done


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main([int(argument) for argument in sys.argv[1:]] or [10_000]))

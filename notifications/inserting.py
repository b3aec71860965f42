"""Writing rows of which some may be there already, by another process a moment ago: one statement for hundreds."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

# SQLite takes 32,766 values a statement (since 3.32) and PostgreSQL more. Django's own bulk_create stops at 999 on
# SQLite, which would make of 500 clocks some thirty statements.
MOST_VALUES = 32_000


def insert_missing(rows: Sequence[Model]) -> int:
    """Insert the rows that break no unique constraint and leave out the others; how many went in.

    All of one model, with their ids made. In the caller's transaction, and in the order given: two processes that give
    theirs in the same order wait for each other and do not lock each other out. On PostgreSQL a row that another
    transaction is about to commit is waited for, so that afterwards exactly one of the two has it.
    """
    if not rows:
        return 0
    fields = rows[0]._meta.concrete_fields
    at_once = MOST_VALUES // len(fields)
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    one_row = f"({', '.join(['%s'] * len(fields))})"
    inserted = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            values = [
                field.get_db_prep_save(getattr(row, field.attname), connection) for row in part for field in fields
            ]
            places = ", ".join([one_row] * len(part))
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {places} ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
                values,
            )
            inserted += cursor.rowcount
    return inserted

"""Writing rows again, one by one in random order, so that nothing in the database tells when in the day they came.

PostgreSQL stamps every row with the transaction that wrote it, SQLite numbers rows as they come: in a dump both are an
order, and beside staff entries with a time nearly a clock. Source: vault.md, 'Nightly'.
"""

import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet, UUIDField

ROWID_BITS = 63


def rewrite(rows: Iterable[QuerySet[Model]]) -> int:
    """Rewrites every row of `rows` unchanged, all tables shuffled together; how many.

    In the caller's transaction, so that on PostgreSQL they all carry its one id. The rows' ids are held in memory: a
    night's worth. Raises TypeError for a table whose key is a number: on SQLite that number is the row's place.
    """
    waiting = [(query.model, row_id) for query in rows for row_id in query.values_list("pk", flat=True)]
    secrets.SystemRandom().shuffle(waiting)
    with connection.cursor() as cursor:
        for model, row_id in waiting:
            sql, values = _rewriting(model, row_id)
            cursor.execute(sql, values)
    return len(waiting)


def _rewriting(model: type[Model], row_id: UUID) -> tuple[str, list[str | int | UUID]]:
    key = model._meta.pk
    if not isinstance(key, UUIDField):
        raise TypeError(f"{model.__name__} is not kept under a random id")
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(key.column))
    same_row: str | UUID = key.get_db_prep_value(row_id, connection)
    if connection.vendor == "sqlite":
        sql = f"UPDATE {table} SET rowid = %s WHERE {column} = %s"  # noqa: S608 - names of our own tables
        return sql, [secrets.randbits(ROWID_BITS), same_row]
    return f"UPDATE {table} SET {column} = {column} WHERE {column} = %s", [same_row]  # noqa: S608

"""`manage.py grant_tables`: gives each part's role its privileges. As the tables' owner, after every `migrate`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from speakup.database_roles import ROLES, grants, guards


class Command(BaseCommand):
    help = "Give the database roles of the reporter site, the staff site and the workers what each may do (PostgreSQL)"

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: this is for PostgreSQL.")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                tables = sorted(connection.introspection.table_names(cursor))
                for part in ROLES:
                    for statement in [*grants(part, tables), *guards(part)]:
                        cursor.execute(statement)
        except ProgrammingError:
            names = ", ".join(role.name for role in ROLES.values())
            raise CommandError(f"Make the roles first ({names}), and run this as the owner of the tables.") from None
        self.stdout.write(f"{len(tables)} tables, {len(ROLES)} roles.")

"""Looking for words in everything that somebody could steal, in the forms in which words are written down."""

import base64
import html
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from django.contrib.sessions.models import Session
from django.db import connection

from tests.services.servers import programs_folder

# The one row that holds the texts a reporter chooses from.
POLICY = "policy_policyversion"


def forms_of(word: str) -> dict[str, bytes]:
    """How `word` may stand in bytes, by the name of the writing. All but base64 are searched whatever the case."""
    texts = {
        "UTF-8": word.encode(),
        "UTF-16-LE": word.encode("utf-16-le"),
        "JSON": json.dumps(word)[1:-1].encode(),
    }
    wrapped = {}
    for name, text in texts.items():
        wrapped[f"hexadecimal of {name}"] = text.hex().encode()
        for shift in range(3):
            wrapped[f"base64 of {name}, {shift}"] = _base64_inside(text, shift)
    return {
        **texts,
        **wrapped,
        "UTF-16-BE": word.encode("utf-16-be"),
        "UTF-32-LE": word.encode("utf-32-le"),
        "a URL": quote(word, safe="").encode(),
        "HTML": html.escape(word).encode(),
    }


def _base64_inside(plain: bytes, shift: int) -> bytes:
    """The letters that `plain` always gives when it begins `shift` bytes into a group of three."""
    letters = base64.b64encode(bytes(shift) + plain)
    return letters[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]


def where_found(words: Iterable[str], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """'word as FORM in PLACE' for each word, form and place in which it stands."""
    wanted = [(word, form, bytes_) for word in words for form, bytes_ in forms_of(word).items()]
    found = []
    for place, content in places:
        lowered = content.lower()
        # The alphabet of URLs instead of base64's own.
        usual = content.replace(b"-", b"+").replace(b"_", b"/")
        for word, form, needle in wanted:
            hit = needle in usual if form.startswith("base64") else needle.lower() in lowered
            if hit:
                found.append(f"{word} as {form} in {place}")
    return found


def as_bytes(value: object) -> bytes:
    """A cell as bytes, whatever its type."""
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")


def tables() -> list[str]:
    """Every table that the database really has, whether or not a model knows it."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def cells(*, without: Iterable[str] = (POLICY,)) -> Iterator[tuple[str, bytes]]:
    """Every cell of every table, named table.column; staff sessions also unpacked."""
    for table in tables():
        if table in set(without):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names from the database itself
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    yield f"{table}.{column}", as_bytes(value)
    for session in Session.objects.all():
        yield "django_session, unpacked", json.dumps(session.get_decoded()).encode()


def database_bytes(path: Path) -> Iterator[tuple[str, bytes]]:
    """The database as somebody may carry it away, its schema too: SQLite's files, or what pg_dump writes of it."""
    if connection.vendor == "postgresql":
        dumped = pg_dump(path.name)
        yield "pg_dump", dumped
        # It writes bytes in hexadecimal; whoever restores it has the bytes.
        yield (
            "pg_dump, its values",
            re.sub(rb"\\\\x((?:[0-9a-f]{2})+)", lambda found: bytes.fromhex(found[1].decode()), dumped),
        )
        return
    for each in sorted(path.parent.glob(f"{path.name}*")):
        yield each.name, each.read_bytes()
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            yield "schema", sql.encode()
    database.close()


def pg_dump(database: str) -> bytes:
    """A logical dump in plain text, as the nightly backup is one (docs/operations.md)."""
    given = connection.settings_dict
    asked = {
        "host": given["HOST"] or given["OPTIONS"].get("host", ""),
        "port": given["PORT"],
        "username": given["USER"],
    }
    options = [f"--{name}={value}" for name, value in asked.items() if value]
    dumped = subprocess.run(
        [programs_folder() / "pg_dump", *options, "--no-password", database],
        env={**os.environ, "PGPASSWORD": str(given["PASSWORD"])},
        check=True,
        capture_output=True,
    )
    return dumped.stdout


def folder(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every name and every content under a folder."""
    for each in sorted(root.rglob("*")):
        yield f"the name of {each.name}", each.name.encode("utf-8", "surrogateescape")
        if each.is_file():
            yield str(each.relative_to(root.parent)), each.read_bytes()

"""`make run`, first half: the database, the keys and the demonstration force, made once and never overwritten."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from speakup.accounts.models import Desk
from speakup.accounts.rosters import RosterInvalid, recovery_key, verify_roster
from speakup.embedded import data_folder
from speakup.embedded.culture import prepare_statistics
from speakup.embedded.demonstration import force_exists, seed_force
from speakup.embedded.offline_keys import KeyFileUnusable, OfflineKeys, offline_keys, write_private
from speakup.embedded.service import ServerNamed, check_own_disk, make_folders
from speakup.ledger.checkpoint_keys import write_checkpoint_keys


class Command(BaseCommand):
    help = "Make the database and the demonstration force where they are missing (demonstration mode only)"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "prepare_demonstration is for demonstration mode; it never touches a production database."
            )
        try:
            check_own_disk()
            data_folder.check_writable(settings.DATA_DIR)
            with data_folder.held(settings.DATA_DIR):
                make_folders()
                self._prepare()
        except (data_folder.DataFolderError, ServerNamed, KeyFileUnusable) as complaint:
            raise CommandError(str(complaint)) from None
        except (DatabaseError, OSError) as complaint:
            raise CommandError(f"{settings.DATA_DIR} cannot be used: {complaint}") from None

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        offline = settings.DATA_DIR / "offline"
        if force_exists():
            self._check_force()
        else:
            self._make_force(offline_keys(offline))
        # After the force, every time: a first start that was killed goes on, and so does an older data folder. Where
        # somebody took the root key away nothing more can be signed, and everything else works.
        if (offline / "root.key").exists() and settings.METRICS_KEYS_DIR:
            prepare_statistics(offline_keys(offline).root_seed, settings.METRICS_KEYS_DIR, timezone.now())
        if (offline / "root.key").exists() and settings.CHECKPOINT_KEYS_DIR:
            with transaction.atomic():
                write_checkpoint_keys(offline_keys(offline).root_seed, settings.CHECKPOINT_KEYS_DIR)

    def _make_force(self, keys: OfflineKeys) -> None:
        if _root_is_given() and keys.root_public != settings.ROOT_PUBLIC_KEY:
            raise CommandError("SPEAKUP_ROOT_PUBLIC_KEY is not the root key of this data folder: unset it.")
        # Before the force: were this killed in between, the next start would find rosters that nothing vouches for.
        write_private(settings.ROOT_PUBLIC_KEY_FILE, keys.root_public.hex() + "\n")
        settings.ROOT_PUBLIC_KEY = keys.root_public  # read before there was one
        self.stdout.write("Making the demonstration force (a few seconds, once) ...")
        self.stdout.flush()
        seed_force(keys.root_seed, keys.recovery_secret)

    def _check_force(self) -> None:
        try:
            recovery_key()
            for desk in Desk.objects.all():
                verify_roster(desk.code)
        except RosterInvalid:
            raise CommandError(
                f"The demonstration force in {settings.DATA_DIR} does not verify against its root key. "
                "Begin again with: make reset run"
            ) from None


def _root_is_given() -> bool:
    return any(os.environ.get(name) for name in ("SPEAKUP_ROOT_PUBLIC_KEY", "SPEAKUP_ROOT_PUBLIC_KEY_FILE"))

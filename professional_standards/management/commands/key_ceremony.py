"""`python manage.py key_ceremony --officers NAME NAME NAME --threshold K --folder FOLDER`: the keys of a real force."""

import os
from argparse import ArgumentParser
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from speakup.accounts.ceremony import CeremonyRefused, check_first_ceremony, enter_ceremony, write_quorum_key
from speakup.accounts.floor import FloorUnusable, replace_floor
from speakup.accounts.quorum import can_be_read, check_officers, share_page
from speakup.accounts.rosters import first_marks
from speakup.culture.metrics_keys import write_metrics_keys
from speakup.culture.periods import quarter_of
from speakup.ledger.checkpoint_keys import write_checkpoint_keys
from speakup.ledger.written import written
from speakup.vault.recovery import Share, new_recovery_secret, root_seed, split_secret
from speakup.vault.signing import signing_public
from speakup.web.days import london_day
from speakup.web.terminal import Ended, ask_hidden, show_page

PEPPER, ROOT_PUBLIC, METRICS, CHECKPOINT_KEYS = "receipt_pepper", "root_public_key", "metrics", "checkpoint_keys"
FLOOR = Path("rosters") / "floor.json"
_PEPPER_DIGITS = 64
_GROUP = 8


class Command(BaseCommand):
    help = (
        "Makes the root's and the recovery quorum's key, shown to the officers as shares; the metrics and checkpoint "
        "keys, the receipt pepper and the root's public key, as files in a folder. Once for a database, as its owner."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--officers", nargs="+", required=True, metavar="NAME", help="who keeps a share each")
        parser.add_argument("--threshold", type=int, required=True, metavar="K", help="how many of them are needed")
        parser.add_argument("--folder", type=Path, required=True, metavar="FOLDER", help="where the files go")

    def handle(self, *args: Any, **options: Any) -> None:
        officers, threshold, folder = options["officers"], options["threshold"], options["folder"]
        if problem := check_officers(officers, threshold):
            raise CommandError(problem)
        try:
            check_first_ceremony()
            pepper = _prepare(folder)
            secret = new_recovery_secret()
            for officer, share in zip(officers, split_secret(secret, threshold, len(officers)), strict=True):
                self._hand_over(officer, share, len(officers))
            self._show(_pepper_page(pepper))
            self._write(secret, folder)
        except CeremonyRefused as refused:
            raise CommandError(str(refused)) from None
        except Ended:
            raise CommandError("The ceremony was not finished. No key was kept: destroy the papers.") from None
        except (FloorUnusable, ValueError):
            raise CommandError(
                f"{folder} holds what another ceremony left: use an empty one. No key was kept."
            ) from None
        except OSError as complaint:
            raise CommandError(f"{folder} cannot be used: {complaint.strerror}. No key was kept.") from None
        self.stderr.write(
            f"The keys stand, and {threshold} of {len(officers)} shares open everything. In {folder}: {PEPPER}, "
            f"{ROOT_PUBLIC}, {METRICS}/, {CHECKPOINT_KEYS}/ and {FLOOR}. Next: docs/operations.md, 'The key ceremony'."
        )

    def _hand_over(self, officer: str, share: Share, officers: int) -> None:
        """Until what the officer has on paper can be read. On a printer there is nobody to ask."""
        while True:
            if self.stdout.isatty():
                ask_hidden(f"Everybody but {officer} turns away. {officer}: press Enter. ")
            self._show(share_page(officer, share, officers))
            if not self.stdout.isatty() or can_be_read(share, ask_hidden):
                return
            self.stderr.write("That is not what the share says. It is shown once more: compare every word.")

    def _show(self, page: str) -> None:
        show_page(page, self.stdout, ask_hidden, prompt="Written down and compared? Press Enter. ")

    def _write(self, secret: bytes, folder: Path) -> None:
        """The files before what counts: killed in between, nothing in the database says that there was a ceremony."""
        now, root = timezone.now(), root_seed(secret)
        _write_private(folder / ROOT_PUBLIC, signing_public(root).hex())
        with transaction.atomic():
            key = write_quorum_key(secret, now=now)
            write_checkpoint_keys(root, folder / CHECKPOINT_KEYS)
            write_metrics_keys(root, quarter_of(london_day(now)), folder=folder / METRICS)
            enter_ceremony([written(key, "public", "signature")], now=now)
            replace_floor(first_marks(), folder / FLOOR)


def _prepare(folder: Path) -> str:
    """The folder, and the pepper in it: one that lies there is taken, for receipts may hang on it already.

    Raises CeremonyRefused where what lies there is no pepper, OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / PEPPER
    if not path.exists():
        _write_private(path, token_hex(_PEPPER_DIGITS // 2))
    pepper = path.read_text(encoding="ascii", errors="replace").strip()
    if len(pepper) != _PEPPER_DIGITS or not set(pepper) <= set("0123456789abcdef"):
        raise CeremonyRefused(f"{path} holds no pepper: {_PEPPER_DIGITS} hexadecimal digits.")
    return pepper


def _pepper_page(pepper: str) -> str:
    groups = [pepper[at : at + _GROUP] for at in range(0, _PEPPER_DIGITS, _GROUP)]
    lines = [
        "SPEAKUP: THE RECEIPT PEPPER",
        "",
        "For the safe. Without it no reporter's words ever open their report again, and it cannot be changed.",
        "It opens nothing by itself.",
        "",
        *("    " + " ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)),
    ]
    return "\n".join(lines) + "\n\n"


def _write_private(path: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)

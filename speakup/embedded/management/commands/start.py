"""`make run`, second half: the service, until Ctrl-C."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from notifications.sweep import sweep_clocks
from speakup.embedded import data_folder, service
from speakup.embedded.cast import FORCE, PASSPHRASE
from speakup.embedded.demonstration import SignIn, who_can_sign_in
from speakup.embedded.processes import Ended, Runner
from speakup.embedded.table import as_table


class Command(BaseCommand):
    help = "Run the web, worker and beat processes of the demonstration; Ctrl-C stops them all"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("start is for demonstration mode; production runs each process on its own.")
        try:
            service.check_own_disk()
            data_folder.check_writable(settings.DATA_DIR)
            with data_folder.held(settings.DATA_DIR):
                service.check_port(settings.PORT)
                service.make_folders()
                self._greet(self._people())
                # Otherwise staff pages would say for some minutes that nobody is reminded, until beat's first round.
                sweep_clocks(timezone.now())
                ended = self._run()
        except (data_folder.DataFolderError, service.ServerNamed, service.PortUnusable, service.NotReady) as complaint:
            raise CommandError(str(complaint)) from None
        if ended.program is not None:
            raise CommandError(f"{ended.program} stopped by itself ({ended.how}), so everything was stopped.")
        self.stdout.write("Stopped.")

    def _people(self) -> list[SignIn]:
        try:
            people = who_can_sign_in()
        except DatabaseError:
            people = []
        if not people:
            raise CommandError("There is no demonstration force yet. Run: python manage.py prepare_demonstration")
        return people

    def _greet(self, people: list[SignIn]) -> None:
        rows = [(one.email, one.name, one.role, one.desk) for one in people]
        self._say(
            "",
            "DEMONSTRATION: do not send a real report. Everything, keys included, lies on this disk.",
            "",
            f"{FORCE}. Who can sign in at /staff/:",
            "",
            as_table(("Email", "Name", "Role", "Desk"), rows),
            "",
            f"  Passphrase of everybody:  {PASSPHRASE}",
            f"  One-time code:            make code USER={people[0].email}",
            "",
            "Starting ...",
        )

    def _run(self) -> Ended:
        began, ready = time.monotonic(), False

        def watch() -> None:
            nonlocal ready
            if ready:
                return
            ready = service.is_ready(settings.PORT)
            if ready:
                self._say(f"Ready: http://localhost:{settings.PORT}   (Ctrl-C stops it)", "")
            elif time.monotonic() - began > service.READY_SECONDS:
                raise service.NotReady

        runner = Runner(service.programs(), folder=settings.BASE_DIR, environment=service.environment())
        return runner.run(watch)

    def _say(self, *lines: str) -> None:
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

"""Several tabs, several threads, real commits: one report and one receipt."""

import threading
from pathlib import Path

from django.db import connection

from speakup.reporting.models import Draft, Report, ReporterSession
from speakup.reporting.sending import send_report
from speakup.reporting.sessions import Reporter
from tests.reporting.builders import NOW, draft_with
from tests.reporting.test_sessions import again


def test_two_tabs_sending_at_once_make_one_report(own_database: Path) -> None:
    reporter = draft_with()
    tabs = [again(reporter) for _ in range(4)]
    receipts, start = [], threading.Barrier(len(tabs))

    def send(tab: Reporter) -> None:
        try:
            start.wait()
            receipts.append(send_report(tab, NOW).words)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1
    assert Report.objects.count() == 1
    assert ReporterSession.objects.count() == 1
    assert not Draft.objects.exists()

"""Somebody whom the reporter kept out sees what they would see if there were no report."""

from uuid import uuid4

import pytest

from tests.chromium import NewPage
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import NOTHING_SAID, Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ACCOUNT = "She is his sister-in-law: osprey-thimble."


def test_who_is_kept_out_sees_nothing_and_another_reads_it(service: RunningService, new_page: NewPage) -> None:
    kept_out = Staff(new_page(base_url=service.base_url, allow=("404",)), service)
    kept_out.sign_in("sian.pritchard@example.test")
    before = kept_out.what_stands()

    reader = Staff(new_page(base_url=service.base_url), service)
    reader.sign_in("imran.sheikh@example.test")

    sender = Reporter(new_page(base_url=service.base_url))
    sender.begin()
    sender.tell_only(ACCOUNT, keep_out=("Siân Pritchard",))
    sender.send()

    reader.open_new_report(NOTHING_SAID, ACCOUNT)
    assert "osprey-thimble" in reader.text()
    assert "Siân Pritchard" in reader.text()

    kept_out.see_what_waits()
    assert kept_out.what_stands() == before
    assert reader.reference() not in before
    refused = kept_out.open_address(reader.page.url)
    assert refused == kept_out.open_address(f"{service.base_url}/staff/reports/{uuid4()}/")
    assert refused[0] == 404

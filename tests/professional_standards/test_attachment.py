"""A file on its way out: to be saved, never shown."""

import io
import uuid

import pytest
from django.http import HttpRequest
from django.test import Client

from speakup.ledger.models import Entry
from speakup.reporting import files
from speakup.reporting.drafts import NoDraft
from speakup.reporting.models import Attachment
from speakup.reporting.sealing import Held, SealingUploadHandler
from speakup.reporting.sending import send_report
from speakup.reporting.uploads import attach_file
from speakup.vault.errors import CannotOpen
from tests.reporting.builders import NOW, draft_with, keep_out, sent_report

CONTENT = bytes(range(256)) * 1000
NAME = "screen shot <1>.png"


def sent_with_file(answers=None, name=NAME, content=CONTENT):
    reporter = draft_with(answers)
    handler = SealingUploadHandler(HttpRequest(), held=Held)
    handler.new_file("files", name, "image/png", None)
    stream, at = io.BytesIO(content), 0
    while piece := stream.read(handler.chunk_size):
        handler.receive_data_chunk(piece, at)
        at += len(piece)
    upload = handler.file_complete(at)
    if reporter.draft is None:
        raise NoDraft
    assert upload.sealed is not None
    attach_file(reporter.draft, upload.sealed, NOW)
    report_id = send_report(reporter, NOW).report_id
    return report_id, Attachment.objects.get(report=report_id)


def url_of(report_id, attachment_id):
    return f"/staff/reports/{report_id}/files/{attachment_id}/"


@pytest.fixture
def sent(force):
    return sent_with_file()


def test_a_reader_saves_the_file_as_it_was_sent(signed_in, sent):
    report_id, attachment = sent
    answer = signed_in("triage").get(url_of(report_id, attachment.id))
    assert answer.status_code == 200
    assert answer.getvalue() == CONTENT
    assert answer["Content-Length"] == str(len(CONTENT))


def test_it_is_never_shown_by_the_browser(signed_in, sent):
    answer = signed_in("triage").get(url_of(*(sent[0], sent[1].id)))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_the_page_names_the_file(signed_in, sent):
    page = signed_in("triage").get(f"/staff/reports/{sent[0]}/")
    assert "screen shot &lt;1&gt;.png" in page.text
    assert url_of(sent[0], sent[1].id) in page.text


def test_opening_it_is_entered_before_its_first_byte(signed_in, sent):
    signed_in("triage").get(url_of(sent[0], sent[1].id))
    assert Entry.objects.filter(object_id=sent[0], action="read").count() == 1


def test_outsiders_and_the_excluded_get_404(signed_in, force):
    report_id, attachment = sent_with_file(keep_out(force.members["triage"][0].name))
    for client in (signed_in("triage", 0), signed_in("ccu_head"), signed_in("identity_custodian")):
        assert client.get(url_of(report_id, attachment.id)).status_code == 404
    assert Client().get(url_of(report_id, attachment.id)).status_code == 302


def test_a_file_of_another_report_is_not_found_through_mine(signed_in, sent):
    other = sent_report()
    client = signed_in("triage")
    assert client.get(url_of(other.id, sent[1].id)).status_code == 404
    assert client.get(url_of(sent[0], uuid.uuid4())).status_code == 404


def test_a_file_that_was_cut_short_breaks_off_instead_of_ending(signed_in, sent):
    path = files.path_of(sent[1].file_id)
    path.write_bytes(path.read_bytes()[:-20])
    answer = signed_in("triage").get(url_of(sent[0], sent[1].id))
    with pytest.raises(CannotOpen):
        answer.getvalue()

"""A file as staff meet it: its page, drawn pages, the cleaned copy, and for a reason the file as it was sent."""

import io
import uuid

import pytest
from django.http import HttpRequest
from django.test import Client
from PIL import Image

from speakup.accounts.keyring import NotGranted
from speakup.ledger.models import Entry
from speakup.reporting import files
from speakup.reporting.drafts import NoDraft
from speakup.reporting.examining import Shelf, examine
from speakup.reporting.models import Attachment
from speakup.reporting.reading_files import ReasonMissing, open_original
from speakup.reporting.sealing import Held, SealingUploadHandler
from speakup.reporting.sending import send_report
from speakup.reporting.uploads import attach_file
from speakup.vault.errors import CannotOpen
from tests.professional_standards.conftest import csrf_token
from tests.reporting.builders import NOW, draft_with, keep_out, keyring_of, sent_report
from tests.reporting.foreign_files import CANARY, film, pdf, photo
from tests.reporting.test_reading import exact_action

CONTENT = photo("PNG", size=(600, 400))
NAME = "screen shot <1>.png"
WHY = "The time in its tags decides whether she was on duty"


def sent_with_file(answers=None, name=NAME, content=CONTENT):
    """A report with a file, examined as one that is uploaded; the report's id and the attachment."""
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
    shelf = Shelf(handler.day, handler.also_stored)
    attach_file(reporter.draft, examine(upload.sealed, shelf), NOW)
    report_id = send_report(reporter, NOW).report_id
    return report_id, Attachment.objects.get(report=report_id)


def url_of(report_id, attachment_id):
    return f"/staff/reports/{report_id}/files/{attachment_id}/"


@pytest.fixture
def sent(force):
    return sent_with_file()


def ask_original(client, report_id, attachment_id, why=WHY):
    page = client.get(url_of(report_id, attachment_id))
    posted = {"why": why, "csrfmiddlewaretoken": csrf_token(page.content)}
    return client.post(f"{url_of(report_id, attachment_id)}original/", posted)


def details_of(force, report_id):
    """The exact acts on the ledger about this report, opened by somebody who reads it, oldest first."""
    staff = force.members["triage"][0]
    grant = keyring_of(force, staff).open("report", report_id)
    entries = Entry.objects.filter(object_id=report_id, action="read").order_by("seq")
    return [exact_action(entry, grant.keys["T"]) for entry in entries]


def test_a_reader_saves_the_file_as_it_was_sent_once_it_is_said_why(signed_in, sent, force):
    answer = ask_original(signed_in("triage"), sent[0], sent[1].id)
    assert answer.status_code == 200
    assert answer.getvalue() == CONTENT
    assert answer["Content-Length"] == str(len(CONTENT))
    last = details_of(force, sent[0])[-1]
    assert last == {"action": "open_original", "attachment": sent[1].id.hex, "why": WHY}


@pytest.mark.parametrize("why", ["", "   ", "x" * 10_001])
def test_without_a_reason_the_original_stays_closed(signed_in, sent, force, why):
    answer = ask_original(signed_in("triage"), *(sent[0], sent[1].id), why=why)
    assert answer.status_code == 200
    assert "<title>Error: A file of a report" in answer.text
    assert "Content-Disposition" not in answer
    assert "open_original" not in {each["action"] for each in details_of(force, sent[0])}
    staff = force.members["triage"][0]
    with pytest.raises(ReasonMissing):
        open_original(sent[0], sent[1].id, why=why, keyring=keyring_of(force, staff), actor=staff, now=NOW)


def test_the_original_is_not_to_be_had_by_an_address_alone(signed_in, sent):
    assert signed_in("triage").get(f"{url_of(sent[0], sent[1].id)}original/").status_code == 405


def test_the_page_says_what_was_taken_out_and_draws_the_copy(signed_in, sent):
    page = signed_in("triage").get(url_of(sent[0], sent[1].id))
    assert "Cleaned. Taken out: where it was made" in page.text
    assert "Not scanned for harmful programs." in page.text
    assert f"{url_of(sent[0], sent[1].id)}pages/1/" in page.text
    drawn = signed_in("triage").get(f"{url_of(sent[0], sent[1].id)}pages/1/")
    assert (drawn["Content-Type"], drawn["Cache-Control"]) == ("image/png", "no-store")
    assert "sandbox" in drawn["Content-Security-Policy"]
    image = Image.open(io.BytesIO(drawn.content))
    assert (image.format, image.size) == ("PNG", (400, 600))
    assert CANARY.encode() not in drawn.content


def test_the_cleaned_copy_needs_no_reason_and_names_nobody(signed_in, sent, force):
    answer = signed_in("triage").get(f"{url_of(sent[0], sent[1].id)}copy/")
    content = answer.getvalue()
    assert Image.open(io.BytesIO(content)).size == (400, 600)
    assert CANARY.encode() not in content
    assert answer["Content-Length"] == str(len(content))
    assert details_of(force, sent[0])[-1]["action"] == "open_clean_copy"


def test_a_pdf_is_shown_page_by_page(signed_in):
    report_id, attachment = sent_with_file(name="rota.pdf", content=pdf(pages=3))
    client, url = signed_in("triage"), url_of(report_id, attachment.id)
    assert "Page 1 of 3" in client.get(url).text
    assert "Page 3 of 3" in client.get(f"{url}?page=3").text
    for odd in ("99", "0", "-1", "x", "9" * 50):
        assert client.get(url, {"page": odd}).status_code == 200
    assert client.get(f"{url}pages/3/")["Content-Type"] == "image/png"
    assert client.get(f"{url}pages/4/").status_code == 404
    assert client.get(f"{url}pages/99999999999999999999/").status_code == 404


def test_what_was_not_cleaned_is_neither_shown_nor_saved_without_a_reason(signed_in):
    report_id, attachment = sent_with_file(name="film.mp4", content=film())
    client, url = signed_in("triage"), url_of(report_id, attachment.id)
    page = client.get(url).text
    assert "Not cleaned: nothing here cleans this kind." in page
    assert "This file is not shown here" in page
    assert client.get(f"{url}pages/1/").status_code == 404
    assert client.get(f"{url}copy/").status_code == 404
    assert ask_original(client, report_id, attachment.id).getvalue() == film()


def test_a_file_is_never_shown_by_the_browser(signed_in, sent):
    client = signed_in("triage")
    for answer in (client.get(f"{url_of(sent[0], sent[1].id)}copy/"), ask_original(client, sent[0], sent[1].id)):
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"


def test_the_report_names_the_file_and_what_was_done_to_it(signed_in, sent):
    page = signed_in("triage").get(f"/staff/reports/{sent[0]}/")
    assert "screen shot &lt;1&gt;.png" in page.text
    assert url_of(sent[0], sent[1].id) in page.text
    assert "Cleaned. Taken out:" in page.text


def test_each_opening_is_entered_before_its_first_byte(signed_in, sent):
    client, url = signed_in("triage"), url_of(sent[0], sent[1].id)
    for number, path in enumerate((url, f"{url}pages/1/", f"{url}copy/"), start=1):
        client.get(path)
        assert Entry.objects.filter(object_id=sent[0], action="read").count() == number


def test_outsiders_and_the_excluded_get_404(signed_in, force):
    report_id, attachment = sent_with_file(keep_out(force.members["triage"][0].name))
    url = url_of(report_id, attachment.id)
    for client in (signed_in("triage", 0), signed_in("ccu_head"), signed_in("identity_custodian")):
        for path in (url, f"{url}copy/", f"{url}pages/1/"):
            assert client.get(path).status_code == 404
        token = csrf_token(client.get("/staff/").content)
        for why in ("", WHY):
            assert client.post(f"{url}original/", {"why": why, "csrfmiddlewaretoken": token}).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_file_of_another_report_is_not_found_through_mine(signed_in, sent, force):
    other, staff = sent_report(), force.members["triage"][0]
    client = signed_in("triage")
    assert client.get(url_of(other.id, sent[1].id)).status_code == 404
    assert client.get(url_of(sent[0], uuid.uuid4())).status_code == 404
    with pytest.raises(NotGranted):
        open_original(other.id, sent[1].id, why=WHY, keyring=keyring_of(force, staff), actor=staff, now=NOW)


@pytest.mark.parametrize("which", ["original", "copy"])
def test_a_file_that_was_cut_short_breaks_off_instead_of_ending(signed_in, sent, which):
    path = files.path_of(sent[1].file_id if which == "original" else sent[1].clean_file_id)
    path.write_bytes(path.read_bytes()[:-20])
    client = signed_in("triage")
    url = url_of(sent[0], sent[1].id)
    answer = ask_original(client, sent[0], sent[1].id) if which == "original" else client.get(f"{url}copy/")
    with pytest.raises(CannotOpen):
        answer.getvalue()

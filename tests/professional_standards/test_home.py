"""What waits: the reports that a member can open, and not a trace of the others."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.models import RoleAssignment
from speakup.clocks.models import LastSweep
from speakup.ledger.models import Entry
from speakup.reporting.inbox import open_inbox, send_message
from tests.accounts.test_roster_changes import CCU_HEAD, SUPERVISOR, joiner, propose, with_another, words_of
from tests.builders import make_member, sign_in_client
from tests.professional_standards.conftest import csrf_token
from tests.professional_standards.filling import fill
from tests.professional_standards.work import acknowledged, assessed, opened_case
from tests.reporting.builders import NOW, keep_out, new_reporter, people, person, sent_report

URL = "/staff/"


def test_a_triage_officer_sees_what_a_report_is_about(signed_in):
    sent = sent_report(people(person("Sgt Dale Winters"), person("PC Tom Hale")))
    page = signed_in("triage").get(URL)
    assert page.status_code == 200
    assert sent.report.reference in page.text
    assert "2 people named" in page.text
    assert "Sexist jokes" in page.text
    assert reverse("staff-report", args=[sent.id], urlconf="speakup.urls.staff") in page.text


def test_nothing_that_was_typed_is_on_the_list(signed_in):
    sent_report(people(person("Sgt Dale Winters")))
    page = signed_in("triage").get(URL)
    assert "Winters" not in page.text
    assert "otter-lantern" not in page.text


def test_nobody_sees_it_without_signing_in(db):
    answer = Client().get(URL)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/staff/sign-in/")


def test_urgent_reports_come_first_then_the_oldest(signed_in):
    newest = sent_report(now=NOW)
    oldest = sent_report(now=NOW - dt.timedelta(days=3))
    danger = sent_report({"danger": {"choice": "yes"}}, now=NOW)
    page = signed_in("triage").get(URL).text
    places = [page.index(sent.report.reference) for sent in (danger, oldest, newest)]
    assert places == sorted(places)
    assert "Danger now" in page


def test_the_excluded_get_the_same_page_as_if_there_were_no_report(signed_in, force):
    def page(client):
        return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", client.get(URL).content)

    before = page(signed_in("triage", 0)), page(signed_in("triage", 1))
    sent = sent_report(keep_out(force.members["triage"][0].name))
    after = page(signed_in("triage", 0)), page(signed_in("triage", 1))
    assert after[0] == before[0]
    assert sent.report.reference.encode() in after[1]


def test_a_decoy_costs_the_excluded_no_query_more(signed_in, force, django_assert_max_num_queries):
    def queries():
        client = signed_in("triage", 0)
        with django_assert_max_num_queries(60) as counted:
            client.get(URL)
        statements = (re.split(" WHERE | SET | VALUES ", query["sql"])[0] for query in counted.captured_queries)
        return [sql for sql in statements if "SAVEPOINT" not in sql]

    queries()  # reads the policy once
    nothing = queries()
    sent_report(keep_out(force.members["triage"][0].name))
    assert queries() == nothing


@pytest.mark.parametrize("role", ["hr_analyst", "administrator"])
def test_hr_and_the_administrator_see_nothing(role, db):
    sent = sent_report()
    made = make_member()
    RoleAssignment.objects.create(staff=made.staff, role=role)
    page = sign_in_client(made.staff, made.secret).get(URL)
    assert page.status_code == 404
    assert sent.report.reference not in page.text


def test_another_desk_sees_nothing(signed_in):
    sent = sent_report()
    for role in ("ccu_officer", "independent_head", "lpb_head", "identity_custodian"):
        assert sent.report.reference not in signed_in(role).get(URL).text


def test_each_listing_is_a_read_entry_without_an_object(signed_in, force):
    sent_report()
    client, before = signed_in("triage"), Entry.objects.count()
    client.get(URL)
    entries = Entry.objects.order_by("seq")[before:]
    assert {(entry.action, entry.object_id) for entry in entries} == {("read", None)}
    assert {entry.actor_id for entry in entries} == {force.members["triage"][0].id}
    assert len(entries) == 3  # reminders, reports, cases


def test_pages_of_fifty_and_as_many_queries_for_one_as_for_fifty(signed_in, django_assert_max_num_queries):
    for _ in range(3):
        sent_report()
    client = signed_in("triage")
    with django_assert_max_num_queries(60) as few:
        client.get(URL)
    for _ in range(49):
        sent_report()
    with django_assert_max_num_queries(60) as many:
        first = client.get(URL)
    assert len(many) == len(few)
    assert first.text.count("/staff/reports/") == 50
    following = re.search(r'href="(/staff/\?after=[^"]+)"', first.text)
    assert following is not None
    assert client.get(following.group(1)).text.count("/staff/reports/") == 2


@pytest.mark.parametrize("after", ["", "x", "1_2026-13-01_zz", "%00", "9" * 5000])
def test_a_made_up_position_is_the_first_page(signed_in, after):
    sent = sent_report()
    page = signed_in("triage").get(URL, {"after": after})
    assert page.status_code == 200
    assert sent.report.reference in page.text


def test_signing_out_is_a_post_on_every_page(signed_in):
    client = signed_in("triage")
    token = csrf_token(client.get(URL).content)
    assert client.post("/staff/sign-out/").status_code == 403
    assert client.post("/staff/sign-out/", {"csrfmiddlewaretoken": token}).status_code in {302, 303}
    assert client.get(URL).status_code == 302


def test_a_case_that_one_works_stands_there_and_nobody_elses(signed_in, force):
    client, owner = signed_in("triage"), force.members["triage"][0]
    case = opened_case(client, owner.id)
    page = client.get(URL).text
    assert case.reference in page
    assert "Whose</span>you" in page
    assert owner.name in signed_in("supervisor").get(URL).text
    for role, number in (("triage", 1), ("ccu_officer", 0), ("investigator", 0)):
        assert case.reference not in signed_in(role, number).get(URL).text


def test_what_is_due_is_counted_and_said_in_words(signed_in):
    sent_report()
    with time_machine.travel(NOW, tick=False):
        page = signed_in("triage").get(URL).text
    assert "tomorrow" in page
    assert re.search(r"<span class=\"app-counts__number\">1</span>\s*new", page)
    with time_machine.travel(NOW + dt.timedelta(days=30), tick=False):
        page = signed_in("triage").get(URL).text
    assert "overdue" in page
    assert re.search(r"<span class=\"app-counts__number\">1</span>\s*overdue", page)


def test_that_the_reporter_wrote_is_said(signed_in):
    client = signed_in("triage")
    sent = acknowledged(client)
    assert "The reporter wrote on" not in client.get(URL).text
    reporter = new_reporter()
    open_inbox(sent.words, reporter, NOW)
    send_message(reporter, "There is more.", NOW + dt.timedelta(days=400))
    assert "The reporter wrote on 28 December" in client.get(URL).text


def test_that_the_reporter_of_a_case_wrote_is_said_on_its_line(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    opened_case(client, force.members["triage"][0].id, sent)
    reporter = new_reporter()
    open_inbox(sent.words, reporter, NOW)
    assert "The reporter wrote on" not in client.get(URL).text
    send_message(reporter, "There is more.", NOW + dt.timedelta(days=400))
    page = client.get(URL).text
    assert "The reporter wrote on 28 December" in page[page.index('id="cases"') :]


def test_as_many_queries_for_one_case_as_for_several(signed_in, force, django_assert_max_num_queries):
    client, owner = signed_in("triage"), force.members["triage"][0].id
    opened_case(client, owner)
    with django_assert_max_num_queries(60) as one:
        client.get(URL)
    for _ in range(3):
        opened_case(client, owner)
    with django_assert_max_num_queries(60) as several:
        assert client.get(URL).text.count('href="/staff/cases/') == 4
    assert len(several) == len(one)


def test_the_appropriate_authority_sees_numbers_and_no_report(signed_in):
    sent = sent_report()
    page = signed_in("appropriate_authority").get(URL).text
    assert "Overdue, and come up to you" in page
    assert "Counter-Corruption" in page
    assert sent.report.reference not in page


@pytest.mark.parametrize(
    ("role", "links"),
    [
        ("triage", {"/staff/", "/staff/finished/", "/staff/names/", "/staff/desk/"}),
        (
            "supervisor",
            {"/staff/", "/staff/finished/", "/staff/names/", "/staff/desk/", "/staff/supervision/", "/staff/ledger/"},
        ),
        ("investigator", {"/staff/", "/staff/finished/", "/staff/names/", "/staff/desk/"}),
    ],
)
def test_the_header_has_the_pages_of_ones_own_roles(signed_in, role, links):
    page = signed_in(role).get(URL).text
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert set(re.findall(r'href="([^"]+)"', nav)) == links
    assert 'aria-current="page"' in nav


def test_a_late_sweep_is_said_on_every_page(signed_in):
    client, sent = signed_in("triage"), sent_report()
    said = "Nobody was reminded for more than 15 minutes"
    for path in (URL, f"/staff/reports/{sent.id}/"):
        assert said in client.get(path).text
    LastSweep.objects.create(id=1, at=timezone.now())
    for path in (URL, f"/staff/reports/{sent.id}/"):
        assert said not in client.get(path).text


@pytest.mark.parametrize(
    ("role", "path"), [("hr_analyst", "/staff/culture/"), ("administrator", "/staff/undelivered/")]
)
def test_a_late_sweep_is_said_on_every_staff_page(signed_in, role, path):
    page = signed_in(role).get(path)
    assert page.status_code == 200
    assert "Nobody was reminded for more than 15 minutes" in page.text


@pytest.mark.parametrize(
    ("role", "first", "text"),
    [
        ("triage", "/staff/", "What waits"),
        ("hr_analyst", "/staff/culture/", "Your first page"),
        ("administrator", "/staff/undelivered/", "Your first page"),
    ],
)
def test_an_error_page_leads_to_ones_own_first_page(signed_in, role, first, text):
    client = signed_in(role)
    page = client.get(f"/staff/reports/{uuid.uuid4()}/")
    assert page.status_code == 404
    main = page.text[page.text.index("<main") :]
    assert f'href="{first}">{text}</a>' in main
    assert client.get(first).status_code == 200


def test_an_error_page_without_roles_leads_to_what_waits(signed_in):
    for client in (signed_in("hr_analyst"), Client()):
        page = client.get("/staff/no-such-page/")
        assert page.status_code == 404
        assert 'href="/staff/">What waits</a>' in page.text[page.text.index("<main") :]


@pytest.mark.parametrize("done", ["", "nothing", "<script>", "pass" * 500])
def test_an_address_says_only_what_can_have_been_done(signed_in, done):
    page = signed_in("triage").get(URL, {"done": done}).text
    assert 'id="done-title"' not in page
    assert "<script>" not in page


@pytest.mark.parametrize("after", ["", "x", "1_2026-13-01_zz", "%00", "9" * 5000])
def test_a_made_up_position_among_cases_is_the_first_page(signed_in, force, after):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    page = client.get(URL, {"cases_after": after})
    assert page.status_code == 200
    assert case.reference in page.text


# ---- what waits elsewhere, and who cannot be waited for yet


def test_an_emergency_to_look_at_stands_on_the_first_page_of_the_head(signed_in, force):
    sent = sent_report({"mode": {"mode": "confidential", "name": "Ottoline Fenwarrow", "contact": ""}})
    asks = f"/staff/reports/{sent.id}/name/"
    assert fill(signed_in("supervisor"), asks, {"why": "In danger.", "emergency": "yes"}).status_code == 303
    page = signed_in("head_of_psd").get(URL).text
    assert "to be looked at within 24 hours: 1 request" in page
    assert "/staff/names/" in page
    for role in ("supervisor", "triage"):
        assert "Asked in an emergency" not in signed_in(role).get(URL).text


def test_a_signature_that_is_waited_for_stands_on_the_first_page(signed_in, force):
    psd = joiner("head_of_psd")
    propose(force, "psd", SUPERVISOR, with_another("psd", "head_of_psd", psd), words_of(psd))
    ccu_head = force.member(CCU_HEAD)
    page = sign_in_client(ccu_head, force.personal_secrets[ccu_head.id]).get(URL).text
    assert "A change of a roster waits for your signature" in page
    assert "waits for your signature" not in signed_in("supervisor").get(URL).text  # who signed it first
    assert "waits for your signature" not in signed_in("triage").get(URL).text
    custodian, second = force.members["identity_custodian"][:2]
    other = joiner("identity_custodian", "Olive Malory")
    after = with_another("identity_custodians", "identity_custodian", other)
    propose(force, "identity_custodians", custodian.email, after, words_of(other))
    page = sign_in_client(second, force.personal_secrets[second.id]).get("/staff/names/").text
    assert "A change of a roster waits for your signature" in page


def test_somebody_on_no_roster_yet_is_not_told_that_nothing_waits(signed_in, force):
    made = make_member("Ivy Malory")
    RoleAssignment.objects.create(staff=made.staff, role="triage")
    page = sign_in_client(made.staff, made.secret).get(URL).text
    assert "You are not on the roster yet" in page
    assert reverse("account-words", urlconf="speakup.urls.staff") in page
    assert "Nothing waits for you" not in page
    assert "Nothing waits for you" in signed_in("triage").get(URL).text

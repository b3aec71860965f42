"""What a dump tells of names: nothing typed, not who is kept out, not how somebody wants to be known."""

from typing import Any

from django.db import connection

from professional_standards.asking_identity import ask_identity
from professional_standards.deciding_identity import decide_identity
from professional_standards.reviewing_identity import review_identity
from speakup.reporting.changing_identity import change_identity
from speakup.reporting.inbox import open_inbox
from speakup.reporting.models import IdentityRequest
from tests.attacks.dumping import Shape, added, dump, shape
from tests.attacks.identity.asking import CONFIDENTIAL, NAME, TODAY, asked, custodian
from tests.attacks.searching import cells, where_found
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, new_reporter, people, person

CANARIES = ("quillamane", "thistlewrack", "bramblecause", "sorrelanswer", "tamarisklook")


def test_nothing_typed_stands_in_the_database(desk: Desk, sent: Sent) -> None:
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(desk.member("supervisor")))
    decide_identity(request.id, True, TODAY, "The sorrelanswer.", **desk.as_(custodian(desk)))
    review_identity(request.id, True, "The tamarisklook.", **desk.as_(desk.member("head_of_psd")))
    assert where_found(CANARIES, cells()) == []


def test_twin_a_word_in_clear_is_found(desk: Desk, sent: Sent) -> None:
    request = asked(desk, sent)
    IdentityRequest.objects.filter(id=request.id).update(reason=b"bramblecause")
    assert where_found(CANARIES, cells()) != []


def change_shape(desk: Desk, mode: str, answers: Any = None) -> Shape:
    """What the dump gains when an anonymous reporter says who she is."""
    sent = desk.sent(answers)
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    before = dump()
    change_identity(reporter, mode, NAME, "", AT)
    after = added(before, dump())
    after.pop("reporting_reportersession", None)
    return shape(after)


def test_a_dump_does_not_tell_a_name_in_confidence_from_an_open_one(desk: Desk) -> None:
    kept_out = people(person("Eleanor Fraser", "8907"), person("Gareth Pike", "9971"))
    confidential = _anonymised(change_shape(desk, "confidential"))
    assert _anonymised(change_shape(desk, "open")) == confidential
    assert _anonymised(change_shape(desk, "confidential", kept_out)) == confidential


def _anonymised(found: Shape) -> Any:
    """Without the report's own random reference, whose length is the same."""
    return {(table, tuple(part for part in row if part[0] != "reference")): n for (table, row), n in found.items()}


def ask_shape(desk: Desk, answers: Any) -> Shape:
    sent = desk.sent({**CONFIDENTIAL, **answers})
    before = dump()
    asked(desk, sent)
    after = added(before, dump())
    for row in after.get("ledger_entry", []):
        row["seq"] = 0
    for row in after.get("ledger_head", []):
        row["count"] = 0
    return shape(after)


def test_a_dump_does_not_tell_which_custodian_is_kept_out(desk: Desk) -> None:
    nobody = ask_shape(desk, people(person("Gareth Pike", "9971")))
    assert ask_shape(desk, people(person("Patricia Lowe", "8811"))) == nobody


def test_the_walk_looks_at_a_real_database(desk: Desk, sent: Sent) -> None:
    """The canaries are searched for where the rows are."""
    asked(desk, sent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM reporting_identityrequest")
        assert cursor.fetchone()[0] == 1

"""Nothing is done by anybody without the ledger: each service that takes an actor comes to an entry by its calls.

The entry of a refusal is none of an act that succeeds, and that somebody read is none of what they then wrote.
"""

import ast
import inspect

import pytest
from django.utils.module_loading import import_string

from tests.lint.calls import Calls

ENTERS = {"speakup.ledger.services.append_entry", "speakup.ledger.services.note_pending_act"}
# What is entered as a `read`, and is nothing but one.
READS = {
    "professional_standards.identity_requests.open_request",
    "professional_standards.joining.cases_to_join",
    "professional_standards.people.people_to_assign",
    "professional_standards.people.people_to_open",
    "professional_standards.released_identity.open_identity",
    "speakup.reporting.reading_files.draw_page",
    "speakup.reporting.reading_files.open_clean_copy",
    "speakup.reporting.reading_files.open_file_page",
    "speakup.reporting.reading_files.open_original",
}
# A part of acts that are entered as a whole.
PARTS = {"speakup.accounts.inviting.make_invitation"}


def services(calls: Calls) -> set[str]:
    return {
        name
        for name, node in calls.functions.items()
        if {"actor", "now"} <= {each.arg for each in node.args.kwonlyargs}
        and not node.name.startswith("_")
        and ".management." not in name
    }


def not_entered(calls: Calls) -> set[str]:
    """The services that come to no entry of what they did; those that read, to none of their reading."""
    writing = calls.leading_to(ENTERS, without={"Action.REFUSE", "Action.READ"})
    reading = calls.leading_to(ENTERS, without={"Action.REFUSE"})
    return (services(calls) - READS - PARTS - writing) | (READS - reading)


def test_every_act_is_entered() -> None:
    calls = Calls.of_project()
    assert len(services(calls)) > 30
    assert services(calls) >= READS | PARTS
    assert not_entered(calls) == set()


@pytest.mark.parametrize("part", sorted(PARTS))
def test_whoever_calls_a_part_of_an_act_enters_it(part: str) -> None:
    calls = Calls.of_project()
    callers = {name for name in calls.functions if part in calls.referred(name)}
    assert callers
    assert callers <= calls.leading_to(ENTERS, without={"Action.REFUSE", "Action.READ"})


@pytest.mark.parametrize(
    ("service", "entry"),
    [
        ("speakup.accounts.own_account.change_passphrase", "_enter"),
        ("speakup.accounts.own_account.replace_key", "_enter"),
        ("speakup.accounts.own_account.end_own_session", "_enter"),
        ("speakup.accounts.own_account.end_other_sessions", "_enter"),
        ("speakup.accounts.sign_in.sign_out", "append_entry"),
        ("professional_standards.noting.add_note", "enter_on_case"),
        ("professional_standards.outcomes.close_report", "enter_on_report"),
        ("professional_standards.people.people_to_assign", "read_case"),
        ("speakup.reporting.reading_files.open_original", "_open"),
    ],
)
def test_twin_an_entry_taken_out_is_missed(service: str, entry: str) -> None:
    """Even where the service refuses, reads or calls other services that are entered themselves."""

    class TakenOut(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # as `ast` spells it
            return self.generic_visit(node) if node.name == service.rpartition(".")[2] else node

        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            named = getattr(node.func, "id", getattr(node.func, "attr", ""))
            return ast.Constant(None) if named == entry else node

    module = service.rpartition(".")[0]
    source = inspect.getsource(inspect.getmodule(import_string(service)))  # type: ignore[arg-type]
    changed = ast.unparse(TakenOut().visit(ast.parse(source)))
    assert service in not_entered(Calls.of_project(changed={module: changed}))

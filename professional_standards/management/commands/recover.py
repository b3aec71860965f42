"""`python manage.py recover --report REF --to EMAIL --why TEXT`: a quorum of officers gives a member what is lost."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from professional_standards.models import Case
from professional_standards.recovering import (
    Chosen,
    RecoveryRefused,
    Target,
    check_kind,
    everything_of,
    find_target,
    recover,
)
from speakup.accounts.ceremony import CeremonyRefused
from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import ObjectKind, StaffMember
from speakup.accounts.quorum import NotEnoughShares, read_shares
from speakup.accounts.recovering import Quorum
from speakup.accounts.rosters import RosterInvalid
from speakup.accounts.sign_in import normalise_email
from speakup.reporting.models import Identity, Report
from speakup.vault.errors import VaultError
from speakup.web.terminal import Ended, ask_hidden


class Command(BaseCommand):
    help = (
        "Seals reports, cases or names, or everything of a desk, to a member on a verified roster, with the shares of "
        "as many officers as the key ceremony said. It is entered on the ledger, and reporters see it. Run again, it "
        "goes over the same again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--report", nargs="+", metavar="REF", help="reports by their references")
        what.add_argument("--case", nargs="+", metavar="REF", help="cases, with the reports in them")
        what.add_argument("--identity", nargs="+", metavar="REF", help="names, by the references of their reports")
        what.add_argument("--desk", metavar="CODE", help="everything of a receiving desk, or of the custodians")
        parser.add_argument("--to", required=True, metavar="EMAIL", help="the member who is to read it")
        parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, kept sealed with each entry")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["why"].strip():
            raise CommandError("Say why: it stands with every entry of the ledger.")
        try:
            chosen = _chosen(options)
            target = _target(options["to"], chosen)
            self.stderr.write(
                f"{len(chosen)} to seal to {target.staff.name}, of {target.roster.desk_code}. Shares agree to this."
            )
            quorum = Quorum(read_shares(ask_hidden, self.stderr.write))
            readable, unopened = self._recover(chosen, target, quorum, options["why"].strip())
        except (RecoveryRefused, CeremonyRefused, NotEnoughShares) as refused:
            raise CommandError(str(refused)) from None
        except Ended:
            raise CommandError("Too few shares were typed. Nothing was opened.") from None
        except RosterInvalid:
            raise CommandError("The recovery key is not vouched for by the root. Nothing was opened.") from None
        self.stdout.write(f"{target.staff.name} can read {readable} of {len(chosen)}.")
        if unopened:
            raise CommandError(f"{unopened} did not open: somebody changed what is stored.")

    def _recover(self, chosen: Sequence[Chosen], target: Target, quorum: Quorum, why: str) -> tuple[int, int]:
        readable = unopened = 0
        for each in tqdm(chosen, unit="", leave=False, disable=None):
            try:
                readable += recover(each, target, quorum, why=why, now=timezone.now())
            except (NotGranted, VaultError):
                unopened += 1
        return readable, unopened


def _chosen(options: dict[str, Any]) -> list[Chosen]:
    if options["desk"]:
        return list(everything_of(options["desk"]))
    if options["case"]:
        return [Chosen(ObjectKind.CASE, _by_reference(Case, each)) for each in options["case"]]
    if options["report"]:
        return [Chosen(ObjectKind.REPORT, _by_reference(Report, each)) for each in options["report"]]
    reports = [_by_reference(Report, each) for each in options["identity"]]
    return [Chosen(ObjectKind.IDENTITY, Identity.objects.get(report=each).pk) for each in reports]


def _by_reference(model: type[Case] | type[Report], reference: str) -> Any:
    found = model._default_manager.filter(reference=reference.strip().upper()).values_list("pk", flat=True).first()
    if found is None:
        raise RecoveryRefused(f"There is nothing with the reference {reference}.")
    return found


def _target(email: str, chosen: Sequence[Chosen]) -> Target:
    """The first roster that names them and may be given this."""
    if not chosen:
        raise RecoveryRefused("There is nothing to recover.")
    staff = StaffMember.objects.filter(email=normalise_email(email), is_active=True).first()
    targets = find_target(staff) if staff else []
    if not targets:
        raise RecoveryRefused("No verified roster names somebody with this address and an open account.")
    for target in targets:
        try:
            check_kind(chosen[0].kind, target)
        except RecoveryRefused:
            continue
        return target
    check_kind(chosen[0].kind, targets[0])
    return targets[0]

"""One opened report in words. Reads nothing but what was opened already, and names for the people in it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from professional_standards.presenters.headlines import headline_words, state_words
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_title
from speakup.ledger.actions import Action
from speakup.policy.services import policy_by_id
from speakup.reporting.presenters.answers import DANGER_WORDS, ONGOING_WORDS, RELATION_WORDS, person_lines
from speakup.reporting.reading import OpenedReport


@dataclass(frozen=True)
class Reading:
    """Somebody did something with the report: who, in which role, when."""

    act: str
    name: str
    role: str
    at: dt.datetime | None
    day: dt.date


class ReportPage:
    """One opened report, as the page lays it out."""

    def __init__(self, opened: OpenedReport) -> None:
        self.opened = opened
        self.report = opened.report
        self.policy = policy_by_id(opened.report.policy_id)

    @property
    def what(self) -> str:
        return headline_words(self.opened.headline, self.policy)

    @property
    def state(self) -> str:
        return state_words(self.report.state, self.policy)

    @property
    def desk(self) -> str:
        return self.policy.desk(self.report.desk_id).name

    @property
    def mode(self) -> str:
        return self.policy.mode(self.opened.known_as.mode).title

    @property
    def account(self) -> str:
        return self.opened.answers.account

    @property
    def first_questions(self) -> list[dict[str, str]]:
        """Danger and relation, with what was not answered said so."""
        answers = self.opened.answers
        return [
            _row(_("Is someone in danger now?"), str(DANGER_WORDS.get(answers.danger, ""))),
            _row(_("How they know"), str(RELATION_WORDS.get(answers.relation, ""))),
            _row(_("How they want to be known"), self._known_as()),
        ]

    @property
    def behaviours(self) -> list[str]:
        """Kinds of behaviour, and categories of which no kind was chosen."""
        kinds = [behaviour.title for behaviour in self.opened.behaviours]
        with_kinds = {behaviour.category_id for behaviour in self.opened.behaviours}
        bare = [category.title for category in self.opened.categories if category.id not in with_kinds]
        return kinds + bare + ([_("Not sure what to call it")] if self.opened.answers.not_sure else [])

    @property
    def people(self) -> list[list[str]]:
        """For each person told about, what was said about them, a line each."""
        return [person_lines(person) for person in self.opened.people]

    @property
    def circumstances(self) -> list[dict[str, str]]:
        answers = self.opened.answers
        return [
            _row(_("Where"), answers.place.where),
            _row(_("When"), answers.place.when),
            _row(_("Still going on?"), str(ONGOING_WORDS.get(answers.place.ongoing, ""))),
            _row(_("Who else knows"), answers.knows),
        ]

    @property
    def kept_out(self) -> Sequence[str]:
        """What the reporter typed as not to see this, word for word.

        It is matched by name alone, so that whoever reads this page may yet be meant by an entry that matched nobody
        ('my sergeant's wife'): such a report is read by the head and the supervisor (routing.py).
        """
        return self.opened.answers.keep_out

    @cached_property
    def readings(self) -> list[Reading]:
        """The ledger's entries about this report, newest first, with the names of those who acted."""
        entries = [entry for entry in self.opened.entries if entry.actor_id]
        names = dict(StaffMember.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name"))
        return [
            Reading(_act(entry.action), _name(names, entry.actor_id), role_title(entry.role), entry.at, entry.day)
            for entry in reversed(entries)
        ]

    def _known_as(self) -> str:
        known_as = self.opened.known_as
        return "\n".join(line for line in (self.mode, known_as.name, known_as.contact) if line)


def _name(names: dict[UUID, str], actor_id: UUID | None) -> str:
    return names.get(actor_id, _("Somebody whose account is gone")) if actor_id else ""


def _act(action: str) -> str:
    return {Action.READ: _("Opened"), Action.WRITE: _("Written to"), Action.GRANT: _("Given to")}.get(
        Action(action), _("Changed")
    )


def _row(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value or _("Not answered")}

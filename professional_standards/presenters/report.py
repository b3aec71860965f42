"""One opened report in words. Reads nothing but what was opened already, and names for the people in it."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from professional_standards.asking_identity import CONFIDENTIAL
from professional_standards.models import Case
from professional_standards.presenters.acts import Act, acts_now
from professional_standards.presenters.assessment import assessment_rows
from professional_standards.presenters.due import ClockLine, MoreTime, clock_lines
from professional_standards.presenters.headlines import headline_words, state_words
from professional_standards.presenters.readings import Reading, name_of, names_of, readings
from professional_standards.presenters.rekeying import rekey_words
from professional_standards.report_page import OpenedReportPage
from professional_standards.report_steps import SUBMITTED
from speakup.accounts.epochs import blocks
from speakup.reporting.answers import Chosen
from speakup.reporting.presenters.answers import chosen_lines, person_lines
from speakup.reporting.presenters.choice_words import (
    AWARE_WORDS,
    CHAT_WORDS,
    CONSENT_FOR_STAFF,
    DANGER_WORDS,
    EFFECT_WORDS,
    EVIDENCE_WORDS,
    FEARS_WORDS,
    MOTIVE_WORDS,
    ONGOING_WORDS,
    RELATION_WORDS,
    SHAPE_WORDS,
    TRIED_WORDS,
    WANTS_WORDS,
)
from speakup.reporting.presenters.files import FileLine, staff_lines
from speakup.reporting.questions import Skip
from speakup.web.forms import Wording

SKIPPED_FOR_STAFF = {
    Skip.UNKNOWN.value: gettext_lazy("They do not know"),
    Skip.PREFER_NOT.value: gettext_lazy("They would rather not say"),
}


class ReportPage:
    """One opened report, as the page lays it out."""

    def __init__(self, page: OpenedReportPage, now: dt.datetime) -> None:
        self._page = page
        self._now = now
        self.opened = page.opened
        self.report = page.opened.report
        self.policy = page.policy

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
    def in_confidence(self) -> bool:
        """Whether the custodians keep the reporter's name."""
        return self.opened.known_as.mode == CONFIDENTIAL

    @property
    def account(self) -> str:
        return self.opened.answers.account

    @property
    def more(self) -> str:
        """What the reporter added when asked for more."""
        return self.opened.answers.more

    @property
    def first_questions(self) -> list[dict[str, str]]:
        """Danger, relation, and what the reporter fears and agreed to, with what was not answered said so."""
        answers = self.opened.answers
        rows = [
            self._row("danger", _("Is someone in danger now?"), str(DANGER_WORDS.get(answers.danger, ""))),
            self._row("relation", _("How they know"), str(RELATION_WORDS.get(answers.relation, ""))),
        ]
        if answers.aware:
            rows.append(_row(_("Does the person it was done to know?"), str(AWARE_WORDS.get(answers.aware, ""))))
        return [
            *rows,
            self._row("fears", _("What they are afraid of"), _lines(answers.fears, FEARS_WORDS)),
            _row(_("How they want to be known"), self._known_as()),
            _row(_("They agreed to"), _lines(Chosen(answers.consents), CONSENT_FOR_STAFF) or _("Nothing")),
            self._row("consent", _("They did not agree to"), self._not_agreed()),
        ]

    @property
    def behaviours(self) -> list[str]:
        """Kinds of behaviour, and categories of which no kind was chosen."""
        kinds = [behaviour.title for behaviour in self.opened.behaviours]
        with_kinds = {behaviour.category_id for behaviour in self.opened.behaviours}
        bare = [category.title for category in self.opened.categories if category.id not in with_kinds]
        if not self.opened.answers.not_sure:
            return kinds + bare
        # Beside a list, 'not sure' is about the list: on its own line below a precise kind it would be at odds with it.
        unsure = _("They are not sure that these are the right ones") if kinds + bare else _("Not sure what to call it")
        return [*kinds, *bare, unsure]

    @property
    def people(self) -> list[list[str]]:
        """For each person told about, what was said about them, a line each."""
        return [person_lines(person) for person in self.opened.people]

    @property
    def circumstances(self) -> list[dict[str, str]]:
        answers = self.opened.answers
        return [
            self._row("shape", _("Once or more"), str(SHAPE_WORDS.get(answers.shape, ""))),
            self._row("place", _("Where"), answers.place.where),
            self._row("place", _("When"), answers.place.when),
            self._row("place", _("Still going on?"), str(ONGOING_WORDS.get(answers.place.ongoing, ""))),
            self._row("knows", _("Who else knows"), answers.knows),
        ]

    @property
    def proof(self) -> list[dict[str, str]]:
        """What could show it, and what was done about it before this report."""
        answers = self.opened.answers
        return [
            self._row("evidence", _("What could show it"), _lines(answers.evidence, EVIDENCE_WORDS)),
            self._row("chat", _("Would messages show who told?"), _lines(answers.chat, CHAT_WORDS)),
            self._row("tried", _("Tried already"), _lines(answers.tried, TRIED_WORDS)),
        ]

    @property
    def messages_give_away(self) -> bool:
        """Whether the reporter fears, or has not ruled out, that messages shown to others tell who told."""
        return bool({"yes", "perhaps"}.intersection(self.opened.answers.chat.choices))

    @property
    def meaning(self) -> list[dict[str, str]]:
        """What it did, what is wanted, and because of what it happened in the reporter's own view."""
        answers = self.opened.answers
        return [
            self._row("effect", _("What it has done"), _lines(answers.effect, EFFECT_WORDS)),
            self._row("wants", _("What they want to happen"), _lines(answers.wants, WANTS_WORDS)),
            self._row("motive", _("Because of who somebody is, in their view"), _lines(answers.motive, MOTIVE_WORDS)),
        ]

    @property
    def kept_out(self) -> Sequence[str]:
        """What the reporter typed as not to see this, word for word.

        It is matched by name alone, so that whoever reads this page may yet be meant by an entry that matched nobody
        ('my sergeant's wife'): such a report is read by the head and the supervisor (routing.py).
        """
        return self.opened.answers.keep_out

    @property
    def files(self) -> list[FileLine]:
        """The files, and what was done to each."""
        return staff_lines(self.opened.files)

    @cached_property
    def readings(self) -> list[Reading]:
        """Who opened this report, newest first."""
        return readings(self.opened.entries)

    @property
    def replies_first(self) -> bool:
        """Whether nobody has written to the reporter yet: that comes before everything else."""
        return self.report.state == SUBMITTED and not self.blocked

    @property
    def blocked(self) -> bool:
        """Whether nothing can be added until the next key is made."""
        return blocks(self._page.rekey_due)

    @property
    def rekey_words(self) -> str:
        """Why a new key is to be made; empty where none is."""
        return rekey_words(self._page.rekey_due)

    @cached_property
    def acts(self) -> list[Act]:
        """What may be done now."""
        return acts_now(self._page.may, assessed=self._page.triage is not None)

    @cached_property
    def clocks(self) -> list[ClockLine]:
        """What runs, the clock due first first."""
        extensions = self._page.extensions
        names = names_of([each.by_id for found in extensions.values() for each in found]) if extensions else {}
        return clock_lines(self._page.clocks, self._now, MoreTime(self._page.extendable, extensions, names))[0]

    @cached_property
    def over(self) -> list[ClockLine]:
        """The clocks that are over."""
        return clock_lines(self._page.clocks, self._now)[1]

    @cached_property
    def assessment(self) -> list[dict[str, str]]:
        """What triage made of it; empty before."""
        if self._page.triage is None:
            return []
        rows = assessment_rows(self._page.triage.assessment, self.policy)
        return [{"key": label, "value": text} for label, text in rows]

    @cached_property
    def assessed_by(self) -> str:
        triage = self._page.triage
        return name_of(names_of([triage.by_id]), triage.by_id) if triage else ""

    @property
    def assessed_at(self) -> dt.datetime | None:
        return self._page.triage.at if self._page.triage else None

    @cached_property
    def determination(self) -> str:
        """How triage ended where it closed the report."""
        found = self.policy.determinations.get(self._page.triage.determination) if self._page.triage else None
        return found.name if found else ""

    @cached_property
    def steps(self) -> list[tuple[str, dt.date, str]]:
        """The states it went through, newest first: which, on which day, why."""
        return [(state_words(step.to_state, self.policy), step.day, step.reason) for step in reversed(self._page.steps)]

    @property
    def case(self) -> Case | None:
        return self._page.case

    @property
    def intact(self) -> bool:
        return self._page.intact and self.opened.intact

    def _row(self, question_id: str, key: str, value: str) -> dict[str, str]:
        """What was answered, or in which of the three ways it was not."""
        skipped = self.opened.answers.skipped(question_id)
        return _row(key, value or str(SKIPPED_FOR_STAFF.get(skipped, "")))

    def _not_agreed(self) -> str:
        """Only what they were asked: where the page was never reached, that is nothing."""
        answers = self.opened.answers
        if "consent" not in answers:
            return ""
        asked = (each for each in CONSENT_FOR_STAFF if each != "contact" or self._asked_about_contact)
        refused = [str(CONSENT_FOR_STAFF[each]) for each in asked if each not in answers.consents]
        return "\n".join(refused) or _("They agreed to all that was asked")

    @property
    def _asked_about_contact(self) -> bool:
        """A way to reach them is only asked about where they gave one; whether they gave the custodians one is not seen
        here, so that in confidence it counts as asked: nobody is to be reached who did not agree to it."""
        return bool(self.opened.known_as.contact) or self.in_confidence

    def _known_as(self) -> str:
        known_as = self.opened.known_as
        return "\n".join(line for line in (self.mode, known_as.name, known_as.contact) if line)


def _lines(chosen: Chosen, words: Mapping[str, Wording]) -> str:
    return "\n".join(chosen_lines(chosen, words))


def _row(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value or _("Not answered")}

"""Lines of the ledger in words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from professional_standards.ledger_search import LedgerLine, LedgerPage
from professional_standards.presenters.case import ACT_WORDS
from professional_standards.presenters.readings import act_words, actor_words, name_of
from speakup.accounts.roles import role_title
from speakup.ledger.actions import Action
from speakup.ledger.checkpoints import is_late
from speakup.ledger.models import Checkpoint


@dataclass(frozen=True)
class WordedLine:
    """One line as it is shown."""

    line: LedgerLine
    who: str
    role: str
    act: str


class LedgerPresenter:
    """A page of the ledger. `checkpoint` is the newest one, for the auditor."""

    def __init__(self, page: LedgerPage, now: dt.datetime, checkpoint: Checkpoint | None = None) -> None:
        self.page = page
        self.checkpoint = checkpoint
        self._now = now

    @cached_property
    def lines(self) -> Sequence[WordedLine]:
        return [WordedLine(line, self._who(line), self._role(line), self._act(line)) for line in self.page.lines]

    @property
    def unsigned(self) -> bool:
        """Whether no checkpoint was signed for an hour."""
        return is_late(self.checkpoint, self._now)

    def _act(self, line: LedgerLine) -> str:
        if line.action == Action.READ and not line.about:
            return _("Looked at a list")
        return str(ACT_WORDS.get(line.act) or act_words(line.action))

    def _who(self, line: LedgerLine) -> str:
        if line.actor_id:
            return name_of(dict(self.page.names), line.actor_id)
        return actor_words(line.role)

    def _role(self, line: LedgerLine) -> str:
        return role_title(line.role) if line.actor_id and line.role else ""

"""Lines of the ledger in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

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


def _act_of(line: LedgerLine) -> tuple[object, ...]:
    return (line.act, line.at, line.actor_id, line.role, line.reference, line.action == Action.READ)


def _of_one_act(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The line that stands for entries of one moment about one act, with the reason that one of them has.

    All of them where nothing says which act it was.
    """
    found = list(lines)
    if not found[0].act or found[0].at is None:
        return found
    return [next((line for line in found if line.why), found[0])]


class LedgerPresenter:
    """A page of the ledger. `checkpoint` is the newest one, for the auditor."""

    def __init__(self, page: LedgerPage, now: dt.datetime, checkpoint: Checkpoint | None = None) -> None:
        self.page = page
        self.checkpoint = checkpoint
        self._now = now

    @cached_property
    def lines(self) -> Sequence[WordedLine]:
        """One line an act: where its details tell that several entries are of one act, the first stands for all."""
        lines = [_of_one_act(each) for _same, each in groupby(self.page.lines, _act_of)]
        worded = (line for of_act in lines for line in of_act)
        return [WordedLine(line, self._who(line), self._role(line), self._act(line)) for line in worded]

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

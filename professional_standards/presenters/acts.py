"""What may be done with a report now, and the page on which each is asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from professional_standards.presenters.rekeying import conflict_done_words
from professional_standards.report_acts import ReportAct
from speakup.web.forms import Wording

# More time for a clock: a page of its own, beside the clock (views/extending.py).
EXTENDED = "extend"


@dataclass(frozen=True)
class Act:
    """One thing that may be done: `name` is its page's, `done` what is said afterwards."""

    name: str
    may: ReportAct
    link: Wording
    title: Wording
    button: Wording
    done: Wording
    says: Sequence[Wording] = ()

    @property
    def url_name(self) -> str:
        return f"staff-{self.name}"


_EVERY = (
    Act(
        "triage",
        ReportAct.ASSESS,
        link=_("Assess"),
        title=_("Assess the report"),
        button=_("Save the assessment"),
        done=_("The assessment was saved."),
    ),
    Act(
        "open-case",
        ReportAct.OPEN_CASE,
        link=_("Open a case"),
        title=_("Open a case"),
        button=_("Open the case"),
        done=_("The case was opened."),
    ),
    Act(
        "join",
        ReportAct.JOIN,
        link=_("Join to a case"),
        title=_("Join the report to a case"),
        button=_("Join them"),
        done=_("The report was joined to the case."),
        says=(_("The report goes to those who work the case, and to nobody else of the desk."),),
    ),
    Act(
        "ask",
        ReportAct.ASK,
        link=_("Ask the reporter"),
        title=_("Ask the reporter something"),
        button=_("Send the question"),
        done=_("The question was sent. The report waits for its reporter."),
        says=(_("The time for triage runs on while you wait."),),
    ),
    Act(
        "resume",
        ReportAct.RESUME,
        link=_("Take it up again"),
        title=_("Take the report up again"),
        button=_("Back to triage"),
        done=_("The report is in triage again."),
        says=(_("The report goes back to triage."),),
    ),
    Act(
        "pass",
        ReportAct.ANOTHER_DESK,
        link=_("Pass to another desk"),
        title=_("Pass the report to another desk"),
        button=_("Pass it on"),
        done=_("The report was passed on. Nobody of this desk can open it any more."),
        says=(
            _("Everybody of this desk loses the report at once, you too. It stays in triage at the other desk."),
            _("Who must not see it there is worked out again."),
        ),
    ),
    Act(
        "send-out",
        ReportAct.SEND_OUT,
        link=_("Send to another force or body"),
        title=_("Send the report to another force or body"),
        button=_("Record it"),
        done=_("It was recorded, and the reporter was told."),
    ),
    Act(
        "close",
        ReportAct.CLOSE,
        link=_("Close without a case"),
        title=_("Close the report without a case"),
        button=_("Close the report"),
        done=_("The report was closed without a case, and the reporter was told why."),
    ),
    Act(
        "update",
        ReportAct.UPDATE,
        link=_("Update the reporter"),
        title=_("Update the reporter"),
        button=_("Send the update"),
        done=_("The update was sent. The next is due in 28 days."),
    ),
    Act(
        "feedback",
        ReportAct.FEEDBACK,
        link=_("Give feedback"),
        title=_("Tell the reporter what was done or is planned"),
        button=_("Send the feedback"),
        done=_("The feedback was sent."),
        says=(
            _("While its case goes on the report stays in it, and the reporter is told again at the end."),
            _("Once the case is over, after-care begins."),
        ),
    ),
    Act(
        "leave-case",
        ReportAct.LEAVE_CASE,
        link=_("Take out of the case"),
        title=_("Take the report out of its case"),
        button=_("Take it out"),
        done=_("The report is back in triage, with the whole desk."),
        says=(_("It goes back to triage, and to everybody of the desk who may see it."),),
    ),
    Act(
        "end",
        ReportAct.END,
        link=_("End after-care"),
        title=_("End after-care"),
        button=_("Close the report"),
        done=_("The report is closed."),
        says=(_("The reporter can still write."),),
    ),
    Act(
        "reopen",
        ReportAct.REOPEN,
        link=_("Open again"),
        title=_("Open the report again"),
        button=_("Open it again"),
        done=_("The report is in triage again."),
        says=(_("It goes back to triage, and its clock starts anew. The reporter is told."),),
    ),
)
ACTS: Mapping[str, Act] = {act.name: act for act in _EVERY}


def acts_now(may: Collection[ReportAct], *, assessed: bool) -> list[Act]:
    """The pages of what may be done with a report now; the first is the next on its way."""
    found = [act for act in _EVERY if act.may in may]
    if assessed and len(found) > 1 and found[0] is ACTS["triage"]:
        return [*found[1:], replace(found[0], link=_("Change the assessment"))]
    return found


def done_words(done: str | None) -> Wording:
    """What is said on the page after an act, by the name in its address; nothing for any other."""
    if done == EXTENDED:
        return _("More time was given. Its reminders begin anew.")
    if words := conflict_done_words(done):
        return words
    act = ACTS.get(done or "")
    return act.done if act else ""

"""What was written while a report was open, and came after its inbox had closed: it stays in the page, and words typed
beside it open the report again. One way for a message and for a name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.reporting.forms.late_words import LateWordsForm
from speakup.reporting.inbox import Outcome, open_inbox
from speakup.reporting.views.attaching import uploads_of
from speakup.reporting.views.navigation import BUSY, reporter_of
from speakup.reporting.views.steady import as_long_as, released_on_the_grid
from speakup.vault.errors import Busy


@dataclass(frozen=True)
class LatePage:
    """The page that shows what was written once more and asks for the words; `kept` are the fields that hold it."""

    form: type[LateWordsForm]
    template: str
    kept: Sequence[str]

    def ask(self, request: HttpRequest) -> HttpResponse:
        """The page with an empty field for the words."""
        kept = {name: request.POST.get(name, "") for name in self.kept}
        return self._render(request, self.form(initial=kept))

    def receive(self, request: HttpRequest, answer_hit: Callable[[HttpRequest], HttpResponse | None]) -> HttpResponse:
        """Try the words. A hit is answered by `answer_hit` (None where the report closed again at once); hit and miss
        take as long and are as long as each other. Words of a form that was never sent are a miss: there is nobody to
        write to.
        """
        form = self.form(request.POST)
        if form.is_old():
            return self.ask(request)
        reporter = reporter_of(request)
        relocked = reporter.relocked  # before the words are tried: the page after a miss is the one beside a hit
        try:
            with released_on_the_grid():
                outcome = open_inbox(form.typed_words(), reporter, reporter.now, drafts=False)
                hit = answer_hit(request) if outcome is Outcome.OPENED else None
                form.say_problem(outcome)
                miss = self._render(request, form, relocked=relocked)
                return as_long_as(hit, miss) if hit else miss
        except Busy:
            return self._render(request, form, busy=True, status=BUSY)

    def _render(
        self,
        request: HttpRequest,
        form: LateWordsForm,
        *,
        busy: bool = False,
        relocked: bool | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {"form": form, "late": True, "busy": busy, "files_lost": bool(uploads_of(request))}
        context["relocked"] = reporter_of(request).relocked if relocked is None else relocked
        return render(request, self.template, context, status=status)

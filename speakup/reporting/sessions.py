"""The reporter's session: a cookie that only she has opens one small row (vault.md, 'Reporter's session').

There is no Django session, user or message store on the reporter site. The row says nothing but a day.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from speakup.reporting.expiry import delete_draft, keep_draft
from speakup.reporting.later_keys import open_slot
from speakup.reporting.models import ReporterSession
from speakup.reporting.slots import DraftSlot, ReportSlot, SentSlot
from speakup.reporting.uploads import discard_unattached, install_upload_handlers
from speakup.vault import reporter_session as vault_session
from speakup.vault.errors import VaultError
from speakup.web.days import london_day
from speakup.web.dispatcher import REPORTER

COOKIE = "r" if settings.DEMONSTRATION else "__Host-r"
IDLE_MINUTES = 60

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, repr=False)
class State:
    """What the session's one sealed value holds; `minute` counts minutes since 1970 of the last request.

    `aside` is a form that was begun here and not saved, when the words of another were typed. `saving` says that the
    words of the saved draft are being shown. `equality` says that a report was sent and its receipt confirmed, and the
    questions about equality not answered yet.
    """

    minute: int = 0
    draft: DraftSlot | None = None
    aside: DraftSlot | None = None
    sent: SentSlot | None = None
    report: ReportSlot | None = None
    saving: bool = False
    equality: bool = False

    @property
    def drafts(self) -> list[DraftSlot]:
        return [slot for slot in (self.draft, self.aside) if slot]

    def with_draft(self, slot: DraftSlot) -> "State":
        """With this draft open. A saved one gives way to it, its words lead back; one that was not saved goes aside."""
        unsaved = [each for each in self.drafts if not each.saved and each.id != slot.id]
        return replace(self, draft=slot, aside=unsaved[0] if unsaved else None, saving=False)


class Reporter:
    """`request.reporter`: the slots of whoever holds this cookie, and the one way to change them.

    A request without a live session has empty slots. A row, and a cookie never seen before, are made by the first
    `change`: a cookie brought from outside is never adopted. Nothing here is for another thread or a later request.
    """

    def __init__(self, cookie: str | None, now: dt.datetime) -> None:
        self.now = now
        self._cookie = ""
        self._state = State()
        self._opened: tuple[State, ReportSlot | None] | None = None
        self._live = False
        self._lapsed: tuple[DraftSlot, ...] = ()
        self._shown = False
        self._left = False
        self._brought = bool(cookie)
        if cookie:
            self._resume(cookie)

    @property
    def draft(self) -> DraftSlot | None:
        return self._state.draft

    @property
    def aside(self) -> DraftSlot | None:
        """A form that was begun here and not saved, beside the saved one that is open."""
        return self._state.aside

    @property
    def sent(self) -> SentSlot | None:
        return self._state.sent

    @property
    def saving(self) -> bool:
        """Whether the words of the saved draft are being shown: until they are confirmed."""
        return self._state.saving and self._state.draft is not None

    @property
    def lapsed(self) -> bool:
        """Whether this request came after an idle hour with the cookie of what it had open."""
        return bool(self._lapsed)

    @property
    def lapsed_saved(self) -> bool:
        """Whether this request came after an idle hour and what it had open was saved: its words lead back to it."""
        return any(slot.saved for slot in self._lapsed)

    @property
    def equality(self) -> bool:
        """Whether the questions about equality are still to be asked, once for what was sent."""
        return self._state.equality

    @property
    def report(self) -> ReportSlot | None:
        """The open report with every key of it that the session's leads to; None where staff made a newer one since:
        the words are asked for again (later_keys.py). Looked up once a request, and again after a change.
        """
        if self._state.report is None:
            return None
        if self._opened is None or self._opened[0] is not self._state:
            self._opened = (self._state, open_slot(self._state.report))
        return self._opened[1]

    @property
    def relocked(self) -> bool:
        """Whether a report is open in the session whose key staff have changed since, so that its words are due."""
        return self._state.report is not None and self.report is None

    @property
    def cookie(self) -> str:
        """The cookie that the response will carry; empty where it carries none."""
        return self._cookie if self._live or self._shown else ""

    @property
    def live(self) -> bool:
        """Whether a row stands behind this request."""
        return self._live

    def change(self, **slots: DraftSlot | SentSlot | ReportSlot | bool | None) -> None:
        """Set the named slots (`draft`, `aside`, `sent`, `report`, `saving`, `equality`; None or False empties one) and
        the minute, leaving the others as they stand in the row now: it is read again under lock, so two tabs never undo
        each other. Where the row is gone (left in another tab, an idle hour) the named slots begin a new session under
        a new cookie.
        """
        with transaction.atomic():
            row, state = self._locked()
            if row is None and not any(slots.values()):
                self._state, self._live = State(), False
                return
            self._write_and_take(row, replace(state, **slots))  # type: ignore[arg-type]

    def renew(self) -> None:
        """Move a live session under a cookie never seen before; the old one opens nothing from now on.

        Somebody who used the same browser earlier may know the cookie that it holds: what begins now, a draft or an
        inbox, is not theirs to read.
        """
        with transaction.atomic():
            row, state = self._locked()
            if row is None:
                return
            row.delete()
            self._cookie = vault_session.new_cookie()
            self._write(None, state)
        self._state, self._live = state, True

    def open_report(self, slot: ReportSlot, *, found: bool) -> None:
        """Put the report that a receipt opened into the session, under a renewed cookie.

        The words of a saved draft give way to it: they are shown again where they are asked for.

        Not `found`: the same work is done and taken back, and the session stands as it did (vault.md, 'Receipt').
        """
        self._open(lambda state: replace(state, report=slot, saving=False), found=found)

    def open_draft(self, slot: DraftSlot) -> None:
        """Put the saved draft that words opened into the session, by the same steps as a report. What was begun here
        and not saved goes aside.
        """
        self._open(lambda state: state.with_draft(slot), found=True)

    def _open(self, opened: Callable[[State], State], *, found: bool) -> None:
        cookie, live = self._cookie, self._live
        with transaction.atomic():
            row, state = self._locked()
            self._write_and_take(row, opened(state))
            self.renew()
            if not found:
                transaction.set_rollback(True)
        if live and not found:
            self._cookie = cookie
        self.reread()

    def reread(self) -> None:
        """Take the slots as they now stand in the row; inside a transaction the row is locked until its end."""
        with transaction.atomic():
            row, self._state = self._locked()
        self._live = row is not None

    def show_cookie(self) -> None:
        """Let the response carry a cookie whether or not there is a session (vault.md, 'Receipt': hit and miss)."""
        self._cookie = self._cookie or vault_session.new_cookie()
        self._shown = True

    def end(self) -> None:
        """Delete the row and have the response expire the cookie. The draft is the caller's (drafts.leave_site)."""
        if self._live:
            ReporterSession.objects.filter(id_hash=vault_session.session_id(self._cookie)).delete()
        self._state, self._live, self._shown, self._left = State(), False, False, True

    def set_cookie(self, response: HttpResponseBase) -> None:
        """Give `response` the cookie for another hour while the session lives, or expire it after leaving."""
        if not (self._live or self._shown or (self._left and self._brought)):
            return
        value, age = ("", 0) if self._left and not self._live else (self._cookie, IDLE_MINUTES * 60)
        response.set_cookie(
            COOKIE, value, max_age=age, path="/", secure=not settings.DEMONSTRATION, httponly=True, samesite="Strict"
        )

    def _resume(self, cookie: str) -> None:
        try:
            row = ReporterSession.objects.filter(id_hash=vault_session.session_id(cookie)).first()
            if row is None:
                return
            state = _read(vault_session.open_state(cookie, bytes(row.sealed)))
        except VaultError:
            return
        if _minute(self.now) - state.minute >= IDLE_MINUTES:
            self._lapsed = tuple(state.drafts)
            with transaction.atomic():
                row.delete()
                for slot in state.drafts:
                    if not slot.saved:
                        delete_draft(slot.id, london_day(self.now))
            return
        self._cookie, self._state, self._live = cookie, state, True
        if _minute(self.now) != state.minute:
            self.change()

    def _locked(self) -> tuple[ReporterSession | None, State]:
        if not self._live:
            return None, State()
        id_hash = vault_session.session_id(self._cookie)
        row = ReporterSession.objects.select_for_update().filter(id_hash=id_hash).first()
        if row is None:
            self._cookie = ""
            return None, State()
        return row, _read(vault_session.open_state(self._cookie, bytes(row.sealed)))

    def _write_and_take(self, row: ReporterSession | None, state: State) -> None:
        state = replace(state, minute=_minute(self.now))
        with transaction.atomic():
            self._write(row, state)
        self._state, self._live = state, True

    def _write(self, row: ReporterSession | None, state: State) -> None:
        today = london_day(self.now)
        if row is None:
            self._cookie = self._cookie or vault_session.new_cookie()
            row = ReporterSession(id_hash=vault_session.session_id(self._cookie), day=today)
        elif row.day != today:
            for slot in state.drafts:
                keep_draft(slot.id, today)
        row.day = today
        row.sealed = vault_session.seal_state(self._cookie, _document(state))
        row.save()


class ReporterSessionMiddleware:
    """Opens the session on the reporter site and there alone; files nobody took over are gone when it returns."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "site_name", "") != REPORTER:
            return self.get_response(request)
        reporter = Reporter(request.COOKIES.get(COOKIE), timezone.now())
        request.reporter = reporter  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            discard_unattached(request)
        reporter.set_cookie(response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Choose what becomes of files before the CSRF check reads the body."""
        if getattr(request, "site_name", "") == REPORTER:
            install_upload_handlers(request, view)


def _minute(now: dt.datetime) -> int:
    return int(now.timestamp()) // 60


def _document(state: State) -> dict[str, Any]:
    """The state as canonical JSON knows it: ids and secrets as hexadecimal text. Some 650 bytes."""
    return {
        "minute": state.minute,
        "draft": _draft_document(state.draft),
        "aside": _draft_document(state.aside),
        "saving": state.saving,
        "sent": state.sent and [state.sent.report_id.hex, state.sent.receipt.hex()],
        "report": state.report
        and [state.report.report_id.hex, state.report.key.hex(), state.report.epoch, state.report.seen],
        "equality": state.equality,
    }


def _draft_document(slot: DraftSlot | None) -> list[Any] | None:
    return [slot.id.hex, slot.key.hex(), slot.receipt.hex(), slot.saved] if slot else None


def _read_draft(document: list[Any] | None) -> DraftSlot | None:
    if document is None:
        return None
    return DraftSlot(uuid.UUID(document[0]), bytes.fromhex(document[1]), bytes.fromhex(document[2]), document[3])


def _read(document: dict[str, Any]) -> State:
    sent, report = document["sent"], document["report"]
    return State(
        minute=document["minute"],
        draft=_read_draft(document["draft"]),
        aside=_read_draft(document["aside"]),
        saving=document["saving"],
        sent=sent and SentSlot(uuid.UUID(sent[0]), bytes.fromhex(sent[1])),
        report=report and ReportSlot(uuid.UUID(report[0]), bytes.fromhex(report[1]), report[2], report[3]),
        equality=document["equality"],
    )

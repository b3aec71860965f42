"""Reads time limits and events."""

from speakup.policy.document import (
    PROMISED_LIMITS,
    Audience,
    Event,
    Interval,
    Layer,
    LimitKind,
    Relation,
    Signal,
    SignalKind,
    StartRule,
    Status,
    TimeLimit,
    Unit,
)
from speakup.policy.reading.entries import Entry

LONGEST_AMOUNT = 1_000
THE_PERSON_REPORTED = "subject"

_OWN_SIGNALS = {"leaving": SignalKind.OWN_STAGE_LEFT, "expiry": SignalKind.OWN_EXPIRY}
_LIMIT_FIELDS = (
    "id",
    "what",
    "amount",
    "unit",
    "clock_starts",
    "source",
    "status",
    "legally_required",
    "owner",
    "note",
    "kind",
    "start_rule",
    "starts",
    "stops",
)


def read_time_limits(entry: Entry) -> dict[str, TimeLimit]:
    """Time limits by id; what is promised to every reporter is there."""
    limits = {limit.id: limit for limit in (_time_limit(each) for each in entry.entries(at_least=1))}
    entry.expect("the time limit", PROMISED_LIMITS, limits)
    return limits


def _time_limit(entry: Entry) -> TimeLimit:
    optional = ("on_expiry", "statutory_text", "scope", "then", "anchor", "audience")
    entry.record(*_LIMIT_FIELDS, optional=optional)
    for name in ("on_expiry", "scope", "anchor"):
        entry[name].optional_text()
    entry["clock_starts"].text(may_be_empty=True)
    kind = entry["kind"].word(LimitKind)
    starts, stops = (tuple(_signal(each) for each in entry[name].entries()) for name in ("starts", "stops"))
    if kind is LimitKind.INFORMATION and starts:
        entry["starts"].complain("must be empty: a limit for information never starts a clock")
    if kind is not LimitKind.INFORMATION and entry["starts"].is_list and not starts:
        entry["starts"].complain("must not be empty: nothing would ever start this clock")
    if kind is not LimitKind.INFORMATION and entry["stops"].is_list and not stops:
        entry["stops"].complain("must not be empty: nothing would ever stop this clock")
    return TimeLimit(
        id=entry["id"].identifier("time limit"),
        what=entry["what"].text(),
        interval=_interval(entry),
        kind=kind,
        start_rule=entry["start_rule"].word(StartRule),
        starts=starts,
        stops=stops,
        owner=_owner(entry["owner"]),
        legally_required=entry["legally_required"].flag(),
        source=entry["source"].text(),
        status=entry["status"].word(Status),
        then=_then(entry["then"]),
        for_staff_only=entry["audience"].is_given and entry["audience"].word(Audience) is Audience.STAFF,
        statutory_text=entry["statutory_text"].optional_text(),
        note=entry["note"].text(may_be_empty=True),
    )


def _interval(entry: Entry) -> Interval:
    return Interval(entry["amount"].whole(1, LONGEST_AMOUNT), entry["unit"].word(Unit))


def _then(entry: Entry) -> Interval | None:
    if not entry.is_given:
        return None
    entry.record("amount", "unit", "legal")
    entry["legal"].flag()
    return _interval(entry)


def _owner(entry: Entry) -> str:
    """A stage owner, a role, a relation, or the person reported."""
    owner = entry.text()
    if owner and owner != THE_PERSON_REPORTED and owner not in set(Relation):
        entry.refer_to_one_of(("stage owner", "role"), owner)
    return owner


def _signal(entry: Entry) -> Signal:
    """`stage`, `leaving:stage`, `track:state`, `leaving:track:state`, `event:...`, `expiry:...`, or the clock's own
    `leaving` (of the stage that it stands at) and `expiry`."""
    text = entry.text()
    if text in _OWN_SIGNALS:
        return Signal(_OWN_SIGNALS[text])
    match text.split(":"):
        case ["event", name]:
            kind, what, state = SignalKind.EVENT, "event", ""
        case ["expiry", name]:
            kind, what, state = SignalKind.LIMIT_EXPIRED, "time limit", ""
        case ["leaving", name]:
            kind, what, state = SignalKind.STAGE_LEFT, "stage", ""
        case ["leaving", name, state]:
            kind, what = SignalKind.TRACK_LEFT, "track state"
        case [name]:
            kind, what, state = SignalKind.STAGE_ENTERED, "stage", ""
        case [name, state]:
            kind, what = SignalKind.TRACK_ENTERED, "track state"
        case _:
            entry.complain("is no signal: a stage, track:state, event:..., expiry:... or leaving:...")
            return Signal(SignalKind.OWN_EXPIRY)
    if text:
        entry.refer(what, f"{name}:{state}" if what == "track state" else name)
    return Signal(kind, name, state)


def read_events(entry: Entry) -> dict[str, Event]:
    events = []
    for each in entry.entries():
        each.record("id", "name", "layer", "fields")
        fields = each["fields"].texts(at_least=1)
        if fields and fields not in {("day_given",), ("day_given", "deemed_day")}:
            each["fields"].complain("must be day_given, or day_given and deemed_day")
        events.append(Event(each["id"].identifier("event"), each["name"].text(), each["layer"].word(Layer), fields))
    return {event.id: event for event in events}


def check_limit_kinds(entry: Entry) -> None:
    """The document explains each kind of time limit that the code knows, and no other."""
    entry.record(*LimitKind)
    for kind in LimitKind:
        entry[kind].optional_text()

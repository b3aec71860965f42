"""Reads person types, reporting modes, ranks and teams."""

from speakup.policy.document import Mode, PersonType, Ranks, ReportingMode, Route, Status
from speakup.policy.reading.entries import Entry


def read_person_types(entry: Entry) -> tuple[PersonType, ...]:
    types = []
    for each in entry.entries(at_least=1):
        each.record("id", "title", "route", "status", optional=["note"])
        each["status"].word(Status)
        types.append(
            PersonType(
                id=each["id"].identifier("person type"),
                title=each["title"].text(),
                route=each["route"].word(Route),
                note=each["note"].optional_text(),
            )
        )
    return tuple(types)


def read_modes(entry: Entry) -> tuple[ReportingMode, ...]:
    """The three ways of being known, each once: the code keeps a different promise for each."""
    modes = []
    given: set[str] = set()
    for each in entry.entries():
        each.record("id", "title", "plain", "limits_to_say_out_loud", "status", optional=["product_must"])
        mode = each["id"].known_word(Mode)
        if mode is not None:
            each["id"].define("reporting mode", mode)
            given.add(mode)
        each["status"].word(Status)
        if each["product_must"].is_given:
            each["product_must"].texts()
        modes.append(
            ReportingMode(
                id=mode or Mode.ANONYMOUS,
                title=each["title"].text(),
                plain=each["plain"].text(),
                limits_to_say_out_loud=each["limits_to_say_out_loud"].texts(at_least=1),
            )
        )
    entry.expect("the mode", Mode, given)
    return tuple(modes)


def read_ranks(entry: Entry) -> Ranks:
    groups = ("officer", "met_and_city_extra", "special", "staff", "other", "statistics_bands")
    entry.record(*groups)
    officer, extra, special, staff, other, bands = (entry[name].texts() for name in groups)
    return Ranks(officer, extra, special, staff, other, bands)

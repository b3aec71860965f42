"""Reads determinations, outcomes, and what raises a risk."""

from speakup.policy.document import Determination, Layer, Outcome, Route, Status
from speakup.policy.reading.entries import Entry


def read_determinations(entry: Entry) -> dict[str, Determination]:
    determinations = []
    for each in entry.entries():
        each.record("id", "name", "routes", "source", "status", "layer", optional=["note"])
        determinations.append(
            Determination(
                id=each["id"].identifier("determination"),
                name=each["name"].text(),
                layer=each["layer"].word(Layer),
                routes=each["routes"].words(Route, at_least=1),
                source=each["source"].text(),
                status=each["status"].word(Status),
                note=each["note"].optional_text(),
            )
        )
    return {determination.id: determination for determination in determinations}


def read_outcomes(entry: Entry) -> dict[str, Outcome]:
    outcomes = []
    for each in entry.entries():
        each.record("id", "name", "forum", "source", "status", "routes", optional=["live_for", "note"])
        if each["live_for"].is_given:
            each["live_for"].reference("time limit")
        outcomes.append(
            Outcome(
                id=each["id"].identifier("outcome"),
                name=each["name"].text(),
                forum=each["forum"].references("stage", at_least=1),
                routes=each["routes"].words(Route, at_least=1),
                source=each["source"].text(),
                status=each["status"].word(Status),
                note=each["note"].optional_text(),
            )
        )
    return {outcome.id: outcome for outcome in outcomes}


def read_risk_raisers(entry: Entry) -> dict[str, str]:
    """Prompts for the triage of a report, by id: what may make its risk higher."""
    raisers = {}
    for each in entry.entries():
        each.record("id", "what")
        raisers[each["id"].identifier("risk raiser")] = each["what"].text()
    return raisers

"""Checks the lists that no part of the code reads yet, so that a document is right when one does."""

from speakup.policy.document import Audience, Status
from speakup.policy.reading.entries import Entry


def check_meta(entry: Entry, root: Entry) -> None:
    """What the document says of itself: its statuses are the code's, its counts those of its lists."""
    entry.record(
        "title",
        "compiled_on",
        "jurisdiction",
        "status_values",
        "how_to_use",
        "not_legal_advice",
        "notes",
        "counts",
    )
    entry["compiled_on"].day()
    statuses = entry["status_values"].record(*Status)
    for status in Status:
        statuses[status].optional_text()
    entry["how_to_use"].texts()
    entry["not_legal_advice"].flag()
    entry["notes"].texts()
    counted = {
        "stages": root["workflow"]["stages"],
        "tracks": root["workflow"]["parallel_tracks"],
        "time_limits": root["time_limits"],
        "events": root["events"],
    }
    counts = entry["counts"].record(*counted)
    for name, entries in counted.items():
        if counts[name].is_given and counts[name].whole(0, 1000) != entries.length:
            counts[name].complain(f"must be {entries.length}, the number of entries")


def check_sources(entry: Entry) -> None:
    for code in entry.field_names():
        source = entry[code].record("name", "url")
        source["name"].text()
        source["url"].text(may_be_empty=True)


def check_definitions(entry: Entry) -> None:
    for each in entry.entries():
        each.record("id", "name", "plain", "source", "status", optional=["leads_to", "note"])
        each["id"].identifier("definition")
        for name in ("name", "plain", "source"):
            each[name].text()
        each["note"].optional_text()
        each["status"].word(Status)
        if each["leads_to"].is_given:
            each["leads_to"].references("stage")


def check_culture(metrics: Entry, control: Entry) -> None:
    """Culture metrics, and the rules of disclosure control."""
    for each in metrics.entries():
        texts = ("name", "numerator", "denominator", "unit", "source_of_idea")
        each.record("id", *texts, "safe_breakdowns", "caution", "audience", "status")
        each["id"].identifier("culture metric")
        for name in texts:
            each[name].text()
        each["caution"].text(may_be_empty=True)
        each["safe_breakdowns"].texts()
        each["audience"].word(Audience)
        each["status"].word(Status)
    control.record("status", "rules", "precedents", "warning_example", "note")
    control["status"].word(Status)
    control["warning_example"].text()
    control["note"].text()
    for each in control["rules"].entries():
        each.record("id", "rule")
        each["id"].identifier("rule of disclosure control")
        each["rule"].text()
    for each in control["precedents"].entries():
        each.record("body", "practice", "status")
        each["body"].text()
        each["practice"].text()
        each["status"].word(Status)


def check_grading(entry: Entry) -> None:
    """The 3x5x2 grades of intelligence."""
    entry.record("system", "status", "source_evaluation", "intelligence_assessment", "handling", "sanitisation")
    entry["system"].text()
    entry["status"].word(Status)
    entry["sanitisation"].text()
    assessment = entry["intelligence_assessment"].record("status", "codes")
    assessment["status"].word(Status)
    for kind, grades in (
        ("source evaluation", entry["source_evaluation"]),
        ("intelligence assessment", assessment["codes"]),
        ("handling code", entry["handling"]),
    ):
        for each in grades.entries():
            each.record("code", "name")
            each["code"].code(kind)
            each["name"].text()


def check_lists(root: Entry) -> None:
    """Barriers, retention, and the rules of who may investigate."""
    for each in root["reporter_barriers"].entries():
        each.record("id", "title", "figure", "status")
        each["id"].identifier("barrier")
        each["title"].text()
        each["figure"].text(may_be_empty=True)
        each["status"].word(Status)
    for each in root["retention"].entries():
        each.record("id", "rule", "source", "status")
        each["id"].identifier("retention rule")
        each["rule"].text()
        each["source"].text()
        each["status"].word(Status)
    for each in root["investigator_rules"].entries():
        each.record("id", "rule", "source", "status", "check")
        each["id"].identifier("investigator rule")
        each["rule"].text()
        each["source"].text()
        each["status"].word(Status)
        each["check"].one_of("declared", "automatic")

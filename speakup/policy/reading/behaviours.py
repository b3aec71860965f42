"""Reads behaviours, severity levels and the lists that they refer to."""

from speakup.policy.document import (
    AllegationCode,
    Behaviour,
    BehaviourCategory,
    IopcReferral,
    Risk,
    SeverityLevel,
    Standard,
    Status,
)
from speakup.policy.reading.entries import Entry

FLAGS = (
    "vawg",
    "prejudicial_improper_behaviour",
    "ccu_first",
    "offer_crime_report",
    "safeguarding_check",
    "vetting_review",
    "evidence_perishable",
)


def read_categories(entry: Entry, urgent: frozenset[str]) -> tuple[BehaviourCategory, ...]:
    return tuple(_category(each, urgent) for each in entry.entries(at_least=1))


def _category(entry: Entry, urgent: frozenset[str]) -> BehaviourCategory:
    entry.record("id", "title", "plain", "sub_categories")
    category_id = entry["id"].identifier("behaviour category")
    return BehaviourCategory(
        id=category_id,
        title=entry["title"].text(),
        plain=entry["plain"].text(),
        behaviours=tuple(_behaviour(each, category_id, urgent) for each in entry["sub_categories"].entries(at_least=1)),
    )


def _behaviour(entry: Entry, category_id: str, urgent: frozenset[str]) -> Behaviour:
    entry.record(
        "id",
        "title",
        "example_phrases",
        "standards",
        "iopc_allegation_code",
        "counter_corruption_category",
        "potentially_criminal",
        "possible_offences",
        "offences_status",
        "iopc_referral",
        "initial_risk",
        "handling_units",
        "flags",
        "support_services",
        "note",
    )
    flags = entry["flags"].record(*FLAGS)
    behaviour_id = entry["id"].identifier("behaviour", within=category_id)
    corruption = entry["counter_corruption_category"]
    return Behaviour(
        id=behaviour_id,
        category_id=category_id,
        title=entry["title"].text(),
        example_phrases=entry["example_phrases"].texts(),
        initial_risk=entry["initial_risk"].word(Risk),
        urgent=behaviour_id in urgent,
        **{name: flags[name].flag() for name in FLAGS},
        potentially_criminal=entry["potentially_criminal"].flag(),
        possible_offences=entry["possible_offences"].texts(),
        offences_status=entry["offences_status"].word(Status),
        standards=entry["standards"].references("standard"),
        iopc_allegation_code=_allegation_code(entry["iopc_allegation_code"]),
        iopc_referral=_referral(entry["iopc_referral"]),
        counter_corruption_category=(
            None if corruption.is_null else corruption.reference("counter-corruption category")
        ),
        handling_units=entry["handling_units"].references("handling unit"),
        support_services=entry["support_services"].references("support service"),
        note=entry["note"].text(may_be_empty=True),
    )


def _allegation_code(entry: Entry) -> AllegationCode | None:
    if entry.is_null:
        return None
    entry.record("code", "status")
    return AllegationCode(entry["code"].reference("allegation code"), entry["status"].word(Status))


def _referral(entry: Entry) -> IopcReferral:
    entry.record("level", "criteria")
    return IopcReferral(
        entry["level"].reference("referral level"), entry["criteria"].references("mandatory referral criterion")
    )


def read_severity_levels(entry: Entry) -> dict[Risk, SeverityLevel]:
    """The four levels, each once, numbered from low to critical."""
    levels: dict[Risk, SeverityLevel] = {}
    for each in entry.entries():
        each.record("id", "order", "name", "plain", "triage", "default_actions", "status")
        risk = each["id"].known_word(Risk)
        order = each["order"].whole(1, len(Risk))
        each["status"].word(Status)
        level = SeverityLevel(
            id=risk or Risk.LOW,
            name=each["name"].text(),
            plain=each["plain"].text(),
            triage=each["triage"].reference("time limit"),
            default_actions=each["default_actions"].texts(),
        )
        if risk is None:
            continue
        each["id"].define("severity level", risk)
        if order != risk.order:
            each["order"].complain(f"must be {risk.order} for {risk}")
        levels[risk] = level
    entry.expect("the level", Risk, levels)
    return levels


def read_standards(entry: Entry) -> tuple[Standard, ...]:
    standards = []
    for position, each in enumerate(entry.entries(at_least=1), start=1):
        each.record("id", "order", "name", "plain", "legal_source", "status")
        if each["order"].whole(1, 1000) != position:
            each["order"].complain(f"must be {position}")
        each["legal_source"].text()
        each["status"].word(Status)
        standards.append(Standard(each["id"].identifier("standard"), each["name"].text(), each["plain"].text()))
    return tuple(standards)


def check_referral_lists(root: Entry) -> None:
    """The lists that behaviours refer to and that no page reads yet."""
    for each in root["handling_units"].entries():
        each.record("id", "name", "handles")
        each["id"].identifier("handling unit")
        each["name"].text()
        each["handles"].text()
    for each in root["iopc_mandatory_referral_criteria"].entries():
        each.record("id", "name", "plain", "source", "status")
        each["id"].identifier("mandatory referral criterion")
        for name in ("name", "plain", "source"):
            each[name].text()
        each["status"].word(Status)
    for each in root["iopc_referral_levels"].entries():
        each.record("id", "meaning")
        each["id"].identifier("referral level")
        each["meaning"].text()
    for each in root["counter_corruption_categories"].entries():
        each.record("id", "name", "source", "status")
        each["id"].identifier("counter-corruption category")
        each["name"].text()
        each["source"].text()
        each["status"].word(Status)
    _check_allegation_codes(root["iopc_allegation_codes"])


def _check_allegation_codes(entry: Entry) -> None:
    entry.record("scheme", "source", "status", "corroborated_names", "codes", "legacy_pre_2020")
    entry["scheme"].text()
    entry["source"].text()
    entry["status"].word(Status)
    entry["corroborated_names"].texts()
    for each in entry["codes"].entries():
        each.record("code", "name")
        each["code"].code("allegation code")
        each["name"].text()
    legacy = entry["legacy_pre_2020"].record("status", "source", "examples")
    legacy["status"].word(Status)
    legacy["source"].text()
    for code in legacy["examples"].field_names():
        legacy["examples"][code].text()

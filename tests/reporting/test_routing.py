"""Which desk, and who of it (architecture.md, 'Who may receive')."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.accounts.rosters import VerifiedRoster
from speakup.embedded.cast import DESKS
from speakup.embedded.demonstration import POLICY_FILE
from speakup.policy.document import Policy
from speakup.policy.reading import read_document
from speakup.reporting import routing
from speakup.reporting.answers import Answers
from speakup.reporting.routing import (
    CUSTODIANS,
    DESK_NAMED,
    FEWEST_READERS,
    KEPT_OUT,
    MENTIONED,
    NAME_NOT_FOUND,
    NOT_ENTITLED,
    TOLD_ABOUT,
    DeskCannotTake,
    NoCustodians,
    NoDeskLeft,
    Routing,
    choose_custodians,
    choose_readers,
    matched_on,
    readers_at,
)
from tests.reporting.builders import as_document, keep_out, people, person
from tests.reporting.rosters import demonstration_rosters, member, names_of, verified

POLICY: Policy = read_document(POLICY_FILE.read_bytes())
ROSTERS = demonstration_rosters()
INDEPENDENT = {"Ruth Abrahams", "Kwame Boateng", "Fiona Macleod"}
LOCAL_POLICING_BODY = {"Angharad Rees", "Sanjay Patel"}
PSD_LEADERS = {"Helen Marsh", "Imran Sheikh"}


def answers(*parts: Mapping[str, Any]) -> Answers:
    together: dict[str, Any] = {}
    for part in parts:
        together.update(part)
    return Answers(as_document(together))


def behaviours(*ids: str) -> dict[str, Any]:
    return {
        "behaviours": {"categories": sorted({each.split(".")[0] for each in ids}), "not_sure": False},
        "kinds": {"behaviours": list(ids)},
    }


def routed(*parts: Mapping[str, Any], rosters: Mapping[str, VerifiedRoster] = ROSTERS) -> tuple[str, set[str]]:
    chosen = choose_readers(answers(*parts), POLICY, rosters)
    return chosen.desk, names_of(rosters[chosen.desk], chosen.real)


def everybody(desk: str) -> set[str]:
    return {each.name for each in ROSTERS[desk].members}


def without(desk: str, *names: str) -> Mapping[str, VerifiedRoster]:
    """The rosters with these people's accounts closed."""
    gone = frozenset(each.staff_id for each in ROSTERS[desk].members if each.name in names)
    return {**ROSTERS, desk: replace(ROSTERS[desk], inactive=gone)}


def test_a_report_about_nobody_in_particular_goes_to_professional_standards() -> None:
    assert routed() == ("psd", everybody("psd"))
    assert routed(people(person("John Brown", "9999", rank="Sergeant"))) == ("psd", everybody("psd"))


@pytest.mark.parametrize("rank", ["Chief Constable", "Commissioner", "Deputy Commissioner", "CHIEF  constable"])
def test_the_chief_constable_is_read_by_the_local_policing_body_alone(rank: str) -> None:
    assert routed(people(person(rank=rank))) == ("outside", LOCAL_POLICING_BODY)
    assert routed(people(person(works_in="chief_constable"))) == ("outside", LOCAL_POLICING_BODY)


@pytest.mark.parametrize(
    "about",
    [
        person(works_in="chief_officer"),
        person(works_in="ccu"),
        person(rank="Deputy Chief Constable"),
        person(rank="Commander"),
        person(rank="Assistant Commissioner"),
        person(collar_number="1954"),
        person(collar_number="7035"),
        person(collar_number="2207"),
        person(collar_number=" 33 18 "),
        person(collar_number="PC 2207"),
        person(collar_number="02207"),
        person(collar_number="no. 2207"),
        person(collar_number="2207 or 2270"),
        person(collar_number="9999/3318"),
        person("2207"),
        person("PC 2207"),
        person(team="Counter-Corruption"),
        person(team="counter corruption"),
        person(team="Counter-Corruption Unit"),
        person(team="CCU"),
        person(team="acu"),
        person(team="Anti-Corruption"),
        person(team="anti-corruption unit"),
        person(team="Anti Corruption  Unit"),
    ],
)
def test_chief_officers_counter_corruption_and_leaders_of_psd_go_outside(about: dict[str, str]) -> None:
    assert routed(people(person("Some Body"), about)) == ("outside", INDEPENDENT)


@pytest.mark.parametrize(
    "about",
    [
        person(works_in="psd"),
        person(collar_number="5142"),
        person(team="Professional Standards"),
        person(team="P.S.D."),
    ],
)
def test_anybody_else_in_psd_goes_to_counter_corruption(about: dict[str, str]) -> None:
    assert routed(people(about)) == ("ccu", everybody("ccu"))


def test_the_gravest_of_several_people_decides() -> None:
    assert routed(people(person(works_in="psd"), person(works_in="chief_constable")))[1] == LOCAL_POLICING_BODY


def test_a_behaviour_for_counter_corruption_first_goes_there() -> None:
    assert routed(behaviours("sexism.jokes", "corruption.bribe")) == ("ccu", everybody("ccu"))


def test_a_category_all_of_which_is_for_counter_corruption_needs_no_kind() -> None:
    only_category = {"behaviours": {"categories": ["apsp"], "not_sure": False}}
    assert routed(only_category)[0] == "ccu"
    assert routed({"behaviours": {"categories": ["sexism"], "not_sure": True}})[0] == "psd"


def test_a_kind_of_a_category_that_was_unticked_does_not_count() -> None:
    assert routed({**behaviours("corruption.bribe"), "behaviours": {"categories": ["sexism"]}})[0] == "psd"


def test_the_reporter_may_choose_the_outside_desk() -> None:
    assert routed(keep_out(outside=True)) == ("outside", INDEPENDENT)
    assert routed(keep_out(outside=True), people(person(works_in="psd")))[0] == "ccu"


def test_a_name_alone_never_moves_the_desk_and_makes_a_decoy() -> None:
    assert routed(people(person("Grace Adeyemi"))) == ("psd", everybody("psd") - {"Grace Adeyemi"})
    assert routed(people(person("PC Grace Hughes"))) == ("psd", everybody("psd") - {"Grace Adeyemi"})
    assert routed(people(person("Robert Iveson"))) == ("psd", everybody("psd"))
    assert routed(people(person("Nell Marsh"))) == ("psd", everybody("psd") - {"Helen Marsh"})
    assert routed(people(person("Thomas Novak"))) == ("psd", everybody("psd") - {"Tomasz Nowak"})
    assert routed(people(person("Bob Iveson")), behaviours("corruption.bribe")) == (
        "ccu",
        everybody("ccu") - {"Robert Iveson"},
    )


def test_a_collar_number_that_is_only_nearly_right_makes_a_decoy_where_it_is() -> None:
    assert routed(people(person(collar_number="C5142"))) == ("psd", everybody("psd") - {"Grace Adeyemi"})


def test_a_name_to_keep_out_is_kept_out() -> None:
    assert routed(keep_out("tomas nowak")) == ("psd", everybody("psd") - {"Tomasz Nowak"})


def test_a_name_to_keep_out_that_is_nobody_there_leaves_head_and_supervisor() -> None:
    assert routed(keep_out("Sergeant Brown")) == ("psd", PSD_LEADERS)
    assert routed(keep_out("Sergeant Brown"), behaviours("corruption.bribe")) == (
        "ccu",
        {"Robert Iveson", "Meera Chauhan"},
    )


@pytest.mark.parametrize(
    "entry",
    [
        "Professional Standards",
        "the head of Professional Standards",
        "anybody in the Professional Standards Department",
        "Head of PSD",
        "P.S.D.",
        "my ex-husband's friend in professional standards",
    ],
)
def test_an_entry_that_names_professional_standards_keeps_all_of_it_out(entry: str) -> None:
    assert routed(keep_out(entry))[0] == "ccu"
    excluded = routing._at_desk(answers(keep_out(entry)), POLICY.desk("psd"), (), ROSTERS)
    assert not excluded.real
    assert set(excluded.excluded.values()) == {DESK_NAMED}


@pytest.mark.parametrize(
    "entry",
    ["Counter-Corruption", "the head of counter corruption", "CCU", "anyone in the ACU", "the anti-corruption unit"],
)
def test_an_entry_that_names_counter_corruption_keeps_all_of_it_out(entry: str) -> None:
    assert routed(keep_out(entry)) == ("psd", everybody("psd"))
    assert routed(keep_out(entry), behaviours("corruption.bribe")) == ("outside", INDEPENDENT)
    assert routed(keep_out(entry, "the head of PSD")) == ("outside", INDEPENDENT)
    assert routed(keep_out(f"PSD and {entry}")) == ("outside", INDEPENDENT)


def test_the_desk_that_takes_over_is_whole() -> None:
    assert routed(keep_out("the head of Professional Standards")) == ("ccu", everybody("ccu"))


def test_a_name_beside_a_desk_keeps_out_that_one_where_it_is_found() -> None:
    assert routed(keep_out("Helen Marsh of PSD")) == ("psd", everybody("psd") - {"Helen Marsh"})
    assert routed(keep_out("Sergeant Brown of PSD"))[0] == "ccu"
    assert routed(keep_out("Sergeant Brown of CCU")) == ("psd", PSD_LEADERS)


@pytest.mark.parametrize("about", [person("the head of Professional Standards"), person(team="PSD, second floor")])
def test_somebody_told_about_by_the_desk_keeps_all_of_it_out(about: dict[str, str]) -> None:
    assert routed(people(about)) == ("ccu", everybody("ccu"))


@pytest.mark.parametrize(
    "parts",
    [
        people(person(description="Everybody calls her Nell but her name is Marsh and she has a red car, I think.")),
        people(person(description="Helen Marsh")),
        people(person(team="Marsh's team")),
        people(person(description="the number on the shoulder was 2207")),
        {"knows": {"text": "Nell Marsh"}},
        {"knows": {"text": "I told one or two at work. Then my sergeant went and talked to Helen Marsh about it all."}},
    ],
)
def test_a_name_beside_the_boxes_for_names_makes_a_decoy(parts: dict[str, Any]) -> None:
    assert routed(parts) == ("psd", everybody("psd") - {"Helen Marsh"})
    assert set(choose_readers(answers(parts), POLICY, ROSTERS).excluded.values()) == {MENTIONED}


def test_a_name_in_the_account_alone_keeps_nobody_out() -> None:
    assert routed({"account": {"text": "It was Helen Marsh, 2207"}}) == ("psd", everybody("psd"))


def test_several_names_in_one_field_are_looked_for_one_by_one() -> None:
    assert routed(keep_out("Grace Adeyemi and Tomasz Nowak"))[1] == everybody("psd") - {"Grace Adeyemi", "Tomasz Nowak"}
    assert routed(keep_out("Grace Adeyemi, my inspector"))[1] == PSD_LEADERS


@pytest.mark.parametrize("nickname", ["Smiler", "the big one"])
def test_a_nickname_alone_keeps_nobody_out(nickname: str) -> None:
    """As the pages say it: the real name or the collar number does, and where they work."""
    assert routed(people(person(nickname))) == ("psd", everybody("psd"))
    assert "Helen Marsh" not in routed(people(person("Helen Marsh")))[1]
    assert "Grace Adeyemi" not in routed(people(person(collar_number="C5142")))[1]
    assert routed(people(person(nickname, works_in="psd"))) == ("ccu", everybody("ccu"))


@pytest.mark.parametrize("role", ["the superintendent", "the DCI", "head of the team that reads this", "Smiler"])
def test_the_role_of_a_leader_leaves_the_leaders_and_the_names_of_the_teams_leave_none(role: str) -> None:
    """What the page of exclusions advises, word for word, for every kind of behaviour."""
    assert routed(keep_out(role)) == ("psd", PSD_LEADERS)
    for kind in ("sexism.jokes", "corruption.bribe", "sexual_assault.rape"):
        desk, readers = routed(keep_out(role, "Professional Standards", "Counter-corruption"), behaviours(kind))
        assert desk == "outside"
        assert readers <= INDEPENDENT


def test_what_counter_corruption_reads_first_it_reads_although_outside_is_chosen() -> None:
    """The page says so beside the choice, and what to write against it."""
    assault = behaviours("sexual_assault.rape")
    assert routed(keep_out(outside=True), assault)[0] == "ccu"
    assert routed(keep_out("Counter-corruption", outside=True), assault) == ("outside", INDEPENDENT)


def test_empty_names_to_keep_out_keep_nobody_out() -> None:
    assert routed(keep_out("", "  ", ","))[1] == everybody("psd")


def test_with_fewer_than_two_readers_the_next_desk_takes_it() -> None:
    assert routed(keep_out("Helen Marsh", "Somebody Else")) == ("ccu", {"Robert Iveson", "Meera Chauhan"})
    almost_all = keep_out(*sorted(everybody("psd") - {"Helen Marsh"}))
    assert routed(almost_all)[0] == "ccu"


def test_the_next_desk_looks_at_the_names_again() -> None:
    named = keep_out("Helen Marsh", "Imran Sheikh", "Robert Iveson", "Nobody")
    assert routed(named) == ("outside", INDEPENDENT)


def test_outside_taking_over_reads_by_its_independent_members() -> None:
    named = keep_out(*sorted(everybody("psd") | everybody("ccu")))
    assert routed(named)[0] == "outside"
    assert routed(named)[1] <= INDEPENDENT


def test_nothing_comes_after_outside_not_even_back_to_professional_standards() -> None:
    about = people(person(works_in="chief_constable"), person("Sanjay Patel"))
    with pytest.raises(NoDeskLeft):
        choose_readers(answers(about), POLICY, ROSTERS)


def test_closed_accounts_are_no_readers_and_not_excluded() -> None:
    rosters = without("psd", "Tomasz Nowak")
    chosen = choose_readers(answers(), POLICY, rosters)
    assert names_of(rosters["psd"], chosen.real) == everybody("psd") - {"Tomasz Nowak"}
    assert not chosen.excluded
    assert routed(rosters=without("psd", "Tomasz Nowak", "Grace Adeyemi", "Helen Marsh", "Siân Pritchard"))[0] == "ccu"


def test_a_closed_account_still_moves_the_desk() -> None:
    assert routed(people(person(collar_number="6093")), rosters=without("psd", "Tomasz Nowak"))[0] == "ccu"


def test_each_exclusion_says_why() -> None:
    about = [people(person("Grace Adeyemi")), keep_out("Tomasz Nowak", "A Stranger")]
    chosen = choose_readers(answers(*about), POLICY, ROSTERS)
    why = {each.name: chosen.excluded.get(each.staff_id) for each in ROSTERS["psd"].members}
    assert why == {
        "Helen Marsh": None,
        "Imran Sheikh": None,
        "Grace Adeyemi": TOLD_ABOUT,
        "Tomasz Nowak": KEPT_OUT,
        "Siân Pritchard": NAME_NOT_FOUND,
    }
    outside = choose_readers(answers(keep_out(outside=True)), POLICY, ROSTERS)
    assert set(outside.excluded.values()) == {NOT_ENTITLED}


@pytest.mark.parametrize("question", ["evidence", "chat", "tried", "fears"])
def test_who_is_mentioned_where_it_was_tried_or_feared_gets_no_key(question: str) -> None:
    """'I told Grace Adeyemi, and she told him'. What stands in the story alone keeps nobody out, as the page says."""
    said = {question: {"choices": [], "text": "Ask anybody: Grace Adeyemi is his friend."}}
    assert routed(said) == ("psd", everybody("psd") - {"Grace Adeyemi"})
    assert routed({"more": {"text": "Grace Adeyemi is his friend."}}) == ("psd", everybody("psd"))


def test_custodians_are_matched_like_members_of_a_desk() -> None:
    roster = ROSTERS[CUSTODIANS]
    chosen = choose_custodians(answers(keep_out("Amit Desai")), roster)
    assert names_of(roster, chosen.real) == {"Patricia Lowe", "Eleanor Fraser"}
    for parts in (people(person("Pat Low")), {"knows": {"text": "my friend Patricia Lowe"}}, keep_out("8811")):
        assert names_of(roster, choose_custodians(answers(parts), roster).real) == {"Amit Desai", "Eleanor Fraser"}


def test_too_few_custodians_stop_a_confidential_report_alone() -> None:
    named = keep_out("Amit Desai", "Patricia Lowe")
    confidential = {"mode": {"mode": "confidential", "name": "Jo", "contact": "x"}}
    roster = ROSTERS[CUSTODIANS]
    with pytest.raises(NoCustodians):
        choose_custodians(answers(named, confidential), roster)
    assert names_of(roster, choose_custodians(answers(named), roster).real) == {"Eleanor Fraser"}


@pytest.mark.parametrize(
    "value",
    [{}, {"people": 3}, {"people": [3, None, {}]}, {"names": "Helen"}, {"names": [1]}, {"behaviours": {"a": 1}}],
)
def test_answers_of_another_shape_read_as_not_answered(value: dict[str, Any]) -> None:
    together = dict.fromkeys(("people", "exclusions", "kinds", "behaviours", "mode", "danger"), value)
    assert routed(together) == ("psd", everybody("psd"))


MEMBERS = [each for desk in DESKS for each in desk.people]
typed_names = st.one_of(
    st.sampled_from([each.name for each in MEMBERS]),
    st.sampled_from([each.name.split()[0] for each in MEMBERS]),
    st.sampled_from(["Sergeant Brown", "everybody on B shift", "", "x", "Dr. O'Neill and Smith"]),
    st.text(max_size=30),
)
some_people = st.lists(
    st.builds(
        person,
        name=typed_names,
        collar_number=st.sampled_from(["", "1", *(each.collar_number for each in MEMBERS if each.collar_number)]),
        works_in=st.sampled_from(["", "", "", "psd", "ccu", "chief_officer", "chief_constable"]),
        rank=st.sampled_from(["", "Sergeant", "Chief Constable", "Commander"]),
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(about=some_people, names=st.lists(typed_names, max_size=5), outside=st.booleans())
def test_whoever_is_named_never_reads_and_two_always_can(
    about: list[dict[str, str]], names: list[str], outside: bool
) -> None:
    given_answers = answers(people(*about), keep_out(*names, outside=outside))
    try:
        chosen = choose_readers(given_answers, POLICY, ROSTERS)
    except NoDeskLeft:
        return
    roster = ROSTERS[chosen.desk]
    assert len(chosen.real) >= FEWEST_READERS
    assert chosen.real | chosen.excluded.keys() == roster.staff_ids
    assert not chosen.real & chosen.excluded.keys()
    readers = [each for each in roster.members if each.staff_id in chosen.real]
    for reader in readers:
        assert all(reader.name != name for name in (*names, *(each["name"] for each in about)))
        assert all(not reader.collar_number or reader.collar_number != each["collar_number"] for each in about)
    assert _no_reported_desk_reads(chosen, about)


def _no_reported_desk_reads(chosen: Routing, about: list[dict[str, str]]) -> bool:
    """Nobody of a desk reads a report that is, by an exact statement, about somebody of that desk."""
    reported = {each["works_in"] for each in about}
    for desk in ("psd", "ccu"):
        numbers = {each.collar_number for each in ROSTERS[desk].members}
        if any(each["collar_number"] in numbers for each in about if each["collar_number"]):
            reported.add(desk)
    return chosen.desk not in reported


def test_the_matching_ranks_are_ranks_of_the_policy() -> None:
    ranks = {each.casefold() for each in POLICY.ranks.every}
    assert ranks >= routing.CHIEF_CONSTABLE_RANKS | routing.CHIEF_OFFICER_RANKS
    assert routing.PSD_TEAMS & {each.casefold() for each in POLICY.team_types}


def test_a_desk_of_two_needs_both() -> None:
    pair = verified("psd", member("Ann One", "head_of_psd"), member("Bea Two", "triage"))
    assert routed(rosters={**ROSTERS, "psd": pair}) == ("psd", {"Ann One", "Bea Two"})
    assert routed(keep_out("Bea Two"), rosters={**ROSTERS, "psd": pair})[0] == "ccu"


def test_a_name_of_another_desk_is_a_known_name_and_leaves_this_desk_whole() -> None:
    assert routed(keep_out("Declan Byrne")) == ("psd", everybody("psd"))
    assert routed(keep_out("Kwame Boateng and Yusuf Demir")) == ("psd", everybody("psd"))
    assert routed(keep_out("Declan Byrne", "A Stranger")) == ("psd", PSD_LEADERS)


def test_where_a_report_may_be_passed_to() -> None:
    """Onwards always; back only where no exact statement, and not the reporter, asked for a later desk."""
    about_psd, chosen = people(person("Some Body", works_in="psd")), keep_out(outside=True)
    may = {
        "nobody in particular": ({}, {"psd", "ccu", "outside"}),
        "counter-corruption first": (behaviours("corruption.bribe"), {"psd", "ccu", "outside"}),
        "about professional standards": (about_psd, {"ccu", "outside"}),
        "about a chief officer": (people(person(rank="Commander")), {"outside"}),
        "chosen outside": (chosen, {"outside"}),
    }
    for said, desks in may.values():
        takes = set()
        for desk in ("psd", "ccu", "outside"):
            with contextlib.suppress(DeskCannotTake):
                takes.add(readers_at(desk, answers(said), POLICY, ROSTERS).desk)
        assert takes == desks
    for none in (CUSTODIANS, "psd.casework", "", "nowhere"):
        with pytest.raises(DeskCannotTake):
            readers_at(none, answers(), POLICY, ROSTERS)


def test_at_the_desk_of_the_rule_the_same_people_read_as_at_intake() -> None:
    for said in ({}, keep_out("Grace Adeyemi"), people(person(rank="Chief Constable")), keep_out("A Stranger")):
        at_intake = choose_readers(answers(said), POLICY, ROSTERS)
        assert readers_at(at_intake.desk, answers(said), POLICY, ROSTERS) == at_intake


def test_investigators_are_matched_on_their_own_roster() -> None:
    charlotte = member("Charlotte Okafor", "investigator", "4417", ("Charlotte Dunne",))
    roster = verified("psd.casework", charlotte, member("Gareth Llewellyn", "investigator", "5038"))
    said = answers({**keep_out("Charlotte Dunne"), **people(person("Somebody Else"))})
    assert matched_on(said, roster) == {charlotte.staff_id: KEPT_OUT}
    assert matched_on(answers(people(person("", "4417"))), roster) == {charlotte.staff_id: TOLD_ABOUT}
    assert matched_on(answers(), roster) == {}

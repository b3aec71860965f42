"""Whatever bytes or values come, there is a policy or a PolicyError: never a traceback, never a place unread."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speakup.policy.document import Policy
from speakup.policy.reading import LARGEST_DOCUMENT, Complaint, PolicyError, parse_document, read_document, read_policy
from speakup.policy.reading.findings import MOST_COMPLAINTS
from tests.policy.shipped import BYTES, Steps, document, paths, place, put, steps, value_at

SHIPPED = document()
PLACES = list(paths(SHIPPED))
# The names of these objects' fields are ids or codes of the force's own.
NAMED_FREELY = {
    "sources",
    "ladders",
    "workflow.stage_owners",
    "iopc_allegation_codes.legacy_pre_2020.examples",
}
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.sampled_from(
        [object(), 10**5000, ("a",), {1}, {1: 2}, {"": []}, [[]], [None], {"id": "triage"}, "\ud800", "\x00"]
    ),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)),
)


def complaints_of(made: Any) -> list[Complaint]:
    """What is complained of; none where it is a policy."""
    try:
        policy = read_policy(made)
    except PolicyError as refusal:
        return refusal.complaints or pytest.fail("refused without a complaint")
    assert isinstance(policy, Policy)
    return []


def refusal_of(data: bytes) -> list[Complaint]:
    with pytest.raises(PolicyError) as refusal:
        read_document(data)
    return refusal.value.complaints


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), WRONG, st.booleans()), min_size=1, max_size=4))
def test_any_change_gives_a_policy_or_complaints(changes: list[tuple[Steps, Any, bool]]) -> None:
    made: Any = document()
    for path, value, removed in changes:
        try:
            if not path:
                made = value
            elif removed:
                del value_at(made, path[:-1])[path[-1]]
            else:
                put(made, path, value)
        except (LookupError, TypeError):  # an earlier change took the place away
            continue
    found = complaints_of(made)
    for complaint in found:
        str(complaint).encode("ascii")
        assert len(str(complaint)) < 600


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert refusal_of(data)


def _chunks(chosen: list[Steps]) -> list[list[Steps]]:
    size = MOST_COMPLAINTS // 4
    return [chosen[start : start + size] for start in range(0, len(chosen), size)]


LEAVES = [path for path in PLACES if not isinstance(value_at(SHIPPED, path), dict | list)]
HOLDERS = [path for path in PLACES if path and isinstance(value_at(SHIPPED, path), dict | list)]


@pytest.mark.parametrize("wrong", [float("nan"), [], object()], ids=["nan", "list", "thing"])
def test_every_value_of_the_document_is_read(wrong: Any) -> None:
    for chosen in _chunks(LEAVES):
        made = document()
        for path in chosen:
            put(made, path, wrong)
        complained = {complaint.place for complaint in complaints_of(made)}
        assert {place(path) for path in chosen} - complained == set()


def test_every_list_and_object_of_the_document_is_read() -> None:
    for depth in range(1, max(map(len, HOLDERS)) + 1):
        for chosen in _chunks([path for path in HOLDERS if len(path) == depth]):
            made = document()
            for path in chosen:
                put(made, path, "text")
            complained = {complaint.place for complaint in complaints_of(made)}
            assert {place(path) for path in chosen} - complained == set()


def test_no_object_may_have_a_field_more() -> None:
    objects = [
        path
        for path in PLACES
        if isinstance(value_at(SHIPPED, path), dict)
        and place(path) not in NAMED_FREELY
        and not place(path).endswith((".transition_routes", ".limit_notes"))
        and not place(path).startswith("workflow.route_changes")
    ]
    for chosen in _chunks(objects):
        made = document()
        for path in chosen:
            value_at(made, path)["surplus"] = "x"
        complained = {(found.place, found.text) for found in complaints_of(made)}
        expected = {(place((*path, "surplus")), "is no field that belongs here") for path in chosen}
        assert expected - complained == set()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe{}", "is not UTF-8: byte 0"),
        (b'{"a": "\xc3"}', "is not UTF-8: byte 7"),
        (b"{", "is not JSON: Expecting property name enclosed in double quotes, line 1 column 2"),
        (b"{}{}", "is not JSON: Extra data, line 1 column 3"),
        (b"[]", "must be an object"),
        (b'"text"', "must be an object"),
        (b"NaN", "must be an object"),
        (b"[" * 200_000 + b"]" * 200_000, "is nested too deep"),
        (b'{"a":' * 200_000, "is nested too deep"),
        (b"1" * 10_000, "has a number that is too long"),
        (b" " * LARGEST_DOCUMENT + b"{}", f"is larger than {LARGEST_DOCUMENT} bytes"),
    ],
    ids=range(13),
)
def test_what_is_no_json_object_is_refused_in_one_line(data: bytes, text: str) -> None:
    assert refusal_of(data) == [Complaint("", text)]


def test_a_byte_order_mark_is_named() -> None:
    assert "BOM" in refusal_of(b"\xef\xbb\xbf" + BYTES)[0].text


@pytest.mark.parametrize("number", ["1e999", "-Infinity", "NaN", "7.5", "9" * 4000])
def test_numbers_that_are_no_whole_numbers_of_a_fitting_size_are_named(number: str) -> None:
    text = BYTES.decode().replace('"amount": 7', f'"amount": {number}', 1)
    assert refusal_of(text.encode())[0].place == "time_limits[0].amount"


def test_a_name_that_stands_twice_is_named() -> None:
    text = json.dumps(document())
    text = text.replace('"ccu_first": ', '"ccu_first": true, "ccu_first": ', 1)
    text = text.replace('"team_types": [', '"team_types": [{"a": 1, "a": 2}, ', 1)

    assert refusal_of(text.encode()) == [
        Complaint("behaviour_categories[0].sub_categories[0].flags.ccu_first", "is there twice"),
        Complaint("team_types[0].a", "is there twice"),
    ]


def test_a_thousand_names_twice_take_no_time() -> None:
    """Quadratic work on hostile input would take hours here."""
    pairs = ",".join(f'"{number}":1,"{number}":1' for number in range(50_000))
    with pytest.raises(PolicyError) as refusal:
        parse_document(f"{{{pairs}}}".encode())
    assert len(refusal.value.complaints) == MOST_COMPLAINTS + 1


def test_more_complaints_than_anybody_reads_are_cut() -> None:
    made = document()
    made.update({f"extra_{number}": 1 for number in range(5_000)})
    with pytest.raises(PolicyError) as refusal:
        read_policy(made)
    assert len(refusal.value.complaints) == MOST_COMPLAINTS + 1
    assert refusal.value.complaints[-1] == Complaint("", "has more complaints than these")


def test_a_complaint_shows_no_control_characters_and_no_novel() -> None:
    made = document()
    made["\x1b[2J\u202e" * 100] = 1
    put(made, steps("urgent_behaviours[0]"), "\x1b]0;owned\x07" + "a" * 1000)
    with pytest.raises(PolicyError) as refusal:
        read_policy(made)
    for complaint in refusal.value.complaints:
        assert str(complaint).isprintable()
        assert len(str(complaint)) < 500

"""Gates let so many in, in the order they came, and never keep a place that nobody holds."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.vault.errors import Busy
from speakup.vault.gates import Gate


def wait_until_queued(gate: Gate, count: int) -> None:
    ends = time.monotonic() + 5
    while len(gate._queue) < count:
        assert time.monotonic() < ends, "nobody queued"
        time.sleep(0.001)


@contextmanager
def held(gate: Gate, times: int = 1) -> Iterator[None]:
    """The gate with so many of its places taken, until the block ends."""
    for _ in range(times):
        gate.__enter__()
    yield
    for _ in range(times):
        gate.__exit__(None, None, None)


def assert_empty(gate: Gate, at_once: int) -> None:
    assert gate._free == at_once
    assert not gate._queue


def test_lets_in_as_many_at_once_as_it_says() -> None:
    gate = Gate(at_once=2, waiting=0, seconds=5)
    with gate, gate, pytest.raises(Busy), gate:
        pytest.fail("a third was let in")
    assert_empty(gate, 2)


def test_more_than_may_wait_are_refused_at_once() -> None:
    gate = Gate(at_once=1, waiting=1, seconds=30)
    with ThreadPoolExecutor(1) as pool, held(gate):
        waiter = pool.submit(gate.__enter__)
        wait_until_queued(gate, 1)
        begun = time.monotonic()
        with pytest.raises(Busy), gate:
            pytest.fail("nobody may wait here")
        assert time.monotonic() - begun < 1
        # Leaving hands the place to the waiter, who gives it back for `held` to take.
        gate.__exit__(None, None, None)
        waiter.result(timeout=5)
    assert_empty(gate, 1)


def test_who_waits_too_long_is_refused_and_leaves_no_place_taken() -> None:
    gate = Gate(at_once=1, waiting=3, seconds=0.05)
    with held(gate):
        begun = time.monotonic()
        with pytest.raises(Busy), gate:
            pytest.fail("the gate is taken")
        assert 0.04 < time.monotonic() - begun < 2
        assert not gate._queue
    with gate:
        pass
    assert_empty(gate, 1)


def test_first_come_is_first_served() -> None:
    gate = Gate(at_once=1, waiting=20, seconds=30)
    order: list[int] = []

    def pass_through(number: int) -> None:
        with gate:
            order.append(number)

    threads = [threading.Thread(target=pass_through, args=(number,)) for number in range(12)]
    with held(gate):
        for count, thread in enumerate(threads, start=1):
            thread.start()
            wait_until_queued(gate, count)
    for thread in threads:
        thread.join(timeout=10)
    assert order == list(range(12))
    assert_empty(gate, 1)


def test_a_newcomer_never_overtakes() -> None:
    """A place that falls free belongs to who waits, even before that thread has woken."""
    gate = Gate(at_once=1, waiting=1, seconds=30)
    let_go = threading.Event()

    def wait_for_it() -> None:
        with gate:
            let_go.wait(10)

    waiter = threading.Thread(target=wait_for_it)
    with held(gate):
        waiter.start()
        wait_until_queued(gate, 1)
    assert gate._free == 0, "the place was handed on, not set free"
    let_go.set()
    waiter.join(timeout=10)
    assert_empty(gate, 1)


def test_an_error_inside_gives_the_place_back() -> None:
    gate = Gate(at_once=1, waiting=0, seconds=0)
    with pytest.raises(RuntimeError), gate:
        raise RuntimeError
    assert_empty(gate, 1)


def test_an_interrupt_while_waiting_leaves_no_place_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(at_once=1, waiting=1, seconds=30)

    class Interrupting:
        def acquire(self, timeout: float | None = None) -> bool:
            if timeout is not None:
                raise KeyboardInterrupt
            return True

    with held(gate):
        monkeypatch.setattr("speakup.vault.gates.threading.Lock", Interrupting)
        with pytest.raises(KeyboardInterrupt), gate:
            pytest.fail("interrupted before it came in")
        monkeypatch.undo()
        assert not gate._queue
    assert_empty(gate, 1)


def test_a_turn_that_comes_just_after_the_wait_ended_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(at_once=1, waiting=1, seconds=30)

    class TooLate:
        """The turn comes while the waiter is giving up."""

        def acquire(self, timeout: float | None = None) -> bool:
            if timeout is not None:
                gate.__exit__(None, None, None)
                return False
            return True

        def release(self) -> None:
            pass

    gate.__enter__()
    monkeypatch.setattr("speakup.vault.gates.threading.Lock", TooLate)
    with pytest.raises(Busy), gate:
        pytest.fail("its wait had ended")
    assert_empty(gate, 1)


@pytest.mark.parametrize(("at_once", "waiting", "seconds"), [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_a_gate_that_could_never_open_is_refused(at_once: int, waiting: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Gate(at_once, waiting, seconds)


def crowd(gate: Gate, at_once: int, people: int, stay: float) -> tuple[int, int, int]:
    """How many came in, were refused, and were inside together at most."""
    lock = threading.Lock()
    inside = most = came = refused = 0
    start = threading.Barrier(people)

    def try_it() -> None:
        nonlocal inside, most, came, refused
        start.wait(10)
        try:
            with gate:
                with lock:
                    inside += 1
                    most = max(most, inside)
                    came += 1
                time.sleep(stay)
                with lock:
                    inside -= 1
        except Busy:
            with lock:
                refused += 1

    threads = [threading.Thread(target=try_it) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert_empty(gate, at_once)
    return came, refused, most


@settings(max_examples=15, deadline=None)
@given(
    at_once=st.integers(1, 3),
    waiting=st.integers(0, 6),
    people=st.integers(1, 12),
    seconds=st.sampled_from([0.0, 0.002, 5.0]),
)
def test_a_crowd_never_breaks_a_gate(at_once: int, waiting: int, people: int, seconds: float) -> None:
    came, refused, most = crowd(Gate(at_once, waiting, seconds), at_once, people, stay=0.001)
    assert came + refused == people
    assert most <= at_once
    assert came >= min(people, at_once)
    if seconds >= 5:
        assert came >= min(people, at_once + waiting)


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(20))
def test_a_flood_never_breaks_a_gate(round_: int) -> None:
    came, refused, most = crowd(Gate(2, 20, 0.01), 2, people=100, stay=0.0005 * (round_ % 3))
    assert came + refused == 100
    assert most <= 2

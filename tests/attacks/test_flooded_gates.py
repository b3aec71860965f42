"""Somebody floods what derives a key on the reporter site: each gate alone, and all at once. Threads are left over for
everybody else, and whoever does not get in is told so at once (ADR 28)."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from speakup import web_server
from speakup.reporting import inbox, saving, sending
from speakup.vault.errors import Busy
from speakup.vault.gates import Gate

GATES = {"saving": saving.GATE, "sending": sending.GATE, "inbox": inbox.GATE}
# About what a derivation takes.
SECONDS = 0.05
FLOOD = 120


def flood(gates: Sequence[Gate]) -> tuple[Counter[str], list[float]]:
    """How the acts of a flood through these gates ended, and how long each of a few other requests waited for one of
    the threads that a web process has.
    """
    ended: Counter[str] = Counter()
    counting = threading.Lock()

    def act(gate: Gate) -> None:
        try:
            with gate:
                time.sleep(SECONDS)
            end = "done"
        except Busy:
            end = "busy"
        with counting:
            ended[end] += 1

    others: list[Future[float]] = []
    with ThreadPoolExecutor(web_server.threads) as pool:
        for number in range(FLOOD):
            pool.submit(act, gates[number % len(gates)])
            if number % 20 == 19:
                others.append(pool.submit(_since, time.monotonic()))
    return ended, [other.result() for other in others]


def _since(begun: float) -> float:
    return time.monotonic() - begun


@pytest.mark.parametrize("flooded", [*([name] for name in GATES), list(GATES)], ids="+".join)
def test_a_flood_leaves_threads_for_everybody_else(flooded: list[str]) -> None:
    ended, waited = flood([GATES[name] for name in flooded])
    assert ended["busy"] > FLOOD / 2, "nobody was told"
    assert ended["done"] >= len(flooded)
    assert max(waited) < 10 * SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("gate", [Gate(at_once=1, waiting=16, seconds=10), Gate(at_once=1, waiting=64, seconds=30)])
def test_twin_a_gate_in_which_as_many_wait_as_there_are_threads_holds_all(gate: Gate) -> None:
    ended, waited = flood([gate])
    assert not ended["busy"]
    assert max(waited) > 40 * SECONDS

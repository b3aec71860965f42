"""Any acts by any people: what nobody may break, however they go about it (entities.md section 6)."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.professional_standards.walking import Walk

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# Ids are random, so that a walk is not shortened step by step to the same end: the failing one is shown as it was.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


def walk(force, *, examples, steps):
    class OfThisForce(Walk):
        pass

    OfThisForce.force = force
    run_state_machine_as_test(
        OfThisForce,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=CHECKS,
            phases=PHASES,
        ),
    )


def test_any_walk(force):
    walk(force, examples=6, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(6))  # so that two processes share them
def test_any_longer_walk(force, part):
    walk(force, examples=7, steps=35)

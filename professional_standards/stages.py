"""Which stages may follow, and who takes a proceeding there: the policy read for one proceeding. No database."""

from collections.abc import Sequence

from professional_standards.models import Proceeding, Transition
from speakup.policy.document import Policy


def next_stages(proceeding: Proceeding, steps: Sequence[Transition], policy: Policy) -> tuple[str, ...]:
    """What may follow where the proceeding stands: the policy's next stages on its route, the interrupting stages, and
    from one of those the stage that it interrupted. `steps` are its transitions in order.
    """
    raise NotImplementedError

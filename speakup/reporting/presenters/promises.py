"""What every reporter is promised, in words, as the policy of the force has it: a page never says it by heart."""

from dataclasses import dataclass

from speakup.policy.document import Policy
from speakup.reporting.presenters.lengths import length_in_words


@dataclass(frozen=True)
class Promises:
    """Each for use within a sentence, like '3 working days'.

    `reply`: a person's first reply; `latest`: the last day for it; `update`: how often one hears how things stand, once
    the report is in a case; `feedback`: how long that may take where it is in none.
    """

    reply: str
    latest: str
    update: str
    feedback: str


def promises_of(policy: Policy) -> Promises:
    """The lengths of `first_reply`, `ack`, `update_4w` and `feedback`, which every policy has (PROMISED_LIMITS)."""
    reply, latest, update, feedback = (
        length_in_words(policy.time_limits[limit].interval) for limit in ("first_reply", "ack", "update_4w", "feedback")
    )
    return Promises(reply, latest, update, feedback)

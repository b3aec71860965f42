"""What somebody who reported may say of themselves: closed, coarse answers, each counted by itself (ADR 0030).

The groups are few on purpose: a finer one would name a person in a small force. Whoever belongs to none of them, or to
several, has an answer too. The values are sealed in facts: never change one, nor take one away.
"""

from collections.abc import Mapping

# Answered so, or left open: the two are one, so that a fact is there for each question whatever was answered.
NOT_SAID = "not_said"

# By question, in the order in which they are asked.
EQUALITY: Mapping[str, tuple[str, ...]] = {
    "sex": ("woman", "man", "other", NOT_SAID),
    "age": ("under_30", "30_to_44", "45_or_over", NOT_SAID),
    "ethnicity": ("asian", "black", "mixed", "white", "other", NOT_SAID),
    "disability": ("yes", "no", NOT_SAID),
    "orientation": ("straight", "other", NOT_SAID),
    "faith": ("none", "christian", "other", NOT_SAID),
}

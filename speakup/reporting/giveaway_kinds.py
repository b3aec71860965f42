"""What a giveaway can tell of whoever wrote it."""

from enum import StrEnum


class Kind(StrEnum):
    """What a giveaway tells of her, in the order in which they are shown."""

    NAME = "name"
    COLLAR = "collar"
    EMAIL = "email"
    PHONE = "phone"
    ONLY = "only"
    ALONE = "alone"
    SHIFT = "shift"
    POST = "post"
    LIFE = "life"
    HOME = "home"

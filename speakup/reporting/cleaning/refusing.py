"""Why a file is not cleaned."""


class Locked(Exception):
    """It can only be read with a password."""


class Broken(Exception):
    """It is not what it says, too much once unpacked, or holds what no copy could be made of."""

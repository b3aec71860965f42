"""Who works cases: each receiving desk has a roster of its investigators beside its own (vault.md, 'Rosters').

An investigator holds grants on cases they were given, never membership of a desk: nothing is sealed to a casework
roster as a whole. It says whose key may be used when one of them is assigned.
"""

CASEWORK_ROLES = frozenset({"investigator"})
_ENDING = ".casework"


def casework_code(desk_code: str) -> str:
    """The code of the casework desk that belongs to this receiving desk."""
    return desk_code + _ENDING


def receiving_code(code: str) -> str | None:
    """The receiving desk to which this casework desk's code belongs; None for a code of any other kind."""
    return code.removesuffix(_ENDING) if code.endswith(_ENDING) else None

"""What the ledger says in clear of an act: few words; the exact one is sealed in the entry's detail."""

from enum import StrEnum


class Action(StrEnum):
    """The nine clear actions (vault.md, 'Ledger')."""

    READ = "read"
    WRITE = "write"
    GRANT = "grant"
    REVOKE = "revoke"
    MOVE = "move"
    SIGN_IN = "sign-in"
    EXPORT = "export"
    REFUSE = "refuse"
    ADMINISTER = "administer"


# A reporter has no actor id and leaves no moment, only a day.
REPORTER = "reporter"

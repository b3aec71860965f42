"""The officers of the recovery quorum at a terminal: their shares, shown one at a time and typed in again."""

from collections.abc import Callable, Sequence
from secrets import SystemRandom

from speakup.vault.errors import CannotOpen
from speakup.vault.recovery import MOST_SHARES, SHARE_WORDS, Share, join_shares, read_share

COLUMNS = 3
COMPARED = 3  # words that an officer types back, to see that what is on paper can be read
_SLIPS = 5
_random = SystemRandom()


class NotEnoughShares(Exception):
    """The shares that were typed open nothing; the text is one line for the people in the room."""


def share_page(officer: str, share: Share, officers: int) -> str:
    """One officer's page: whose it is, how many are needed, and its 33 words in columns, numbered."""
    rows = SHARE_WORDS // COLUMNS
    lines = [
        "SPEAKUP: A SHARE OF THE RECOVERY SECRET",
        "",
        f"For {officer}: share {share.number} of {officers}. Any {share.threshold} of them together open every report,",
        "names of confidential reporters included. Keep it locked away, apart from the others.",
        "Nobody will ever ask for it but for a recovery with the other officers in the room.",
        "",
    ]
    for row in range(rows):
        cells = [f"{at + 1:2}. {share.words[at]:<14}" for at in range(row, SHARE_WORDS, rows)]
        lines.append("    " + "".join(cells).rstrip())
    return "\n".join(lines) + "\n\n"


def can_be_read(share: Share, ask: Callable[[str], str]) -> bool:
    """Whether the officer, asked for a few words of it from the paper, types those."""
    for at in sorted(_random.sample(range(SHARE_WORDS), COMPARED)):
        if ask(f"Word {at + 1} on the paper: ").strip().casefold() != share.words[at]:
            return False
    return True


def read_shares(ask: Callable[[str], str], say: Callable[[str], object]) -> bytes:
    """The recovery secret (32 bytes) from as many shares as are needed, each typed by its officer.

    A slip is asked for again, `_SLIPS` times at most. Raises NotEnoughShares; Ended (speakup/web/terminal.py) where
    the officers stop before.
    """
    shares: list[Share] = []
    slips = 0
    while not shares or len(shares) < shares[0].threshold:
        of = f" of {shares[0].threshold}" if shares else ""
        typed = ask(f"Share {len(shares) + 1}{of}, all {SHARE_WORDS} words in one line (nothing is shown): ")
        problem = _problem(typed, shares)
        if problem is None:
            continue
        slips += 1
        if slips > _SLIPS or len(shares) > MOST_SHARES:
            raise NotEnoughShares("Too many slips. Nothing was opened.")
        say(problem)
    try:
        return join_shares(shares)
    except CannotOpen:
        raise NotEnoughShares("These shares do not belong together. Nothing was opened.") from None


def _problem(typed: str, shares: list[Share]) -> str | None:
    """What is wrong with a share; taken to the others where nothing is."""
    try:
        share = read_share(typed)
    except CannotOpen:
        return "This is no share: a word is wrong, missing or in another place. Type it again."
    if shares and share.of != shares[0].of:
        return "This share is of another ceremony. Type one that belongs to the first."
    if share.number in {each.number for each in shares}:
        return "This share was typed already. Another officer is needed."
    shares.append(share)
    return None


def check_officers(officers: Sequence[str], threshold: int) -> str | None:
    """Why the secret cannot be split so among these names, in one line; None where it can."""
    names = [" ".join(name.split()) for name in officers]
    if not all(names) or len({name.casefold() for name in names}) != len(names):
        return "Each officer needs a name of their own."
    if not 2 <= threshold <= len(names) <= MOST_SHARES:
        return f"At least 2 shares must be needed, and there must be as many officers as that, at most {MOST_SHARES}."
    if threshold == len(names):
        return "With every share needed, one lost paper loses everything: name more officers than are needed."
    return None

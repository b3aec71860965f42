"""The protection of a printed number (disclosure-control.md, rules 3 to 5), as far as it is built.

Force totals alone: no cell can be had by subtracting others, so that threshold and rounding are all of it. The audited
suppression that tables of several cells need is not built: until then everything printed says so.
"""

SHOWN_FROM = 10
ROUNDED_TO = 5
NOTICE = "Demonstration. Not audited"


def protected(count: int) -> int | None:
    """What may be printed of a count: rounded to 5, or None ('not shown') below 10. Zero looks as nine does."""
    if count < SHOWN_FROM:
        return None
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO

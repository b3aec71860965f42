"""Which states of the IOPC track may follow which."""

from collections.abc import Mapping

NOT_ASSESSED, CRITERIA_NOT_MET, VOLUNTARY = "not_assessed", "criteria_not_met", "voluntary_considered"
DUE, REFERRED, MODE_DECIDED, RETURNED = "due", "referred", "mode_decided", "returned"

# A referral is made by the proceeding's own step to the IOPC, or recorded here where it was made beside it. What the
# IOPC decided may be recorded in either order, and a matter that was returned may have to be referred again.
_NEXT: Mapping[str, tuple[str, ...]] = {
    NOT_ASSESSED: (CRITERIA_NOT_MET, VOLUNTARY, DUE),
    CRITERIA_NOT_MET: (VOLUNTARY, DUE),
    VOLUNTARY: (CRITERIA_NOT_MET, DUE, REFERRED),
    DUE: (REFERRED, CRITERIA_NOT_MET),
    REFERRED: (MODE_DECIDED, RETURNED),
    MODE_DECIDED: (RETURNED, DUE),
    RETURNED: (DUE, MODE_DECIDED),
}


def next_track_states(state: str) -> tuple[str, ...]:
    """The states that staff may write where the track stands in `state`."""
    return _NEXT.get(state, ())

"""Whom to talk to before going on, by what was chosen (questions.needs_of_care)."""

from collections.abc import Mapping

CARE_SERVICES: Mapping[str, tuple[str, ...]] = {
    "sexual": ("rape_crisis", "sarc", "survivors_uk"),
    "home": ("nda_helpline", "mens_advice_line", "galop", "karma_nirvana"),
    "stalking": ("stalking_helpline", "paladin"),
}

"""Whom to talk to before going on, by what was chosen (the keys of questions.CARE_FOR)."""

from collections.abc import Mapping

CARE_SERVICES: Mapping[str, tuple[str, ...]] = {
    "sexual": ("rape_crisis", "sarc", "survivors_uk"),
    "home": ("nda_helpline", "mens_advice_line", "galop", "karma_nirvana"),
    "stalking": ("stalking_helpline", "paladin"),
    "images": ("revenge_porn_helpline",),
    "children": ("nspcc", "childline", "lucy_faithfull"),
}

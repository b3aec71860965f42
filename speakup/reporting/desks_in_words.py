"""Which desk of the force a reporter means who names one in words, not people (docs/adr/0010)."""

import re
import unicodedata

PSD, CCU = "psd", "ccu"

_WORD = re.compile(r"[^\W_]+")
_NAMES = {
    PSD: re.compile(r"\b(?:psds?|prof(?:essional)? ?standards?)\b"),
    CCU: re.compile(r"\b(?:ccu|acu|(?:counter|anti) ?corruption)\b"),
}
# Words around a desk's name that name nobody: 'the head of', 'anybody who works in', 'the whole ... team'.
_AROUND = frozenset(
    """
    the a an of in at on from for with to who that works work working is are s their our my
    head heads boss bosses lead leader leaders chief manager managers supervisor supervisors director deputy
    anybody anyone everybody everyone any all every each whole entire lot people person persons somebody someone
    member members staff officer officers detective detectives team teams unit department dept desk office
    police force branch or and
    """.split()  # noqa: SIM905 (read as a list of words)
)


def spoken(text: str) -> str:
    """The words of a text in lower case with one space between, hyphens and other signs apart ('P.S.D.' is one)."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace(".", "")))


def desks_named(text: str) -> frozenset[str]:
    """The desks whose name stands anywhere in the text; names of desks are fixed, so this tells nothing."""
    words = spoken(text)
    return frozenset(desk_id for desk_id, names in _NAMES.items() if names.search(words))


def names_only_desks(text: str) -> bool:
    """Whether the text names desks and beside them nobody ('the head of Professional Standards')."""
    words = spoken(text)
    rest = words
    for names in _NAMES.values():
        rest = names.sub(" ", rest)
    return rest != words and _AROUND.issuperset(rest.split())

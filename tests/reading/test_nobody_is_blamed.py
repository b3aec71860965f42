"""No page asks why somebody did not act, or puts what was done on them (reporter-journey.md, 28).

On every page of the walk: before, each question for everybody who tells, danger, care, check answers, the receipt and
what comes after it, and what each refuses.
"""

import re

import pytest

from tests.reading.page_text import Page, blocks_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("reading")]

_THEM = r"(?:you|they|she|he|the person|somebody|anybody)"
_NOT = r"(?:not|n't|never)"
BLAMING: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"\b{form}", re.IGNORECASE)
    for form in (
        # Why not, and why so late
        rf"why (?:did|do|does|have|has|had|was|were|is|are|could|would|can)(?:n't)? {_THEM}\b",
        rf"why {_THEM} (?:did|do|does|have|had|was|were|could|would)(?:n't| not| never)",
        r"why not (?:tell|say|report|leave|stop|sooner|before|earlier|then|at the time)",
        rf"(?:what|who|anything that) (?:stopped|kept|prevented|made|held) {_THEM}\b",
        rf"(?:reasons?|explain|say) (?:why|for|that) {_THEM}? ?(?:not|waiting|waited|stayed|went back|delay)",
        rf"(?:did|have|had) {_THEM} {_NOT} (?:tell|told|say|said|report|reported|leave|left|stop|resist)",
        r"(?:took|taken) (?:you|them|her|him) so long",
        rf"how long did {_THEM} wait",
        # What they should have done
        rf"{_THEM} (?:should|could|might|ought to)(?: not|n't)? have\b",
        rf"(?:should|could)(?: not|n't)? {_THEM} have\b",
        # What they did to bring it about
        rf"what (?:did|were|was|had) {_THEM} (?:do to|say to|doing there|wearing|drinking|thinking)",
        rf"(?:did|had) {_THEM} (?:fight|resist|struggle|scream|shout|encourage|provoke|lead|flirt|consent|agree|drink)",
        rf"(?:was|were) {_THEM} (?:drunk|drinking|flirting|wearing|dressed)",
        rf"how much (?:had|did) {_THEM} (?:drink|drunk|have to drink)",
        r"(?:you|they|she|he) (?:led (?:him|her|them) on|let (?:him|her|them|it|this)\b|asked for it)",
        r"(?:you|they|she|he) (?:encouraged|provoked|invited)\b",
        r"(?:your|their|her|his) (?:own )?(?:part in|fault|mistake|blame)",
        # Doubt
        r"alleg(?:e|ed|es|edly|ation|ations)\b",
        r"(?:you|they|she|he) claims?\b|(?:so-called|purported)",
        r"(?:the|your|this) (?:suspect|accused|offender)s?\b",
        r"can (?:you|they|she|he) prove|have (?:you|they) (?:any )?proof|are you (?:really )?sure\b",
        r"(?:false|malicious) (?:report|complaint)s?",
        # Kinds of behaviour may tell of victims of crime; whoever this was done to is called nothing.
        r"(?:the|your|this) victims?\b|(?:you|they) (?:are|were) (?:a|the)? ?victims?",
    )
)
# What says the opposite, and names under which others are found: read away before the forms are looked for.
SAID_THE_OTHER_WAY: tuple[str, ...] = (
    "Nobody here asks you why you did not",
    "You may think that you did something wrong too, or that you should have spoken up before.",
    "what only you could have",
    "If they asked for it, they are told the same",
    "It is not your fault",
    "not your fault",
)


def blaming(page: Page) -> list[str]:
    """The blocks of the page in which one of the forms stands, with the words of it."""
    found = []
    for block in blocks_of(page.html):
        read = block.replace("\u2019", "'")
        for other_way in SAID_THE_OTHER_WAY:
            read = re.sub(re.escape(other_way), " ", read, flags=re.IGNORECASE)
        found += [f"{match[0]!r} in {block!r}" for form in BLAMING for match in form.finditer(read)]
    return found


def test_the_walk_saw_everybody_and_every_kind_of_page(pages: list[Page]) -> None:
    names = " ".join(page.name for page in pages)
    for who in ("me", "saw", "told", "for_someone"):
        for step in ("danger", "account", "more", "care", "effect", "tried", "consent", "check", "receipt"):
            assert f"{who}: {step}" in names or f"{who}: after" in names, (who, step)
    text = " ".join(" ".join(blocks_of(page.html)) for page in pages)
    for heading in (
        "Get help now",
        "Before you go on",
        "Check your answers",
        "Before you start",
        "What happened to them?",
    ):
        assert heading in text, heading
    assert {page.path for page in pages} >= {
        "/",
        "/report/",
        "/privacy/",
        "/support/",
        *(f"/about/{n}/" for n in range(1, 5)),
    }


def test_no_page_asks_why_not_or_puts_it_on_who_tells(pages: list[Page]) -> None:
    found = {page.name: blaming(page) for page in pages}
    assert {name: blocks for name, blocks in found.items() if blocks} == {}


@pytest.mark.parametrize(
    "asked",
    [
        "Why didn't you tell anybody?",
        "Why did you wait until now?",
        "Please explain why you did not report it.",
        "Why have they stayed in the job?",
        "What stopped you from leaving?",
        "What made you go back?",
        "What took you so long?",
        "You should have told a supervisor.",
        "Could you have left the room?",
        "What were you wearing?",
        "Had you been drinking? How much did you drink?",
        "Did you resist?",
        "Did she encourage him?",
        "What was your part in it?",
        "The alleged incident",
        "Who is the suspect?",
        "Is the victim safe?",
        "Do you think that she led him on?",
        "They let it happen.",
        "Are you sure that it happened?",
        "Can you prove it?",
        "False reports are misconduct.",
    ],
)
def test_each_form_is_seen(asked: str) -> None:
    assert blaming(Page("x", "/", 200, {}, f"<html><body><main><p>{asked}</p></main></body></html>"))


@pytest.mark.parametrize(
    "said",
    [
        "What happened?",
        "Nobody here asks you why you did not.",
        "It is not your fault.",
        "You can still tell us.",
        "Who else knows about it?",
        "What have you tried?",
    ],
)
def test_what_blames_nobody_is_left_alone(said: str) -> None:
    assert not blaming(Page("x", "/", 200, {}, f"<html><body><main><p>{said}</p></main></body></html>"))

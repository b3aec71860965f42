"""The page after the account: prompts that begin from her words, one box, and nothing that is needed."""

import re

import pytest

from speakup.reporting.presenters.prompts import ASKS, ASKS_WHO_WAS_TOLD
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_giveaways import stored

ACCOUNT = "He made a comment in the briefing. Everyone there went quiet. Then I walked out of the room."
# What nobody may be led to: parts of a body, reasons, offences, and questions about what she did not do.
LEADING = re.compile(
    r"\b(breast|bottom|thigh|leg|knee|body|rape\w*|assault\w*|harass\w*|touch\w*|sexual\w*|abuse\w*|crime|offence|why|"
    r"because|motive|intend\w*|drunk|resist\w*|refuse\w*|stop (?:him|her|them)|you did not|did you not)\b",
    re.IGNORECASE,
)


def quotes(page: str) -> list[str]:
    return re.findall(r"<q[^>]*>([^<]*)</q>", page)


def test_the_prompts_quote_her(begun: Browser) -> None:
    begun.answer("account", {"text": ACCOUNT})
    page = text_of(begun.get(path_of("more")))
    assert quotes(page) == [
        "He made a comment in the briefing",
        "Then I walked out of the room",
    ]
    assert ASKS_NEXT in page


ASKS_NEXT = "What happened next?"


@pytest.mark.parametrize("relation", ["me", "saw", "told", "for_someone"])
def test_the_prompts_fit_how_she_knows_about_it(begun: Browser, relation: str) -> None:
    begun.answer("relation", {"choice": relation})
    begun.answer("account", {"text": ACCOUNT})
    page = text_of(begun.get(path_of("more")))
    assert ("What were you told" in page) is (relation in {"told", "for_someone"})
    assert ("It is their story" in page) is (relation == "for_someone")


def test_no_prompt_names_anything_first() -> None:
    for asks in [*ASKS.values(), *ASKS_WHO_WAS_TOLD.values()]:
        assert str(asks).endswith(("?", "."))
        assert LEADING.search(str(asks)) is None


def test_what_happened_several_times_is_asked_for_one_time(begun: Browser) -> None:
    begun.answer("account", {"text": ACCOUNT})
    assert "one time that you remember" not in text_of(begun.get(path_of("more")))
    begun.answer("shape", {"choice": "several"})
    assert "one time that you remember" in text_of(begun.get(path_of("more")))


def test_more_is_kept_beside_the_account_and_not_in_it(begun: Browser) -> None:
    begun.answer("account", {"text": ACCOUNT})
    begun.answer("more", {"text": "Two people came after me."})
    assert stored(begun, "account") == {"text": ACCOUNT}
    assert stored(begun, "more") == {"text": "Two people came after me."}
    assert "Two people came after me." in text_of(begun.get(path_of("check")))


def test_nothing_more_to_say_is_one_press(begun: Browser) -> None:
    begun.answer("account", {"text": ACCOUNT})
    assert "Nothing to add" in text_of(begun.get(path_of("more")))
    assert begun.post(path_of("more"), {"skip": "skip"}, expect=303).headers["Location"] == path_of("behaviours")
    begun.answer("more", {"text": ""})
    assert stored(begun, "more") == {"skipped": "skip"}


def test_without_an_account_there_is_nothing_to_add_to(begun: Browser) -> None:
    assert begun.get(path_of("more"), expect=303).headers["Location"] == path_of("behaviours")
    assert begun.answer("account", {"skip": "skip"}).headers["Location"] == path_of("behaviours")


def test_her_words_are_quoted_as_text(begun: Browser) -> None:
    begun.answer(
        "account", {"text": "They wrote <script>slow</script> on the board & laughed. Then they left the room."}
    )
    content = begun.get(path_of("more")).content.decode()
    assert "<script>slow" not in content
    assert "&lt;script&gt;" in content


def test_a_content_note_stands_before_the_list(begun: Browser) -> None:
    begun.answer("account", {"text": ACCOUNT})
    for page in ("more", "behaviours"):
        assert "Some are sexual or violent" in " ".join(text_of(begun.get(path_of(page))).split())


def test_the_page_is_of_the_size_of_all(begun: Browser) -> None:
    begun.answer("relation", {"choice": "for_someone"})
    begun.answer("shape", {"choice": "ongoing"})
    begun.answer("account", {"text": "He always said " + "x " * 90_000})
    assert len(begun.get(path_of("more")).content) == 32 * 1024

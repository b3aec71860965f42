"""What is secret at a terminal."""

import io

import pytest
from django.core.management.base import OutputWrapper

from speakup.accounts.quorum import can_be_read, share_page
from speakup.vault.recovery import split_secret
from speakup.web.terminal import Ended, ask_hidden, show_page


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_page_is_on_the_other_screen_and_gone_after_enter() -> None:
    screen, asked = Screen(), list[str]()

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return ""

    show_page("words", OutputWrapper(screen), ask, prompt="Enter?")
    said = screen.getvalue()
    assert said.startswith("\x1b[?1049h\x1b[2J")
    assert said.index("words") < said.index("\x1b[2J\x1b[?1049l")
    assert asked == ["Enter?"]


def test_it_is_gone_even_where_somebody_breaks_off() -> None:
    def breaks_off(prompt: str) -> str:
        raise KeyboardInterrupt

    screen = Screen()
    with pytest.raises(KeyboardInterrupt):
        show_page("words", OutputWrapper(screen), breaks_off, prompt="Enter?")
    assert screen.getvalue().endswith("\x1b[?1049l")


def test_a_printer_gets_a_page_and_nobody_is_asked() -> None:
    paper = io.StringIO()
    show_page("words", OutputWrapper(paper), pytest.fail, prompt="Enter?")
    assert paper.getvalue() == "words\f"


def test_a_pipe_is_read_line_by_line_until_it_ends() -> None:
    pipe = io.StringIO("one\ntwo\n")
    assert [ask_hidden("", pipe), ask_hidden("", pipe)] == ["one", "two"]
    with pytest.raises(Ended):
        ask_hidden("", pipe)


def test_an_officer_types_words_back_from_the_paper() -> None:
    share = split_secret(bytes(range(32)), 2, 3)[0]
    asked: list[str] = []

    def from_paper(prompt: str) -> str:
        asked.append(prompt)
        return f" {share.words[int(prompt.split()[1]) - 1].upper()} "

    assert can_be_read(share, from_paper)
    assert len(asked) == 3
    assert not can_be_read(share, lambda prompt: "otter")
    assert all(word in share_page("Alice", share, 3) for word in share.words)

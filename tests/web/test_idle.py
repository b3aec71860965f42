"""Nobody at the page (ADR 0031): it asks after 15 minutes and leaves 5 later, in every window of the visit. The clock
is the browser's, put forward; not a minute of it is shorter than in use."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import PATIENCE, SHORTLY, NewPage, assert_accessible, stop_clock

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TYPED = "nobody else may read this"
MINUTE = 60_000
DIALOG = "dialog[data-idle]"


def opened(new_page: NewPage, address: str, path: str = "/reporter/", **options: int) -> Page:
    page = new_page(base_url=address, **options)
    page.clock.install()
    page.goto(path)
    stop_clock(page)
    page.fill("#id_account", TYPED)
    return page


@pytest.fixture
def page(new_page: NewPage, kitchen_sink: str) -> Page:
    return opened(new_page, kitchen_sink)


def wait(page: Page, minutes: float) -> None:
    """Let the page's own timers run through so much time."""
    page.clock.run_for(int(minutes * MINUTE))


def is_asked(page: Page) -> bool:
    return bool(page.evaluate(f"document.querySelector('{DIALOG}').open"))


def has_left(page: Page) -> bool:
    page.wait_for_url("**/neutral/")
    return TYPED not in page.content()


def test_after_15_minutes_it_asks_and_after_5_more_it_leaves(page: Page) -> None:
    wait(page, 14.9)
    assert not is_asked(page)
    wait(page, 0.2)
    assert is_asked(page)
    expect(page.locator("[data-idle-stay]")).to_be_focused()
    wait(page, 4.7)
    assert is_asked(page)
    assert page.url.endswith("/reporter/")
    wait(page, 0.3)
    assert has_left(page)


def test_what_is_left_of_the_time_is_shown_and_said(page: Page) -> None:
    said, shown = [], []
    wait(page, 15.05)
    for _ in range(29):
        said.append(page.inner_text("[data-idle-status]"))
        shown.append(page.inner_text("[data-idle-clock]"))
        wait(page, 1 / 6)
    assert all(len(each) == 4 for each in shown)
    assert (shown[0][0], shown[-1][:3]) == ("4", "0:1")
    assert shown == sorted(shown, reverse=True)
    said.append(page.inner_text("[data-idle-status]"))
    assert list(dict.fromkeys(said)) == [
        *(f"We close this page in {number} minutes" for number in (5, 4, 3, 2)),
        "We close this page in 1 minute",
        "We close this page in 30 seconds",
        "We close this page in 10 seconds",
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.keyboard.press("a"),
        lambda page: page.keyboard.press("Enter"),
        lambda page: page.click("[data-idle-stay]"),
        lambda page: page.mouse.click(5, 5),
    ],
    ids=["a key", "Enter", "the button", "beside the dialog"],
)
def test_one_key_or_touch_is_enough_to_stay(page: Page, act: Callable[[Page], None]) -> None:
    wait(page, 16)
    act(page)
    assert not is_asked(page)
    assert page.url.endswith("/reporter/")
    assert page.input_value("#id_account") == TYPED, "no key of the answer is typed"
    assert page.evaluate("document.activeElement.id") == "id_account"
    wait(page, 14.9)
    assert not is_asked(page)
    wait(page, 0.2)
    assert is_asked(page)


def test_moving_in_the_dialog_is_no_answer_and_its_link_leaves(page: Page) -> None:
    wait(page, 16)
    page.keyboard.press("Tab")
    assert is_asked(page)
    expect(page.get_by_role("link", name="Leave now")).to_be_focused()
    page.keyboard.press("Enter")
    assert has_left(page)


def click_where_the_control_stands(page: Page) -> None:
    """As somebody does who remembers the place; the question hides it."""
    box = page.locator("[data-leave]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


WAYS_OUT = {
    "Escape": lambda page: page.keyboard.press("Escape"),
    "Shift three times": lambda page: [page.keyboard.press("Shift") for _ in range(3)],
    "the control": click_where_the_control_stands,
    "the dialog's own link": lambda page: page.click("[data-leave-too]"),
}


@pytest.mark.parametrize("leave", WAYS_OUT.values(), ids=WAYS_OUT)
@pytest.mark.parametrize("showing", [True, False], ids=["modal", "a browser without showModal"])
def test_every_way_out_leaves_while_the_question_stands(
    page: Page, leave: Callable[[Page], None], showing: bool
) -> None:
    """None of them shows once more what was typed: the exit works from every page, always."""
    if not showing:
        page.evaluate("delete HTMLDialogElement.prototype.showModal")
    wait(page, 16)
    leave(page)
    assert has_left(page)


def test_escape_that_a_force_switched_off_stays(page: Page) -> None:
    page.evaluate("document.body.dataset.escape = 'off'")
    wait(page, 16)
    page.keyboard.press("Escape")
    assert not is_asked(page)
    assert page.url.endswith("/reporter/")


def test_the_dialog_says_which_key_leaves(page: Page) -> None:
    wait(page, 16)
    assert "Escape leaves" in page.inner_text(DIALOG)


def turn_wheel(page: Page) -> None:
    """The browser hands a turn of the wheel on when it likes: back once the page has had it."""
    page.evaluate("() => { window.turned = false; addEventListener('wheel', () => { window.turned = true }) }")
    page.mouse.wheel(0, 40)
    waited = 0
    while not page.evaluate("window.turned") and waited < PATIENCE:
        page.wait_for_timeout(SHORTLY)
        waited += SHORTLY


SIGNS = {
    "key": lambda page: page.keyboard.press("b"),
    "click": lambda page: page.locator("#text").click(),
    "wheel": turn_wheel,
    "put in by speech": lambda page: page.locator("#id_name").fill("x"),
    "focus moved by a switch": lambda page: page.locator("#id_rank").focus(),
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_every_sign_of_somebody_begins_the_time_again(page: Page, sign: Callable[[Page], None]) -> None:
    wait(page, 14)
    sign(page)
    wait(page, 14)
    assert not is_asked(page)


def test_a_mouse_that_only_moves_is_nobody(page: Page) -> None:
    wait(page, 14)
    page.mouse.move(200, 200)
    page.mouse.move(300, 300)
    wait(page, 1.1)
    assert is_asked(page)


@pytest.mark.parametrize("first", ["nothing", "key", "focus moved by a switch"])
def test_a_machine_that_slept_wakes_to_no_answers(page: Page, first: str) -> None:
    """Two hours with no timer run, then the lid opens: whoever touches it first does not bring the page back."""
    asleep_from = page.evaluate("Date.now()")
    page.clock.pause_at((asleep_from + 120 * MINUTE) / 1000)
    if first in SIGNS:
        SIGNS[first](page)
    wait(page, 0.05)
    assert has_left(page)


def test_a_clock_that_is_put_back_does_not_hold_the_page_open(page: Page) -> None:
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 - 10 * 60 * 60)
    wait(page, 15.1)
    assert is_asked(page)


def test_nothing_behind_the_question_is_read_meanwhile(page: Page) -> None:
    wait(page, 16)
    backdrop = page.evaluate(f"getComputedStyle(document.querySelector('{DIALOG}'), '::backdrop').backgroundColor")
    assert backdrop.startswith("rgb("), "not one that can be looked through"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 256), (320, 640)])
def test_the_question_is_accessible_and_fits(new_page: NewPage, kitchen_sink: str, width: int, height: int) -> None:
    page = opened(new_page, kitchen_sink, width=width, height=height)
    wait(page, 15.1)
    page.clock.resume()  # axe waits on timers
    assert_accessible(page)
    box = page.locator(DIALOG).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    assert page.get_by_role("alertdialog", name="Are you still there?").count() == 1


# What goes over the network meanwhile


def asked_for(page: Page) -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    page.on("request", lambda request: found.append((request.method, request.url, request.post_data)))
    return found


def test_the_page_says_that_it_is_open_at_fixed_times_whatever_is_typed(new_page: NewPage, kitchen_sink: str) -> None:
    """An onlooker sees when it is sent: for whoever types all the time and for whoever reads, at the same moments."""
    sent = {}
    for typing in (True, False):
        page = opened(new_page, kitchen_sink)
        asked, times = asked_for(page), []
        for second in range(0, 45 * 60, 30):
            if typing or second % (14 * 60) == 0:
                page.keyboard.type("word ")
            before = len(asked)
            wait(page, 0.5)
            times += [second] * (len(asked) - before)
        sent[typing] = times
        assert {(method, body) for method, _, body in asked} == {("GET", None)}
        assert {url.removeprefix(kitchen_sink) for _, url, _ in asked} == {"/stay/"}
    assert sent[True] == sent[False]
    assert len(sent[True]) == 4


def test_once_it_has_left_the_page_says_nothing_more(page: Page) -> None:
    asked = asked_for(page)
    wait(page, 20.1)
    assert has_left(page)
    urls = [url.rpartition("/static")[0] or url for _, url, _ in asked if "favicon" not in url]
    left = next(place for place, url in enumerate(urls) if url.endswith("/leave/"))
    assert any(url.endswith("/stay/") for url in urls[:left])
    assert not any(url.endswith("/stay/") for url in urls[left:])


def test_it_stands_when_the_service_does_not_answer(new_page: NewPage, kitchen_sink: str) -> None:
    page = new_page(base_url=kitchen_sink, allow=("ERR_FAILED",))
    page.clock.install()
    page.route("**/stay/", lambda route: route.abort())
    page.goto("/reporter/")
    stop_clock(page)
    page.fill("#id_account", TYPED)
    wait(page, 10.1)
    page.keyboard.press("a")
    assert page.input_value("#id_account") == TYPED + "a"


# Several windows


# A window that hears nothing of the others while `deaf` is true, as one that the browser has put to sleep.
DEAF = """
const Real = window.BroadcastChannel;
window.BroadcastChannel = class extends Real {
  addEventListener(name, hear) { super.addEventListener(name, (event) => { if (!window.deaf) hear(event); }); }
};
"""

# Each window answers the other on the channel of the visit: whoever has an answer knows that all it said before was
# heard, and has heard what was said to it.
ECHO = """() => {
  const channel = new BroadcastChannel("visit");
  window.answers = 0;
  channel.onmessage = ({ data }) => {
    if (data === "test: do you hear me?") channel.postMessage("test: yes");
    if (data === "test: yes") window.answers += 1;
  };
  window.callTheOther = () => channel.postMessage("test: do you hear me?");
}"""
LOOKS_EVERY = 20  # milliseconds


def second_window(page: Page) -> Page:
    """Another window of the same visit. One clock goes for both."""
    other = page.context.new_page()
    other.goto("/reporter/")
    other.fill("#id_account", "the other window")
    for each in (page, other):
        each.evaluate(ECHO)
    return other


def let_them_talk(window: Page) -> None:
    """Until the other has heard all that this one said, and has had its answer heard."""
    before = window.evaluate("window.answers")
    window.evaluate("window.callTheOther()")
    for _ in range(PATIENCE // LOOKS_EVERY):
        if window.evaluate("window.answers") > before:
            return
        window.wait_for_timeout(LOOKS_EVERY)
    raise AssertionError("the other window does not answer")


def test_a_window_in_use_keeps_the_others(page: Page) -> None:
    """Had the one that lies idle left, the session would have ended under the hands of the other."""
    other = second_window(page)
    for _ in range(5):
        other.keyboard.press("c")
        let_them_talk(other)
        wait(page, 10)
    assert not is_asked(page)
    assert page.url.endswith("/reporter/")
    assert other.url.endswith("/reporter/")
    wait(page, 10.1)
    assert has_left(page)
    other.wait_for_url("**/neutral/")


@pytest.mark.parametrize("answered", [True, False], ids=["another is in use", "twin: nobody answers"])
def test_a_window_that_slept_asks_the_others_before_it_leaves(page: Page, answered: bool) -> None:
    page.add_init_script(DEAF)
    page.reload()
    page.fill("#id_account", TYPED)
    other = second_window(page)
    page.evaluate("window.deaf = true")
    for minutes in (10, 9.8):
        wait(page, minutes)
        other.keyboard.press("c")
    assert is_asked(page)
    page.evaluate(f"window.deaf = {'false' if answered else 'true'}")
    if answered:
        for _ in range(20):
            let_them_talk(page)
            wait(page, 1 / 60)
        assert not is_asked(page)
        assert page.url.endswith("/reporter/")
    else:
        wait(page, 1 / 3)
        assert has_left(page)


def test_leaving_one_window_leaves_all(page: Page) -> None:
    other = second_window(page)
    page.keyboard.press("Escape")
    assert has_left(page)
    other.wait_for_url("**/neutral/")


def test_without_scripts_nothing_asks(new_page: NewPage, kitchen_sink: str) -> None:
    page = new_page(javascript=False, base_url=kitchen_sink)
    page.goto("/reporter/")
    assert not page.is_visible(DIALOG)


def test_staff_pages_have_none_of_it(new_page: NewPage, kitchen_sink: str) -> None:
    page = new_page(base_url=kitchen_sink)
    page.goto("/staff/")
    assert page.locator(DIALOG).count() == 0
    assert page.locator("script[src*='reporter.js']").count() == 0

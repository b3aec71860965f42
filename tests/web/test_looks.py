"""Every component in a real browser, wide and narrow, with scripts and without."""

import pytest

from tests.chromium import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = ["/reporter/", "/reporter/wrong/", "/question/", "/question/wrong/", "/staff/", "/staff/wrong/"]
LINES = """() => {
  const found = [];
  for (const element of document.querySelectorAll("main p.govuk-body, main .govuk-hint")) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const lines = new Map();
    while (walker.nextNode()) {
      for (let place = 0; place < walker.currentNode.length; place += 1) {
        const range = document.createRange();
        range.setStart(walker.currentNode, place);
        range.setEnd(walker.currentNode, place + 1);
        const box = range.getBoundingClientRect();
        if (box.width) lines.set(box.top, (lines.get(box.top) || "") + range.toString());
      }
    }
    found.push(...lines.values());
  }
  return found;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((element) => element.getClientRects().length && !element.closest("p, li, dd, td, .govuk-visually-hidden"))
  .filter((element) => !element.classList.contains("govuk-skip-link"))
  .filter((element) => !["radio", "checkbox"].includes(element.type))
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    ("path", "javascript"),
    [*((path, True) for path in PATHS), ("/reporter/wrong/", False), ("/staff/wrong/", False)],
)
def test_every_component_is_accessible_and_fits(new_page, kitchen_sink, path, width, javascript):
    page = new_page(javascript=javascript, width=width, base_url=kitchen_sink)
    page.goto(path)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS) == []


def test_axe_would_say_so(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/question/")
    page.evaluate("document.querySelector('label').remove()")
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


def test_reporter_lines_are_short(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    lines = [line for line in page.evaluate(LINES) if "A" * 40 not in line]
    assert len(lines) > 8
    assert max(len(line.strip()) for line in lines) <= 66
    full = sorted(len(line.strip()) for line in lines)[len(lines) // 2 :]
    assert sum(full) / len(full) <= 60


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("height", [200, 800])
def test_the_way_out_is_first_always_in_sight_and_covers_nothing(new_page, kitchen_sink, width, height):
    """WCAG 2.4.11, at 400% zoom too: 1280 by 800 is then 320 by 200."""
    page = new_page(width=width, height=height, base_url=kitchen_sink)
    page.goto("/reporter/calm/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-leave')")
    covered = []
    for key in ["Tab"] * 45 + ["Shift+Tab"] * 45:
        page.keyboard.press(key)
        covered += page.evaluate(
            """() => {
              const bar = document.querySelector("header").getBoundingClientRect();
              const focused = document.activeElement;
              const box = focused.getBoundingClientRect();
              const link = document.querySelector("[data-leave]").getBoundingClientRect();
              const wrong = [];
              if (link.top < 0 || link.bottom > innerHeight || link.right > innerWidth) wrong.push("the way out left");
              if (focused !== document.body && !focused.closest("header, .govuk-skip-link") && box.top < bar.bottom
                  && box.bottom <= bar.bottom) wrong.push(`covered: ${focused.outerHTML.slice(0, 90)}`);
              return wrong;
            }"""
        )
    assert covered == []


def test_a_link_of_the_summary_focuses_the_field(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink, height=300)
    page.goto("/reporter/wrong/")
    for name in ("words", "kinds", "rank"):
        page.click(f'.govuk-error-summary a[href="#id_{name}"]')
        assert page.evaluate("document.activeElement.id") == f"id_{name}"
        assert page.evaluate(
            "document.activeElement.getBoundingClientRect().top"
            " >= document.querySelector('header').getBoundingClientRect().bottom - 1"
        )


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_revealed_field_is_there_while_its_choice_is(new_page, kitchen_sink, javascript):
    page = new_page(javascript=javascript, base_url=kitchen_sink)
    page.goto("/reporter/")
    assert not page.is_visible("#id_contact")
    page.check("#id_known-2")
    assert page.is_visible("#id_contact")
    page.check("#id_known")
    assert not page.is_visible("#id_contact")


def test_not_sure_clears_the_other_boxes_across_groups(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    page.check("#id_kinds")
    page.check("#id_kinds-3")
    page.check('[data-behaviour="exclusive"]')
    assert not page.is_checked("#id_kinds")
    assert not page.is_checked("#id_kinds-3")
    page.check("#id_kinds")
    assert not page.is_checked('[data-behaviour="exclusive"]')


def test_print_says_nothing_of_the_site(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    page.emulate_media(media="print")
    assert page.inner_text("body").split() == [
        "harbour", "velvet", "lantern", "pebble", "orchard", "thimble", "walnut", "ribbon",
    ]  # fmt: skip


def test_nothing_moves_where_that_is_asked_for(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].map((each) => getComputedStyle(each))"
        ".filter((style) => style.transitionProperty !== 'none' && parseFloat(style.transitionDuration) > 0).length"
    )
    assert moving == 0

"""What is chosen from a list is read whole, in a real browser as wide as a desk's."""

import pytest

from tests.professional_standards.browsing import ADDRESS, show_pages_of
from tests.professional_standards.work import acknowledged, path_of

pytestmark = pytest.mark.browser

# By the name of each list: the room that its longest choice lacks, in pixels, beside the arrow.
CUT = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return Object.fromEntries([...document.querySelectorAll("main select")].map((list) => {
    const look = getComputedStyle(list);
    pen.font = look.font;
    const longest = Math.max(...[...list.options].map((option) => pen.measureText(option.text).width));
    const room = list.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight) - 20;
    return [list.name, Math.ceil(longest - room)];
  }).filter(([, lacking]) => lacking > 0));
}"""


def test_what_somebody_is_stands_whole_on_the_page_of_an_assessment(signed_in, new_page):
    client = signed_in("triage")
    page = new_page()
    show_pages_of(client, page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(ADDRESS + path_of("report", acknowledged(client).id, "triage"))
    assert page.evaluate(CUT) == {}

"""What is measured on a page in the browser, beside axe: each function gives the complaints, in words."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

TOO_WIDE = """() => {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  return [`${over} px wider than the window: ${wide.slice(0, 2).map((each) => each.outerHTML.slice(0, 90))}`];
}"""
# WCAG 2.5.8: links inside a sentence are exempt; the hit area of a radio or a box is its label, 44 px high.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((each) => each.getClientRects().length && !each.closest("p, li, dd, td, .govuk-visually-hidden"))
  .filter((each) => !each.classList.contains("govuk-skip-link"))
  .filter((each) => !["radio", "checkbox"].includes(each.type))
  .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `a small target, ${box.width} by ${box.height}: ${html}`)"""
# WCAG 1.4.12. The sites' own policy lets no style in, so this one comes as an object and not as text.
TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
  const cut = [...document.querySelectorAll("body *")].filter((each) => {
    const style = getComputedStyle(each);
    if (!each.checkVisibility() || each.closest(".govuk-visually-hidden, textarea, input")) return false;
    if (style.clip !== "auto" || style.clipPath !== "none") return false;
    const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    return hides && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
  }).map((each) => `cut off with wider spacing: ${each.outerHTML.slice(0, 90)}`);
  document.adoptedStyleSheets = [];
  return cut;
}"""
SPACED_TOO_WIDE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }");
  document.adoptedStyleSheets = [sheet];
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")]
    .filter((each) => each.checkVisibility())
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 2).map((each) => each.outerHTML.slice(0, 90));
  document.adoptedStyleSheets = [];
  return over > 0 ? [`${over} px wider than the window with wider spacing: ${wide}`] : [];
}"""
# WCAG 2.4.11, and that the way out never leaves: the focus goes through everything, downwards and back.
FOCUS = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => each.checkVisibility() && each.type !== "hidden" && !each.disabled && each.tabIndex >= 0);
  const found = new Set();
  for (const each of [...all, ...all.reverse()]) {
    each.focus();
    const said = each.outerHTML.slice(0, 90);
    if (document.activeElement !== each) {
      found.add(`cannot be focused: ${said}`);
      continue;
    }
    if (each.closest("header, .govuk-skip-link")) continue;
    const shown = ["radio", "checkbox"].includes(each.type) ? each.parentElement : each;
    const box = shown.getBoundingClientRect();
    const bar = document.querySelector("header").getBoundingClientRect();
    const link = document.querySelector("[data-leave]").getBoundingClientRect();
    const left = link.top < 0 || link.bottom > innerHeight || link.left < 0 || link.right > innerWidth;
    if (left) found.add("no way out in sight");
    if (box.bottom <= bar.bottom || box.top >= innerHeight) found.add(`focused out of sight: ${said}`);
  }
  document.activeElement.blur();
  return [...found];
}"""
# A focus that is only a colour is lost where colours are the reader's own: an outline or a border must be there.
WITHOUT_COLOURS = """() => {
  const found = [];
  const edge = (style) => ["Top", "Bottom", "Left", "Right"]
    .some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
  const all = "main a[href], main button, main input, main select, main textarea, header a[href]";
  for (const each of document.querySelectorAll(all)) {
    if (!each.checkVisibility() || each.tabIndex < 0 || ["hidden", "file"].includes(each.type)) continue;
    if (["radio", "checkbox"].includes(each.type)) {
      const mark = getComputedStyle(each.nextElementSibling || each, "::before");
      if (!edge(mark)) found.push(`no box without colours: ${each.outerHTML.slice(0, 90)}`);
      continue;
    }
    const style = getComputedStyle(each);
    const link = each.tagName === "A" || each.classList.contains("app-link-button");
    if (!link && !edge(style)) found.push(`no edge without colours: ${each.outerHTML.slice(0, 90)}`);
    each.focus();
    const focused = getComputedStyle(each);
    const ring = focused.outlineStyle !== "none" && parseFloat(focused.outlineWidth) > 0;
    if (!ring && !edge(focused)) found.push(`no focus without colours: ${each.outerHTML.slice(0, 90)}`);
  }
  document.activeElement.blur();
  return found;
}"""
MOVES = """() => [...document.querySelectorAll("*")].map((each) => [each, getComputedStyle(each)])
  .filter(([, style]) => (style.transitionProperty !== "none" && parseFloat(style.transitionDuration) > 0.01)
    || (style.animationName !== "none" && parseFloat(style.animationDuration) > 0.01)
    || style.scrollBehavior === "smooth")
  .map(([each]) => `moves: ${each.outerHTML.slice(0, 90)}`)"""
# WCAG 3.3.1: an error is told first, has the focus, and leads to its field, which says it too.
ERRORS = """() => {
  const summary = document.querySelector(".govuk-error-summary");
  const beside = [...document.querySelectorAll(".govuk-error-message")]
    .filter((each) => each.checkVisibility() && each.textContent.trim());
  const found = [];
  if (!summary)
    return beside.map((each) => `an error beside its field that no summary tells: ${each.textContent.trim()}`);
  if (!document.title.startsWith("Error:")) found.push(`the title does not tell of an error: ${document.title}`);
  if (document.activeElement !== summary) found.push("the summary of errors has not the focus");
  if (!summary.querySelector("[role=alert]")) found.push("the summary is not announced");
  for (const link of summary.querySelectorAll("a")) {
    const place = link.getAttribute("href");
    if (!place.startsWith("#")) continue;
    const field = document.getElementById(place.slice(1));
    if (!field) { found.push(`the summary leads nowhere: ${link.outerHTML}`); continue; }
    const those = [field];
    for (let set = field.closest("fieldset"); set; set = set.parentElement.closest("fieldset")) those.push(set);
    const said = those.flatMap((each) => (each.getAttribute("aria-describedby") || "").split(/\\s+/).filter(Boolean))
      .map((id) => document.getElementById(id)).map((each) => each ? each.textContent : "").join(" ");
    if (!said.includes(link.textContent.trim()))
      found.push(`the field does not say its error: ${field.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""
BROKEN_REFERENCES = """() => {
  const found = [];
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) found.push(`twice: id=${id}`);
  for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for"])
    for (const each of document.querySelectorAll(`[${attribute}]`))
      for (const id of each.getAttribute(attribute).split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)) found.push(`${attribute} names nothing: ${each.outerHTML.slice(0, 90)}`);
  return found;
}"""
_TO_BE_NAMED = {"button", "link", "textbox", "radio", "checkbox", "combobox", "group", "radiogroup", "alert", "dialog"}
_MAY_BE_NAMELESS = {"group", "alert"}


def unnamed(page: Page) -> list[str]:
    """What a screen reader comes by without a name, by the browser's own accessibility tree, and links of one name
    that lead to different places."""
    session = page.context.new_cdp_session(page)
    try:
        nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value")
        name = str(node.get("name", {}).get("value") or "").strip()
        if node.get("ignored") or role not in _TO_BE_NAMED or (role in _MAY_BE_NAMELESS):
            continue
        if not name:
            found.append(f"a {role} without a name")
    links: dict[str, set[str]] = {}
    for name, href in page.evaluate(
        "() => [...document.querySelectorAll('main a[href]')].map((a) => [a.textContent.trim(), a.href])"
    ):
        links.setdefault(" ".join(name.split()), set()).add(href)
    found += [f"'{name}' leads to {sorted(hrefs)}" for name, hrefs in links.items() if len(hrefs) > 1]
    return found


def one_heading(page: Page) -> list[str]:
    """One h1, and no level of headings left out."""
    levels = page.evaluate(
        "() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter((h) => h.getClientRects().length)"
        ".map((h) => Number(h.tagName[1]))"
    )
    found = [] if levels.count(1) == 1 else [f"{levels.count(1)} first headings"]
    begun = levels[levels.index(1) :] if 1 in levels else levels
    found += [
        f"a heading of level {after} after one of {before}" for before, after in pairwise(begun) if after > before + 1
    ]
    return found

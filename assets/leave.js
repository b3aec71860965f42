// Leaving fast: the control, Escape, or Shift three times. A classic script, run before the page is drawn, so that the
// keys work as soon as anything can be seen. Without scripts the control is a plain link to the same address.
(function () {
  "use strict";

  const SHIFTS = 3;
  const WITHIN = 5000; // milliseconds from one Shift to the next

  let leaving = false;
  let shifts = 0;
  let shiftAlone = false;
  let tooLate = 0;

  function control() {
    return document.querySelector("[data-leave]");
  }

  function wipe() {
    document.body.style.setProperty("display", "none", "important");
    document.body.replaceChildren();
  }

  function leave() {
    if (leaving) {
      return;
    }
    leaving = true;
    window.dispatchEvent(new Event("leaving")); // whatever is under way stops, and other windows leave too (idle.js)
    const link = control();
    const target = link ? link.href : "/leave/";
    const title = link ? link.dataset.leaveTitle : "";
    const icon = link ? link.dataset.leaveIcon : "";
    wipe();
    document.title = title || "…";
    for (const old of document.querySelectorAll("link[rel~='icon']")) {
      old.remove();
    }
    if (icon) {
      const neutral = document.createElement("link");
      neutral.rel = "icon";
      neutral.href = icon;
      document.head.append(neutral);
    }
    // Not location.href: the page that was left must not be an entry that Back returns to.
    window.location.replace(target);
  }

  // Whether something on the page was open for Escape to close. What the browser does not close itself is closed here.
  function closeWhatIsOpen() {
    let found = Boolean(document.fullscreenElement);
    for (const dialog of document.querySelectorAll("dialog[open]")) {
      found = true;
      if (!dialog.matches(":modal")) {
        dialog.close();
      }
    }
    for (const popover of matching(":popover-open")) {
      found = true;
      if (popover.popover === "manual") {
        popover.hidePopover();
      }
    }
    for (const details of document.querySelectorAll("details[open]")) {
      found = true;
      const hadFocus = details.contains(document.activeElement);
      details.open = false;
      if (hadFocus) {
        details.querySelector("summary")?.focus();
      }
    }
    return found || matching("select:open, input:open").length > 0;
  }

  function matching(selector) {
    try {
      return document.querySelectorAll(selector);
    } catch {
      return []; // this browser does not know the selector, and so cannot say
    }
  }

  function plain(event) {
    return !event.ctrlKey && !event.altKey && !event.metaKey;
  }

  // A browser that composes a character (Japanese, Chinese, dead keys) uses both keys for itself; 229 is its older sign.
  function composing(event) {
    return event.isComposing || event.keyCode === 229;
  }

  function escapeLeaves() {
    return document.body.dataset.escape !== "off";
  }

  // On the window and not captured: whatever on the page uses the key is asked first, and says so by preventDefault.
  window.addEventListener("keydown", function (event) {
    if (event.key === "Shift") {
      if (!event.repeat) {
        shiftAlone = plain(event) && !composing(event) && !event.defaultPrevented;
      }
      return;
    }
    shiftAlone = false;
    forgetShifts("");
    const pressed = event.key === "Escape" && plain(event) && !event.shiftKey && !event.repeat;
    if (!pressed || composing(event) || event.defaultPrevented || !escapeLeaves()) {
      return;
    }
    if (!closeWhatIsOpen()) {
      event.preventDefault();
      leave();
    }
  });

  window.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !shiftAlone) {
      return;
    }
    shiftAlone = false;
    countShift();
  });

  // Shift held while choosing with the mouse is no signal.
  window.addEventListener("pointerdown", function () {
    shiftAlone = false;
    forgetShifts("");
  });

  function countShift() {
    window.clearTimeout(tooLate);
    shifts += 1;
    if (shifts >= SHIFTS) {
      leave();
      return;
    }
    const status = document.querySelector("[data-leave-status]");
    show(status && (shifts === SHIFTS - 1 ? status.dataset.oneMore : status.dataset.twoMore));
    tooLate = window.setTimeout(function () {
      forgetShifts(status ? status.dataset.tooLate : "");
    }, WITHIN);
  }

  function forgetShifts(said) {
    window.clearTimeout(tooLate);
    if (shifts > 0) {
      shifts = 0;
      show(said);
    }
  }

  function show(said) {
    const status = document.querySelector("[data-leave-status]");
    if (status) {
      status.textContent = said || "";
    }
    showDots();
  }

  function showDots() {
    const link = control();
    if (!link) {
      return;
    }
    link.querySelector(".app-leave__dots")?.remove();
    if (shifts > 0) {
      const dots = document.createElement("span");
      dots.className = "app-leave__dots";
      dots.setAttribute("aria-hidden", "true");
      for (let place = 0; place < SHIFTS; place += 1) {
        dots.append(document.createElement("span"));
        dots.lastChild.toggleAttribute("data-on", place < shifts);
      }
      link.append(dots);
    }
  }

  document.addEventListener("click", function (event) {
    if (event.target instanceof Element && event.target.closest("[data-leave], [data-leave-too]")) {
      event.preventDefault();
      leave();
    }
  });

  window.addEventListener("leave", leave);

  // Browsers keep a page that was left, `no-store` or not, to show it again at once on Back. What they keep is empty.
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      window.location.reload();
    }
  });
})();

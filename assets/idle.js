// Nobody at the page: after 15 minutes without a key or a touch it asks, and 5 minutes later it leaves (ADR 0031).
// Until then it tells the service every 10 minutes that the page is open, whatever is or is not typed meanwhile: when
// these requests are sent says nothing of the typing. Nothing is stored; the windows of one visit speak to each other.
const MINUTE = 60_000;
const ASKS_AFTER = 15 * MINUTE;
const LEAVES_AFTER = 20 * MINUTE;
const TELLS_EVERY = 10 * MINUTE;
const SAYS_EVERY = 5_000; // to the other windows
// When what is left is said aloud, in seconds. To the eye it is shown all the time.
const SAID_AT = [300, 240, 180, 120, 60, 30, 10];
// Moving among the dialog's controls, and what Shift three times begins with, is no answer to it.
const NO_ANSWER = ["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta"];
// Whoever speaks, or uses a switch or a screen reader, shows in what is put in and in what has the focus.
const SIGNS = ["keydown", "pointerdown", "touchstart", "wheel", "input", "focusin"];

const dialog = document.querySelector("[data-idle]");
const windows = "BroadcastChannel" in window ? new BroadcastChannel("visit") : null;
let last = Date.now();
let told = last;
let said = 0;
let asked = 0;
let request = null;
let timer = 0;
let focused = null;
let gone = false;
let moving = false; // the focus, by this script

/** Somebody is here: the time begins again, in every window of the visit. */
export function here() {
  const now = Date.now();
  last = now;
  asked = 0;
  close();
  if (now - said >= SAYS_EVERY || now < said) {
    said = now;
    windows?.postMessage(now);
  }
}

function isOpen() {
  return dialog.hasAttribute("open");
}

function close() {
  if (dialog && isOpen()) {
    moving = true;
    if (dialog.close) {
      dialog.close();
    } else {
      dialog.removeAttribute("open");
    }
    focused?.focus();
    focused = null;
    moving = false;
  }
}

function ask() {
  moving = true;
  focused = document.activeElement;
  dialog.querySelector("[data-idle-status]").textContent = "";
  if (dialog.showModal) {
    dialog.showModal();
  } else {
    dialog.setAttribute("open", "");
  }
  dialog.querySelector("[data-idle-stay]").focus();
  moving = false;
}

function show(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const clock = dialog.querySelector("[data-idle-clock]");
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const status = dialog.querySelector("[data-idle-status]");
  const sentence = status.getAttribute(`data-left-${SAID_AT.filter((each) => each >= seconds).pop()}`);
  if (sentence && status.textContent !== sentence) {
    status.textContent = sentence;
  }
}

function look() {
  const now = Date.now();
  last = Math.min(last, now); // a clock that was set back
  const idle = now - last;
  if (idle >= LEAVES_AFTER) {
    leaveUnlessAnotherWindowIsInUse(now);
    return;
  }
  if (now - told >= TELLS_EVERY || now < told) {
    told = now;
    tell();
  }
  if (idle >= ASKS_AFTER) {
    if (!isOpen()) {
      ask();
    }
    show(LEAVES_AFTER - idle);
  }
}

// This one may have slept, and not heard of it. It gives the others most of a second to say so.
function leaveUnlessAnotherWindowIsInUse(now) {
  if (!windows || (asked && now - asked >= 900)) {
    leave();
  } else if (!asked) {
    asked = now;
    windows.postMessage("anybody?");
  }
}

function tell() {
  request = "AbortController" in window ? new AbortController() : null;
  fetch(dialog.dataset.stay, {
    cache: "no-store",
    credentials: "same-origin",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: request?.signal,
  }).catch(function () {
    // Said again ten minutes later. Nobody can do anything about it, and nothing is lost.
  });
}

// An answer that came after what is sent now would put an older cookie in place of a newer one.
function stopTelling() {
  request?.abort();
}

function hear(event) {
  if (event.data === "left") {
    leave();
  } else if (event.data === "anybody?") {
    if (Date.now() - last < ASKS_AFTER) {
      windows.postMessage(last);
    }
  } else if (typeof event.data === "number" && event.data > last) {
    last = Math.min(event.data, Date.now());
    asked = 0;
    if (Date.now() - last < ASKS_AFTER) {
      close();
    }
  }
}

// What is pressed too late, on a machine that slept, does not bring the page back: it is asked first, or left.
function notice(event) {
  const idle = Date.now() - last;
  if (moving || gone) {
    return;
  }
  if (idle < LEAVES_AFTER && isOpen()) {
    if (event.type === "keydown") {
      answer(event);
    }
  } else if (idle < ASKS_AFTER) {
    here();
  } else {
    look();
  }
}

// While the question stands no key reaches what is behind it. The way out stays the way out: a key that leaves shows
// nothing again.
function answer(event) {
  if (NO_ANSWER.includes(event.key) || (event.key === "Enter" && isWayOut(event.target))) {
    return;
  }
  event.preventDefault();
  if (event.key === "Escape" && document.body.dataset.escape !== "off") {
    leave();
  } else {
    here();
  }
}

function hearClick(event) {
  if (!isOpen() || isWayOut(event.target) || Date.now() - last >= LEAVES_AFTER) {
    return;
  }
  event.preventDefault();
  if (isWhereTheControlStands(event)) {
    leave();
  } else {
    here();
  }
}

function isWayOut(target) {
  return target instanceof Element && Boolean(target.closest("[data-leave], [data-leave-too]"));
}

// What lies behind an open dialog gets no clicks: those beside the dialog come to the dialog itself.
function isWhereTheControlStands(event) {
  const control = document.querySelector("[data-leave]");
  return event.target === dialog && control !== null && isIn(control, event) && !isIn(dialog, event);
}

function isIn(element, { clientX, clientY }) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

function leave() {
  window.dispatchEvent(new Event("leave"));
}

function begin() {
  for (const sign of SIGNS) {
    window.addEventListener(sign, notice, { capture: true, passive: sign !== "keydown" });
  }
  window.addEventListener("click", hearClick, { capture: true });
  dialog.addEventListener("cancel", here); // a phone's own way of closing what is open
  document.addEventListener("visibilitychange", look);
  document.addEventListener("submit", stopTelling);
  window.addEventListener("leaving", function () {
    gone = true;
    window.clearInterval(timer);
    stopTelling();
    windows?.postMessage("left");
  });
  window.addEventListener("pagehide", function () {
    window.clearInterval(timer);
    windows?.close();
  });
  windows?.addEventListener("message", hear);
  timer = window.setInterval(look, 1000);
}

if (dialog) {
  begin();
}

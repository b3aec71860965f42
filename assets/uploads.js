// Files are sent with a bar that grows. The service's answer is the same page that it would have been without.
import { here } from "./idle.js";

let request = null;

function carriesFiles(form) {
  return Array.from(form.querySelectorAll("input[type=file]")).some((input) => input.files.length > 0);
}

function send(form, pressed) {
  const data = new FormData(form);
  if (pressed && pressed.name) {
    data.append(pressed.name, pressed.value);
  }
  const panel = form.querySelector("[data-upload-panel]");
  const bar = panel.querySelector("progress");
  const percent = panel.querySelector("[data-upload-percent]");
  const status = panel.querySelector("[data-upload-status]");
  request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action") || window.location.href);
  request.upload.addEventListener("progress", function (event) {
    here(); // a slow upload is no idleness
    if (event.lengthComputable) {
      const done = Math.floor((event.loaded / event.total) * 100);
      bar.value = done;
      percent.textContent = `${done}%`;
      if (done < 100 && done >= 25) {
        say(status, `${Math.floor(done / 25) * 25}%`);
      }
    }
  });
  request.upload.addEventListener("load", () => say(status, status.dataset.looking));
  request.addEventListener("load", () => arrive(panel));
  request.addEventListener("error", () => stop(panel, status.dataset.failed));
  request.addEventListener("abort", () => stop(panel, status.dataset.stopped));
  bar.value = 0;
  percent.textContent = "0%";
  say(status, status.dataset.sending);
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  request.send(data);
}

function say(status, words) {
  if (status.textContent !== words) {
    status.textContent = words;
  }
}

/** The form as it was, with the files still chosen; `words` say why. */
function stop(panel, words) {
  request = null;
  panel.hidden = true;
  const said = panel.parentElement.querySelector("[data-upload-said]");
  said.hidden = false;
  say(said, words);
}

function arrive(panel) {
  const answer = request;
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main || answer.status >= 400) {
    // What was typed stays in the form; an error page is told beside it.
    const told = Array.from(main ? main.querySelectorAll("h1, h1 + p") : [], (each) => each.textContent.trim());
    stop(panel, told.join(". ") || panel.querySelector("[data-upload-status]").dataset.failed);
    return;
  }
  request = null;
  if (new URL(answer.responseURL).pathname !== window.location.pathname) {
    window.location.assign(answer.responseURL);
    return;
  }
  document.title = page.title;
  for (const [name, value] of Object.entries(page.body.dataset)) {
    document.body.dataset[name] = value;
  }
  document.querySelector("main").replaceWith(document.adoptNode(main));
  const heading = main.querySelector("h1");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event("main")); // which puts the focus on what went wrong, if anything did
}

document.addEventListener("submit", function (event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-upload]") || !carriesFiles(form)) {
    return;
  }
  event.preventDefault();
  if (!request) {
    form.querySelector("[data-upload-said]").hidden = true;
    send(form, event.submitter);
  }
});

document.addEventListener("click", function (event) {
  if (event.target instanceof Element && event.target.closest("[data-upload-stop]")) {
    request?.abort();
  }
});

window.addEventListener("leaving", () => request?.abort());

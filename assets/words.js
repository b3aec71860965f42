// Copying the words of a receipt, and printing their card: buttons that only a script can make work are shown by one.
function show() {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) {
    button.hidden = false;
  }
}

async function copy(button) {
  const words = document.getElementById(button.dataset.copy);
  const status = document.querySelector("[data-copy-status]");
  let copied = false;
  try {
    await navigator.clipboard.writeText(words.textContent.trim());
    copied = true;
  } catch {
    // An older browser, or one that asks and was refused: they are selected, ready for its own copying.
    const range = document.createRange();
    range.selectNodeContents(words);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    copied = document.execCommand("copy");
  }
  if (status) {
    status.textContent = copied ? button.dataset.copied : button.dataset.notCopied;
  }
}

document.addEventListener("click", function (event) {
  const button = event.target instanceof Element && event.target.closest("[data-copy], [data-print]");
  if (!button) {
    return;
  }
  if ("copy" in button.dataset) {
    copy(button);
  } else {
    window.print();
  }
});

window.addEventListener("main", show);
show();

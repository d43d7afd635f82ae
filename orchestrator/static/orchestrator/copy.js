// `<button data-copy="text">` and `<button data-copy-from="#id">` copy, and say that they have.
//
// The cotton component is `<c-copy-button text="…" />` or `<c-copy-button from="id" />`. It works for
// buttons that come later as well. A page loads it by a script tag, or imports it at the first click.

import { say } from "./page.js";

const SHOWN = 2000;
const shown = new WeakMap();

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  if (await copied(source ? source.textContent : button.dataset.copy)) confirm(button);
  else if (source) getSelection().selectAllChildren(source); // for the keys that copy
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text); // a page without https has no clipboard
  }
}

function copiedByHand(text) {
  const focus = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  (focus?.closest("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focus?.focus({ preventScroll: true });
  return done;
}

function confirm(button) {
  clearTimeout(shown.get(button));
  button.dataset.done = "";
  button.querySelector("use")?.setAttribute("href", "#i-check");
  say(button.querySelector("[data-copied]")?.textContent ?? "");
  const end = () => {
    delete button.dataset.done;
    button.querySelector("use")?.setAttribute("href", "#i-copy");
  };
  shown.set(button, setTimeout(end, SHOWN));
}

// Settings of a workspace: counts what is not saved, and does not let it be lost by mistake.

import { count } from "../orchestrator/page.js";

const words = JSON.parse(document.getElementById("form-words").textContent);
const form = document.querySelector("[data-settings]");
const bar = form.querySelector("[data-unsaved]");
const settings = [...form.querySelectorAll("[data-setting]")];
let leaving = false; // by saving

const inputOf = (setting) => setting.querySelector(".field :is(input, select)");
// From the form and not from the page: a browser that keeps what was typed keeps this as well.
const baseOf = ({ dataset }) => form.elements[`base_${dataset.setting}`].value;
const takesTheirs = (setting) => setting.querySelector('[value="theirs"]')?.checked ?? false;
const changed = (setting) =>
  !takesTheirs(setting) && inputOf(setting).value.trim() !== baseOf(setting);

function span(seconds) {
  let left = Math.floor(seconds);
  const parts = [];
  for (const [unit, sentence] of words.spans) {
    if (left < unit) continue;
    parts.push(sentence.replace("%(n)s", Math.floor(left / unit)));
    left %= unit;
  }
  return parts.join(" ");
}

function show() {
  const n = settings.filter(changed).length;
  if (bar) {
    bar.toggleAttribute("data-none", n === 0 && !form.querySelector(".choice, [data-taken]"));
    const text = n ? count(words.unsaved, n) : "";
    const place = bar.querySelector("[data-unsaved-count]");
    if (place.textContent !== text) place.textContent = text;
  }
  for (const setting of settings) {
    const { value } = inputOf(setting);
    setting.toggleAttribute("data-changed", changed(setting));
    const moves = setting.querySelector("[data-moves]");
    if (moves) moves.hidden = !changed(setting);
    const said = setting.querySelector("[data-span]");
    if (said) said.textContent = span(value);
    for (const button of setting.querySelectorAll("[data-seconds]")) {
      button.ariaPressed = String(button.dataset.seconds === value);
    }
    const mine = setting.querySelector("[data-mine]");
    if (mine) mine.textContent = inputOf(setting).selectedOptions?.[0].text ?? value;
  }
}

for (const button of form.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => {
    inputOf(button.closest("[data-setting]")).value = button.dataset.seconds;
    show();
  });
}

form.addEventListener("input", ({ target }) => {
  const setting = target.closest("[data-setting]");
  const mine = setting?.querySelector('[value="mine"]');
  if (mine && target === inputOf(setting)) mine.checked = true; // who types wants what they type
  show();
});
form.addEventListener("reset", (event) => {
  event.preventDefault(); // what the server rendered may hold what was typed before
  for (const setting of settings) inputOf(setting).value = baseOf(setting);
  show();
  inputOf(settings[0]).focus();
});
form.addEventListener("submit", () => (leaving = true));
form.querySelector("a[data-discard]")?.addEventListener("click", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));
addEventListener("beforeunload", (event) => {
  if (!leaving && settings.some(changed)) event.preventDefault();
});

// The server has said what time it is in the zone: the script for it waits until somebody types.
form.querySelector("[data-zone-field]").addEventListener("focusin", () => import("./zone.js"), { once: true });

// The answer to a form has the form's address; whoever copies it means the page's.
if (location.pathname !== form.dataset.page) history.replaceState(null, "", form.dataset.page);
document.querySelector("#conflict, [aria-invalid=true]")?.focus();
show();

// Several campaigns at once: each is asked for by itself, and each says how it went.

import { count, fill, icon, say } from "../orchestrator/page.js";
import { change, nameOf, reasonOf, words } from "./act.js";
import { cards } from "./paint.js";

const AT_ONCE = 3; // calls; n8n is asked for each

const bar = document.querySelector("[data-selection]");
const picked = () => [...cards()].filter((card) => card.querySelector("[data-pick]")?.checked);

function show() {
  const n = picked().length;
  bar.hidden = n === 0;
  bar.querySelector("[data-selected]").textContent = count(words.selected, n);
}

function pickAll(checked) {
  for (const card of cards()) {
    const box = card.querySelector("[data-pick]");
    if (box) box.checked = checked;
  }
  show();
}

async function changeAll(chosen, act) {
  const results = new Map();
  const waiting = [...chosen];
  const told = bar.querySelector("[data-selected]");
  const tellAt = () => (told.textContent = fill(words.doing[act], { n: results.size, all: chosen.length }));
  const work = async () => {
    for (let card = waiting.shift(); card; card = waiting.shift()) {
      const same = (card.dataset.enabled === "true") === (act === "resume");
      results.set(card, same ? "same" : await change(card, act));
      tellAt();
    }
  };
  for (const button of bar.querySelectorAll("button")) button.disabled = true;
  tellAt();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const button of bar.querySelectorAll("button")) button.disabled = false;
  pickAll(false);
  report(chosen, act, results);
}

/** One line for each, those that failed first. */
function report(chosen, act, results) {
  const { ok, same, failed, again } = words.results;
  const wrong = chosen.filter((card) => results.get(card) !== "same" && !results.get(card).ok);
  const right = chosen.length - wrong.length;
  const dialog = document.createElement("dialog");
  dialog.className = "results";
  dialog.setAttribute("aria-labelledby", "results-title");
  const title = document.createElement("h2");
  title.id = "results-title";
  const parts = [right && count(words.results[act], right), wrong.length && count(failed, wrong.length)];
  title.textContent = parts.filter(Boolean).join(", ");
  const list = document.createElement("ul");
  list.className = "results-list";
  for (const card of [...wrong, ...chosen.filter((one) => !wrong.includes(one))]) {
    const result = results.get(card);
    const fine = result === "same" || result.ok;
    list.append(line(card, fine, result === "same" ? same : fine ? ok[act] : reasonOf(result)));
  }
  const end = document.createElement("div");
  end.className = "question-end";
  if (wrong.length) end.append(button(again, () => dialog.close("again")));
  end.append(button(words.close, () => dialog.close(), "primary"));
  dialog.append(title, list, end);
  dialog.addEventListener("close", () => {
    dialog.remove();
    const left = wrong.filter((card) => card.isConnected);
    if (dialog.returnValue === "again" && left.length) changeAll(left, act);
  });
  document.body.append(dialog);
  dialog.showModal();
  say(title.textContent);
}

function line(card, fine, text) {
  const row = document.createElement("li");
  row.dataset.face = fine ? "live" : "error";
  row.dataset.result = fine ? "ok" : "failed";
  const name = document.createElement("strong");
  name.textContent = nameOf(card);
  const what = document.createElement("span");
  what.textContent = text;
  row.append(icon(fine ? "check" : "error"), name, what);
  return row;
}

function button(text, act, kind = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  if (kind) made.dataset.kind = kind;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

export function start() {
  if (!bar) return;
  document.addEventListener("change", ({ target }) => target.matches("[data-pick]") && show());
  addEventListener("list-changed", show); // picked ones may be gone
  bar.addEventListener("click", ({ target }) => {
    const { all } = target.closest("[data-all]")?.dataset ?? {};
    if (all) changeAll(picked(), all);
    else if (target.closest("[data-select-all]")) pickAll(true);
    else if (target.closest("[data-select-none]")) pickAll(false);
  });
  show();
}

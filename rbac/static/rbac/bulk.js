// Many roles at once: seen before, all or none, and undone as the reverse of it.

import { call, reasonOf } from "../orchestrator/calling.js";
import { count, fill, icon, toast } from "../orchestrator/page.js";
import { API, nameOf, place, refresh, rowOf, words } from "./roster.js";

const UNDO = 10_000; // ms
const bar = document.querySelector("[data-selection]");
const role = bar.querySelector("select");
const picked = () => [...place.querySelectorAll("[data-user-id]:has([data-pick]:checked)")];

export function show() {
  const n = picked().length;
  bar.hidden = n === 0;
  bar.querySelector("[data-selected]").textContent = count(words.picked, n);
}

const wanted = () =>
  picked().map((row) => ({ userId: row.dataset.userId, newRole: role.value, version: Number(row.dataset.version) }));

async function preview() {
  const changes = wanted();
  const answer = await call("POST", `${API}/members/bulk`, { changes, dryRun: true });
  const names = Object.fromEntries(picked().map((row) => [row.dataset.userId, nameOf(row)]));
  if (answer.body.code === "bulk_refused") return refused(answer.body.errors, names);
  if (!answer.ok) return toast(fill(words.failed, { reason: reasonOf(answer, words) }), "error");
  const moved = answer.body.results.filter(({ oldRole }) => oldRole !== role.value);
  const lines = answer.body.results.map((one) => line("live", names[one.userId], effect(one)));
  const dialog = built(count(words.bulk.title, moved.length), "", lines);
  if (!moved.length) return;
  dialog.querySelector(".question-end").append(
    button(words.bulk.do, async (made) => {
      if (made.ariaDisabled === "true") return;
      made.ariaDisabled = "true";
      const done = await call("POST", `${API}/members/bulk`, { changes });
      dialog.close();
      if (done.body.code === "bulk_refused") return refused(done.body.errors, names);
      if (!done.ok) return toast(fill(words.failed, { reason: reasonOf(done, words) }), "error");
      told(done.body.results);
    }, "primary"),
  );
}

function effect({ oldRole, gains, losses }) {
  const way = `${words.roles[oldRole].label} → ${words.roles[role.value].label}`;
  const parts = [gains.length && `${words.gains}: ${gains.join(", ")}`, losses.length && `${words.losses}: ${losses.join(", ")}`];
  return oldRole === role.value ? words.nothing : [way, ...parts.filter(Boolean)].join(". ");
}

function told(results) {
  const moved = results.filter(({ oldRole, role: now }) => oldRole !== now);
  const changes = moved.map(({ userId, oldRole, version }) => ({ userId, newRole: oldRole, version }));
  for (const box of place.querySelectorAll("[data-pick]:checked")) box.checked = false;
  show();
  refresh(0);
  const undo = async () => {
    const answer = await call("POST", `${API}/members/bulk`, { changes });
    if (answer.ok) toast(words.bulk.undone);
    else if (answer.body.code === "bulk_refused") refused(answer.body.errors, names(changes));
    else toast(fill(words.failed, { reason: reasonOf(answer, words) }), "error");
    refresh(0);
  };
  toast(count(words.bulk.done, moved.length), "live", { label: words.undo, act: undo, lasts: UNDO });
}

function names(changes) {
  return Object.fromEntries(changes.map(({ userId }) => [userId, rowOf(userId) ? nameOf(rowOf(userId)) : userId]));
}

function refused(errors, known) {
  built(words.bulk.refused, "error", errors.map(({ userId, message }) => line("error", known[userId] ?? userId, message)));
  refresh();
}

function line(face, name, text) {
  const row = document.createElement("li");
  row.dataset.face = face;
  const who = Object.assign(document.createElement("strong"), { textContent: name });
  const what = Object.assign(document.createElement("span"), { textContent: text });
  row.append(icon(face === "live" ? "account" : "error"), who, what);
  return row;
}

function built(text, face, lines) {
  const dialog = document.createElement("dialog");
  dialog.className = "results";
  dialog.setAttribute("aria-labelledby", "bulk-title");
  const title = Object.assign(document.createElement("h2"), { id: "bulk-title", textContent: text });
  const list = document.createElement("ul");
  list.className = "results-list";
  list.append(...lines);
  const row = document.createElement("div");
  row.className = "question-end";
  row.append(button(face ? words.close : words.cancel, () => dialog.close()));
  dialog.append(title, list, row);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function button(text, act, kind = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  if (kind) made.dataset.kind = kind;
  made.textContent = text;
  made.addEventListener("click", () => act(made));
  return made;
}

bar.querySelector("[data-preview]").addEventListener("click", preview);
bar.querySelector("[data-select-none]").addEventListener("click", () => {
  for (const box of place.querySelectorAll("[data-pick]:checked")) box.checked = false;
  show();
});
addEventListener("list-changed", show);
show();

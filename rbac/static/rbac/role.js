// The selector of a role: what it would give and take is seen before it is saved; saved at once,
// taken back with the reason, and undone within ten seconds.

import { call, reasonOf } from "../orchestrator/calling.js";
import { fill, toast } from "../orchestrator/page.js";
import { API, nameOf, place, refresh, rowOf, words } from "./roster.js";

const UNDO = 10_000; // ms
const menu = document.getElementById("role-menu");
const save = menu.querySelector("[data-role-save]");
const effects = menu.querySelector("[data-effects]");
const refused = menu.querySelector("[data-role-refused]");
let row = null;

/** The button of a row was pressed; the browser shows the menu beside it. */
export function open(button) {
  row = button.closest("[data-user-id]");
  const why = button.dataset.refused;
  menu.querySelector("[data-role-of]").textContent = fill(words.roleOf, { name: nameOf(row) });
  refused.hidden = !why;
  refused.textContent = words.reasons[why] ?? "";
  save.hidden = Boolean(why);
  const options = Object.entries(words.roles).map(([role, about]) => option(role, about, why));
  menu.querySelector("[data-roles]").replaceChildren(menu.querySelector("legend"), ...options);
  const handOver = menu.querySelector("[data-hand-over]");
  if (handOver) {
    handOver.hidden = why === "own_role" || row.dataset.role === "owner";
    handOver.dataset.handOver = row.dataset.userId;
  }
  show(row.dataset.role);
  if (menu.matches(":popover-open")) menu.querySelector("input:checked")?.focus();
}

function option(role, { label, summary, refused: never }, why) {
  const made = document.createElement("label");
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "role";
  input.value = role;
  input.checked = role === row.dataset.role;
  input.disabled = Boolean(why) || (Boolean(never) && role !== row.dataset.role);
  const name = document.createElement("span");
  name.textContent = label;
  const about = document.createElement("small");
  about.textContent = input.disabled && !why ? words.reasons[never] : summary;
  made.append(input, name, about);
  return made;
}

menu.addEventListener("change", ({ target }) => show(target.value));
menu.addEventListener("toggle", ({ newState }) => {
  if (newState === "open") menu.querySelector("input:checked")?.focus();
});

function show(role) {
  const same = role === row.dataset.role;
  save.ariaDisabled = String(same);
  save.textContent = same ? words.bulk.do : fill(words.make, { name: nameOf(row), role: words.roles[role].label });
  effects.replaceChildren(...(same ? [] : [effectsOf(row.dataset.role, role)]));
}

/** What is gained and lost, as a list of definitions. */
export function effectsOf(before, after) {
  const list = document.createElement("dl");
  for (const [term, from, to] of [[words.gains, before, after], [words.losses, after, before]]) {
    const more = words.roles[to].may.filter((one) => !words.roles[from].may.includes(one));
    if (!more.length) continue;
    const title = document.createElement("dt");
    title.textContent = term;
    const what = document.createElement("dd");
    const items = document.createElement("ul");
    for (const one of more) items.append(Object.assign(document.createElement("li"), { textContent: words.abilities[one] }));
    what.append(items);
    list.append(title, what);
  }
  return list;
}

menu.addEventListener("submit", (event) => {
  event.preventDefault();
  const role = menu.querySelector("input:checked")?.value;
  if (save.ariaDisabled === "true" || !role) return;
  menu.hidePopover();
  change(row, role, (before) => {
    const id = row.dataset.userId;
    const undo = () => change(rowOf(id), before, null);
    return { label: words.undo, act: undo, lasts: UNDO };
  });
});

/** `undo(before)`: what the toast offers; null where this is the undoing itself. */
async function change(row, role, undo) {
  if (!row) return refresh(0);
  const { role: before, version, userId } = row.dataset;
  const name = nameOf(row);
  paint(row, role);
  row.dataset.assumed = "";
  const more = undo?.(before);
  const answer = await call("PATCH", `${API}/members/${userId}`, { targetUserId: userId, newRole: role, version: Number(version) });
  const now = rowOf(userId) ?? row;
  delete now.dataset.assumed;
  if (answer.ok) {
    take(now, answer.body);
    toast(fill(more ? words.changed : words.undone, { name, role: words.roles[answer.body.role].label }), "live", more);
    return;
  }
  const { current } = answer.body;
  if (current) {
    take(now, current);
    toast(fill(words.meanwhile, { name, role: words.roles[current.role]?.label }), "stale");
  } else {
    paint(now, before);
    toast(fill(words.notChanged, { name, reason: reasonOf(answer, words) }), "error");
  }
  if (answer.status) refresh();
}

function paint(row, role) {
  row.dataset.role = role;
  row.querySelector("[data-role-word]").textContent = words.roles[role].label;
}

function take(row, member) {
  paint(row, member.role);
  row.dataset.version = member.version;
  refresh(); // what else may be done with this row has changed as well
}


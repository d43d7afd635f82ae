// The selector of a role: what it would give and take is seen before it is saved; saved at once,
// taken back with the reason, and undone within ten seconds.

import { call, reasonOf } from "../orchestrator/calling.js";
import { fill, toast } from "../orchestrator/page.js";
import { setText } from "../workspaces/bar.js";
import { API, nameOf, refresh, rowOf, words } from "./roster.js";

const UNDO = 10_000; // ms
const menu = document.getElementById("role-menu");
const save = menu.querySelector("[data-role-save]");
const saveWord = save.textContent; // as long as no other role is chosen
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
    handOver.hidden = "itself" in row.dataset || row.dataset.role === "owner";
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
  save.textContent = same ? saveWord : fill(words.make, { name: nameOf(row), role: words.roles[role].label });
  effects.replaceChildren(...(same ? [] : [effectsOf(row.dataset.role, role)]));
}

/** What is gained and lost, as a list of definitions. */
function effectsOf(before, after) {
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
  const wanted = menu.querySelector("input:checked")?.value;
  if (save.ariaDisabled === "true" || !wanted) return;
  const { userId, role, version } = row.dataset;
  menu.hidePopover();
  change({ userId, name: nameOf(row), version: Number(version) }, wanted, role);
});

/** `who`: as last known, for their row may leave the list. `before`: what undoing goes back to; none
 * where this is the undoing itself. */
async function change(who, role, before) {
  const { userId, name, version } = who;
  const shown = assume(rowOf(userId), role);
  const answer = await call("PATCH", `${API}/members/${userId}`, { targetUserId: userId, newRole: role, version });
  const now = rowOf(userId);
  const assumed = now?.dataset.assumed !== undefined;
  if (assumed) delete now.dataset.assumed;
  const { current, version: made } = answer.body;
  if (answer.ok) {
    take(now, { role, ...answer.body });
    const undo = { label: words.undo, act: () => change({ ...who, version: made }, before), lasts: UNDO };
    toast(fill(before ? words.changed : words.undone, { name, role: labelOf(role) }), "live", before ? undo : {});
  } else if (current) {
    take(now, current);
    toast(fill(words.meanwhile, { name, role: labelOf(current.role) }), "stale");
  } else {
    if (assumed) paint(now, shown);
    toast(fill(words.notChanged, { name, reason: reasonOf(answer, words) }), "error");
    if (answer.status) refresh();
  }
}

const labelOf = (role) => words.roles[role]?.label ?? "–";

/** Gives the role that was shown before. */
function assume(row, role) {
  if (!row) return null;
  const { role: before } = row.dataset;
  paint(row, role);
  row.dataset.assumed = "";
  return before;
}

/** An answer has no role where one may not see it any more: then nothing is said of it. */
function paint(row, role) {
  if (!role) return;
  const selector = row.querySelector('[data-component="role-selector"]');
  for (const place of [row, selector]) if (place) place.dataset.role = role;
  row.querySelector('[data-cell="role"]').dataset.word = labelOf(role);
  setText(row.querySelector("[data-role-word]"), labelOf(role));
}

function take(row, { role, version }) {
  if (row) paint(row, role);
  if (row) row.dataset.version = version;
  refresh(); // what else may be done with this row has changed as well
}

// The members of a workspace: narrowed by the address, kept true by the socket, changed by who may.

import { toast } from "../orchestrator/page.js";
import { socket } from "../workspaces/bar.js";
import { whenMissed } from "./fragment.js";
import { place, refresh, rowOf, words } from "./roster.js";

const SOON = 250; // ms after the last key
const form = document.querySelector("[data-filters]");

socket.addEventListener("frame", ({ detail: { type, subject, data } }) => {
  if (type === "member.removed") rowOf(subject)?.setAttribute("data-leaving", "");
  const known = type === "member.changed" && rowOf(subject)?.dataset.version === String(data.version);
  if (/^(member|invitation)\./.test(type) && !known) refresh();
});

whenMissed(() => refresh());

const leave = document.querySelector("[data-leave]");
addEventListener("list-changed", () => {
  const sole = place.querySelector("[data-sole-owner]") !== null;
  leave.ariaDisabled = String(sole);
  leave.title = sole ? words.soleOwner : "";
});

// Narrowed and sorted without a reload; going back works

function go(query, { keep = true, wait = 0 } = {}) {
  const url = new URL(location.href);
  url.search = query;
  if (url.href === location.href) return;
  history[keep ? "pushState" : "replaceState"](null, "", url);
  refresh(wait, true);
}

form.addEventListener("input", ({ target }) => {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) query.set(name, value.trim());
  const order = new URLSearchParams(location.search).get("ordering");
  if (order) query.set("ordering", order);
  go(query, target.type === "search" ? { keep: false, wait: SOON } : {});
});
form.addEventListener("submit", (event) => event.preventDefault());
place.addEventListener("click", (event) => {
  const link = event.target.closest("[data-sort], [data-turn]");
  if (!link?.href || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(new URL(link.href).search);
});
addEventListener("popstate", () => {
  const now = new URLSearchParams(location.search);
  for (const control of form.querySelectorAll("select, [type=search]")) control.value = now.get(control.name) ?? "";
  refresh(0, true);
});

// What only somebody who acts needs

const TOOLS = {
  '[data-component="role-selector"]': () => import("./role.js").then(({ open }) => open),
  "[data-invite]": () => import("./invite.js").then(({ open }) => open),
  "[data-pick]": () => import("./bulk.js").then(({ show }) => show),
  "[data-resend], [data-revoke], [data-remove], [data-leave], [data-hand-over], [data-offer-accept], [data-offer-end]":
    () => import("./people.js").then(({ act }) => act),
};

document.addEventListener("click", async ({ target }) => {
  for (const [selector, load] of Object.entries(TOOLS)) {
    const found = target.closest(selector);
    if (!found) continue;
    try {
      (await load())(found);
    } catch (error) {
      toast(words.noServer, "error");
      throw error;
    }
  }
});

// The table of members: its rows, and the server's own rendering whenever something has changed.

import { loading, read } from "./fragment.js";

const AGAIN = 5000; // ms after a failure
export const words = JSON.parse(document.getElementById("member-words").textContent);
export const place = document.querySelector("[data-members]");
export const API = `/api/workspaces/${place.dataset.workspaceId}`;

export const rowOf = (id) => place.querySelector(`[data-user-id="${CSS.escape(id)}"]`);
export const nameOf = (row) => row.querySelector("[data-shown]").textContent;

const late = document.querySelector("[data-late]");
let refreshing;
let asks = 0;
let awaited = false;

/** `asked`: somebody waits for it, and sees that it takes long. */
export function refresh(wait = 150, asked = false) {
  awaited ||= asked;
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const ask = ++asks;
    const done = awaited ? loading(place) : () => {};
    const news = await read(location.href);
    if (ask !== asks) return; // one that was asked for later is on its way
    await done();
    if (ask !== asks) return;
    awaited = false;
    late.hidden = Boolean(news);
    if (news) put(news);
    else refreshing = setTimeout(() => document.hidden || refresh(0), AGAIN);
  }, wait);
}

late.querySelector("[data-again]").addEventListener("click", () => refresh(0, true));

const keyOf = (row) => row.dataset.userId ?? row.dataset.invitationId;

/** Rows that say the same stay, with focus, an open menu and what is ticked. */
function put(source) {
  const news = document.importNode(source, true);
  const kept = new Map([...place.querySelectorAll("[data-row]")].map((row) => [keyOf(row), row]));
  const held = document.activeElement?.closest("[data-row]");
  const heldKey = held && keyOf(held);
  for (const row of news.querySelectorAll("[data-row]")) {
    const old = kept.get(keyOf(row));
    if (!old) continue;
    if (old.dataset.mark === row.dataset.mark && !old.hasAttribute("data-assumed")) row.replaceWith(old);
    else if (old.querySelector("[data-pick]:checked")) row.querySelector("[data-pick]")?.click();
  }
  place.replaceChildren(...news.childNodes);
  if (held && document.activeElement === document.body) {
    const back = heldKey && place.querySelector(`[data-row]:is([data-user-id="${heldKey}"], [data-invitation-id="${heldKey}"])`);
    (back?.querySelector("[data-row-link], a, button") ?? document.getElementById("search")).focus({ preventScroll: true });
  }
  dispatchEvent(new CustomEvent("list-changed"));
}

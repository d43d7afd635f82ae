// The table of members: its rows, and the server's own rendering whenever something has changed.

import { toast } from "../orchestrator/page.js";
import { bar, end } from "../workspaces/bar.js";

export const words = JSON.parse(document.getElementById("member-words").textContent);
export const place = document.querySelector("[data-members]");
export const API = `/api/workspaces/${place.dataset.workspaceId}`;

export const rowOf = (id) => place.querySelector(`[data-user-id="${CSS.escape(id)}"]`);
export const nameOf = (row) => row.querySelector("[data-shown]").textContent;

let refreshing;
let asks = 0;

export function refresh(wait = 150) {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const ask = ++asks;
    const slow = setTimeout(() => (place.ariaBusy = "true"), 200);
    const fragment = await read(location.href);
    clearTimeout(slow);
    if (ask !== asks) return; // one that was asked for later is on its way
    place.ariaBusy = "false";
    if (fragment) put(fragment.body);
    else toast(words.refreshFailed, "error", { label: words.retry, act: () => refresh(0) });
  }, wait);
}

async function read(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404) end(4404);
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

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

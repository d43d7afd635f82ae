// A part of the page rendered anew by the server: what has the focus and what is open stays so.

import { bar, end } from "../workspaces/bar.js";

/** The server's rendering of what the address says, or null where there is none just now. */
export async function read(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404 && bar.dataset.workspaceId) end(4404); // else a row is gone
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body;
  } catch {
    return null;
  }
}

/** Puts it there. Open `details` with an id keep what was loaded into them. */
export function put(place, source) {
  const focus = document.activeElement;
  const kept = place.contains(focus) ? focus.id : "";
  const news = document.importNode(source, true);
  for (const old of place.querySelectorAll("details[open][id]")) {
    const next = news.querySelector(`#${CSS.escape(old.id)}`);
    if (!next) continue;
    next.open = true;
    const [from, to] = [old, next].map((each) => each.querySelector("[data-more]"));
    if (from?.dataset.loaded !== undefined) to?.replaceWith(from);
  }
  place.replaceChildren(...news.childNodes);
  if (kept) document.getElementById(kept)?.focus({ preventScroll: true });
}

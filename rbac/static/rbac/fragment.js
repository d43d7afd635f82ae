// A part of the page rendered anew by the server: what has the focus and what is open stays so.

import { fetched } from "../orchestrator/page.js";
import { bar, end, socket } from "../workspaces/bar.js";

const WITH_PAGE = 5000; // ms

/** The server's rendering of what the address says, or null where there is none just now. */
export async function read(url) {
  try {
    const answer = await fetched(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404 && bar.dataset.workspaceId) end(4404); // else a row is gone
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body;
  } catch {
    return null;
  }
}

const SLOW = 200; // ms, from which on it is seen that something is loaded
const SEEN = 300; // ms, for which it is then seen at least
const slow = new WeakMap(); // place → what will show it

/** What is there turns into its own skeleton where the answer is slow; gives what ends that. */
export function loading(place) {
  clearTimeout(slow.get(place)); // of who asked before
  let since = Date.now();
  const show = () => {
    place.ariaBusy = "true";
    since = Date.now();
  };
  slow.set(place, setTimeout(show, SLOW));
  return async () => {
    clearTimeout(slow.get(place));
    if (place.ariaBusy === "true") {
      await new Promise((seen) => setTimeout(seen, SEEN - (Date.now() - since)));
    }
    place.ariaBusy = "false";
  };
}

/** What is told is lost while a tab is hidden and while the connection is away; polling tells of
 * health alone. Each snapshot says so, but for the one that comes with the page. */
export function whenMissed(act) {
  let comes = true;
  socket.addEventListener("frame", ({ detail: { type } }) => {
    if (type !== "snapshot") return;
    const withPage = comes && performance.now() < WITH_PAGE;
    comes = false;
    if (!withPage) act();
  });
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
    if (from?.matches("[data-loaded], :has(> [data-late])")) to?.replaceWith(from);
  }
  place.replaceChildren(...news.childNodes);
  if (kept) document.getElementById(kept)?.focus({ preventScroll: true });
}

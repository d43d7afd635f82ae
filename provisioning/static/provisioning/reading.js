// A page of ours, asked for again: whole or the part that its script puts in.

import { fetched } from "../orchestrator/page.js";
import { bar, end } from "../workspaces/bar.js";

/**
 * `{ok, status, body}` of the server's rendering, or null where no server answers. Who is signed
 * out, or no member any more, is led away.
 */
export async function read(url, options = {}) {
  let answer;
  let html;
  try {
    const headers = { "HX-Request": "true", Accept: "text/html" };
    answer = await fetched(url, { cache: "no-store", ...options, headers });
    html = await answer.text();
  } catch {
    return null;
  }
  if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return { ok: answer.ok && !answer.redirected, status: answer.status, body };
}

/** What is kept of this tab or browser, where it keeps anything. */
export function kept(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

export function keep(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(key);
    else window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // Storage is off or full: nothing is kept, and everything else works.
  }
}

// Calls of the API from a page, and why one was refused, in words.

import { fetched, leaveFor } from "./page.js";

const CONFIRM = "/accounts/reauthenticate/"; // for what is asked of people a second time

/** `{ok, status, body}`; status 0 where no server answers. */
export async function call(method, url, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const answer = await fetched(url, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : {} };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

/** `words`: noServer, and confirm for who has to say again that it is them. */
export function reasonOf({ status, body }, words) {
  if (status === 0) return words.noServer;
  if (body.code === "reauthentication_required") {
    leaveFor(`${CONFIRM}?next=${encodeURIComponent(location.pathname + location.search)}`, words.confirm);
  }
  return body.errors?.[0]?.message ?? body.detail ?? String(status);
}

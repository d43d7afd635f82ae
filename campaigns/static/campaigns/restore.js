// Takes a campaign out of the archive, or says why it stays there.

import { toast } from "../orchestrator/page.js";

/** The campaign's row, or nothing. */
export async function restore(form) {
  const button = form.querySelector("button");
  if (button.ariaDisabled === "true") return null;
  button.ariaDisabled = "true";
  button.dataset.busy = "";
  const row = await send(form);
  button.ariaDisabled = "false";
  delete button.dataset.busy;
  return row;
}

async function send(form) {
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  try {
    const answer = await fetch(form.action, { method: "POST", headers });
    const body = await answer.json();
    if (answer.ok) return body;
    toast(body.detail, "error");
  } catch {
    toast(form.dataset.failed, "error");
  }
  return null;
}

// Changes of a campaign: shown at once as they are expected, confirmed or taken back with the reason.
//
// A button `data-act` acts on the campaign around it (`data-campaign-id`). Loaded when first needed.

import { fetched, fill, toast } from "../orchestrator/page.js";
import { end } from "../workspaces/bar.js";
import { ask } from "../orchestrator/ask.js";
import { assume, forgetAssumed, paintCampaign } from "./paint.js";

export const words = JSON.parse(document.getElementById("act-words").textContent);

/** What each act wants of the row. */
const WANTS = {
  pause: () => ({ enabled: false }),
  resume: () => ({ enabled: true }),
  "put-back": ({ enabled }) => ({ enabled }),
  adopt: ({ enabled }) => ({ enabled: !enabled }),
};

export const nameOf = (place) => place.querySelector("[data-name]").textContent;

/** `{ok, status, body}` of a call; 0 where no server answers. */
export async function call(method, id, body, path = "") {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const answer = await fetched(`/api/campaigns/${id}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : {} };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

/** Why it was refused, in words. */
export function reasonOf({ status, body }) {
  if (status === 0) return words.noServer;
  if (status === 403) return words.forbidden;
  if (status === 404) return words.gone;
  return body.errors?.[0]?.message ?? body.detail ?? String(status);
}

/** Pauses, resumes, adopts or puts back; what the server then says is painted. */
export async function change(place, act) {
  const wanted = WANTS[act]({ enabled: place.dataset.enabled === "true" });
  assume([place]);
  const answer = await call("PATCH", place.dataset.campaignId, {
    version: Number(place.dataset.version),
    ...wanted,
  });
  take(place, answer);
  return answer;
}

/** The row that an answer brings, or what was before. */
function take(place, { ok, status, body }) {
  if (status === 401) end(4401);
  const row = ok ? body : body.current;
  if (row?.id && Number(row.stateVersion) >= Number(place.dataset.stateVersion)) {
    paintCampaign(place, row, row.stateVersion);
  }
  forgetAssumed([place]);
}

function tell(place, act, answer) {
  const name = answer.body.name ?? nameOf(place);
  if (answer.ok) toast(fill(words.done[act], { name }), "live");
  else toast(fill(words.failed, { name: nameOf(place), reason: reasonOf(answer) }), "error");
}

async function rename(place, act) {
  const was = { name: nameOf(place), version: Number(place.dataset.version) }; // what is seen when it opens
  const question = { ...words.rename, cancel: words.cancel, value: was.name };
  await ask(question, (value) => renamed(place, act, was, value.trim()));
}

/** The reason why not, for the dialog; nothing where it is done. */
async function renamed(place, act, was, name) {
  if (name === was.name) return "";
  // What else was changed since is no conflict; of another name one is told first.
  const version = nameOf(place) === was.name ? Number(place.dataset.version) : was.version;
  const answer = await call("PATCH", place.dataset.campaignId, { version, name });
  take(place, answer);
  if (answer.ok) tell(place, act, answer);
  return answer.ok ? "" : unlike(was, answer.body.current) || reasonOf(answer);
}

/** That it has another name by now, which the next try then replaces knowingly. */
function unlike(was, current) {
  if (!current || current.name === was.name) return "";
  Object.assign(was, { name: current.name, version: current.version });
  return fill(words.renamedMeanwhile, { name: current.name });
}

async function archive(place, act) {
  const { title, text, do: yes } = words.archive;
  const sure = { title: fill(title, { name: nameOf(place) }), text, do: yes, cancel: words.cancel };
  await ask(sure, async () => {
    const answer = await call("DELETE", place.dataset.campaignId);
    if (!answer.ok) return reasonOf(answer);
    tell(place, act, answer);
    return "";
  });
}

async function restore(place, act) {
  const answer = await call("POST", place.dataset.campaignId, null, "/restore");
  take(place, answer);
  tell(place, act, answer);
}

const OTHERS = { rename, archive, restore };

export async function act(button) {
  const place = button.closest("[data-campaign-id]");
  if (!place || button.ariaDisabled === "true") return;
  const { act: name } = button.dataset;
  button.closest("[popover]")?.hidePopover();
  button.ariaDisabled = "true"; // twice is once
  try {
    if (OTHERS[name]) await OTHERS[name](place, name);
    else tell(place, name, await change(place, name));
  } finally {
    button.ariaDisabled = "false";
  }
}

// "Sync now": shows at once what is expected, and takes it back with the reason where it fails.

import { count, fetched, fill, toast } from "../orchestrator/page.js";
import { end } from "../workspaces/bar.js";
import { assume, cards, forgetAssumed } from "./paint.js";

const LONGEST = 60_000; // of a sync that goes on after the answer
const AWAY = new Set(["unreachable", "slow", "server_error", "rate_limited"]); // as campaigns/services.py

const words = JSON.parse(document.getElementById("sync-words").textContent);
let waiting; // for the end of a long one
let counting;

export async function sync(form) {
  const button = form.querySelector("button");
  if (button.ariaDisabled === "true") return;
  const done = spin(button);
  assume([...cards()].filter((card) => card.dataset.enabled === "true"));
  let status = 0;
  let body = {};
  try {
    const answer = await fetched(form.action, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ workspaceId: form.dataset.workspaceId }),
    });
    status = answer.status;
    body = await answer.json();
  } catch {
    // No answer, or none of ours: `status` tells which.
  }
  if (status === 202) {
    toast(words.accepted, "syncing");
    const ended = ({ detail }) => {
      if (detail.id !== body.syncId) return;
      stop();
      if (detail.synced || !detail.errors.some(({ code }) => AWAY.has(code))) answered(form, 200, detail);
      else toast(words.away, "error");
    };
    const stop = () => {
      removeEventListener("sync-finished", ended);
      settle(done);
    };
    waiting = setTimeout(stop, LONGEST);
    addEventListener("sync-finished", ended);
    return;
  }
  settle(done);
  answered(form, status, body);
}

function settle(done) {
  clearTimeout(waiting);
  forgetAssumed(cards());
  done();
}

function answered(form, status, body) {
  const n = Math.ceil(body.retry_after ?? 30);
  if (status === 200) {
    const errors = body.errors?.length ?? 0;
    if (errors) toast(count(words.doneWithErrors, errors), "error");
    else toast(count(words.done, body.synced));
    return;
  }
  if (status === 401) return end(4401);
  if (status === 404) return end(4404);
  if (status === 429) toast(fill(words.tooSoon, { n }), "stale");
  else if (status === 503) toast(fill(words.unreachable, { n }), "error");
  else if (status === 403) toast(words.refused, "error");
  else if (status === 409) toast(body.detail, "error"); // the workspace is suspended, and why
  else toast(status ? words.failed : words.noServer, "error");
  if (status === 429 || status === 503) countDown(form, n);
}

/** A quick answer shows no spinner; one that is shown stays long enough to be seen. */
function spin(target) {
  let shown = 0;
  target.ariaDisabled = "true";
  const timer = setTimeout(() => {
    target.dataset.busy = "";
    shown = Date.now();
  }, 200);
  return () => {
    clearTimeout(timer);
    setTimeout(() => {
      delete target.dataset.busy;
      if (!counting) target.ariaDisabled = "false";
    }, shown ? Math.max(0, 300 - (Date.now() - shown)) : 0);
  };
}

function countDown(form, seconds) {
  const target = form.querySelector("button");
  const place = form.querySelector("[data-label]");
  const word = (place.dataset.word ??= place.textContent);
  const until = Date.now() + seconds * 1000;
  const step = () => {
    const n = Math.ceil((until - Date.now()) / 1000);
    if (n <= 0) {
      clearInterval(counting);
      counting = null;
      place.textContent = word;
      target.ariaDisabled = "false";
      return;
    }
    target.ariaDisabled = "true";
    place.textContent = fill(words.wait, { n });
  };
  clearInterval(counting);
  counting = setInterval(step, 250);
  step();
}

// Puts a campaign's state into the card that the server rendered: words, shapes and ages, in place.

import { setAge } from "../orchestrator/page.js";
import { beat, faces, setFace, setText } from "../workspaces/bar.js";

export const words = JSON.parse(document.getElementById("campaign-words").textContent);

/** Gray if it is stale, else as n8n's status says. */
function faceOf({ syncStatus, n8nStatus }) {
  if (syncStatus === "stale") return "stale";
  return n8nStatus === "active" ? "live" : n8nStatus;
}

function paintPulse(pulse, row, beats) {
  const face = faceOf(row);
  pulse.dataset.status = row.syncStatus;
  pulse.dataset.n8nStatus = row.n8nStatus;
  const changed = setFace(pulse, face);
  setText(pulse.querySelector("[data-word]"), faces[face]);
  if (changed || beats) beat(pulse);
}

function paintTruth(cell, name, { value, source, at }) {
  const shown = Date.parse(cell.querySelector("time")?.dateTime) || 0;
  const changed = cell.dataset.value !== value || Math.abs((Date.parse(at) || 0) - shown) >= 1000;
  cell.dataset.value = value;
  setText(cell.querySelector("[data-word]"), words.truths[name][value] ?? value);
  let age = cell.querySelector(".truth-age");
  if (!at) {
    age?.remove();
    return changed;
  }
  if (!age) {
    age = document.createElement("span");
    age.className = "truth-age";
    const verb = document.createElement("span");
    verb.dataset.verb = "";
    const time = document.createElement("time");
    time.dataset.ago = "";
    age.append(verb, " ", time);
    cell.append(age);
  }
  setText(age.querySelector("[data-verb]"), words.verbs[source] ?? "");
  setAge(age.querySelector("time"), at);
  return changed;
}

/** `place` is a card or a page of one campaign; what it does not show is left out. */
export function paintCampaign(place, row, version) {
  place.dataset.status = row.syncStatus;
  place.dataset.enabled = String(row.enabled);
  place.dataset.version = row.version;
  place.dataset.stateVersion = version;
  delete place.dataset.assumed;
  const name = place.querySelector("[data-name]");
  setText(name, row.name);
  name.title = row.name;
  const trigger = row.trigger ?? "";
  setText(place.querySelector("[data-trigger]"), words.triggers[trigger] ?? words.triggers.other);
  place.querySelector("[data-trigger-icon]")?.setAttribute("href", `#i-${iconOf(trigger)}`);
  let ran = false;
  for (const truth of ["desired", "reported", "observed"]) {
    const cell = place.querySelector(`[data-truth="${truth}"]`);
    if (cell && row[truth] && paintTruth(cell, truth, row[truth])) ran ||= truth === "observed";
  }
  const drift = place.querySelector("[data-drift]");
  drift.hidden = !row.drift;
  setText(drift, words.drift[row.desired.value]);
  paintNextRun(place.querySelector("[data-next-run]"), row);
  const why = place.querySelector("[data-why]");
  const face = row.syncStatus === "error" ? "error" : faceOf(row);
  setFace(why, face);
  setText(why, words.reasons[row.reason] ?? words.states[face]);
  paintPulse(pulseOf(place), row, ran);
}

/** `cell` is not there for viewers, and shown where a schedule may start it. */
function paintNextRun(cell, { trigger, nextRunAt, nextRunUnknown }) {
  if (!cell) return;
  cell.hidden = trigger !== "schedule" && !nextRunAt && !nextRunUnknown;
  cell.previousElementSibling.hidden = cell.hidden;
  let shown = cell.firstElementChild;
  const name = nextRunAt ? "time" : "span";
  if (shown?.localName !== name) {
    shown = document.createElement(name);
    cell.replaceChildren(shown);
  }
  if (!nextRunAt) return setText(shown, words.noNextRun[nextRunUnknown] ?? words.noNextRun[""]);
  shown.dataset.ago = "";
  setAge(shown, nextRunAt);
}

function iconOf(trigger) {
  return trigger === "webhook" || trigger === "schedule" ? trigger : "other";
}

function pulseOf(card) {
  return card.querySelector('[data-component="campaign-pulse"]');
}

// What a sync is expected to say, until it says so.

const before = new WeakMap();

export function assumeSyncing(cards) {
  for (const card of cards) {
    const pulse = pulseOf(card);
    const { status: syncStatus, n8nStatus } = pulse.dataset;
    if (card.dataset.enabled !== "true") continue;
    before.set(card, { syncStatus, n8nStatus });
    card.dataset.assumed = "";
    paintPulse(pulse, { syncStatus: "syncing", n8nStatus: "syncing" });
  }
}

/** Takes back what nothing has confirmed or replaced. */
export function forgetAssumed(cards) {
  for (const card of cards) {
    if (card.dataset.assumed === undefined) continue;
    delete card.dataset.assumed;
    paintPulse(pulseOf(card), before.get(card));
  }
}

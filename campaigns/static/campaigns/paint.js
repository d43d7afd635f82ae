// Puts a campaign's state into the card that the server rendered: words, shapes and ages, in place.

import { fill, setAge } from "../orchestrator/page.js";
import { beat, faces, setFace, setText } from "../workspaces/bar.js";

export const words = JSON.parse(document.getElementById("campaign-words").textContent);
export const cards = () => document.querySelectorAll("[data-campaigns] [data-campaign-id]");

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

/** What is wanted of it, or how far it is made (campaigns/templatetags/campaign_words.py). */
function here({ status, desired }) {
  if (status !== "provisioning" && status !== "error") return desired;
  return { ...desired, value: status, source: "making" };
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
  for (const cell of place.querySelectorAll("[data-truth]")) {
    const { truth } = cell.dataset;
    const said = truth === "desired" ? here(row) : row[truth];
    if (said && paintTruth(cell, truth, said)) ran ||= truth === "observed";
  }
  paintDrift(place.querySelector("[data-drift]"), row);
  paintNextRun(place.querySelector("[data-next-run]"), row);
  paintStrip(place.querySelector("[data-strip]"), row);
  paintActs(place, row);
  const why = place.querySelector("[data-why]");
  const face = row.syncStatus === "error" ? "error" : faceOf(row);
  setFace(why, face);
  const reason = row.status === "archived" ? "archived" : (row.reason ?? "");
  const state = words.states[`${face} ${row.observed.value}`] ?? words.states[face];
  setText(why, words.reasons[reason] ?? state);
  setText(place.querySelector("[data-advice]"), words.advice[reason] ?? words.advice[""]);
  paintPulse(pulseOf(place), row, ran);
}

function paintDrift(place, { drift, desired }) {
  place.hidden = !drift;
  setText(place.querySelector("[data-drift-word]"), words.drift[desired.value]);
}

/** Pause and resume are two buttons, of which one fits. */
function paintActs(place, { enabled }) {
  for (const button of place.querySelectorAll('[data-act="pause"], [data-act="resume"]')) {
    button.hidden = (button.dataset.act === "pause") !== enabled;
  }
}

/** As the server draws it (campaigns/templatetags/campaign_strip.py). */
function paintStrip(strip, { recent, observed }) {
  if (!strip || !recent) return;
  const shown = observed.value === "running" ? [...recent, "running"] : recent;
  const bars = strip.children;
  for (let place = 1; place <= bars.length; place += 1) {
    const bar = bars[bars.length - place];
    const result = shown[shown.length - place];
    if (result) bar.dataset.result = result;
    else delete bar.dataset.result;
  }
  const ok = recent.filter((result) => result === "success").length;
  const failed = recent.filter((result) => result === "error" || result === "crashed").length;
  const label = recent.length ? fill(words.strip.label, { ok, failed }) : words.strip.none;
  if (strip.ariaLabel !== label) strip.ariaLabel = label;
}

/** `cell` is not there for viewers, and shown where a schedule may start it. */
function paintNextRun(cell, { trigger, nextRunAt, nextRunUnknown }) {
  if (!cell) return;
  cell.closest("[data-scheduled]").hidden = trigger !== "schedule" && !nextRunAt && !nextRunUnknown;
  let shown = cell.firstElementChild;
  const name = nextRunAt ? "time" : "span";
  if (shown?.localName !== name) {
    shown = document.createElement(name);
    cell.replaceChildren(shown);
  }
  if (!nextRunAt) return setText(shown, words.noNextRun[nextRunUnknown] ?? words.noNextRun[""]);
  shown.dataset.ago = shown.dataset.due = "";
  setAge(shown, nextRunAt);
}

function iconOf(trigger) {
  return trigger === "webhook" || trigger === "schedule" ? trigger : "other";
}

function pulseOf(place) {
  return place.querySelector('[data-component="campaign-pulse"]');
}

// What a sync or a change is expected to say, until it says so.

const before = new WeakMap();

export function assume(places) {
  for (const place of places) {
    const pulse = pulseOf(place);
    const { status: syncStatus, n8nStatus } = pulse.dataset;
    if (place.dataset.assumed === undefined) before.set(place, { syncStatus, n8nStatus });
    place.dataset.assumed = "";
    paintPulse(pulse, { syncStatus: "syncing", n8nStatus: "syncing" });
  }
}

/** Takes back what nothing has confirmed or replaced. */
export function forgetAssumed(places) {
  for (const place of places) {
    if (place.dataset.assumed === undefined) continue;
    delete place.dataset.assumed;
    paintPulse(pulseOf(place), before.get(place));
  }
}

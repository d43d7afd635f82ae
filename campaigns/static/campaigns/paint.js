// Puts states into the page that the server rendered: words, shapes and ages, in place.

import { count, fill, setAge } from "../orchestrator/page.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
export const words = read("campaign-words");
const live = read("live-words");

/** Gray if it is stale, else as n8n's status says. */
function faceOf({ syncStatus, n8nStatus }) {
  if (syncStatus === "stale") return "stale";
  return n8nStatus === "active" ? "live" : n8nStatus;
}

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function setFace(element, face) {
  if (element.dataset.face === face) return false;
  element.dataset.face = face;
  element.querySelector("use")?.setAttribute("href", `#i-${face}`);
  return true;
}

function paintPulse(pulse, row, beats) {
  const face = faceOf(row);
  pulse.dataset.status = row.syncStatus;
  pulse.dataset.n8nStatus = row.n8nStatus;
  const changed = setFace(pulse, face);
  setText(pulse.querySelector("[data-word]"), live.faces[face]);
  if (changed || beats) beat(pulse);
}

function beat(pulse) {
  delete pulse.dataset.beat;
  void pulse.offsetWidth; // so that the same animation starts anew
  pulse.dataset.beat = "";
}

document.addEventListener("animationend", (event) => {
  if (event.animationName === "beat") delete event.target.dataset.beat;
});

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

export function paintCampaign(card, row, version) {
  card.dataset.status = row.syncStatus;
  card.dataset.enabled = String(row.enabled);
  card.dataset.version = row.version;
  card.dataset.stateVersion = version;
  delete card.dataset.assumed;
  const name = card.querySelector("[data-name]");
  setText(name, row.name);
  name.title = row.name;
  const trigger = row.trigger ?? "";
  setText(card.querySelector("[data-trigger]"), words.triggers[trigger] ?? words.triggers.other);
  card.querySelector("[data-trigger-icon]").setAttribute("href", `#i-${iconOf(trigger)}`);
  let ran = false;
  for (const truth of ["desired", "reported", "observed"]) {
    const cell = card.querySelector(`[data-truth="${truth}"]`);
    if (row[truth] && paintTruth(cell, truth, row[truth])) ran ||= truth === "observed";
  }
  const drift = card.querySelector("[data-drift]");
  drift.hidden = !row.drift;
  setText(drift, words.drift[row.desired.value]);
  paintNextRun(card.querySelector("[data-next-run]"), row);
  const why = card.querySelector("[data-why]");
  const face = row.syncStatus === "error" ? "error" : faceOf(row);
  setFace(why, face);
  setText(why, words.reasons[row.reason] ?? words.states[face]);
  paintPulse(pulseOf(card), row, ran);
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

// The bar

const title = document.title.slice(document.title.indexOf("·"));
let n8n = document.querySelector('[data-hop="n8n"]').dataset.state; // as last heard
const favicon = document.querySelector('link[rel="icon"]');

export function paintHealth(bar, data, version) {
  bar.dataset.stateVersion = version;
  bar.dataset.status = data.status;
  const worst = bar.querySelector("[data-worst]");
  setText(worst.querySelector("[data-word]"), live.faces[data.status]);
  if (setFace(worst, data.status)) beat(worst);
  for (const [face, n] of Object.entries(data.campaigns.byStatus)) {
    const item = bar.querySelector(`[data-count="${face}"]`);
    setText(item.querySelector("[data-n]"), String(n));
    item.toggleAttribute("data-none", n === 0);
  }
  for (const place of document.querySelectorAll("[data-campaigns-counted]")) {
    setText(place, count(words.campaigns, data.campaigns.total));
  }
  const synced = document.querySelector("[data-last-sync] time");
  if (synced && data.connections.lastSyncAt) setAge(synced, data.connections.lastSyncAt);
}

/** `state` of the connection, `data` the last known health: names the hop that is broken. */
export function paintConnection(bar, state, data) {
  const { name } = state;
  const lost = name === "reconnecting" || name === "retrying" || name === "offline";
  document.documentElement.dataset.connection = lost && name !== "offline" ? "reconnecting" : name;
  const place = bar.querySelector(".connection");
  place.dataset.connection = name;
  const n = name === "reconnecting" ? Math.max(0, Math.ceil((state.retryAt - Date.now()) / 1000)) : state.every;
  setText(place.querySelector("[data-connection-word]"), fill(live.connection[name], { n }));
  place.querySelector("[data-try-now]").hidden = !["reconnecting", "polling"].includes(name);

  n8n = data?.connections?.n8n ?? n8n;
  paintHop(bar, "browser", name === "offline" ? "offline" : "ok");
  paintHop(bar, "server", serverHop(name, state));
  paintHop(bar, "n8n", lost ? "unknown" : n8n === "unreachable" ? "unreachable" : "ok");
  paintHop(bar, "session", lost ? "unknown" : "ok");

  const status = lost ? "unknown" : bar.dataset.status;
  const word = lost ? `${live.faces[bar.dataset.status]} ?` : live.faces[status];
  const text = `${word} ${title}`;
  if (document.title !== text) document.title = text;
  const icon = bar.dataset[`icon${status[0].toUpperCase()}${status.slice(1)}`];
  if (favicon.getAttribute("href") !== icon) favicon.setAttribute("href", icon);
}

function serverHop(name, { server }) {
  if (name === "offline") return "unknown";
  if (name === "polling") return "blocked";
  if (name === "degraded") return "degraded";
  if (name === "reconnecting" || name === "retrying") return server === false ? "unreachable" : "unknown";
  return "ok";
}

const HOP_FACES = { ok: "live", unknown: "unknown", blocked: "syncing", degraded: "syncing" };

function paintHop(bar, hop, state) {
  const item = bar.querySelector(`[data-hop="${hop}"]`);
  setFace(item, HOP_FACES[state] ?? "error");
  item.dataset.state = state;
  const why = item.querySelector(".hop-why");
  setText(why, live.hops[state]);
  why.classList.toggle("unseen", !(state === "unreachable" || state === "offline")); // else said beside
}

// The bar of a live page: the one connection, what it says of health, and what the page says of it.
//
// Importing this starts the connection. Others listen: `socket` hands out "frame" and "state"; the
// window hears "permissions-changed" and "sync-finished". Who takes care of changed rights calls
// `preventDefault()`; else the page is rendered anew. A bar without a workspace is that of them all:
// its page counts, and calls `showHealth`.

import { LiveSocket } from "../orchestrator/live-socket.js";
import { fill, grouped, leaveFor, say, toast } from "../orchestrator/page.js";

export const bar = document.querySelector('[data-component="system-health-bar"]');
const { workspaceId, viewerId } = bar.dataset;
// The person is in the name: what one may see is not told to who signed in later.
const name = `orchestrator:${viewerId}:${workspaceId || "me"}`;
export const socket = new LiveSocket({ name, socket: bar.dataset.socket, poll: bar.dataset.poll });
const words = JSON.parse(document.getElementById("live-words").textContent);
export const faces = words.faces;
let connection = {}; // as last told
let shown = "connecting"; // the word for it
let health = null; // as last heard
let checked = {}; // as the sentinel last found

export const older = (element, version) => Number(version) < Number(element.dataset.stateVersion);

// Painting, in place

export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

export function setFace(element, face) {
  if (element.dataset.face === face) return false;
  element.dataset.face = face;
  element.querySelector("use")?.setAttribute("href", `#i-${face}`);
  return true;
}

export function beat(pulse) {
  delete pulse.dataset.beat;
  void pulse.offsetWidth; // so that the same animation starts anew
  pulse.dataset.beat = "";
}

document.addEventListener("animationend", (event) => {
  if (event.animationName === "beat") delete event.target.dataset.beat;
});

// After the word of the status; what it is where there is none to say.
const title = bar.dataset.status ? document.title.slice(document.title.indexOf("·")) : document.title;
const favicon = document.querySelector('link[rel="icon"]');
let n8n = bar.querySelector('[data-hop="n8n"]').dataset.state; // as last heard

/** `data` as a snapshot has it. */
export function showHealth(data, version) {
  if (bar.dataset.status !== data.status) say(words.states[data.status]);
  health = data;
  bar.dataset.stateVersion = version;
  bar.dataset.status = data.status;
  const worst = bar.querySelector("[data-worst]");
  setText(worst.querySelector("[data-word]"), faces[data.status]);
  if (setFace(worst, data.status)) beat(worst);
  paintCounts(bar, data.campaigns.byStatus);
  paintConnection();
}

export function paintCounts(place, byStatus) {
  for (const [face, n] of Object.entries(byStatus)) {
    const item = place.querySelector(`[data-count="${face}"]`);
    setText(item.querySelector("[data-n]"), grouped(n));
    item.toggleAttribute("data-none", n === 0);
  }
}

// The connection, over the last known health

function nameOf({ offline, open, realtime, code, failures, retryAt, polls, http, blocked }) {
  if (offline) return "offline";
  if (open) return realtime === "error" ? "degraded" : "live";
  if (polls && http) return code === 4429 ? "crowded" : blocked ? "blocked" : "polling";
  if (retryAt) return code === 4408 ? "slow" : "reconnecting";
  return failures ? "retrying" : "connecting";
}

const LOST = ["reconnecting", "retrying", "slow", "offline"];
const LATE = ["polling", "blocked", "crowded", "degraded"];
const COUNTS_DOWN = ["reconnecting", "slow"];
const lost = () => LOST.includes(shown);

/** For style sheets, and what tells from outside: the many words are for people. */
function kindOf(name) {
  if (name === "blocked") return "polling";
  return lost() && name !== "offline" ? "reconnecting" : name;
}

/** Names the hop that is broken. */
function paintConnection() {
  document.documentElement.dataset.connection = kindOf(shown);
  n8n = health?.connections?.n8n ?? n8n;
  const n8nLost = n8n === "unreachable" || checked.n8n === "unreachable";
  const place = bar.querySelector(".connection");
  place.dataset.connection = shown;
  paintWord(place.querySelector("[data-connection-word]"), n8nLost);
  place.querySelector("[data-try-now]").hidden = ![...COUNTS_DOWN, ...LATE].includes(shown) || connection.open;
  paintShort(n8nLost);

  paintHop("browser", shown === "offline" ? "offline" : "ok");
  paintHop("server", serverHop());
  paintHop("n8n", lost() ? "unknown" : n8nLost ? "unreachable" : n8n);
  paintHop("session", lost() ? "unknown" : "ok");
  if (bar.dataset.status) paintTab();
}

/** The sentence is written when it changes, its number as time goes, in a place of fixed width. */
function paintWord(place, n8nLost) {
  const { error, reason } = checked;
  const why = reason ? `${error} (${reason})` : error; // the reason for superusers alone
  const sentence = (shown === "live" && n8nLost && why) || words.connection[shown];
  if (place.dataset.sentence !== sentence) {
    place.dataset.sentence = sentence;
    const [before, after] = sentence.split("%(n)s");
    const number = document.createElement("span");
    number.className = "connection-n";
    place.replaceChildren(before, ...(after === undefined ? [] : [number, after]));
    place.title = words.help[shown] ?? "";
  }
  const left = Math.max(0, Math.ceil((connection.retryAt - Date.now()) / 1000));
  setText(place.querySelector(".connection-n"), String(COUNTS_DOWN.includes(shown) ? left : connection.every));
}

/** Where there is no room for the sentence. */
function paintShort(n8nLost) {
  const trouble = lost() ? "lost" : n8nLost ? "n8n" : LATE.includes(shown) ? "late" : "";
  bar.toggleAttribute("data-trouble", trouble !== "");
  if (trouble) setText(bar.querySelector(".health-lost"), words.short[trouble]);
}

function paintTab() {
  const { status } = bar.dataset;
  const text = `${faces[status]}${lost() ? " ?" : ""} ${title}`;
  if (document.title !== text) document.title = text;
  const face = lost() ? "unknown" : status;
  const icon = bar.dataset[`icon${face[0].toUpperCase()}${face.slice(1)}`];
  if (favicon.getAttribute("href") !== icon) favicon.setAttribute("href", icon);
}

function serverHop() {
  if (shown === "blocked") return "blocked";
  if (shown === "degraded" || shown === "polling") return "degraded";
  if (shown === "offline") return "unknown";
  if (lost()) return connection.http === false || checked.server ? "unreachable" : "unknown";
  return checked.server ? "silent" : "ok";
}

const HOP_FACES = {
  ok: "live",
  unknown: "unknown",
  partly: "syncing",
  blocked: "syncing",
  degraded: "syncing",
  silent: "syncing",
};

function paintHop(hop, state) {
  const item = bar.querySelector(`[data-hop="${hop}"]`);
  setFace(item, HOP_FACES[state] ?? "error");
  item.dataset.state = state;
  const why = item.querySelector(".hop-why");
  setText(why, words.hops[state]);
  why.classList.toggle("unseen", !["unreachable", "partly", "offline", "silent"].includes(state)); // else said beside
}

// Frames of every page

const takes = {
  snapshot: takeHealth,
  "health.changed": takeHealth,
  "permissions.changed": takePermissions,
  "connection.checked": takeChecked,
  "sync.finished": ({ data }) => dispatchEvent(new CustomEvent("sync-finished", { detail: data })),
};

socket.addEventListener("frame", ({ detail: frame }) => takes[frame.type]?.(frame));

function takeHealth({ version, data }) {
  if (!workspaceId || older(bar, version)) return;
  const before = JSON.stringify(health?.permissions);
  showHealth(data, version);
  takeSuspension(data);
  if (before && before !== JSON.stringify(data.permissions)) takePermissions({ data: data.permissions }); // missed
}

/** The banner is the server's to render: a page that says otherwise is rendered anew. */
function takeSuspension({ suspendedAt, suspensionReason }) {
  const now = suspendedAt ? `yes ${suspensionReason ?? ""}` : "";
  if (now === bar.dataset.suspended) return;
  bar.dataset.suspended = now;
  leaveFor(location.href.split("#")[0], suspendedAt ? words.suspended : words.resumed);
}

/** Past the five minutes for which the browser keeps the answer. Where there is none, whatever asks
 * for a right (`data-needs`) is hidden: unknown is no. */
async function askRights() {
  let now = null;
  try {
    const answer = await fetch(bar.dataset.permissionsUrl, { cache: "reload" });
    if (answer.status === 404) return end(4404);
    if (answer.ok) now = await answer.json();
  } catch {
    // As without an answer.
  }
  document.documentElement.toggleAttribute("data-no-rights", now === null);
  return now;
}

// Something was refused (403): what this page offers is not what one may.
addEventListener("forbidden", async () => {
  const now = workspaceId && (await askRights());
  const known = health?.permissions;
  if (now && known && JSON.stringify(now) !== JSON.stringify(known)) takePermissions({ data: now });
});

function takePermissions({ data }) {
  if (workspaceId) askRights();
  if (health) health.permissions = data;
  const news = new CustomEvent("permissions-changed", { detail: data, cancelable: true });
  if (dispatchEvent(news)) leaveFor(location.href.split("#")[0], words.roleChanged);
}

function takeChecked({ data }) {
  if (data.session === "expired") return end(4401);
  checked = data;
  paintConnection();
}

// The connection itself

const helped = new Set(); // by what was said once
let said = "live"; // to whoever hears the page: not again at every try

socket.addEventListener("state", ({ detail: state }) => {
  const before = shown;
  connection = state;
  shown = nameOf(state);
  paintConnection();
  if (!state.open && state.failures >= 3) sentinel();
  if (shown === before) return;
  const kind = kindOf(shown);
  if (!["connecting", said].includes(kind)) say(bar.querySelector("[data-connection-word]").textContent);
  if (kind !== "connecting") said = kind;
  if (words.help[shown] && !helped.has(shown)) toast(words.help[shown], "stale");
  helped.add(shown);
});
setInterval(() => COUNTS_DOWN.includes(shown) && paintConnection(), 250);
bar.querySelector("[data-try-now]").addEventListener("click", () => socket.tryNow());

// Not needed for the first half minute, if nothing is wrong.
let guarded = false;
async function sentinel() {
  if (guarded || !workspaceId) return;
  guarded = true;
  try {
    const { guard } = await import("../orchestrator/sentinel.js");
    guard(socket, `/api/health/connection?workspaceId=${workspaceId}`);
  } catch {
    guarded = false; // the server is down
    setTimeout(sentinel, 30_000);
  }
}
setTimeout(sentinel, 30_000);

socket.addEventListener("gone", ({ detail: code }) => end(code));

// Who signs out here is on the way already: the socket's end must not send them elsewhere.
let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(() => (leaving = false), 5000);
});

/** 4401: signed out; 4403: the same page says what it needs; else: no member any more. */
export function end(code) {
  if (leaving) return setTimeout(() => end(code), 5000);
  const { signIn, home } = bar.dataset;
  const here = encodeURIComponent(location.pathname + location.search);
  if (code === 4401) return leaveFor(`${signIn}?next=${here}`, words.signedOut);
  if (code === 4403) return leaveFor(location.pathname + location.search, words.noFactor);
  return leaveFor(home, fill(words.noMember, { workspace: bar.dataset.workspaceName }));
}

// After every script of the page has run, so that nobody misses the first frames.
document.addEventListener("DOMContentLoaded", () => socket.start());

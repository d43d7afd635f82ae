// The bar of a live page: the one connection, what it says of health, and what the page says of it.
//
// Importing this starts the connection. Others listen: `socket` hands out "frame" and "state"; the
// window hears "permissions-changed" and "sync-finished". Who takes care of changed rights calls
// `preventDefault()`; else the page is rendered anew. A bar without a workspace is that of them all:
// its page counts, and calls `showHealth`.

import { LiveSocket } from "../orchestrator/live-socket.js";
import { fill, leaveFor, say, toast } from "../orchestrator/page.js";

export const bar = document.querySelector('[data-component="system-health-bar"]');
const { workspaceId, userId } = bar.dataset;
// The person is in the name: what one may see is not told to who signed in later.
const name = `orchestrator:${userId}:${workspaceId || "me"}`;
export const socket = new LiveSocket({ name, socket: bar.dataset.socket, poll: bar.dataset.poll });
const words = JSON.parse(document.getElementById("live-words").textContent);
export const faces = words.faces;
let connection = { onLine: true }; // as last told
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
    setText(item.querySelector("[data-n]"), String(n));
    item.toggleAttribute("data-none", n === 0);
  }
}

function nameOf({ onLine, open, realtime, code, failures, retryAt, polls, http }) {
  if (!onLine) return "offline";
  if (open) return realtime === "error" ? "degraded" : "live";
  if (http && polls) return code === 4429 ? "crowded" : "polling";
  if (retryAt) return code === 4408 ? "slow" : "reconnecting";
  return failures ? "retrying" : "connecting";
}

const LOST = ["reconnecting", "retrying", "slow"];
const COUNTS_DOWN = ["reconnecting", "slow"];

/** Names the hop that is broken, over the last known health. */
function paintConnection() {
  const lost = LOST.includes(shown) || shown === "offline";
  document.documentElement.dataset.connection = LOST.includes(shown) ? "reconnecting" : shown;
  const place = bar.querySelector(".connection");
  place.dataset.connection = shown;
  const seconds = Math.max(0, Math.ceil((connection.retryAt - Date.now()) / 1000));
  const n = COUNTS_DOWN.includes(shown) ? seconds : connection.every;
  const word = place.querySelector("[data-connection-word]");
  setText(word, fill(words.connection[shown], { n }));
  word.title = words.help[shown] ?? "";
  place.querySelector("[data-try-now]").hidden = ![...COUNTS_DOWN, "polling", "crowded"].includes(shown);

  n8n = health?.connections?.n8n ?? n8n;
  const unreachable = n8n === "unreachable" || checked.n8n === "unreachable";
  paintHop("browser", shown === "offline" ? "offline" : "ok");
  paintHop("server", serverHop());
  paintHop("n8n", lost ? "unknown" : unreachable ? "unreachable" : n8n, checked.error);
  paintHop("session", lost ? "unknown" : "ok");
  if (bar.dataset.status) paintTab(lost);
}

function paintTab(lost) {
  const { status } = bar.dataset;
  const text = `${faces[status]}${lost ? " ?" : ""} ${title}`;
  if (document.title !== text) document.title = text;
  const face = lost ? "unknown" : status;
  const icon = bar.dataset[`icon${face[0].toUpperCase()}${face.slice(1)}`];
  if (favicon.getAttribute("href") !== icon) favicon.setAttribute("href", icon);
}

function serverHop() {
  if (shown === "polling") return "blocked";
  if (shown === "degraded") return "degraded";
  if (LOST.includes(shown) && connection.http === false) return "unreachable";
  return LOST.includes(shown) || shown === "offline" ? "unknown" : "ok";
}

const HOP_FACES = { ok: "live", unknown: "unknown", partly: "syncing", blocked: "syncing", degraded: "syncing" };

function paintHop(hop, state, detail = "") {
  const item = bar.querySelector(`[data-hop="${hop}"]`);
  setFace(item, HOP_FACES[state] ?? "error");
  item.dataset.state = state;
  item.title = state === "ok" ? "" : detail;
  const why = item.querySelector(".hop-why");
  setText(why, words.hops[state]);
  why.classList.toggle("unseen", !["unreachable", "partly", "offline"].includes(state)); // else said beside
}

// Frames of every page

const takes = {
  snapshot: takeHealth,
  "health.changed": takeHealth,
  "permissions.changed": takePermissions,
  "sync.finished": ({ data }) => dispatchEvent(new CustomEvent("sync-finished", { detail: data })),
};

socket.addEventListener("frame", ({ detail: frame }) => takes[frame.type]?.(frame));

function takeHealth({ version, data }) {
  if (workspaceId && !older(bar, version ?? data.stateVersion)) showHealth(data, version ?? data.stateVersion);
}

function takePermissions({ data }) {
  if (workspaceId) fetch(bar.dataset.permissionsUrl, { cache: "reload" }).catch(() => {});
  const news = new CustomEvent("permissions-changed", { detail: data, cancelable: true });
  if (dispatchEvent(news)) leaveFor(location.href, words.roleChanged);
}

// The connection itself

let warned = false;

socket.addEventListener("state", ({ detail: state }) => {
  const before = shown;
  connection = state;
  shown = nameOf(state);
  paintConnection();
  if (shown === before || shown === "connecting") return;
  say(bar.querySelector("[data-connection-word]").textContent);
  if (shown === "polling" && !warned) toast(words.help.polling, "stale");
  warned ||= shown === "polling";
});
setInterval(() => COUNTS_DOWN.includes(shown) && paintConnection(), 500);
bar.querySelector("[data-try-now]").addEventListener("click", () => socket.tryNow());

socket.addEventListener("gone", ({ detail: code }) => end(code));

// Who signs out here is on the way already: the socket's end must not send them elsewhere.
let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(() => (leaving = false), 5000);
});

/** 4401: signed out; else: no member any more. */
export function end(code) {
  if (leaving) return setTimeout(() => end(code), 5000);
  const { signIn, home } = bar.dataset;
  const here = encodeURIComponent(location.pathname + location.search);
  if (code === 4401) return leaveFor(`${signIn}?next=${here}`, words.signedOut);
  return leaveFor(home, fill(words.noMember, { workspace: bar.dataset.workspaceName }));
}

// After everybody who imports this listens.
queueMicrotask(() => socket.start());

// The live campaign list: frames in, the page kept true. What only somebody who acts needs is loaded
// by the first act, or a while after the page has come.

import { count, fetched, fill, setAge, toast } from "../orchestrator/page.js";
import { bar, end, older, paintCounts, setText, socket } from "../workspaces/bar.js";
import { cards, paintCampaign, words } from "./paint.js";

const list = document.querySelector("[data-campaigns]");
const chips = document.querySelector("[data-chips]");
let total = Number(bar.dataset.total);

const cardOf = (id) => list.querySelector(`[data-campaign-id="${CSS.escape(id)}"]`);

// Frames

const latest = new Map(); // campaign → its newest frame, for fragments rendered a moment before it

const takes = {
  snapshot: takeHealth,
  "health.changed": takeHealth,
  "campaign.changed": takeCampaign,
  "campaign.removed": takeRemoval,
};

socket.addEventListener("frame", ({ detail: frame }) => takes[frame.type]?.(frame));

function takeHealth({ version, data }) {
  if (older(bar, version ?? data.stateVersion)) return;
  for (const place of document.querySelectorAll("[data-campaigns-counted]")) {
    setText(place, count(words.campaigns, data.campaigns.total));
  }
  paintCounts(chips, data.campaigns.byStatus);
  setText(chips.querySelector('[data-filter=""] [data-n]'), String(data.campaigns.total));
  const synced = document.querySelector("[data-last-sync] time");
  if (synced && data.connections.lastSyncAt) setAge(synced, data.connections.lastSyncAt);
  if (data.campaigns.total !== total) {
    total = data.campaigns.total;
    refresh();
  }
  judgeOrder(data.campaigns.byStatus);
}

function takeCampaign({ subject, version, data }) {
  const card = cardOf(subject);
  if (!data.n8nStatus) return refresh(); // to odd grants the id alone is sent
  latest.set(subject, { version, data });
  if (data.status === "archived") return takeRemoval({ subject, quiet: true });
  if (!card) return refresh(); // new here
  if (beingMade(data.status) !== (card.dataset.making !== undefined)) return refresh(); // other buttons
  if (!older(card, version)) paintCampaign(card, data, version);
  judgeOrder();
}

const beingMade = (status) => status === "provisioning" || status === "error";

function takeRemoval({ subject, quiet }) {
  const card = cardOf(subject);
  latest.delete(subject);
  if (!card || asked("status").includes("archived")) return refresh();
  const next = card.nextElementSibling ?? card.previousElementSibling;
  if (card.contains(document.activeElement)) {
    (next?.querySelector("a, button") ?? document.getElementById("campaigns-title")).focus();
  }
  if (!quiet) toast(fill(words.removed, { name: card.querySelector("[data-name]").textContent }), "stale");
  card.dataset.leaving = "";
  setTimeout(() => {
    card.remove();
    if (!cards().length) refresh();
  }, 240);
}

// Where more than words change: the server's own rendering

let refreshing;
let asks = 0;
let newest = 0; // of the asks whose answer is on the page

function refresh(wait = 200) {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const [ask, url] = [++asks, location.href];
    const slow = setTimeout(() => (list.ariaBusy = "true"), 200);
    const fragment = await read(url, { "HX-Request": "true" });
    clearTimeout(slow);
    if (ask === asks) list.ariaBusy = "false";
    if (ask < newest || url !== location.href) return; // answers may overtake each other
    newest = ask;
    if (fragment) put(fragment.body);
    else toast(words.refreshFailed, "error");
  }, wait);
}

async function read(url, headers) {
  try {
    const answer = await fetched(url, { headers, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404) end(4404);
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Cards that are still right stay where they are, with focus, open answers and animations. */
function put(source) {
  const focus = document.activeElement;
  const news = document.importNode(source, true);
  const [now, next] = [list, news].map((place) => place.querySelector(".campaigns"));
  if (now && next) {
    reorder(now, [...next.children].map(presentOf));
    while (now.nextSibling) now.nextSibling.remove();
    while (next.nextSibling) list.append(next.nextSibling); // pages
  } else list.replaceChildren(...news.childNodes);
  if (focus !== document.activeElement) {
    (focus.isConnected ? focus : document.getElementById("campaigns-title")).focus({ preventScroll: true });
  }
  watch();
  judgeOrder();
  dispatchEvent(new CustomEvent("list-changed"));
}

/** The card on the page where it says the same or newer, else the new one. */
function presentOf(card) {
  const old = cardOf(card.dataset.campaignId);
  const frame = latest.get(card.dataset.campaignId);
  if (old && Number(old.dataset.stateVersion) >= Number(card.dataset.stateVersion)) return old;
  if (frame && !older(card, frame.version)) paintCampaign(card, frame.data, frame.version);
  if (old?.querySelector("[data-pick]:checked")) card.querySelector("[data-pick]").checked = true;
  return card;
}

function reorder(place, wanted) {
  for (const old of [...place.children]) if (!wanted.includes(old)) old.remove();
  wanted.forEach((card, n) => {
    const here = place.children[n] ?? null;
    if (here === card) return;
    // A move keeps what an insertion forgets, where the browser knows it.
    if (card.isConnected && place.moveBefore) place.moveBefore(card, here);
    else place.insertBefore(card, here);
  });
}

// The order stays under the reader's eyes until they ask for the present one

const PAGE = 30; // as campaigns/list_page.py has it
const RANK = { error: 0, stale: 1, syncing: 2, live: 2 }; // one that runs and rests is no news
const asked = (name) => (new URLSearchParams(location.search).get(name) ?? "").split(",").filter(Boolean);
const notice = document.querySelector("[data-news]");

function judgeOrder(byStatus) {
  const shown = [...cards()].filter((card) => card.dataset.leaving === undefined);
  const wanted = asked("syncStatus");
  const gone = wanted.length && shown.some((card) => !wanted.includes(card.dataset.status));
  const more = byStatus && wanted.length && !searches() && shown.length < PAGE
    && wanted.reduce((sum, status) => sum + byStatus[status], 0) > shown.length;
  notice.hidden = !(gone || more || (!asked("ordering").length && !ordered(shown)));
}

function ordered(shown) {
  const ranks = shown.map((card) => RANK[card.dataset.status]);
  return ranks.every((rank, place) => !place || ranks[place - 1] <= rank);
}

const searches = () => ["search", "trigger", "status", "drift", "n8nStatus"].some((name) => asked(name).length);

notice.querySelector("button").addEventListener("click", () => {
  document.getElementById("campaigns-title").focus({ preventScroll: true });
  refresh(0);
});

// Who comes back to the tab finds the present order

document.addEventListener("visibilitychange", () => document.hidden || notice.hidden || refresh());

// Pulses only for campaigns in view

const inView = new Set();
let wanting;
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      inView[isIntersecting ? "add" : "delete"](target.dataset.campaignId);
    }
    clearTimeout(wanting);
    wanting = setTimeout(() => socket.want(inView), 100);
  },
  { rootMargin: "200px" },
);

function watch() {
  observer.disconnect();
  inView.clear();
  const all = cards();
  for (const card of all) observer.observe(card);
  if (!all.length) socket.want([]);
}

watch();

// What only somebody who acts needs

const AT_HAND = 15_000; // ms until all of them are, should the server be away then
const TOOLS = {
  act: () => import("./act.js"),
  sync: () => import("./sync.js"),
  select: () => import("./select.js").then((module) => module.start()),
  how: () => import("./how.js"),
  filters: () => import("./filters.js").then((module) => (filtering = module.start(refresh))),
};
const loaded = {};
let filtering = false;
const tool = (name) => (loaded[name] ??= TOOLS[name]().catch((error) => {
  loaded[name] = undefined; // the next try may find the server
  throw error;
}));
const use = (name) => tool(name).catch((error) => {
  toast(words.notLoaded, "error");
  throw error;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) use("act").then(({ act }) => act(button));
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sync]")) return;
  event.preventDefault();
  use("sync").then(({ sync }) => sync(event.target));
});
// What opens behind a card's button is fetched as soon as somebody comes near it
const wanted = (part) => {
  const card = part?.closest("[data-campaign-id]");
  if (card) use("how").then(({ fillIn }) => fillIn(card, () => latest.get(card.dataset.campaignId)));
};
for (const name of ["pointerover", "focusin"]) {
  list.addEventListener(name, ({ target }) => wanted(target.closest(".how-button")));
}
list.addEventListener("beforetoggle", ({ target, newState }) => {
  if (newState === "open" && target.matches("[data-how]")) wanted(target);
}, true);
list.addEventListener("change", ({ target }) => target.matches("[data-pick]") && use("select"));
chips.addEventListener("click", (event) => {
  if (filtering || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  use("filters").then(() => event.target.click());
});
for (const name of ["pointerdown", "focusin", "input"]) {
  document.querySelector("[data-filters]").addEventListener(name, () => use("filters"), { once: true });
}
setTimeout(() => Object.keys(TOOLS).forEach((name) => tool(name).catch(() => {})), AT_HAND);

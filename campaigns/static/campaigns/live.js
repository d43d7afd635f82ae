// The live campaign list: frames in, the page kept true.

import { count, fill, setAge, toast } from "../orchestrator/page.js";
import { bar, end, older, setText, socket } from "../workspaces/bar.js";
import { paintCampaign, words } from "./paint.js";

const list = document.querySelector("[data-campaigns]");
let total = Number(bar.dataset.total);

export const cards = () => list.querySelectorAll("[data-campaign-id]");
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
  const synced = document.querySelector("[data-last-sync] time");
  if (synced && data.connections.lastSyncAt) setAge(synced, data.connections.lastSyncAt);
  if (data.campaigns.total !== total) {
    total = data.campaigns.total;
    refresh();
  }
}

function takeCampaign({ subject, version, data }) {
  latest.set(subject, { version, data });
  const card = cardOf(subject);
  if (data.status === "archived") return takeRemoval({ subject, quiet: true });
  if (!card || !data.n8nStatus) return refresh(); // new here, or the id alone was sent
  if (!older(card, version)) paintCampaign(card, data, version);
}

function takeRemoval({ subject, quiet }) {
  const card = cardOf(subject);
  latest.delete(subject);
  if (!card) return;
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

/** Rights decide what is rendered at all, so the server renders it again. */
addEventListener("permissions-changed", (event) => {
  event.preventDefault();
  renderAgain();
});

async function renderAgain() {
  const page = await read(location.href, {});
  const news = page?.querySelector("[data-actions]");
  const place = document.querySelector("[data-actions]");
  if (news) place.replaceWith(news);
  else place.replaceChildren(); // on any error no right is assumed
  dispatchEvent(new CustomEvent("rights-changed"));
  latest.clear(); // rows of another audience
  if (page) put(page.querySelector("[data-campaigns]"));
  for (const synced of document.querySelectorAll("[data-last-sync]")) {
    if (!page?.querySelector("[data-last-sync]")) synced.parentElement.lastChild.remove();
  }
  toast(words.roleChanged, "stale");
}

// Where more than words change: the server's own rendering

let refreshing;

export function refresh(wait = 200) {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const fragment = await read(location.href, { "HX-Request": "true" });
    if (fragment) put(fragment.body);
    else toast(words.refreshFailed, "error");
  }, wait);
}

async function read(url, headers) {
  try {
    const answer = await fetch(url, { headers, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404) end(4404);
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Keeps the cards that are still right, and with them the focus and the running animations. */
function put(source) {
  const focus = document.activeElement;
  const news = document.importNode(source, true);
  for (const card of news.querySelectorAll("[data-campaign-id]")) {
    const id = card.dataset.campaignId;
    const old = cardOf(id);
    const frame = latest.get(id);
    if (old && frame && !older(old, card.dataset.stateVersion)) card.replaceWith(old);
    else if (frame && !older(card, frame.version)) paintCampaign(card, frame.data, frame.version);
  }
  list.replaceChildren(...news.childNodes);
  if (focus !== document.activeElement) {
    (focus.isConnected ? focus : document.getElementById("campaigns-title")).focus({ preventScroll: true });
  }
  watch();
}

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

// Search as one types; the address says the same

const search = document.querySelector("[data-search]");
const searching = () => search.elements.search.value.trim() !== "";

search.addEventListener("input", () => {
  const url = new URL(location.href);
  url.search = searching() ? new URLSearchParams(new FormData(search)) : "";
  history.replaceState(null, "", url);
  refresh(250);
});
search.addEventListener("submit", (event) => {
  event.preventDefault();
  refresh(0);
});

watch();

// The page of one campaign: its head painted by frames, the rest rendered by the server and put in
// at most once a second.

import { fetched } from "../orchestrator/page.js";
import { bar, end, older, socket } from "../workspaces/bar.js";
import { paintCampaign } from "./paint.js";

const EVERY = 1000;
const page = document.querySelector(".one");
const { campaignId } = page.dataset;
const part = (name, root = document) => root.querySelector(`[data-part="${name}"]`);

// Frames

// Of which the parts below tell, or are about to; the head may be ahead: who acts here paints it.
let told = Number(page.dataset.stateVersion);

const takes = { "campaign.changed": takeCampaign, "campaign.removed": takeRemoval };

socket.addEventListener("frame", ({ detail: frame }) => {
  if (frame.subject === campaignId) takes[frame.type]?.(frame);
});
socket.want([campaignId]);

async function takeCampaign({ version, data }) {
  if (older(page, version)) return;
  const row = data.n8nStatus ? data : await ask(); // or the id alone was sent
  if (!row || older(page, version)) return;
  paintCampaign(page, row, version);
  if (row.status === "archived") leave("archived");
  else comeBack();
  if (Number(version) <= told) return;
  told = Number(version);
  refresh();
}

/** The frame tells no more; what archiving has changed is asked for. */
async function takeRemoval() {
  leave("archived");
  const row = await ask();
  if (row && !older(page, row.stateVersion)) paintCampaign(page, row, row.stateVersion);
}

async function ask() {
  const answer = await fetched(`/api/campaigns/${campaignId}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// It is gone while somebody looks at it: they keep what they were looking at.

function leave(why) {
  if (page.dataset.gone === why) return;
  const had = document.activeElement;
  page.dataset.gone = why;
  keepFocus(had);
  refresh();
}

function comeBack() {
  const had = document.activeElement;
  delete page.dataset.gone;
  keepFocus(had);
}

function keepFocus(had) {
  if (page.contains(had) && !had.checkVisibility()) page.querySelector("h1").focus({ preventScroll: true });
}

page.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-act]");
  if (!button) return;
  const { act } = await import("./act.js");
  const had = document.activeElement;
  await act(button);
  if (had === button) keepFocus(had);
});

// What the server renders

let asked = 0;
let timer = null;
let asking = false;
let again = false;

function refresh() {
  if (asking) again = true;
  else timer ??= setTimeout(fetchParts, Math.max(0, asked + EVERY - Date.now()));
}

async function fetchParts() {
  [timer, asking, asked] = [null, true, Date.now()];
  const news = await read();
  asking = false;
  if (news) for (const place of page.querySelectorAll("[data-part]")) put(place, news);
  if (again) refresh();
  again = false;
}

async function read() {
  try {
    const answer = await fetched(location.href, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === bar.dataset.signIn) end(4401);
    if (answer.status === 404) leave("removed"); // or no member: then the socket says so
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null; // the bar says which hop is broken; the next news ask again
  }
}

/** Of the runs the newest page follows; one further back stays as it was opened. */
function put(place, news) {
  const fresh = part(place.dataset.part, news);
  if (!fresh || (place.dataset.part === "runs" && place.dataset.follows === undefined)) return;
  if (place.dataset.part === "actions" && acts(place) === acts(fresh)) return;
  if (selects(place)) return document.addEventListener("selectionchange", refresh, { once: true });
  const keep = [opened(place), anchor(place), focused(place)];
  place.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const back of keep) back();
}

function acts(place) {
  return [...place.querySelectorAll("[data-act]")].map(({ dataset }) => dataset.act).join();
}

function selects(place) {
  const selection = getSelection();
  return !selection.isCollapsed && place.contains(selection.anchorNode);
}

function opened(place) {
  const ids = [...place.querySelectorAll("details[open]")].map(({ id }) => id);
  return () => {
    for (const id of ids) document.getElementById(id)?.setAttribute("open", "");
  };
}

/** The run at the upper edge of the screen stays there, whatever comes above it. */
function anchor(place) {
  const runs = place.querySelectorAll(".run");
  const edge = document.querySelector(".bar").getBoundingClientRect().bottom;
  const top = [...runs].find((run) => run.getBoundingClientRect().bottom > edge);
  if (!top || top === runs[0]) return () => {};
  const { id } = top;
  const before = top.getBoundingClientRect().top;
  return () => {
    const now = document.getElementById(id)?.getBoundingClientRect().top ?? before;
    scrollBy({ top: now - before, behavior: "instant" });
  };
}

function focused(place) {
  const had = place.contains(document.activeElement) && document.activeElement.id;
  if (had === false) return () => {};
  return () => ((had && document.getElementById(had)) || place.querySelector("h2") || page.querySelector("h1")).focus({ preventScroll: true });
}

// A bar leads to its run.

page.addEventListener("click", ({ target }) => {
  const run = target.closest?.("[data-run]") && document.getElementById(`run-${target.dataset.run}`);
  run?.scrollIntoView({ block: "center" });
  run?.focus({ preventScroll: true });
});

// Copying is fetched when it is first asked for, and then asked again.

let copies = false;
page.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button || copies) return;
  copies = true;
  await import("../orchestrator/copy.js");
  button.click();
});

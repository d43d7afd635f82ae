// The connect page, followed: each step ticks itself off, and what somebody types there stays.

import { fetched, say, setAge, toast } from "../orchestrator/page.js";
import { bar, beat, end, faces, older, setFace, setText, socket } from "../workspaces/bar.js";

const EVERY = 3000; // while a step waits; else the socket tells what changes, but for when n8n last lived
const SELDOM = 30_000;
const page = document.querySelector("[data-connect]");
const partOf = (name, place = page) => place.querySelector(`[data-part="${name}"]`);
const waits = () => partOf("head").dataset.waits !== undefined;

// What a part is, without what differs each time that it is rendered

function sameness(part) {
  const copy = part.cloneNode(true);
  for (const input of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) input.remove();
  for (const time of copy.querySelectorAll("time")) time.replaceWith("");
  return copy;
}

const rendered = new Map(); // part → as the server last had it
const parts = (place) => place.querySelectorAll("[data-part]");
for (const part of parts(page)) rendered.set(part.dataset.part, sameness(part));

// News into the page, a part at a time

/** `acted`: it answers somebody. `fresh`: what they typed has been taken in, and is not kept. */
function take(html, acted, fresh) {
  const news = new DOMParser().parseFromString(html, "text/html");
  for (const part of parts(news)) {
    const { part: name } = part.dataset;
    const same = sameness(part);
    const old = partOf(name);
    if (!acted && old.querySelector(".field-error")) continue; // somebody mends what they typed
    if (rendered.get(name).isEqualNode(same)) keepTime(old, part);
    else put(old, document.importNode(part, true), acted, fresh);
    rendered.set(name, same);
  }
  for (const said of news.querySelectorAll("[data-told]")) {
    toast(said.textContent, /error|warning/.test(said.dataset.told) ? "error" : "live");
  }
  watch();
}

function keepTime(old, part) {
  const times = old.querySelectorAll("time[data-ago]");
  for (const [n, time] of part.querySelectorAll("time[data-ago]").entries()) {
    if (times[n] && times[n].dateTime !== time.dateTime) setAge(times[n], time.dateTime);
  }
}

function put(old, part, acted, fresh) {
  const focus = old.contains(document.activeElement) && document.activeElement;
  if (!fresh) keepTyped(old, part);
  keepOpen(old, part, fresh);
  keepSecret(old, part);
  const turned = old.dataset.state !== part.dataset.state;
  const result = !acted && !turned && old.querySelector("[data-result]");
  if (result) part.querySelector(".acts").before(result);
  old.replaceWith(part);
  if (turned && part.dataset.step) {
    say([part.querySelector("h2"), part.querySelector("[data-said]")].map((e) => e.textContent).join(": "));
    const heard = part.querySelector(".heard .pulse");
    if (heard) beat(heard);
  }
  if (focus) refocus(part, focus);
}

function keepTyped(old, part) {
  for (const input of part.querySelectorAll("input:not([type=hidden])")) {
    const same = old.querySelector(`[name="${input.name}"]`);
    if (same && same.value !== same.defaultValue) input.value = same.value;
  }
}

function keepOpen(old, part, fresh) {
  for (const details of part.querySelectorAll("details[data-open]")) {
    const { open } = details.dataset;
    const same = old.querySelector(`details[data-open="${open}"]`);
    if (fresh && details.querySelector("form")) continue;
    if (same) details.open = same.open || (details.open && Boolean(details.querySelector(".field-error")));
    else if (open === "setup") details.open = Boolean(old.querySelector(".setup")); // nothing folds up while it is read
  }
}

/** It is rendered once: the next rendering does not have it any more. */
function keepSecret(old, part) {
  const shown = old.querySelector("[data-secret]");
  const again = part.querySelector("[data-keep]");
  if (!shown || shown.dataset.keep !== again?.dataset.keep) return;
  again.replaceWith(shown);
}

function refocus(part, focus) {
  const { name, value, id } = focus;
  if (focus.isConnected) return focus.focus({ preventScroll: true }); // it was moved with what is kept
  const by = [
    "[aria-invalid=true]",
    id && `#${CSS.escape(id)}`,
    name && `[name="${name}"]${name === "what" ? `[value="${value}"]` : ""}`,
    "h2", // it is gone, or folded away
  ];
  for (const selector of by.filter(Boolean)) {
    const place = part.querySelector(selector);
    place?.focus({ preventScroll: true });
    if (place && document.activeElement === place) return;
  }
}

// Asking the server

let asking = 0;

async function ask(options = {}) {
  const mine = ++asking;
  const acts = options.method === "POST";
  let answer;
  let html = "";
  try {
    const headers = { "HX-Request": "true", Accept: "text/html" };
    answer = await fetched(page.dataset.page, { cache: "no-store", ...options, headers });
    html = await answer.text();
  } catch {
    // No answer: said below where somebody waits for one.
  }
  if (answer?.redirected) return void end(4401);
  if (answer?.status === 404) return void end(4404);
  const way = /<([^>]+)>; rel="authenticate"/.exec(answer?.headers.get("Link"));
  if (way) return void location.assign(way[1]); // what was sent is kept, and done on the way back
  if (!html.includes("data-part")) return void (acts && toast(page.dataset.failed, "error"));
  const what = options.body?.get("what");
  if (acts || mine === asking) take(html, acts, answer.ok && (what === "connect" || what === "disconnect"));
}

let refreshing;
let acting = false;

function refresh(wait = 100) {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => {
    if (!acting && !document.hidden && !page.querySelector("dialog[open]")) ask();
  }, wait);
}

setInterval(() => waits() && refresh(0), EVERY);
setInterval(() => waits() || refresh(0), SELDOM);
document.addEventListener("visibilitychange", () => document.hidden || refresh());

// What the socket tells

let told = { total: Number(bar.dataset.total), n8n: bar.querySelector('[data-hop="n8n"]').dataset.state };

socket.addEventListener("frame", ({ detail: { type, subject, version, data } }) => {
  if (type === "snapshot" || type === "health.changed") {
    const now = { total: data.campaigns.total, n8n: data.connections.n8n };
    const news = now.total !== told.total || now.n8n !== told.n8n;
    told = now;
    if (!data.connections.sandbox) bar.querySelector(".health-details > .tag")?.remove(); // it was the shared one
    if (news) refresh();
  } else if (type === "campaign.changed") {
    const row = page.querySelector(`.found [data-campaign-id="${CSS.escape(subject)}"]`);
    const known = row && Number(version) <= Number(row.dataset.stateVersion);
    const heard = page.querySelector(`.heard[data-campaign-id="${CSS.escape(subject)}"]`);
    if (heard && data.n8nStatus) paint(heard, version, data);
    if (!known && (waits() || row?.dataset.reported !== data.reported?.value)) refresh(0);
  } else if (type === "campaign.removed") refresh();
});
addEventListener("sync-finished", ({ detail }) => (waits() || detail?.changed) && refresh());

/** The campaign that was heard last, as it goes on. */
function paint(heard, version, { syncStatus, n8nStatus, observed }) {
  if (older(heard, version)) return;
  heard.dataset.stateVersion = version;
  const active = n8nStatus === "active" ? "live" : n8nStatus;
  const face = syncStatus === "stale" ? "stale" : active;
  const pulse = heard.querySelector(".pulse");
  pulse.dataset.status = syncStatus;
  pulse.dataset.n8nStatus = n8nStatus;
  if (setFace(pulse, face)) beat(pulse);
  setText(pulse.querySelector("[data-word]"), faces[face]);
  const time = heard.querySelector("time");
  if (time && observed?.at) setAge(time, observed.at);
}

let looking; // until when n8n may not be asked

function watch() {
  const rows = [...page.querySelectorAll("[data-campaign-id]")];
  socket.want(rows.map((row) => row.dataset.campaignId));
  clearTimeout(looking);
  const until = page.querySelector("[data-until]")?.dataset.until;
  if (until) looking = setTimeout(() => refresh(0), Math.max(500, Date.parse(until) - Date.now() + 500));
}

// What people do

page.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-act]");
  const button = event.submitter;
  if (!form) return;
  event.preventDefault();
  if (acting || button.ariaDisabled === "true") return;
  acting = true;
  const body = new FormData(form, button);
  const word = button.querySelector("[data-word]");
  const before = word?.textContent;
  button.dataset.busy = "";
  button.ariaDisabled = "true";
  if (word) word.textContent = button.dataset.busyWord;
  try {
    await ask({ method: "POST", body });
  } finally {
    acting = false;
    form.closest("dialog")?.close();
    delete button.dataset.busy;
    button.ariaDisabled = "false";
    if (word) word.textContent = before;
  }
});

page.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const closer = event.target.closest("[data-close]");
  if (!opener && !closer) return;
  event.preventDefault();
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  else closer.closest("dialog").close();
});

// Who copies for the first time: the script for it comes then, and hears the next click itself

page.addEventListener("click", async function first({ target }) {
  const button = target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  page.removeEventListener("click", first);
  await import("../orchestrator/copy.js");
  button.click();
});

// From what is typed as its address: the page of that n8n where keys are made

page.addEventListener("input", ({ target }) => {
  const link = target.form?.querySelector("[data-key-page]");
  if (!link || target.name !== "base_url") return;
  const typed = target.value.trim();
  const url = URL.canParse(typed) ? new URL(typed) : null;
  link.hidden = !url?.protocol.startsWith("http");
  if (!link.hidden) link.href = new URL("/settings/api", url).href;
});

for (const dialog of page.querySelectorAll("dialog[open]")) {
  dialog.close(); // a script shows it as one
  dialog.showModal();
}
// The answer to a form that was held up for a proof has another address.
if (location.search || location.pathname !== page.dataset.page) history.replaceState(null, "", page.dataset.page);
watch();

// The god view: refreshed by itself, opened row by row, and the act of suspending asked for here.
//
// The socket of bar.js tells who is no super admin any more: then the page leaves at once.

import { fill, toast } from "../orchestrator/page.js";
import { end, showHealth } from "../workspaces/bar.js";
import { put, read } from "./fragment.js";

const EVERY = 30_000;
const AGAIN = 5_000; // after a failure
const SOON = 250; // after the last key
const words = JSON.parse(document.getElementById("rbac-words").textContent);
const panel = document.querySelector('[data-component="super-admin-panel"]'); // none on a workspace's page
const place = document.querySelector("[data-watch]");

// All of them

let next = null;
let asks = 0;

async function refresh(wait = 0) {
  clearTimeout(next);
  const ask = ++asks;
  next = setTimeout(async () => {
    const slow = setTimeout(() => (place.ariaBusy = "true"), 200);
    const news = await read(location.href);
    clearTimeout(slow);
    if (ask !== asks) return; // somebody has asked for something else meanwhile
    place.ariaBusy = "false";
    panel.querySelector("[data-late]").hidden = Boolean(news);
    if (news) put(place, news);
    if (news) takeHealth();
    next = setTimeout(look, news ? EVERY : AGAIN);
  }, wait);
}

function look() {
  if (document.hidden) next = null;
  else refresh();
}

function takeHealth() {
  const health = JSON.parse(document.getElementById("watch-health").textContent);
  if (health.status) showHealth(health, "");
}

function go(query, { keep = true, wait = 0 } = {}) {
  const url = new URL(location.href);
  url.search = query;
  if (url.href === location.href) return;
  history[keep ? "pushState" : "replaceState"](null, "", url);
  refresh(wait);
}

function typed(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) query.set(name, value.trim());
  return query;
}

function follow() {
  const form = panel.querySelector("[data-watch-filters]");
  form.addEventListener("input", ({ target }) => {
    const searching = target.type === "search";
    go(typed(form), searching ? { keep: false, wait: SOON } : {});
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(typed(form));
  });
  panel.querySelector("[data-again]").addEventListener("click", () => refresh());
  document.addEventListener("visibilitychange", () => document.hidden || next || refresh());
  addEventListener("popstate", () => location.reload());
  next = setTimeout(look, EVERY);
}

// One of them, when it is opened

async function load(more, url) {
  const slow = setTimeout(() => (more.ariaBusy = "true"), 200);
  const news = await read(url);
  clearTimeout(slow);
  more.ariaBusy = "false";
  if (!news) return failed(more, url);
  more.dataset.loaded = "";
  put(more, news);
}

function failed(more, url) {
  const text = document.createElement("p");
  text.className = "field-error";
  text.textContent = words.notLoaded;
  const again = document.createElement("button");
  again.className = "button";
  again.type = "button";
  again.textContent = words.again;
  again.addEventListener("click", () => load(more, url));
  more.replaceChildren(text, again);
}

document.addEventListener("toggle", ({ target }) => {
  const more = target.matches?.(".watch-row > details[open]") && target.querySelector("[data-more]");
  if (more && more.dataset.loaded === undefined) load(more, more.dataset.url);
}, true);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-more-form]")) return;
  event.preventDefault();
  load(event.target.closest("[data-more]"), `${event.target.action}?${typed(event.target)}`);
});

document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("[data-more-link], [data-suspend]");
  if (!link?.href) return;
  event.preventDefault();
  if (link.matches("[data-suspend]")) ask(link);
  else load(link.closest("[data-more]"), link.href);
});

// Suspending, and its end

async function ask(link) {
  const form = (await read(link.href))?.querySelector("form");
  if (!form) return toast(words.notLoaded, "error");
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "question-title");
  dialog.append(document.importNode(form, true));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.querySelector("[data-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const yes = dialog.querySelector('button[data-kind="primary"]');
    if (yes.ariaDisabled === "true") return; // twice is once
    yes.ariaDisabled = "true";
    const reason = await act(event.target, link.dataset.suspend);
    yes.ariaDisabled = "false";
    if (!reason) return dialog.close();
    const error = dialog.querySelector("[data-error]");
    error.textContent = reason;
    error.hidden = false;
    dialog.querySelector("textarea").focus();
  });
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}

/** The reason why not, or nothing where it is done. */
async function act(form, id) {
  const values = Object.fromEntries(new FormData(form));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": values.csrfmiddlewaretoken };
  let answer;
  try {
    const body = JSON.stringify({ reason: values.reason });
    answer = await fetch(form.dataset.url, { method: "POST", headers, body });
  } catch {
    return words.noServer;
  }
  if (answer.status === 401) end(4401);
  const said = await answer.json();
  if (!answer.ok) return said.errors?.[0]?.message ?? said.detail;
  toast(fill(said.suspendedAt ? words.suspended : words.resumed, { name: said.name }));
  const more = document.querySelector(`[data-workspace-id="${CSS.escape(id)}"] [data-more], [data-more][data-workspace-id="${CSS.escape(id)}"]`);
  if (more) await load(more, more.dataset.url ?? location.href);
  if (panel) refresh();
  return "";
}

if (panel) follow();

// The god view: refreshed by itself, opened row by row, and the act of suspending asked for here.
//
// The socket of bar.js tells who is no super admin any more: then the page leaves at once.

import { fill, icon, toast } from "../orchestrator/page.js";
import { end, showHealth } from "../workspaces/bar.js";
import { loading, put, read } from "./fragment.js";

const EVERY = 30_000;
const AGAIN = 5_000; // after a failure
const SOON = 250; // after the last key
const words = JSON.parse(document.getElementById("rbac-words").textContent);
const panel = document.querySelector('[data-component="super-admin-panel"]'); // none on a workspace's page
const place = document.querySelector("[data-watch]");

// All of them

let next = null;
let asks = 0;

let awaited = false;

/** `asked`: somebody waits for it, and sees that it takes long. */
async function refresh(wait = 0, asked = false) {
  clearTimeout(next);
  awaited ||= asked;
  const ask = ++asks;
  next = setTimeout(async () => {
    const done = awaited ? loading(place) : () => {};
    const news = await read(location.href);
    if (ask !== asks) return; // somebody has asked for something else meanwhile
    await done();
    if (ask !== asks) return;
    awaited = false;
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
  refresh(wait, true);
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
  panel.querySelector("[data-again]").addEventListener("click", () => refresh(0, true));
  document.addEventListener("visibilitychange", () => document.hidden || next || refresh());
  addEventListener("popstate", () => location.reload());
  next = setTimeout(look, EVERY);
}

// One of them, when it is opened

async function load(more, url) {
  const done = loading(more);
  const news = await read(url);
  await done();
  if (!news) return failed(more, url);
  more.dataset.loaded = "";
  put(more, news);
}

/** Says so over what was there, until it works. */
function failed(more, url) {
  const [text, again] = [document.createElement("span"), document.createElement("button")];
  again.className = "link-button";
  again.type = "button";
  again.id = `again-${more.closest("[data-workspace-id]").dataset.workspaceId}`;
  again.textContent = words.again;
  again.addEventListener("click", () => load(more, url));
  text.append(`${words.notLoaded} `, again);
  const notice = Object.assign(document.createElement("p"), { className: "notice", role: "status" });
  Object.assign(notice.dataset, { face: "syncing", late: "" });
  notice.append(icon("stale"), text);
  const had = more.contains(document.activeElement) && document.activeElement.id === again.id;
  more.querySelector(":scope > [data-late]")?.remove();
  if (more.dataset.loaded === undefined) more.replaceChildren(notice);
  else more.prepend(notice);
  if (had) again.focus();
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
